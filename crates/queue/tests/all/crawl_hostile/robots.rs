//! A robots.txt that is huge, endless, or something else.

use crate::support::{Crawled, at_once, crawl};
use common::testing::hostile::{Answer, GZIP, Server, drip, gzipped, misbehave, pour};
use std::time::{Duration, Instant};

/// A site with this robots.txt, and pages `/`, `/a` and `/b`.
fn site(robots: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    Server::with(move |request| match &*request.target {
        "/robots.txt" => robots(),
        "/" => Answer::html("<a href=/a><a href=/b>"),
        "/a" | "/b" => Answer::html(""),
        _ => misbehave(request),
    })
}

const LIMIT: usize = 500 * 1024;

/// A robots.txt whose rules about `/b` follow `filling` bytes.
fn after(filling: usize) -> String {
    let begin = "User-agent: *\nDisallow: /a\n";
    let line = "# nothing to see here\n";
    let comments = line.repeat((filling - begin.len()) / line.len());
    format!("{begin}{comments}Disallow: /b\n")
}

#[test]
fn huge_robots_txt_is_read_up_to_the_limit() {
    for (robots, asked) in [
        (after(LIMIT - 100), &["/"][..]),
        (after(LIMIT + 100), &["/", "/b"]),
        (after(20 * LIMIT), &["/", "/b"]),
    ] {
        let server = site(move || Answer::page("200 OK", "", &robots));
        let crawled = crawl(&[server.url("/")]);
        assert_eq!(crawled.code, Some(0), "{crawled:#?}");
        assert_eq!(server.asked(), asked);
    }
}

#[test]
fn endless_robots_txt_is_read_up_to_the_limit() {
    let server = site(|| {
        pour(
            b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /a\n",
            b"# more\n".repeat(1000),
        )
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.asked(), ["/", "/b"]);

    // An endless line, and a line that is compressed a thousandfold.
    let server = site(|| {
        pour(
            b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /a\nDisallow: /",
            b"b".repeat(8000),
        )
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(
        (crawled.code, server.visits("/a")),
        (Some(0), 0),
        "{crawled:#?}"
    );

    let rules = format!("User-agent: *\nDisallow: /a\n{}", "\n".repeat(100_000_000));
    let packed = gzipped(rules.as_bytes());
    let server = site(move || Answer::page("200 OK", GZIP, &packed));
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.asked(), ["/", "/b"]);
}

type Robots = Box<dyn Fn() -> Answer + Send + Sync>;

/// Returns the failure of the start page, and checks that it is found soon and that no page was requested.
fn robots_failure(server: &Server) -> String {
    let started = Instant::now();
    let crawled = crawl(&["--timeout=1", &server.url("/")]);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(
        (crawled.code, server.asked().len()),
        (Some(1), 0),
        "{crawled:#?}"
    );
    crawled.result_of(&server.url("/")).to_owned()
}

#[test]
fn robots_txt_that_times_out_disallows_every_page() {
    const CUT: &str = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *\n";
    let late = "timed out after 1 s";
    let cases: [(Robots, &str); 4] = [
        (
            Box::new(|| drip(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\n", b"#")),
            late,
        ),
        (Box::new(|| drip(b"HTTP/1.1 200 OK\r\nX: ", b"x")), late),
        (
            Box::new(|| {
                drip(
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"1\r\n\n\r\n",
                )
            }),
            late,
        ),
        (
            Box::new(|| Answer::bytes(CUT)),
            "connection closed in mid-body",
        ),
    ];
    at_once(cases, |(robots, reason)| {
        assert_eq!(
            robots_failure(&site(robots)),
            format!("robots.txt: {reason}")
        );
    });
    let reason = robots_failure(&site(|| Answer::bytes("\0\r\n\r\n")));
    assert!(
        reason.starts_with("robots.txt: not a valid answer: "),
        "{reason}"
    );
}

#[test]
fn redirects_of_robots_txt_are_limited() {
    let server = site(|| Answer::redirect("/robots.txt"));
    crawl(&["--timeout=5", &server.url("/")]);
    assert!(
        server.visits("/robots.txt") <= 11,
        "{}",
        server.visits("/robots.txt")
    );

    for to in ["/redirect-loop", "file:///etc/passwd", "http://[", "/404"] {
        let server = site(move || Answer::redirect(to));
        let crawled = crawl(&["--timeout=5", &server.url("/")]);
        assert!(
            crawled
                .lines
                .iter()
                .any(|line| line.starts_with(&server.url("/"))),
            "{crawled:#?}"
        );
        assert!(server.requests().len() < 20);
    }
}

#[test]
fn robots_txt_that_is_something_else_allows_every_page() {
    for robots in [
        &b"<!DOCTYPE html><title>No robots here</title>\nDisallow: /\n"[..],
        b"\x00\xff\xfe\x80: \xff\nDisallow: /\n\n\n",
        b"::::\n\n:\nuser-agent\ndisallow\n",
        b"%PDF-1.4\n",
    ] {
        let server = site(move || Answer::page("200 OK", "", robots));
        let crawled = crawl(&[server.url("/")]);
        assert_eq!(
            (crawled.code, server.asked().len()),
            (Some(0), 3),
            "{crawled:#?}"
        );
    }
}

/// Matching must not take time exponential in the number of wildcards.
#[test]
fn rules_with_many_wildcards_are_matched_quickly() {
    let rule = format!("Disallow: /{}x\n", "*a".repeat(500));
    let robots = format!("User-agent: *\n{}Disallow: /b\n", rule.repeat(200));
    let long = format!("/{}", "a".repeat(2000));
    let server = Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::page("200 OK", "", &robots),
        "/" => Answer::html(format!("<a href={long}><a href=/b>")),
        _ => Answer::html(""),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(
        (crawled.code, server.asked().len(), server.visits("/b")),
        (Some(0), 2, 0)
    );
}
