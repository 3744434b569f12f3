//! Connections and workers.

use crate::support::sites::{linking_to, links};
use crate::support::{Entries, crawl, entries};
use common::testing::hostile::{Answer, GZIP, Server, gzipped};
use std::sync::{Arc, Barrier, Mutex};

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|page| format!("/{page}")).collect()
}

/// Starts a server whose page `/` links to `count` pages; `answers` returns the answer for each number.
fn with_pages(count: usize, answers: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Server {
    let paths = numbered(count);
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    linking_to(&paths, move |request| match request.target[1..].parse() {
        Ok(number) => answers(number),
        Err(_) => Answer::html(""),
    })
}

#[test]
fn connections_are_reused_after_any_answer() {
    for workers in [1, 5, 16] {
        let server = with_pages(300, |number| match number % 6 {
            0 => Answer::page("404 Not Found", "", "There is no such page."),
            1 => Answer::redirect("/"),
            2 => Answer::page("500 No", "Content-Type: text/html\r\n", vec![b'x'; 20_000]),
            3 => Answer::page("200 OK", "Content-Type: image/png\r\n", vec![0; 20_000]),
            4 => Answer::page("200 OK", GZIP, gzipped(b"<p>")),
            _ => Answer::html(vec![b'x'; 100_000]),
        });
        let entries = entries(&server.url("/"), &["--workers", &workers.to_string()]);
        assert_eq!((entries.0.len(), entries.failed()), (301, 100));
        let connections = server.connections();
        assert!(connections <= workers, "{connections} for {workers}");
    }
}

#[test]
fn idle_connection_closed_by_the_server_is_not_a_failure() {
    let server = with_pages(20, |_| {
        Answer::act(|stream| {
            use std::io::Write;
            let mut stream = stream;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        })
    });
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.failed(), 0, "{entries:#?}");
    assert_eq!(server.asked().len(), 21, "each page is requested once");
}

#[test]
fn server_that_closes_every_connection_is_crawled_completely() {
    let close = "Connection: close\r\nContent-Type: text/html\r\n";
    let server = with_pages(50, move |_| {
        Answer::act(move |mut stream| {
            let head = format!("HTTP/1.0 200 OK\r\n{close}\r\n<a href=/0>until the end");
            std::io::Write::write_all(&mut stream, head.as_bytes())
        })
    });
    let Entries(entries) = entries(&server.url("/"), &[]);
    assert_eq!(entries.len(), 51);
    assert!(
        entries
            .iter()
            .all(|entry| (entry.attempts, &entry.error) == (1, &None))
    );
}

/// The first pages are answered at once, since concurrency may grow with the answers of a host; the others are answered
/// only once every worker has a request in flight.
#[test]
fn all_workers_send_requests_concurrently() {
    for workers in [2, 5, 16, 64] {
        let together = Barrier::new(workers);
        let server = with_pages(workers * 3, move |number| {
            if number >= workers {
                together.wait();
            }
            Answer::html("")
        });
        let Entries(entries) = entries(&server.url("/"), &["--workers", &workers.to_string()]);
        assert_eq!(entries.len(), workers * 3 + 1);
    }
}

#[test]
fn five_workers_are_the_default() {
    let together = Barrier::new(5);
    let inside = Arc::new(Mutex::new((0, 0)));
    let most = Arc::clone(&inside);
    let server = with_pages(20, move |_| {
        {
            let mut inside = inside.lock().expect("no thread panics");
            inside.0 += 1;
            inside.1 = inside.1.max(inside.0);
        }
        together.wait();
        inside.lock().expect("no thread panics").0 -= 1;
        Answer::html("")
    });
    let Entries(entries) = entries(&server.url("/"), &[]);
    assert_eq!(entries.len(), 21);
    assert_eq!(most.lock().expect("no thread panics").1, 5);
}

/// Each worker finds more links than a bounded frontier would hold.
#[test]
fn workers_that_all_add_to_the_frontier_do_not_deadlock() {
    let few = links((0..20).map(|page| format!("/{page}/")));
    let server =
        Server::with(
            move |request| match request.target.split('/').collect::<Vec<_>>()[..] {
                ["", ""] => Answer::html(&few),
                ["", _, ""] => Answer::html(links(0..500)),
                ["", _, _] => Answer::html(""),
                _ => Answer::not_found(),
            },
        );
    for workers in ["1", "5"] {
        let crawled = crawl(&["--json", "--workers", workers, &server.url("/")]);
        assert_eq!(
            (crawled.code, crawled.lines.len()),
            (Some(0), 1 + 20 + 20 * 500)
        );
    }
}

/// Each page links to one other page: all workers but one are always blocked, and all are woken at the end.
#[test]
fn crawl_ends_for_any_shape_of_the_link_graph() {
    let server = Server::with(|request| match request.target[1..].parse::<u32>() {
        Ok(40) => Answer::html(""),
        Ok(page) => Answer::html(links([format!("/{}", page + 1)])),
        Err(_) => Answer::not_found(),
    });
    for workers in ["1", "2", "16", "64"] {
        for start in [0, 38, 39, 40] {
            let url = server.url(&format!("/{start}"));
            let crawled = crawl(&["--json", "--workers", workers, &url]);
            assert_eq!((crawled.code, crawled.lines.len()), (Some(0), 41 - start));
        }
    }
}

#[test]
fn thousand_workers_are_allowed() {
    let server = with_pages(30, |_| Answer::html(""));
    let crawled = crawl(&["--json", "--workers=1000", &server.url("/")]);
    assert_eq!((crawled.code, crawled.lines.len()), (Some(0), 31));
}
