//! The scope of a crawl.

use crate::support::sites::{EveryHost, links, site};
use crate::support::{Crawled, Entries, crawl, entries};
use common::testing::hostile::{Answer, Server, misbehave};
use std::sync::Arc;

/// Two sites; the first links to both.
fn neighbours() -> (Server, Server) {
    let other = site(&[("/", "<a href=/next>"), ("/next", "")]);
    let start = links(["/x", &other.url("/"), "http://127.0.0.1:1/"]);
    (site(&[("/", &start), ("/x", "")]), other)
}

#[test]
fn crawl_stays_on_its_host_and_port() {
    let (server, other) = neighbours();
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.urls(), [server.url("/"), server.url("/x")]);
    assert_eq!(entries.of(&server.url("/")).links, 3);
    assert_eq!(other.connections(), 0);
}

#[test]
fn allow_host_adds_hosts_to_the_crawl() {
    let (server, other) = neighbours();
    let allowed = format!("--allow-host={}", other.host());
    let Entries(entries) = entries(&server.url("/"), &[&allowed, "--allow-host", "no.test"]);
    assert_eq!(entries.len(), 4, "{entries:#?}");
    assert_eq!(other.asked(), ["/", "/next"]);
    assert_eq!(server.asked(), ["/", "/x"]);
}

#[test]
fn every_start_url_adds_its_host() {
    let (one, another) = (site(&[("/", "<a href=/x>"), ("/x", "")]), neighbours().0);
    let crawled = crawl(&["--json", &one.url("/"), &another.url("/")]);
    assert_eq!(crawled.entries().0.len(), 4);
    assert_eq!(one.asked(), ["/", "/x"]);
    assert_eq!(another.asked(), ["/", "/x"]);
}

#[test]
fn start_url_that_fails_does_not_block_links_of_others() {
    for path in ["/loop", "/far/0", "/to-file", "/missing"] {
        let bad = Server::with(|request| match request.target.strip_prefix("/far/") {
            Some(far) => Answer::redirect(&format!("/far/{}", far.len() + 1).replace('1', "11")),
            None if request.target == "/loop" => Answer::redirect("/loop"),
            None => misbehave(request),
        });
        let good = site(&[("/", "<a href=/x>"), ("/x", "")]);
        for starts in [
            [good.url("/"), bad.url(path)],
            [bad.url(path), good.url("/")],
        ] {
            let crawled = crawl(&starts);
            assert_eq!(crawled.code, Some(1), "{crawled:#?}");
            assert_eq!(crawled.result_of(&good.url("/x")), "0 bytes, 0 links");
        }
    }
}

#[test]
fn slow_start_url_does_not_delay_others() {
    let good = Arc::new(site(&[("/", "<a href=/x>"), ("/x", "")]));
    let others = Arc::clone(&good);
    let slow = Server::with(move |_| {
        others.until_all_visited(&["/x"]);
        Answer::html("")
    });
    let crawled = crawl(&[
        "--ignore-robots",
        "--timeout=20",
        &good.url("/"),
        &slow.url("/"),
    ]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
}

#[test]
fn redirected_start_url_adds_the_host_of_its_target_only() {
    let world = EveryHost(Server::with(|request| {
        match (request.host(), &*request.target) {
            ("me.test", "/") => Answer::redirect("http://www.me.test/"),
            ("www.me.test", "/") => Answer::html(links([
                "/x",
                "http://me.test/old",
                "http://WWW.Me.Test:80/x",
                "http://www.me.test:8080/",
                "http://www.me.test.evil.test/",
            ])),
            ("www.me.test", "/x") => Answer::html(""),
            _ => Answer::not_found(),
        }
    }));
    let crawled = world.crawl(&["http://me.test"]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(world.asked(), ["me.test/", "www.me.test/", "www.me.test/x"]);
    let entries = crawled.entries();
    let start = entries.of("http://me.test/");
    assert_eq!(start.status, Some(302));
    assert_eq!(start.redirect.as_deref(), Some("http://www.me.test/"));
    let page = entries.of("http://www.me.test/");
    assert_eq!(page.referrer.as_deref(), Some("http://me.test/"));
    assert_eq!((page.depth, page.links), (0, 4));
}

#[test]
fn missing_scheme_is_added() {
    let world = EveryHost(Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html("<a href=/next>"),
    }));
    let crawled = world.crawl(&["me.test", "you.test:80/page?to=http://me.test/"]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(
        crawled.entries().urls(),
        [
            "http://me.test/",
            "http://me.test/next",
            "http://you.test/next",
            "http://you.test/page?to=http://me.test/"
        ]
    );
}

#[test]
fn default_port_and_case_of_a_host_do_not_matter() {
    let world = EveryHost(Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(links([
            "http://me.test",
            "http://me.test:80",
            "HTTP://ME.TEST:080/#x",
            "http://m%65.test/",
            "//Me.Test/.",
        ])),
    }));
    let crawled = world.crawl(&["http://ME.test:80/"]);
    assert_eq!(crawled.entries().urls(), ["http://me.test/"]);
    assert_eq!(world.asked(), ["me.test/"]);
}

#[test]
fn non_ascii_host_is_requested_by_its_punycode_name() {
    let world = EveryHost(Server::with(|request| match &*request.target {
        "/" => Answer::html(
            "<a href='http://B\u{dc}CHER.test/x'><a href='http://xn--bcher-kva.test/x'>",
        ),
        "/x" => Answer::html(""),
        _ => Answer::not_found(),
    }));
    let crawled = world.crawl(&["http://b\u{fc}cher.test/"]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(
        world.asked(),
        ["xn--bcher-kva.test/", "xn--bcher-kva.test/x"]
    );
}

/// A site of pages at these paths, which its start page links to.
fn tree() -> Server {
    let all = links([
        "/docs/a",
        "/docs/b.html?x",
        "/docs",
        "/docs-old/c",
        "/blog/d",
        "/Docs/e",
    ]);
    Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(&all),
    })
}

#[test]
fn under_limits_the_crawl_to_one_path() {
    let server = tree();
    entries(&server.url("/docs/"), &["--under", "/docs/"]);
    assert_eq!(server.asked(), ["/docs/", "/docs/a", "/docs/b.html?x"]);

    // Without a slash, the path itself and all below it.
    let server = tree();
    entries(&server.url("/docs/"), &["--under=/docs"]);
    assert_eq!(
        server.asked(),
        ["/docs", "/docs/", "/docs/a", "/docs/b.html?x"]
    );

    let server = tree();
    entries(&server.url("/docs/"), &["--under=/docs/", "--under=/blog/"]);
    assert_eq!(
        server.asked(),
        ["/blog/d", "/docs/", "/docs/a", "/docs/b.html?x"]
    );
}

#[test]
fn path_and_pattern_match_every_spelling() {
    let paths = [
        "/%e4%b8%ad/a%20b",
        "/\u{4e2d}/~joe",
        "/\u{4e2d}/caf%c3%a9",
        "/else",
    ];
    for (option, asked) in [
        ("--under=/\u{4e2d}", &paths[..3]),
        ("--under=/%E4%b8%ad/", &paths[..3]),
        ("--under=/x/../%e4%b8%ad/./", &paths[..3]),
        ("--under=/\u{4e2d}/a b", &paths[..1]),
        ("--under=/\u{4e2d}/%7ejoe", &paths[1..2]),
        ("--exclude=/\u{4e2d}/", &paths[3..]),
        ("--exclude=/%e4%B8%ad/", &paths[3..]),
        ("--exclude=a b|%7Ejoe|caf\u{e9}|%65lse", &[]),
        ("--exclude=a%20b|~joe|caf%c3%a9", &paths[3..]),
    ] {
        let server = site(&[("/", &links(paths))]);
        let start = server.url("/");
        // The start URL is requested in any case.
        entries(&start, &[option]);
        let spelled: Vec<_> = asked
            .iter()
            .map(|path| path.replace('\u{4e2d}', "%E4%B8%AD"))
            .collect();
        let mut expected = [&["/".to_owned()][..], &spelled].concat();
        expected.sort_unstable();
        assert_eq!(server.asked(), expected, "{option}");
    }
}

#[test]
fn exclude_matches_the_displayed_name_of_a_host() {
    let world = EveryHost(Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(links(["/x", "http://b\u{fc}cher.test/x"])),
    }));
    let allowed = "--allow-host=B\u{dc}CHER.test";
    world.crawl(&[
        "http://me.test/",
        allowed,
        "--exclude=//b\u{fc}cher[.]test/",
    ]);
    assert_eq!(world.asked(), ["me.test/", "me.test/x"]);
}

#[test]
fn scope_that_matches_nothing_is_refused() {
    let url = "http://127.0.0.1:1/";
    for option in [
        "--under=docs",
        "--under=/docs?x",
        "--under=/docs#x",
        "--allow-host=*.me.test",
        "--allow-host=me.test/docs",
        "--allow-host=me.test?x",
        "--allow-host=me.test#x",
        "--allow-host=me@me.test",
    ] {
        assert_eq!(crawl(&[option, url]).code, Some(2), "{option}");
    }
}

#[test]
fn excluded_pages_are_not_requested() {
    let server = tree();
    let exclude = ["--exclude", r"\.html\b", "--exclude", "/[Dd]ocs$"];
    entries(&server.url("/"), &exclude);
    assert_eq!(
        server.asked(),
        ["/", "/Docs/e", "/blog/d", "/docs-old/c", "/docs/a"]
    );

    // The pattern matches the whole URL, including the host.
    let (server, other) = neighbours();
    let allowed = format!("--allow-host={}", other.host());
    let excluded = format!("--exclude=^http://{}/next$", other.host());
    entries(&server.url("/"), &[&allowed, &excluded]);
    assert_eq!(
        (server.asked().len(), other.asked()),
        (2, vec!["/".to_owned()])
    );
}
