//! Passwords in URLs: sent to the URL's own origin, printed nowhere.

use crate::support::{pool, pool_reading};
use common::testing::hostile::{Answer, Server};

#[test]
fn password_in_a_url_is_sent_to_its_origin_only_and_not_printed() {
    let other = Server::with(|_| Answer::html("Hello"));
    let target = other.url("/");
    let server = Server::with(move |request| match &*request.target {
        "/same" => Answer::redirect(&format!("http://{}/page", request.host())),
        "/away" => Answer::redirect(&target),
        "/page" => Answer::html("Hello"),
        _ => Answer::not_found(),
    });
    let with_password = |path| format!("http://me:secret@{}{path}", server.host());
    let mut urls = ["/same", "/away", "/missing"].map(with_password).to_vec();
    urls.extend(
        [
            "http://me:secret@127.0.0.1:99999/",
            "http://me:x/secret@127.0.0.1/",
            "ftp://me:secret@127.0.0.1/",
            "me:secret@127.0.0.1",
        ]
        .map(str::to_owned),
    );
    let from_file = pool_reading(urls.join("\n"), &["--file=-"]);
    for output in [pool(&urls), from_file] {
        let told = output.to_string();
        assert!(!told.contains("secret"), "{told}");
        let page = format!("{}: 5 bytes", server.url("/same"));
        assert!(output.lines.contains(&page), "{told}");
        let missing = format!("failed: {}: HTTP 404 Not Found", server.url("/missing"));
        assert!(output.lines.contains(&missing), "{told}");
        let summary = output.lines.last().unwrap();
        assert_eq!(summary, "2 of 7 pages, 10 bytes");
    }
    for request in server.requests() {
        let sent = request.field("Authorization");
        assert_eq!(sent, Some("Basic bWU6c2VjcmV0"), "{request:?}");
    }
    assert_eq!((server.visits("/page"), other.visits("/")), (2, 2));
    for request in other.requests() {
        assert_eq!(request.field("Authorization"), None, "{request:?}");
    }
}

#[cfg(unix)]
#[test]
fn error_about_a_url_that_is_not_utf_8_quotes_no_secret() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output = pool(&[OsStr::from_bytes(b"http://me:secret\xff@127.0.0.1/")]);
    assert_eq!(output.code, Some(2));
    let told = output.complaints.join("\n");
    assert!(told.contains("UTF-8") && !told.contains("secret"), "{told}");
}
