//! A crawler of one screen: a queue of URLs to fetch, a set of URLs seen, workers that take from one and add to both.
//!
//! The crawler to use is `queue crawl URL…`.

use crate::Options;
use crate::crawl::demo_site;
use crate::crawl::html::{ContentType, Html};
use common::demo::{or_fail, scope, spawn};
use common::http::url::Url;
use common::http::{Client, Error};
use common::println;
use common::queue::Queue;
use std::collections::HashSet;
use std::sync::Mutex;

struct Crawler {
    client: Client,
    frontier: Queue<Url>, // unbounded: the workers that take from it also put into it
    seen: Mutex<HashSet<Url>>,
}

impl Crawler {
    fn work(&self) {
        while let Ok(url) = self.frontier.get_task() {
            match self.links(&url) {
                Ok(links) => {
                    println!("{}: {} links", url.path(), links.len());
                    for link in links {
                        if link.origin() == url.origin() {
                            self.add(link);
                        }
                    }
                }
                Err(error) => println!("{}: {error}", url.path()),
            }
        } // `url` is dropped: the task is done, after the links of its page were put
    }

    /// Puts `url` into the frontier if it is new: the check and the insertion are one step, under the lock.
    fn add(&self, mut url: Url) {
        url.set_fragment(None);
        let mut seen = self.seen.lock().expect("the lock is not poisoned");
        if seen.insert(url.clone()) {
            or_fail(self.frontier.put(url));
        }
    }

    fn links(&self, url: &Url) -> Result<Vec<Url>, Error> {
        let (mut page, mut links) = (Vec::new(), Vec::new());
        self.client
            .fetch(url.as_str(), |piece| page.extend(piece))?;
        Html::read(&page, &ContentType::default(), url).each_link(|page| links.push(page.url));
        Ok(links)
    }
}

pub(crate) fn crawl(options: &Options) {
    let site = demo_site();
    site.release("/slow");
    let crawler = Crawler {
        client: Client::builder().workers(options.workers).build(),
        frontier: Queue::new(),
        seen: Mutex::default(),
    };
    crawler.add(or_fail(Url::parse(&site.url("/"))));
    scope(|scope| {
        for _ in 0..options.workers {
            spawn(scope, || crawler.work());
        }
        crawler.frontier.join(); // an empty frontier is not the end: a worker may still add to it
        crawler.frontier.shutdown();
    });
}
