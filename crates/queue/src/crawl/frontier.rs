//! The frontier: the queue of links to request, and the rules for adding links.

use super::failure::Failure;
use super::link::{Address, Discovery, Link};
use super::options::Crawl;
use super::politeness::Politeness;
use super::scope::Scope;
use super::seen::{Seen, Target};
use common::http::Error;
use common::http::url::Url;
use common::queue::Queue;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most redirects in a row: as many as browsers follow.
const REDIRECTS: u32 = 20;

/// Links to be followed, and the rules for them.
pub(super) struct Frontier {
    /// Unbounded: the workers that take from it also put into it, and a bounded queue could deadlock.
    pub(super) queue: Arc<Queue<Link>>,
    pub(super) seen: Seen,
    politeness: Arc<Politeness>,
    scope: Scope,
    depth: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_level: Vec<Link>,
    /// The number of start URLs whose redirects are not resolved yet: until then not all hosts of the crawl are
    /// known.
    open_starts: usize,
    /// Links found meanwhile whose host is not in the crawl so far.
    held: Vec<(Address, Discovery)>,
}

impl Frontier {
    /// Creates a frontier that contains the start URLs.
    pub(super) fn new(job: Crawl, queue: Arc<Queue<Link>>, politeness: Arc<Politeness>) -> Self {
        let frontier = Self {
            queue,
            seen: Seen::new(job.max_pages),
            politeness,
            scope: job.scope,
            depth: job.depth,
            state: Mutex::default(),
        };
        let pages = job.urls.into_iter().filter_map(Address::of);
        let starts = pages.filter_map(|page| frontier.seen.claim(page, None));
        let starts: Vec<_> = starts.collect();
        frontier.state().open_starts = starts.len();
        for start in starts {
            frontier.put(start);
        }
        frontier
    }

    /// Adds a link to `page`, found on the page `from`.
    pub(super) fn add(&self, page: Address, from: Discovery) {
        if !self.scope.contains(page.canonical()) {
            let mut state = self.state();
            if state.open_starts > 0 {
                state.held.push((page, from));
                return;
            }
            drop(state);
            // The last start URL may have been resolved in the meantime.
            if !self.scope.contains(page.canonical()) {
                return;
            }
        }
        if self.seen.knows(&page, from) || from.depth >= self.depth {
            return;
        }
        if self.politeness.may_request(&page.url).is_err() {
            self.seen.forbid(&page);
        } else if let Some(link) = self.seen.claim(page, Some(from)) {
            self.put(link);
        }
    }

    /// With a depth limit, puts the next level into the queue after the level above is done: a page that is reachable
    /// by two paths is then found by the shorter one, however slow that is. Returns false if there is no next level.
    pub(super) fn start_next_level(&self) -> bool {
        let next = std::mem::take(&mut self.state().next_level);
        let is_more = !next.is_empty();
        for link in next {
            // `put` fails only after the queue is shut down.
            let _ = self.queue.put(link);
        }
        is_more
    }

    /// Handles a redirect from the page `from` to `to`, which is treated as a link unless `from` is a start URL.
    pub(super) fn redirect(&self, to: Url, from: Discovery) -> Result<(), Failure> {
        let is_in_scope = |page: &Address| from.is_start || self.scope.contains(page.canonical());
        let Some(page) = Address::of(to.clone()).filter(is_in_scope) else {
            return Err(Failure::LeadsAway(to));
        };
        if from.redirects >= REDIRECTS {
            return Err(Failure::Failed(Error::Redirects(REDIRECTS)));
        }
        if !from.is_start && self.politeness.may_request(&to).is_err() {
            return Err(Failure::LeadsToForbidden(to));
        }
        match self.seen.redirect(from, page) {
            Target::New(link) => self.put(link),
            Target::Known => self.start_resolved(from, &to),
            Target::Itself => return Err(Failure::Loop),
        }
        Ok(())
    }

    /// Records that the redirects of the start URL end at `url`.
    pub(super) fn start_resolved(&self, start: Discovery, url: &Url) {
        if !start.is_start {
            return;
        }
        self.scope.add(url);
        let mut state = self.state();
        state.open_starts -= 1;
        if state.open_starts > 0 {
            return;
        }
        let links = std::mem::take(&mut state.held);
        drop(state);
        for (page, from) in links {
            self.add(page, from);
        }
    }

    fn put(&self, link: Link) {
        let found = &link.discovery;
        if self.depth < u32::MAX && found.redirects == 0 && !found.is_start {
            self.state().next_level.push(link);
        } else {
            // `put` fails only after the queue is shut down.
            let _ = self.queue.put(link);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
