//! The frontier: the pages that are still to be asked for, and what may come into it.

use super::failure::Failure;
use super::fetch::Fetcher;
use super::link::Link;
use super::options::Crawl;
use super::scope::Scope;
use super::seen::Seen;
use common::http::Error;
use common::http::url::Url;
use common::queue::Queue;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many redirects may follow one another.
const REDIRECTS: u32 = 10;

/// Links to be followed, and the rules for them.
pub(super) struct Frontier {
    /// Unbounded: who takes from it is who puts into it, and would wait for itself.
    pub(super) queue: Queue<Link>,
    pub(super) seen: Seen,
    scope: Scope,
    depth: u32,
    next_level: Mutex<Vec<Link>>,
    /// Start URLs whose redirects have not come to an end: until then nobody knows which links belong.
    open_starts: AtomicUsize,
    /// The links that were found meanwhile and lead out of what belongs so far.
    held: Mutex<Vec<(Url, Link)>>,
}

impl Frontier {
    /// The start URLs wait in it.
    pub(super) fn new(job: &Crawl) -> Self {
        let frontier = Self {
            queue: Queue::new(),
            seen: Seen::new(job.max_pages),
            scope: Scope::new(job),
            depth: job.depth,
            next_level: Mutex::default(),
            open_starts: AtomicUsize::new(0),
            held: Mutex::default(),
        };
        let starts: Vec<_> = job
            .urls
            .iter()
            .filter_map(|url| frontier.seen.claim(url, None))
            .collect();
        frontier.open_starts.store(starts.len(), Ordering::SeqCst);
        for start in starts {
            frontier.put(start);
        }
        frontier
    }

    /// A link to `url` was found on the page `from`.
    pub(super) fn add(&self, fetcher: &Fetcher, url: Url, from: &Link) {
        if !self.scope.contains(&url) {
            if self.open_starts.load(Ordering::SeqCst) > 0 {
                self.hold(fetcher, url, from);
            }
            return;
        }
        if self.seen.knows(&url, Some(from)) || from.depth >= self.depth {
            return;
        }
        if fetcher.may_ask(&url).is_err() {
            self.seen.forbid(&url);
        } else if let Some(link) = self.seen.claim(&url, Some(from)) {
            self.put(link);
        }
    }

    /// The next level comes into the queue once the one above is done, when depth matters: a page that two ways
    /// lead to is then found by the shorter one, however slow it is. False when there is no next level.
    pub(super) fn deepen(&self) -> bool {
        let next = std::mem::take(
            &mut *self
                .next_level
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let is_more = !next.is_empty();
        for link in next {
            // Refused only when the crawl is over.
            let _ = self.queue.put(link);
        }
        is_more
    }

    /// The page `from` redirects to `to`, which is a link like any other, but for a start URL.
    pub(super) fn redirect(&self, fetcher: &Fetcher, to: Url, from: &Link) -> Result<(), Failure> {
        if !from.is_start && !self.scope.contains(&to) {
            return Err(Failure::LeadsAway(to));
        }
        if from.redirects >= REDIRECTS {
            return Err(Error::Redirects(REDIRECTS).into());
        }
        if !from.is_start && fetcher.may_ask(&to).is_err() {
            return Err(Failure::LeadsToForbidden(to));
        }
        let link = self.seen.claim(&to, Some(from));
        // Noted before anybody can follow it, so that who closes a loop sees all of it.
        if self.seen.closes_a_loop(from, &to) {
            return Err(Failure::Loop);
        }
        match link {
            Some(link) => self.put(link.redirected(from)),
            None => self.arrived(fetcher, from, &to),
        }
        Ok(())
    }

    /// The start URL has led here, after its redirects.
    pub(super) fn arrived(&self, fetcher: &Fetcher, start: &Link, url: &Url) {
        if !start.is_start {
            return;
        }
        self.scope.add(url);
        let mut held = self.held();
        if self.open_starts.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        let links = std::mem::take(&mut *held);
        drop(held);
        for (url, from) in links {
            self.add(fetcher, url, &from);
        }
    }

    fn put(&self, link: Link) {
        if self.depth < u32::MAX && link.redirects == 0 && !link.is_start {
            let mut next = self
                .next_level
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            next.push(link);
        } else {
            // Refused only when the crawl is over.
            let _ = self.queue.put(link);
        }
    }

    /// Keeps the link until all starts have arrived, if that is still to come.
    fn hold(&self, fetcher: &Fetcher, url: Url, from: &Link) {
        let mut held = self.held();
        if self.open_starts.load(Ordering::SeqCst) > 0 {
            held.push((url, from.clone()));
        } else if self.scope.contains(&url) {
            drop(held);
            self.add(fetcher, url, from);
        }
    }

    fn held(&self) -> MutexGuard<'_, Vec<(Url, Link)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
