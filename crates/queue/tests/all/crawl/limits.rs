//! Limits of a crawl, and request headers.

use crate::support::sites::{linking_to, links, site};
use crate::support::{Crawled, Entries, crawl, entries};
use common::testing::hostile::{Answer, Request, Server, misbehave, until_hung_up};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// An endless tree: every page links to two more.
fn tree() -> Server {
    Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        path => Answer::html(links([
            format!("{path}l/"),
            format!("{path}r/"),
            "/".into(),
        ])),
    })
}

#[test]
fn depth_is_the_number_of_links_from_the_start() {
    for (depth, pages) in [("0", 1), ("1", 3), ("3", 15)] {
        let server = tree();
        let entries = entries(&server.url("/"), &["--depth", depth]);
        assert_eq!(entries.0.len(), pages, "{depth}");
        for entry in &entries.0 {
            let path = entry.url.strip_prefix(&server.url("/"));
            let path = path.expect("it is of this site");
            assert_eq!(entry.depth, path.len() as u64 / 2, "{entry:?}");
        }
    }
}

/// A page is found by a path of three links first, because the shorter path has a slow page.
#[test]
fn depth_is_that_of_the_shortest_path() {
    let later = Arc::new((Mutex::new(false), Condvar::new()));
    let server = Server::with(move |request| {
        let (found, changed) = &*later;
        match &*request.target {
            "/" => Answer::html("<a href=/slow><a href=/long>"),
            "/long" => Answer::html("<a href=/longer>"),
            "/longer" => Answer::html("<a href=/page>"),
            "/page" => {
                *found.lock().expect("no thread panics") = true;
                changed.notify_all();
                Answer::html("<a href=/last>")
            }
            "/slow" => {
                let found = found.lock().expect("no thread panics");
                let wait =
                    changed.wait_timeout_while(found, Duration::from_secs(1), |found| !*found);
                drop(wait.expect("no thread panics"));
                Answer::html("<a href=/page>")
            }
            "/last" => Answer::html(""),
            _ => Answer::not_found(),
        }
    });
    let entries = entries(&server.url("/"), &["--depth=3"]);
    assert_eq!(server.visits("/last"), 1, "{entries:#?}");
    assert_eq!(server.visits("/page"), 1, "{entries:#?}");
}

#[test]
fn redirect_does_not_add_to_the_depth() {
    let server = linking_to(&["/old"], |request| match &*request.target {
        "/old" => Answer::redirect("/new"),
        _ => Answer::html("<a href=/far>"),
    });
    entries(&server.url("/"), &["--depth=1"]);
    assert_eq!(server.asked(), ["/", "/new", "/old"]);
}

#[test]
fn max_pages_bounds_the_number_of_requests() {
    for pages in ["1", "2", "7", "40"] {
        for workers in ["1", "16"] {
            let server = tree();
            let arguments = ["--max-pages", pages, "--workers", workers];
            let Entries(entries) = entries(&server.url("/"), &arguments);
            assert_eq!(entries.len().to_string(), pages);
            assert_eq!(server.asked().len().to_string(), pages);
        }
    }
}

#[test]
fn max_pages_may_exceed_the_size_of_the_site() {
    let server = site(&[("/", "<a href=/x>"), ("/x", "")]);
    let crawled = crawl(&[
        "--json",
        "--max-pages=1000000",
        "--depth=1000000",
        &server.url("/"),
    ]);
    assert_eq!((crawled.code, crawled.lines.len()), (Some(0), 2));
}

#[test]
fn timeout_of_one_page_does_not_delay_others() {
    let server = linking_to(&["/hang", "/drip-body", "/ok"], misbehave);
    let crawled = crawl(&["--timeout=0.5", &server.url("/")]);
    assert_eq!(
        crawled.result_of(&server.url("/hang")),
        "timed out after 0.5 s"
    );
    assert_eq!(
        crawled.result_of(&server.url("/drip-body")),
        "timed out after 0.5 s"
    );
    assert!(
        crawled
            .result_of(&server.url("/ok"))
            .starts_with("1000 bytes")
    );
    assert_eq!(crawled.code, Some(1));
}

#[test]
fn max_body_limits_the_decompressed_body() {
    let server = linking_to(&["/ok", "/gzip"], misbehave);
    for (limit, told) in [
        ("5000", ["1000 bytes, 0 links", "5000 bytes, 0 links"]),
        ("4999", ["1000 bytes, 0 links", "body over 4999 bytes"]),
        ("1000", ["1000 bytes, 0 links", "body over 1000 bytes"]),
        ("999", ["body over 999 bytes", "body over 999 bytes"]),
    ] {
        let crawled = crawl(&["--max-body", limit, &server.url("/")]);
        for (path, told) in ["/ok", "/gzip"].iter().zip(told) {
            assert_eq!(crawled.result_of(&server.url(path)), told);
        }
    }
}

#[test]
fn header_option_is_sent_with_every_request() {
    let server = linking_to(&["/old"], |request| match &*request.target {
        "/old" => Answer::redirect("/new"),
        _ => Answer::html(""),
    });
    let headers = ["--header", "X-One: 1", "--header=Cookie: a=b; c=\"d: e\""];
    entries(&server.url("/"), &headers);
    let pages = |request: &Request| request.target != "/robots.txt";
    let requests: Vec<_> = server.requests().into_iter().filter(pages).collect();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.field("x-one"), Some("1"), "{request:?}");
        assert_eq!(request.field("cookie"), Some("a=b; c=\"d: e\""));
    }
}

#[test]
fn header_option_replaces_the_default_header() {
    let server = site(&[("/", "")]);
    entries(
        &server.url("/"),
        &["--header=User-Agent: me/1.0", "--header=Accept: text/html"],
    );
    for page in server.requests().iter().skip(1) {
        assert_eq!(page.field("User-Agent"), Some("me/1.0"));
        let head = format!("{page:?}").to_ascii_lowercase();
        assert_eq!(head.matches("user-agent:").count(), 1, "{head}");
        assert_eq!(head.matches("accept:").count(), 1, "{head}");
    }
}

#[test]
fn concurrent_requests_do_not_exceed_the_workers() {
    for workers in [1, 3, 16] {
        let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let paths: Vec<_> = (0..200).map(|page| format!("/{page}")).collect();
        let paths: Vec<_> = paths.iter().map(String::as_str).collect();
        let seen = Arc::clone(&most);
        let server = linking_to(&paths, move |_| {
            let inside = now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.fetch_max(inside, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
            Answer::html("")
        });
        let Entries(entries) = entries(&server.url("/"), &["--workers", &workers.to_string()]);
        assert_eq!(entries.len(), 201);
        assert!(most.load(Ordering::SeqCst) <= workers);
    }
}

#[test]
fn body_that_is_not_html_is_not_read() {
    let server = linking_to(
        &["/big.zip", "/stream", "/cut.pdf"],
        |request| match &*request.target {
            "/big.zip" => Answer::page(
                "200 OK",
                "Content-Type: application/zip\r\n",
                vec![0; 300_000],
            ),
            "/stream" => Answer::act(|mut stream| {
                stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n",
                )?;
                until_hung_up(stream)
            }),
            _ => Answer::bytes(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 9\r\n\r\ncut",
            ),
        },
    );
    let entries = entries(&server.url("/"), &["--max-body=1000", "--timeout=20"]);
    assert_eq!((entries.0.len(), entries.failed()), (4, 0), "{entries:#?}");
    assert_eq!(entries.of(&server.url("/big.zip")).bytes, 300_000);
}
