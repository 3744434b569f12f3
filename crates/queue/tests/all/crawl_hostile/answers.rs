//! Answers that are truncated, malformed, or have a wrong length.

use crate::support::sites::linking_to;
use crate::support::{Crawled, Entry, at_once, crawl};
use common::testing::hostile::{Answer, misbehave, pour};

/// Crawls a page that is answered by these bytes and the end of the connection. Returns its entry.
fn entry_of(bytes: impl Into<Vec<u8>>) -> Entry {
    let bytes = bytes.into();
    let server = linking_to(&["/x", "/y"], move |request| match &*request.target {
        "/x" => Answer::bytes(bytes.clone()),
        _ => Answer::html(""),
    });
    let crawled = crawl(&["--json", "--timeout=20", "--workers=1", &server.url("/")]);
    assert!(
        crawled
            .complaints
            .iter()
            .all(|line| !line.contains("panic")),
        "{crawled:#?}"
    );
    let entries = crawled.entries();
    assert_eq!(
        entries.of(&server.url("/y")).error,
        None,
        "the next page is fetched"
    );
    entries.of(&server.url("/x")).clone()
}

#[test]
fn every_failure_has_its_reason() {
    let reasons = [
        ("/reset", "connection closed "),
        ("/reset-unsized", "connection closed "),
        ("/too-long", "connection closed in mid-body"),
        ("/gzip-cut", "connection closed in mid-body"),
        ("/silent", "connection closed before an answer"),
        ("/garbage", "not a valid answer: "),
        ("/500", "HTTP 500 Internal Server Error"),
        ("/nowhere", "HTTP 302 Found"),
    ];
    let server = linking_to(&reasons.map(|(path, _)| path), misbehave);
    let crawled = crawl(&["--json", "--workers=8", &server.url("/")]);
    let entries = crawled.entries();
    for (path, reason) in reasons {
        let entry = entries.of(&server.url(path));
        assert!(entry.reason().starts_with(reason), "{entry:?}");
        assert_eq!(entry.links, 0, "{entry:?}");
        // A request that fails on a reused connection may be sent once more for each attempt.
        let asked = entry.attempts..=entry.attempts + 8;
        assert!(asked.contains(&(server.visits(path) as u64)), "{entry:?}");
    }
    assert_eq!((entries.0.len(), crawled.code), (9, Some(1)));
}

#[test]
fn answer_that_is_not_http_is_a_failure() {
    let answers = [
        &b"<html><a href=/trap>"[..],
        b"\n\n\n\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
    ];
    at_once(answers, |bytes| {
        let entry = entry_of(bytes);
        assert!(
            !entry.reason().is_empty(),
            "{entry:?} for {:?}",
            bytes.escape_ascii().to_string()
        );
    });
}

#[test]
fn wrong_content_length_affects_only_its_page() {
    let fields = [
        "Content-Length: 5\r\nContent-Length: 50",
        "Content-Length: 5, 50",
        "Content-Length: -1",
        "Content-Length: +5",
        "Content-Length: 5 0",
        "Content-Length: 0x5",
        "Content-Length: five",
        "Content-Length: 99999999999999999999999999",
        "Content-Length: 18446744073709551615",
        "Content-Length: 50",
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: nonsense",
    ];
    at_once(fields, |lengths| {
        let entry = entry_of(format!("HTTP/1.1 200 OK\r\n{lengths}\r\n\r\nhello"));
        assert!(
            !entry.reason().is_empty() || entry.bytes <= 5,
            "{lengths}: {entry:?}"
        );
    });
    // The same length twice is valid.
    let entry = entry_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    assert!(
        entry.error.is_none() || entry.reason().starts_with("not a valid"),
        "{entry:?}"
    );
}

/// Bytes after an answer must not be taken for the next answer (response smuggling).
#[test]
fn bytes_after_an_answer_are_not_taken_for_the_next_one() {
    let fake = "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n<a href='/poison'>";
    for head in [
        "Content-Length: 5\r\n\r\nhello",
        "Content-Length: 0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}{fake}{fake}");
        let server = linking_to(&["/x", "/y", "/z"], move |request| match &*request.target {
            "/x" => Answer::bytes(answer.clone()).and_stay(),
            _ => Answer::html(""),
        });
        let crawled = crawl(&["--json", "--workers=1", &server.url("/")]);
        assert_eq!(server.visits("/poison"), 0, "{head}: {crawled:#?}");
        assert_eq!(server.asked(), ["/", "/x", "/y", "/z"], "{head}");
    }
}

#[test]
fn malformed_chunks_are_a_failure() {
    let bodies = [
        "x\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nhello",
        "fffffffffffffffff\r\nhello",
        "5\r\nhello, more than said\r\n0\r\n\r\n",
        "5\r\nhello",
        "5\r\nhello\r\n",
        "\r\n\r\n",
        "",
    ];
    at_once(bodies, |chunks| {
        let entry = entry_of(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
        ));
        assert!(!entry.reason().is_empty(), "{chunks:?}: {entry:?}");
    });
    let endless_size = "0".repeat(1_000_000);
    let entry = entry_of(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{endless_size}"
    ));
    assert!(!entry.reason().is_empty(), "{entry:?}");
}

#[test]
fn malformed_compressed_body_is_a_failure() {
    for (encoding, body) in [
        ("gzip", &b"this is not gzip"[..]),
        (
            "gzip",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff\xff\xff\xff",
        ),
        ("gzip", b"\x1f\x8b"),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let entry = entry_of([head.as_bytes(), body].concat());
        assert!(!entry.reason().is_empty(), "{entry:?}");
        assert!(!entry.reason().contains(char::is_control), "{entry:?}");
    }
    // A body in an encoding that was not requested has no links.
    let entry = entry_of("HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n\r\nabc");
    assert_eq!(entry.links, 0, "{entry:?}");
}

#[test]
fn informational_responses_are_skipped() {
    for hint in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
    ] {
        let entry = entry_of(format!(
            "{hint}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        ));
        assert_eq!(
            (entry.status, entry.bytes),
            (Some(200), 5),
            "{hint}: {entry:?}"
        );
    }
}

#[test]
fn endless_informational_responses_are_a_failure() {
    let server = linking_to(&["/x", "/y"], |request| match &*request.target {
        "/x" => pour(b"", b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
        _ => Answer::html(""),
    });
    let crawled = crawl(&["--json", "--timeout=1", &server.url("/")]);
    let entries = crawled.entries();
    assert!(
        !entries.of(&server.url("/x")).reason().is_empty(),
        "{entries:#?}"
    );
    assert_eq!(entries.of(&server.url("/y")).error, None);
}

#[test]
fn every_status_has_its_entry() {
    let statuses = [
        "/204", "/205", "/206", "/304", "/300", "/305", "/402", "/418", "/451", "/499", "/502",
        "/599", "/999",
    ];
    let server = linking_to(&statuses, |request| match &request.target[1..] {
        status @ ("204" | "304") => {
            Answer::bytes(format!("HTTP/1.1 {status} X\r\n\r\n")).and_stay()
        }
        status => Answer::page(&format!("{status} X"), "", "body"),
    });
    let crawled = crawl(&["--json", "--timeout=20", &server.url("/")]);
    let entries = crawled.entries();
    for path in statuses {
        let entry = entries.of(&server.url(path));
        let status: u16 = path[1..].parse().expect("it is a number");
        assert_eq!(entry.status, Some(status), "{entry:?}");
        let good = (200..300).contains(&status);
        assert_eq!(entry.error.is_none(), good, "{entry:?}");
        assert!(
            good || entry.reason().starts_with(&format!("HTTP {status}")),
            "{entry:?}"
        );
    }
}
