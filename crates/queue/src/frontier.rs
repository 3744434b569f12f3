//! A crawler of one screen: a queue of URLs to fetch, a set of URLs seen, workers that take from one and add to both.
//!
//! The crawler to use is `queue crawl URL…`.

use crate::{Options, crawl::demo_site};
use common::demo::{or_fail, spawn};
use common::http::url::Url;
use common::http::{Client, Error};
use common::queue::Queue;
use common::{html, println};
use std::collections::HashSet;
use std::sync::Mutex;
use std::thread;

struct Crawler {
    client: Client,
    /// Unbounded: the workers that take from it also put into it.
    frontier: Queue<Url>,
    seen: Mutex<HashSet<Url>>,
}

impl Crawler {
    /// Adds `url` to the frontier if it is new: the check and the entry are one step, under the lock.
    fn add(&self, mut url: Url) {
        url.set_fragment(None);
        let mut seen = self.seen.lock().expect("no worker panics with the lock");
        if seen.insert(url.clone()) {
            or_fail(self.frontier.put(url));
        }
    }

    fn work(&self) {
        while let Ok(url) = self.frontier.get_task() {
            match self.links(&url) {
                Ok(links) => {
                    println!("{}: {} links", url.path(), links.len());
                    let same_site = |link: &Url| link.origin() == url.origin();
                    let links = links.into_iter().filter(same_site);
                    links.for_each(|link| self.add(link));
                }
                Err(error) => println!("{}: {error}", url.path()),
            }
        } // the guard `url` is dropped: the task is done, after its links were put
    }

    fn links(&self, url: &Url) -> Result<Vec<Url>, Error> {
        let (mut page, mut links) = (Vec::new(), Vec::new());
        self.client
            .fetch(url.as_str(), |piece| page.extend_from_slice(piece))?;
        let (text, encoding) = html::decode(&page, "text/html");
        html::scan(&text, url, encoding, |link| links.push(link));
        Ok(links)
    }
}

pub(crate) fn crawl(_: &Options) {
    let site = demo_site();
    site.release("/slow");
    let crawler = Crawler {
        client: Client::builder().workers(5).build(),
        frontier: Queue::new(),
        seen: Mutex::default(),
    };
    crawler.add(or_fail(Url::parse(&site.url("/"))));
    thread::scope(|scope| {
        for _ in 0..5 {
            spawn(scope, || crawler.work());
        }
        crawler.frontier.join(); // an empty queue is not the end: a worker may still add to it
        crawler.frontier.shutdown();
    });
}
