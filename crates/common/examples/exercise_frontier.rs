//! Exercise 3 of `docs/exercises.md`: a crawler whose frontier has a bound and does not deadlock.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::queue::{PutError, Queue};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

fn main() {
    let crawler = Crawler {
        frontier: Queue::bounded(2),
        crawled: AtomicUsize::new(0),
    };
    crawler.frontier.put("/".into()).expect("there is room");
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| crawler.work());
        }
        crawler.frontier.join();
        crawler.frontier.shutdown();
    });
    println!("pages crawled: {:?}", crawler.crawled);
}

/// The links on a page. The site has 1 + 3 + 9 + 27 pages: `/`, `/a`, `/b`, `/c`, `/aa`, …
fn links(page: &str) -> Vec<String> {
    let names = if page.len() < 4 { "abc" } else { "" };
    names.chars().map(|name| format!("{page}{name}")).collect()
}

struct Crawler {
    /// Bounded: `put` blocks while two pages are in it.
    frontier: Queue<String>,
    crawled: AtomicUsize,
}

impl Crawler {
    fn work(&self) {
        while let Ok(task) = self.frontier.get_task() {
            let mut pages = vec![task.clone()];
            while let Some(page) = pages.pop() {
                for link in links(&page) {
                    // No room: this worker crawls the page itself. It never blocks in `put`.
                    if let Err(PutError::Full(link)) = self.frontier.put_nowait(link) {
                        pages.push(link);
                    }
                }
                self.crawled.fetch_add(1, Relaxed);
            }
        } // the guard `task` is dropped: its page is done, and the pages that found no room
    }
}
