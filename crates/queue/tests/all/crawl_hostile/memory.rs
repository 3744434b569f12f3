//! Memory is bounded by the limits for any answer.

use crate::support::start;
use common::testing::hostile::{Answer, Server, misbehave, until_hung_up};
use std::fmt::Write;

/// The peak memory, in kB, of a crawl with one worker when it requests the page `/held`.
fn peak(server: &Server, arguments: &[&str]) -> u64 {
    let crawl = start(&[&["--workers=1", &server.url("/")], arguments].concat());
    server.until_all_visited(&["/held"]);
    crawl.figure("VmHWM:")
}

/// A site whose start page links to these pages and then to `/held`.
fn before_held(
    paths: &[&str],
    answers: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static,
) -> Server {
    let start = crate::support::sites::links(paths.iter().chain(&["/held"]));
    Server::with(move |request| match &*request.target {
        "/" => Answer::html(&start),
        "/held" => Answer::act(until_hung_up),
        path => answers(path).unwrap_or_else(|| misbehave(request)),
    })
}

#[test]
fn endless_bodies_are_not_kept_in_memory() {
    let paths = ["/endless", "/endless-chunks", "/bomb"];
    let server = before_held(&paths, |_| None);
    let peak = peak(&server, &["--max-body=20000000"]);
    assert!(peak < 60_000, "{peak} kB");
}

/// One page of 20 MB that is a single text, tag or comment.
#[test]
fn long_texts_tags_and_comments_are_not_kept_in_memory() {
    for open in [
        "<p>",
        "<p title='",
        "<p ",
        "<",
        "<!--",
        "<script>",
        "<title>",
        "<a href='",
    ] {
        let server = before_held(&["/long"], move |path| {
            let page = || Answer::html(open.to_owned() + &"long".repeat(5_000_000));
            (path == "/long").then(page)
        });
        let peak = peak(&server, &["--max-body=20000000"]);
        assert!(peak < 60_000, "{open}: {peak} kB");
    }
}

#[test]
fn links_of_a_huge_page_are_bounded_by_max_pages() {
    let mut page = String::from("<a href=/held>\n");
    for link in 0..300_000 {
        writeln!(page, "<a href=/page/number/{link}>x</a>").expect("there is memory");
    }
    let server = Server::with(move |request| match &*request.target {
        "/" => Answer::html(&page),
        "/held" => Answer::act(until_hung_up),
        _ => Answer::not_found(),
    });
    let peak = peak(&server, &["--max-body=100000000", "--max-pages=1000"]);
    // If they were kept, they would take 80 MB more.
    assert!(peak < 60_000, "{peak} kB");
}

#[test]
fn huge_robots_txt_is_not_kept_in_memory() {
    let server = before_held(&[], |path| {
        let robots = || "User-agent: *\n".to_owned() + &"Disallow: /trap\n".repeat(4_000_000);
        (path == "/robots.txt").then(|| Answer::page("200 OK", "", robots()))
    });
    let peak = peak(&server, &[]);
    assert!(peak < 40_000, "{peak} kB");
}

#[test]
fn memory_of_a_thousand_pages_is_that_of_a_hundred() {
    let site = |pages: usize| {
        Server::with(move |request| match request.target[1..].parse::<usize>() {
            Ok(page) if page < pages => {
                let filling = "<p>text</p>".repeat(5_000);
                Answer::html(format!("{filling}<a href=/{}>", page + 1))
            }
            Ok(_) => Answer::html("<a href=/held>"),
            Err(_) if request.target == "/held" => Answer::act(until_hung_up),
            Err(_) if request.target == "/" => Answer::html("<a href=/0>"),
            Err(_) => Answer::not_found(),
        })
    };
    let (few, many) = (peak(&site(100), &[]), peak(&site(1000), &[]));
    assert!(many < few + 5_000, "{few} kB and {many} kB");
}
