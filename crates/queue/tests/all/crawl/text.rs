//! The text output of a crawl.

use crate::support::sites::{linking_to, links, site};
use crate::support::{Crawled, crawl};
use common::testing::hostile::{Answer, Server};

#[test]
fn report_is_a_line_for_each_page_and_a_summary() {
    let server = Server::with(|request| match &*request.target {
        "/" => Answer::html("<a href=/old><a href=http://elsewhere.test/>"),
        "/old" => Answer::redirect("/new"),
        "/new" => Answer::html("12345"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&["--workers=1", &server.url("/")]);
    let url = |path| server.url(path);
    let expected = [
        format!("{}: 44 bytes, 2 links", url("/")),
        format!("{}: redirect to {}", url("/old"), url("/new")),
        format!("{}: 5 bytes, 0 links", url("/new")),
        "3 pages, 49 bytes, 0 failed".to_owned(),
    ];
    assert_eq!(
        (crawled.lines, crawled.complaints),
        (expected.to_vec(), Vec::new())
    );
    assert_eq!(crawled.code, Some(0));
}

#[test]
fn broken_link_is_reported_with_all_pages_that_contain_it() {
    let all = links(["/a", "/b", "/c", "/gone", "/gone#x", "./gone", "/away"]);
    let server = Server::with(move |request| match &*request.target {
        "/" | "/a" | "/b" => Answer::html(&all),
        "/c" => Answer::html(links(["/lost"])),
        "/away" => Answer::redirect("/gone"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&[server.url("/")]);
    let url = |path: &str| server.url(path);
    let mut told: Vec<String> = crawled.lines[7..].to_vec();
    assert_eq!(
        told.pop().expect("a summary").split(", ").nth(2),
        Some("2 failed")
    );
    let on = |path: &str| format!("  on {}", url(path));
    // A broken link through a redirect is reported at the original link.
    let away = |path: &str| format!("  as {} on {}", url("/away"), url(path));
    let gone = told
        .iter()
        .position(|line| line.starts_with(&format!("broken: {}", url("/gone"))));
    let gone = gone.unwrap_or_else(|| panic!("{crawled:#?}"));
    told[gone + 1..gone + 7].sort_unstable();
    let gone = [
        format!("broken: {}: HTTP 404 Not Found", url("/gone")),
        away("/"),
        away("/a"),
        away("/b"),
        on("/"),
        on("/a"),
        on("/b"),
    ];
    let lost = [
        format!("broken: {}: HTTP 404 Not Found", url("/lost")),
        on("/c"),
    ];
    let (one, other) = ([&gone[..], &lost].concat(), [&lost[..], &gone].concat());
    assert!(told == one || told == other, "{told:#?}");
}

#[test]
fn broken_start_url_is_reported_without_a_page() {
    let server = site(&[]);
    let crawled = crawl(&[server.url("/")]);
    let expected = [
        format!("{}: HTTP 404 Not Found", server.url("/")),
        format!("broken: {}: HTTP 404 Not Found", server.url("/")),
        "1 page, 0 bytes, 1 failed".to_owned(),
    ];
    assert_eq!(crawled.lines[..2], expected[..2]);
    assert_eq!(crawled.lines.len(), 3);
    assert_eq!(crawled.code, Some(1));
}

#[test]
fn urls_are_printed_decoded() {
    let encoded = "/%E7%BC%BA%e5%a4%b1%20x%2F%25%E2%80%AE%D6%D0.html";
    let server = site(&[("/", &links([encoded]))]);
    let told = crawl(&[server.url("/")]);
    let readable = "/\u{7f3a}\u{5931}%20x%2F%25%E2%80%AE%D6%D0.html";
    assert_eq!(told.result_of(&server.url(readable)), "HTTP 404 Not Found");
    assert_eq!(told.result_of(&server.url("/")), "70 bytes, 1 link");
    assert_eq!(told.summary(), "2 pages, 70 bytes, 1 failed");
    let sent = crawl(&["--json", &*server.url("/")]).entries();
    assert_eq!(sent.of(&server.url(encoded)).status, Some(404));
}

/// The text of a page must not control the terminal.
#[test]
fn server_text_is_escaped_for_the_terminal() {
    let evil = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\r";
    let paths = ["/title", "/reason", "/location", "/kind", "/encoding"];
    let server = linking_to(&paths, move |request| match &*request.target {
        "/title" => Answer::html(format!("<title>{evil}</title><a href='/{evil}'>")),
        "/reason" => Answer::page(&format!("404 {evil}"), "", evil),
        "/location" => Answer::page("302 Found", &format!("Location: /{evil}x\r\n"), ""),
        "/kind" => Answer::page("200 OK", &format!("Content-Type: {evil}\r\n"), evil),
        "/encoding" => Answer::page("200 OK", "Content-Encoding: \u{1b}[31m\r\n", evil),
        _ => Answer::bytes(format!("{evil}\r\n\r\n")),
    });
    let url = server.url("/");
    let crawled = crawl(&[&*url]);
    for line in crawled.lines.iter().chain(&crawled.complaints) {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    // JSON escapes ASCII control characters only.
    let crawled = crawl(&["--json", &*url]);
    for line in crawled.lines {
        assert!(
            !line.contains(|char: char| char.is_ascii_control()),
            "{line:?}"
        );
    }
}
