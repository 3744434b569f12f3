//! What a crawl tells to people.

use crate::support::crawl;
use crate::support::sites::{around, links, site};
use common::testing::hostile::{Answer, Server};

#[test]
fn a_line_a_page_and_a_summary() {
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
fn a_broken_link_is_told_with_all_pages_that_it_stands_on() {
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
    let gone = told
        .iter()
        .position(|line| line.starts_with(&format!("broken: {}", url("/gone"))));
    let gone = gone.unwrap_or_else(|| panic!("{crawled:#?}"));
    told[gone + 1..gone + 5].sort_unstable();
    let gone = [
        format!("broken: {}: HTTP 404 Not Found", url("/gone")),
        on("/"),
        on("/a"),
        on("/away"),
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
fn a_start_that_is_broken_stands_on_no_page() {
    let server = site(&[]);
    let crawled = crawl(&[server.url("/")]);
    let expected = [
        format!("{}: HTTP 404 Not Found", server.url("/")),
        format!("broken: {}: HTTP 404 Not Found", server.url("/")),
        "1 pages, 0 bytes, 1 failed".to_owned(),
    ];
    assert_eq!(crawled.lines[..2], expected[..2]);
    assert_eq!(crawled.lines.len(), 3);
    assert_eq!(crawled.code, Some(1));
}

/// Whoever wrote the pages has no say over the reader's terminal.
#[test]
fn nothing_that_a_server_sends_controls_the_terminal() {
    let evil = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\r";
    let paths = ["/title", "/reason", "/location", "/kind", "/encoding"];
    let server = around(&paths, move |request| match &*request.target {
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
    // JSON has its own rule, and is not for terminals.
    let crawled = crawl(&["--json", &*url]);
    for line in crawled.lines {
        assert!(
            !line.contains(|char: char| char.is_ascii_control()),
            "{line:?}"
        );
    }
}
