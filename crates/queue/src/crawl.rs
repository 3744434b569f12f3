//! §4 A crawler whose URL frontier is a FIFO queue: threads take URLs from it and add those they find.
//!
//! This file has the whole algorithm; the modules under `crawl/` have politeness, HTML parsing, scope and reports.

mod body;
mod failure;
mod frontier;
pub(crate) mod html;
mod link;
mod options;
mod politeness;
mod report;
mod scope;
mod seen;
mod site;
mod workers;

pub(crate) use site::{bounded_frontier, demo_site, url_frontier};

use body::Body;
use common::demo::Args;
use common::http::url::Url;
use failure::Failure;
use frontier::Frontier;
use html::Html;
use link::Link;
use politeness::Politeness;
use report::{Entry, Report};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

/// A fetched page.
#[allow(dead_code)] // the fields are for your own `visit`
pub(crate) struct Page<'a> {
    /// Its URL.
    pub(crate) url: &'a Url,
    /// Its text, decoded from its character set.
    pub(crate) html: &'a str,
    /// Its title.
    pub(crate) title: Option<String>,
}

/// Extracts data from a page: replace it by your own scraping. A panic fails this page only.
fn visit(page: &Page) -> Option<String> {
    page.title.clone()
}

type Visit = fn(&Page) -> Option<String>;

/// The state that all workers share.
struct Crawl {
    frontier: Frontier,
    politeness: Arc<Politeness>,
    report: Report,
}

/// `queue crawl URL…`
pub(crate) fn run(args: Args) -> ExitCode {
    let job = options::read(args);
    let workers = job.workers;
    let crawl = Arc::new(Crawl::new(job));
    crawl.stop_on_ctrl_c();
    crawl.play(workers, visit);
    crawl.report.finish(&crawl.frontier.seen)
}

impl Crawl {
    /// An empty frontier does not end the crawl: a worker may still add links to it. The crawl ends when every link
    /// that was put is done, and `join` blocks until then.
    fn play(self: &Arc<Self>, workers: usize, visit: Visit) {
        let workers = self.start(workers, visit);
        self.frontier.queue.join();
        while self.frontier.start_next_level() {
            self.frontier.queue.join();
        }
        self.frontier.queue.shutdown();
        for worker in workers {
            let _ = worker.join();
        }
    }

    /// The worker loop. A panic in `visit` loses one page.
    fn work(&self, visit: Visit) {
        let mut bytes = Vec::new();
        while let Some(link) = self.politeness.next() {
            let mut entry = Entry::new(&link, &self.frontier.seen);
            let crawled = catch_unwind(AssertUnwindSafe(|| {
                let (requests, body) = self.politeness.fetch(&link, &mut bytes)?;
                (entry.status, entry.attempts) = (requests.status, requests.attempts);
                Some(self.crawl(&link, body, &bytes, &mut entry, visit))
            }));
            entry.error = match crawled {
                Ok(None) => continue, // requested again later
                Ok(Some(result)) => result.err(),
                Err(panic) => Some(Failure::panic(&*panic)),
            };
            let number = link.discovery.number;
            self.frontier.seen.settle(number, entry.error.as_ref());
            self.report.print_entry(&entry, &self.frontier.seen);
            // Marks the link as done after the links of its page were put, so that `join` does not return too early.
            let _ = self.frontier.queue.task_done();
        }
    }

    /// Adds the links found on a page to the frontier, and visits it.
    fn crawl(
        &self,
        link: &Link,
        body: Result<Body, Failure>,
        bytes: &[u8],
        entry: &mut Entry,
        visit: Visit,
    ) -> Result<(), Failure> {
        let Link { url, discovery, .. } = link;
        if let Ok(Body::Redirect(to)) = body {
            entry.redirect = Some(to.to_string());
            let followed = self.frontier.redirect(to, *discovery);
            if followed.is_err() {
                self.frontier.start_resolved(*discovery, url);
            }
            return followed;
        }
        self.frontier.start_resolved(*discovery, url);
        match body? {
            Body::Html {
                content_type,
                refresh,
            } => {
                entry.bytes = bytes.len() as u64;
                let mut html = Html::read(bytes, &content_type, url);
                html.found.refresh(&refresh);
                html.each_link(|page| {
                    entry.links += 1;
                    self.frontier.add(page, *discovery);
                });
                let title = html.found.title();
                let html = &*html.text;
                entry.title = visit(&Page { url, html, title });
            }
            Body::Other(length) => entry.bytes = length,
            Body::Redirect(_) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
