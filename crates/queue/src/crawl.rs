//! §4 A crawler whose URL frontier is a FIFO queue: threads take URLs from it and add those they find.
//!
//! This file is the whole of the idea; what a crawler needs besides stands in the rooms under `crawl/`.

mod address;
mod failure;
mod fetch;
mod frontier;
mod link;
mod options;
mod report;
mod scope;
mod seen;
mod site;
mod team;

pub(crate) use site::{bounded_frontier, demo_site, url_frontier};

use address::start as start_url;
use common::demo::Args;
use common::html;
use common::http::url::Url;
use failure::Failure;
use fetch::{Body, Fetcher};
use frontier::Frontier;
use link::Link;
use report::{Entry, Report};
use scope::host_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

/// A page that came.
#[allow(dead_code)] // the whole of it is for the `visit` that you write
pub(crate) struct Page<'a> {
    /// Where it is.
    pub(crate) url: &'a Url,
    /// All of its text, whatever character set it came in.
    pub(crate) html: &'a str,
    /// What it calls itself.
    pub(crate) title: Option<String>,
}

/// What is taken from a page: put your own scraping here. A panic loses this page only.
fn visit(page: &Page) -> Option<String> {
    page.title.clone()
}

type Visit = fn(&Page) -> Option<String>;

/// What the workers share.
struct Crawl {
    frontier: Frontier,
    fetcher: Fetcher,
    report: Report,
}

/// `queue crawl URL…`
pub(crate) fn run(args: Args) -> ExitCode {
    let job = options::read(args);
    let crawl = Arc::new(Crawl::new(&job));
    crawl.stop_on_ctrl_c();
    crawl.play(job.workers, visit);
    crawl.report.finish(&crawl.frontier.seen)
}

impl Crawl {
    /// An empty frontier is not the end: somebody may be about to add to it. The end is when every link that
    /// was put has been done, and that is what `join` waits for.
    fn play(self: &Arc<Self>, workers: usize, visit: Visit) {
        let workers = self.start(workers, visit);
        self.frontier.queue.join();
        while self.frontier.deepen() {
            self.frontier.queue.join();
        }
        self.frontier.queue.shutdown();
        for worker in workers {
            let _ = worker.join();
        }
    }

    /// The life of a worker. A link counts as done when `link` is dropped: after those on its page were put, and
    /// also by a panic.
    fn work(&self, visit: Visit) {
        while let Ok(link) = self.frontier.queue.get_task() {
            let mut entry = Entry::new(&link);
            let crawled = catch_unwind(AssertUnwindSafe(|| self.crawl(&link, &mut entry, visit)));
            entry.error = match crawled {
                Ok(result) => result.err(),
                Err(panic) => Some(Failure::panic(&*panic)),
            };
            self.frontier.seen.settle(&link, entry.error.as_ref());
            self.report.tell(&entry, &self.frontier.seen);
        }
    }

    /// Asks for one page, adds the links found on it to the frontier, and visits it.
    fn crawl(&self, link: &Link, entry: &mut Entry, visit: Visit) -> Result<(), Failure> {
        let url = Url::parse(&link.url).expect("it was parsed before");
        if link.is_start
            && let Err(failure) = self.fetcher.may_ask(&url)
        {
            self.frontier.arrived(&self.fetcher, link, &url);
            return Err(failure);
        }
        let reply = self.fetcher.fetch(&url);
        (entry.status, entry.attempts) = (reply.status, reply.attempts);
        if let Ok(Body::Redirect(to)) = reply.result {
            entry.redirect = Some(to.to_string());
            let followed = self.frontier.redirect(&self.fetcher, to, link);
            if followed.is_err() {
                self.frontier.arrived(&self.fetcher, link, &url);
            }
            return followed;
        }
        self.frontier.arrived(&self.fetcher, link, &url);
        let body = reply.result.map_err(Failure::Refusal)?;
        entry.bytes = body.len();
        if let Body::Html {
            bytes,
            content_type,
        } = body
        {
            let (html, encoding) = html::decode(&bytes, &content_type);
            let title = html::scan(&html, &url, encoding, |found| {
                entry.links += 1;
                self.frontier.add(&self.fetcher, found, link);
            });
            let html = &html;
            entry.title = visit(&Page {
                url: &url,
                html,
                title,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
