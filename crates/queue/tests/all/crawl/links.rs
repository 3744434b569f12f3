//! Resolution of links, and one request for each page.

use crate::support::sites::{links, site};
use crate::support::{Crawled, Entries, crawl, entries};
use common::testing::hostile::{Answer, Server};

/// Returns the requests of a crawl in which `/dir/page.html` has these links.
fn asked(hrefs: &[&str]) -> Vec<String> {
    let start = links(hrefs);
    let server = Server::with(move |request| match &*request.target {
        "/dir/page.html" => Answer::html(&start),
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(""),
    });
    let entries = entries(&server.url("/dir/page.html"), &[]);
    assert_eq!(entries.failed(), 0, "{entries:#?}");
    assert_eq!(entries.0.len(), server.asked().len(), "{entries:#?}");
    let start = |target: &String| target != "/dir/page.html";
    server.asked().into_iter().filter(start).collect()
}

#[test]
fn links_are_resolved_as_browsers_resolve_them() {
    for (href, target) in [
        ("page2", "/dir/page2"),
        ("./page2", "/dir/page2"),
        ("../page2", "/page2"),
        ("../../../page2", "/page2"),
        ("a/./b/../c", "/dir/a/c"),
        ("/abs/../page2", "/page2"),
        ("..", "/"),
        ("?a=1", "/dir/page.html?a=1"),
        ("q?a=1&amp;b=2", "/dir/q?a=1&b=2"),
        ("q?a=1&b=2", "/dir/q?a=1&b=2"),
        ("q?&lt;&#233;&#xe9;", "/dir/q?%3C%C3%A9%C3%A9"),
        (" page2\n", "/dir/page2"),
        ("pa\n\tge2", "/dir/page2"),
        ("two words", "/dir/two%20words"),
        ("caf\u{e9}", "/dir/caf%C3%A9"),
        ("\u{4e2d}\u{6587}", "/dir/%E4%B8%AD%E6%96%87"),
        ("a%2Fb", "/dir/a%2Fb"),
        ("a%20b", "/dir/a%20b"),
        ("100%", "/dir/100%"),
        ("100%+beef%+a", "/dir/100%+beef%+a"),
        ("q?100%+beef", "/dir/q?100%+beef"),
        ("back\\slash", "/dir/back/slash"),
        ("page2?", "/dir/page2?"),
        ("a//b", "/dir/a//b"),
        ("a;b=c,d:e@f!$'()*+", "/dir/a;b=c,d:e@f!$'()*+"),
    ] {
        assert_eq!(asked(&[href]), [target], "{href}");
    }
}

#[test]
fn equivalent_urls_are_requested_once() {
    for same in [
        &["page2", "page2#top", "page2#", "/dir/page2", "./page2"][..],
        &["caf\u{e9}", "caf%C3%A9", "caf%c3%a9", "caf&eacute;"],
        &["~me", "%7Eme", "%7eme"],
        &["a b", "a%20b"],
        &["q?x=%2f", "q?x=%2F"],
        &["x/..", "", ".", "./"],
    ] {
        assert_eq!(asked(same).len(), 1, "{same:?}: {:?}", asked(same));
    }
    let page: [&str; 0] = [];
    assert_eq!(
        asked(&["#top", "", "page.html", "../dir/page.html#x"]),
        page
    );
}

#[test]
fn different_urls_are_requested_separately() {
    for others in [
        &["page2", "Page2", "page2/", "page2?", "page2?x", "page2?X"][..],
        &["a%2Fb", "a/b"],
        &["q?x=a%26b", "q?x=a&b"],
        &["a+b", "a%20b", "a%2Bb"],
        &["a%23b", "a%3Fb", "a%25b"],
    ] {
        assert_eq!(
            asked(others).len(),
            others.len(),
            "{others:?}: {:?}",
            asked(others)
        );
    }
}

#[test]
fn spellings_of_a_host_are_equivalent() {
    let server = site(&[("/x", "")]);
    let host = server.host();
    let (_, port) = host.split_once(':').expect("it has a port");
    let start = [
        format!("http://127.0.0.1:{port}/x"),
        format!("HTTP://127.0.0.1:{port}/x"),
        format!("http://127.1:{port}/x"),
        format!("http://0x7f000001:0{port}/x#y"),
        format!("//127.0.0.1:{port}/x"),
    ];
    let pages = links(&start);
    let start = Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(&pages),
    });
    let host = format!("--allow-host={}", server.host());
    let entries = entries(&start.url("/"), &[&host]);
    assert_eq!(entries.urls().len(), 2, "{entries:#?}");
    assert_eq!(entries.of(&start.url("/")).links, 1, "{entries:#?}");
    assert_eq!(server.asked(), ["/x"]);
}

/// Pages that all link to one another.
fn circle(count: usize) -> Server {
    let paths: Vec<_> = (0..count).map(|page| format!("/{page}#top")).collect();
    let all = links(paths);
    Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(&all),
    })
}

#[test]
fn pages_that_link_to_one_another_are_requested_once() {
    for workers in ["1", "2", "5", "16", "64"] {
        let server = circle(60);
        let start = server.url("/0");
        let crawled = crawl(&[
            "--json",
            "--workers",
            workers,
            &start,
            &server.url("/1"),
            &start,
        ]);
        assert_eq!(crawled.code, Some(0), "{crawled:#?}");
        let Entries(entries) = crawled.entries();
        assert_eq!(entries.len(), 60);
        let mut asked = server.asked();
        asked.dedup();
        assert_eq!((asked.len(), server.requests().len()), (60, 60 + 1));
    }
}

#[test]
fn links_of_a_page_are_counted_once_each() {
    let page = links([
        "/a",
        "/a#x",
        "/b",
        "http://elsewhere.test/",
        "mailto:me@here.test",
    ]);
    let server = site(&[("/", &page), ("/a", ""), ("/b", "")]);
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.of(&server.url("/")).links, 3);
    assert_eq!(entries.of(&server.url("/a")).links, 0);
}
