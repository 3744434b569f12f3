//! The set of known pages: each is requested once, and for each broken page the pages that link to it are recorded.

use super::failure::Failure;
use super::link::{Address, Discovery, Link};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The known pages, shared by all workers.
pub(super) struct Seen {
    max_pages: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The index of each page, by canonical URL.
    numbers: HashMap<Arc<str>, usize>,
    pages: Vec<KnownPage>,
    /// The number of pages that robots.txt disallows. The others are claimed for a request, at most `max_pages`.
    forbidden: usize,
}

struct KnownPage {
    /// The URL that is requested.
    url: Arc<str>,
    /// The pages that link to it; `None` once it is known not to be broken.
    referrers: Option<Vec<usize>>,
    /// Why it is broken.
    broken: Option<Box<str>>,
    /// The target of its redirect. Invariant: the redirects of the known pages have no cycle.
    redirects_to: Option<usize>,
}

/// The target of a redirect.
pub(super) enum Target {
    /// A page to request.
    New(Link),
    /// A page that is already known, or that exceeds `max_pages`.
    Known,
    /// The redirecting page itself, directly or through other pages.
    Itself,
}

/// A broken page, and the pages that link to it.
pub(super) struct Broken {
    pub(super) url: Arc<str>,
    pub(super) reason: Box<str>,
    pub(super) referrers: Vec<Occurrence>,
}

/// A link to a broken page.
pub(super) struct Occurrence {
    pub(super) page: Arc<str>,
    /// The target of the link, if it redirects to the broken page.
    pub(super) link: Option<Arc<str>>,
}

impl Seen {
    pub(super) fn new(max_pages: usize) -> Self {
        Self {
            max_pages,
            state: Mutex::default(),
        }
    }

    /// Whether the page is known. If so, records `from` as a page that links to it.
    pub(super) fn knows(&self, page: &Address, from: Discovery) -> bool {
        self.state().find(page, Some(from.number)).is_some()
    }

    /// Claims the page for a request. Returns the link for the caller to put into the frontier, or `None` if another
    /// thread claimed the page first or `max_pages` is reached.
    pub(super) fn claim(&self, page: Address, from: Option<Discovery>) -> Option<Link> {
        let mut state = self.state();
        let number = from.map(|from| from.number);
        if state.claimed() == self.max_pages || state.find(&page, number).is_some() {
            return None;
        }
        let discovery = Discovery::new(state.add(&page, number), from);
        Some(Link::new(page.url, discovery))
    }

    /// Records that the page `from` redirects to `to`, and claims `to`.
    pub(super) fn redirect(&self, from: Discovery, to: Address) -> Target {
        let mut state = self.state();
        let known = state.find(&to, None);
        if let Some(number) = known {
            let is_loop = state.reaches(number, from.number);
            // Another spelling is requested as it is given: the server may accept only that one.
            if is_loop && *state.pages[number].url == *to.url.as_str() {
                return Target::Itself;
            }
            if !is_loop {
                state.find(&to, Some(from.number));
                state.pages[from.number].redirects_to = known;
                return Target::Known;
            }
        }
        if state.claimed() == self.max_pages {
            return Target::Known;
        }
        let number = state.add(&to, Some(from.number));
        state.pages[from.number].redirects_to = Some(number);
        let discovery = Discovery::redirected(number, from);
        Target::New(Link::new(to.url, discovery))
    }

    /// Records that robots.txt disallows the page.
    pub(super) fn forbid(&self, page: &Address) {
        let mut state = self.state();
        if state.find(page, None).is_none() {
            state.forbidden += 1;
            let number = state.add(page, None);
            state.pages[number].referrers = None;
        }
    }

    /// Records the outcome of a request.
    pub(super) fn settle(&self, number: usize, error: Option<&Failure>) {
        let page = &mut self.state().pages[number];
        let broken = error.filter(|error| error.is_broken());
        page.broken = broken.map(|error| error.to_string().into());
        if page.broken.is_none() && page.redirects_to.is_none() {
            page.referrers = None;
        }
    }

    pub(super) fn url(&self, number: usize) -> Arc<str> {
        Arc::clone(&self.state().pages[number].url)
    }

    pub(super) fn forbidden(&self) -> usize {
        self.state().forbidden
    }

    /// The number of claimed pages.
    pub(super) fn claimed(&self) -> usize {
        self.state().claimed()
    }

    /// All broken pages, in the order in which they became known.
    pub(super) fn broken(&self) -> Vec<Broken> {
        let state = self.state();
        let broken = state.pages.iter().filter_map(|page| {
            Some(Broken {
                url: Arc::clone(&page.url),
                reason: page.broken.clone()?,
                referrers: state.occurrences(page.referrers.as_deref()?),
            })
        });
        broken.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns the number of the page if it is known, and records `from` as a page that links to it.
    fn find(&mut self, page: &Address, from: Option<usize>) -> Option<usize> {
        let &number = self.numbers.get(page.canonical().as_str())?;
        if let Some(referrers) = &mut self.pages[number].referrers {
            referrers.extend(from);
        }
        Some(number)
    }

    fn claimed(&self) -> usize {
        self.pages.len() - self.forbidden
    }

    fn add(&mut self, page: &Address, from: Option<usize>) -> usize {
        let url: Arc<str> = page.url.as_str().into();
        let key = match page.canonical().as_str() {
            canonical if *canonical == *url => Arc::clone(&url),
            canonical => canonical.into(),
        };
        let number = self.pages.len();
        self.numbers.insert(key, number);
        self.pages.push(KnownPage {
            url,
            referrers: Some(from.into_iter().collect()),
            broken: None,
            redirects_to: None,
        });
        number
    }

    /// Whether the redirects of `page` lead to `to`.
    fn reaches(&self, page: usize, to: usize) -> bool {
        let mut next = Some(page);
        while let Some(number) = next.filter(|number| *number != to) {
            next = self.pages[number].redirects_to;
        }
        next.is_some()
    }

    /// The links on the pages `referrers`. A page that redirects is replaced by the pages that link to it.
    fn occurrences(&self, referrers: &[usize]) -> Vec<Occurrence> {
        let url = |number: usize| Arc::clone(&self.pages[number].url);
        let mut occurrences = Vec::new();
        let mut open: Vec<(usize, Option<usize>)> =
            referrers.iter().rev().map(|&page| (page, None)).collect();
        while let Some((number, link)) = open.pop() {
            let page = &self.pages[number];
            match &page.referrers {
                Some(referrers) if page.redirects_to.is_some() && !referrers.is_empty() => {
                    open.extend(referrers.iter().rev().map(|&page| (page, Some(number))));
                }
                _ => occurrences.push(Occurrence {
                    page: url(number),
                    link: link.map(url),
                }),
            }
        }
        occurrences
    }
}
