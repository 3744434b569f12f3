//! robots.txt.

use crate::support::sites::links;
use crate::support::{Crawled, at_once, crawl};
use common::testing::hostile::{Answer, Server, refused, until_hung_up};

/// A site with these pages and this robots.txt.
fn site(robots: Answerer, pages: &[&str]) -> Server {
    let start = links(pages);
    Server::with(move |request| match &*request.target {
        "/robots.txt" => robots(),
        "/" => Answer::html(&start),
        _ => Answer::html(""),
    })
}

type Answerer = Box<dyn Fn() -> Answer + Send + Sync>;

fn text(robots: &'static str) -> Answerer {
    Box::new(move || Answer::page("200 OK", "Content-Type: text/plain\r\n", robots))
}

const PAGES: [&str; 5] = ["/a", "/a/b", "/b", "/b.html", "/c?d=e"];

/// Returns which pages are requested under this robots.txt.
fn asked(robots: &'static str) -> String {
    let server = site(text(robots), &PAGES);
    let crawled = crawl(&["--json", &server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    server.asked()[1..].join(" ")
}

#[test]
fn disallowed_pages_are_not_requested() {
    for (robots, pages) in [
        ("", "/a /a/b /b /b.html /c?d=e"),
        ("User-agent: *\nDisallow:", "/a /a/b /b /b.html /c?d=e"),
        ("User-agent: *\nDisallow: /a", "/b /b.html /c?d=e"),
        ("User-agent: *\nDisallow: /a/", "/a /b /b.html /c?d=e"),
        (
            "user-AGENT:*\r\n disallow : /a # why\r\n",
            "/b /b.html /c?d=e",
        ),
        ("\u{feff}User-agent: *\nDisallow: /a", "/b /b.html /c?d=e"),
        ("User-agent: *\nDisallow: /b$", "/a /a/b /b.html /c?d=e"),
        ("User-agent: *\nDisallow: /*.html", "/a /a/b /b /c?d=e"),
        ("User-agent: *\nDisallow: /*?", "/a /a/b /b /b.html"),
        (
            "User-agent: *\nDisallow: /a\nAllow: /a/b",
            "/a/b /b /b.html /c?d=e",
        ),
        ("User-agent: *\nDisallow: /%61", "/b /b.html /c?d=e"),
        (
            "User-agent: *\nUser-agent: x\n\nDisallow: /a",
            "/b /b.html /c?d=e",
        ),
        ("Disallow: /a", "/a /a/b /b /b.html /c?d=e"),
        (
            "Sitemap: /s\nUser-agent: *\nNoindex: /\nDisallow: /b",
            "/a /a/b /c?d=e",
        ),
    ] {
        assert_eq!(asked(robots), pages, "{robots}");
    }
}

#[test]
fn group_for_this_crawler_replaces_the_group_for_all() {
    let own = "User-agent: Python-Threads-in-Rust";
    for (robots, pages) in [
        (
            format!("User-agent: *\nDisallow: /a\n{own}\nDisallow: /b"),
            "/a /a/b /c?d=e",
        ),
        (
            format!("{own}\nDisallow: /b\n\nUser-agent: *\nDisallow: /"),
            "/a /a/b /c?d=e",
        ),
        (
            format!("{own}\nDisallow: /a\n\n{own}\nDisallow: /b"),
            "/c?d=e",
        ),
        (
            format!("User-agent: *\nDisallow: /\n{own}\nDisallow:"),
            "/a /a/b /b /b.html /c?d=e",
        ),
        (
            "User-agent: python-threads\nDisallow: /a".into(),
            "/a /a/b /b /b.html /c?d=e",
        ),
        (
            "User-agent: wget\nDisallow: /".into(),
            "/a /a/b /b /b.html /c?d=e",
        ),
    ] {
        assert_eq!(asked(String::leak(robots.clone())), pages, "{robots}");
    }
}

#[test]
fn robots_txt_is_requested_first_and_once() {
    let server = site(text("User-agent: *\nDisallow: /a"), &PAGES);
    let crawled = crawl(&[
        "--workers=16",
        &server.url("/"),
        &server.url("/b"),
        &server.url("/c"),
    ]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.requests()[0].target, "/robots.txt");
    assert_eq!(server.visits("/robots.txt"), 1);
    let summary = crawled.summary();
    assert!(
        summary.contains(", 0 failed, 2 kept out by robots.txt"),
        "{summary}"
    );
}

#[test]
fn ignore_robots_requests_disallowed_pages() {
    let server = site(text("User-agent: *\nDisallow: /\nCrawl-delay: 30"), &PAGES);
    let crawled = crawl(&["--ignore-robots", &server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.asked().len(), 1 + PAGES.len());
    assert!(!crawled.summary().contains("robots"), "{crawled:#?}");
}

#[test]
fn missing_robots_txt_allows_every_page() {
    for status in [
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "410 Gone",
        "204 None",
    ] {
        let server = site(Box::new(move || Answer::page(status, "", "")), &PAGES);
        let crawled = crawl(&[server.url("/")]);
        assert_eq!(
            (crawled.code, server.asked().len()),
            (Some(0), 6),
            "{status}: {crawled:#?}"
        );
    }
}

/// Returns the failure of the start page, and checks that nothing else was requested.
fn robots_failure(server: &Server, arguments: &[&str]) -> String {
    let url = server.url("/");
    let crawled = crawl(&[&[&*url], arguments].concat());
    assert_eq!(crawled.code, Some(1), "{crawled:#?}");
    assert_eq!(server.asked().len(), 0, "{crawled:#?}");
    crawled.result_of(&url).to_owned()
}

/// The answer for robots.txt, the arguments, and the reason.
type Case<'a> = (fn() -> Answer, &'a [&'a str], &'a str);

#[test]
fn unavailable_robots_txt_disallows_every_page() {
    let cases: [Case; 3] = [
        (
            || Answer::page("500 No", "", ""),
            &[],
            "HTTP 500 Internal Server Error",
        ),
        (
            || Answer::reset(""),
            &[],
            "connection closed before an answer",
        ),
        (
            || Answer::act(until_hung_up),
            &["--timeout=0.5"],
            "timed out after 0.5 s",
        ),
    ];
    at_once(cases, |(answer, arguments, reason)| {
        let told = robots_failure(&site(Box::new(answer), &PAGES), arguments);
        assert_eq!(told, format!("robots.txt: {reason}"));
    });

    let url = refused();
    let crawled = crawl(&[&url]);
    let reason = crawled.result_of(&url);
    assert_eq!(reason, "robots.txt: cannot connect: connection refused");
    assert_eq!(crawled.code, Some(1));
}

#[test]
fn robots_txt_of_a_busy_host_is_retried() {
    let server = Server::with(|request| match (&*request.target, request.count) {
        ("/robots.txt", 1) => Answer::page("503 Busy", "Retry-After: 0\r\n", ""),
        ("/robots.txt", 2) => Answer::reset(""),
        ("/robots.txt", _) => Answer::page("200 OK", "", "User-agent: *\nDisallow: /a"),
        _ => Answer::html("<a href=/a><a href=/b>"),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.asked(), ["/", "/b"]);
}

#[test]
fn robots_txt_may_be_behind_redirects() {
    let elsewhere = Server::with(|_| Answer::page("200 OK", "", "User-agent: *\nDisallow: /a"));
    let far = elsewhere.url("/rules");
    for to in ["/rules", &far] {
        let to = to.to_owned();
        let server = Server::with(move |request| match &*request.target {
            "/robots.txt" => Answer::redirect(&to),
            "/rules" => Answer::page("200 OK", "", "User-agent: *\nDisallow: /a"),
            "/" => Answer::html("<a href=/a><a href=/b>"),
            _ => Answer::html(""),
        });
        let crawled = crawl(&[server.url("/")]);
        assert_eq!(crawled.code, Some(0), "{crawled:#?}");
        assert_eq!((server.visits("/a"), server.visits("/b")), (0, 1));
    }
    assert_eq!(elsewhere.visits("/rules"), 1);
}

#[test]
fn robots_txt_applies_to_its_own_host_only() {
    let other = site(text("User-agent: *\nDisallow: /b"), &PAGES);
    let away = other.url("/");
    let start = links(["/a", "/b", &away]);
    let server = Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::page("200 OK", "", "User-agent: *\nDisallow: /a"),
        _ => Answer::html(&start),
    });
    let allowed = format!("--allow-host={}", other.host());
    let crawled = crawl(&[&allowed, &server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(server.asked(), ["/", "/b"]);
    assert_eq!(other.asked(), ["/", "/a", "/a/b", "/c?d=e"]);
    assert_eq!(
        (server.visits("/robots.txt"), other.visits("/robots.txt")),
        (1, 1)
    );
}

#[test]
fn redirect_to_a_disallowed_page_is_not_followed() {
    let server = Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::page("200 OK", "", "User-agent: *\nDisallow: /a"),
        "/old" => Answer::redirect("/a"),
        _ => Answer::html("<a href=/old>"),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(
        (crawled.code, server.visits("/a")),
        (Some(0), 0),
        "{crawled:#?}"
    );
    let told = crawled.result_of(&server.url("/old"));
    let reason = format!(
        "redirect to what robots.txt keeps out: {}",
        server.url("/a")
    );
    assert_eq!(told, reason);
}
