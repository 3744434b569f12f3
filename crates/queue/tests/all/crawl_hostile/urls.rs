//! URLs that are too long or misleading.

use crate::support::sites::{linking_to, links};
use crate::support::{Crawled, crawl, entries};
use common::testing::hostile::{Answer, Server};

#[test]
fn urls_of_10_000_characters_are_requested() {
    let path = format!("/{}", "long/".repeat(2000));
    let query = format!("/q?{}", "x=y&amp;".repeat(2500));
    let server = linking_to(&[&path, &query, "/to"], move |request| {
        match &*request.target {
            "/to" => Answer::redirect(&format!("/{}", "far".repeat(3300))),
            _ => Answer::html(""),
        }
    });
    let entries = entries(&server.url("/"), &[]);
    assert_eq!((entries.0.len(), entries.failed()), (5, 0), "{entries:#?}");
    assert_eq!(entries.of(&server.url(&path)).status, Some(200));
    let far = server.url(&format!("/{}", "far".repeat(3300)));
    assert_eq!(entries.of(&server.url("/to")).redirect, Some(far));
}

#[test]
fn url_of_a_megabyte_does_not_affect_other_links() {
    let long = format!("/{}", "x".repeat(1_000_000));
    let server = linking_to(&[&long, "/ok"], |_| Answer::html(""));
    let crawled = crawl(&["--json", "--timeout=5", &server.url("/")]);
    let entries = crawled.entries();
    assert_eq!(entries.of(&server.url("/ok")).status, Some(200));
    // The URL may be requested, refused or skipped, and is reported at most once.
    assert!(entries.0.len() <= 3);
}

#[test]
fn growing_urls_are_crawled_up_to_max_pages() {
    let server = Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html("<a href=deeper/page.html>"),
    });
    let crawled = crawl(&["--json", "--max-pages=100", &server.url("/page.html")]);
    assert_eq!((crawled.code, crawled.lines.len()), (Some(0), 100));
}

#[test]
fn text_before_an_at_sign_is_not_the_host() {
    let elsewhere = Server::with(|_| Answer::html(""));
    let server = Server::with({
        let host = elsewhere.host();
        move |request| match &*request.target {
            "/" => Answer::html(links([
                format!("http://{}@{host}/", request.host()),
                format!("http://{}%2f@{host}/", request.host()),
                format!("http://{}\\@{host}/", request.host()),
                format!("//{host}\\@{}/", request.host()),
                format!("http://{host}#@{}/", request.host()),
                format!("http:/\t/{host}/"),
            ])),
            _ => Answer::html(""),
        }
    });
    entries(&server.url("/"), &[]);
    assert_eq!(elsewhere.connections(), 0);
}

/// `http://me:secret@host/` is another spelling of the URL of that page.
#[test]
fn passwords_in_links_and_redirects_are_dropped() {
    let server = Server::with(|request| {
        let with_password = |path| format!("http://me:secret@{}{path}", request.host());
        match &*request.target {
            "/" => Answer::html(links([
                with_password("/x"),
                "/x".to_owned(),
                "/old".to_owned(),
            ])),
            "/old" => Answer::redirect(&with_password("/x")),
            "/x" => Answer::html(""),
            _ => Answer::not_found(),
        }
    });
    for json in [&["--json"][..], &[]] {
        let crawled = crawl(&[json, &[&*server.url("/")]].concat());
        let told = [crawled.lines, crawled.complaints].concat().join("\n");
        assert!(!told.contains("secret"), "{told}");
    }
    assert_eq!(server.visits("/x"), 2, "one request in each crawl");
}

#[test]
fn line_breaks_in_a_url_do_not_smuggle_a_request() {
    let server = linking_to(
        &[
            "/a%0d%0aGET%20/trap",
            "/b&#13;&#10;GET /trap HTTP/1.1",
            "/c\r\nX: y",
        ],
        |_| Answer::html(""),
    );
    entries(&server.url("/"), &[]);
    let asked = server.asked();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(
        asked.iter().all(|target| !target.starts_with("/trap")),
        "{asked:?}"
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.field("X").is_none())
    );
}
