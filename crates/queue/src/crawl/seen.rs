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
    /// The number of pages claimed for a request. Invariant: claimed <= `max_pages`.
    claimed: usize,
    /// The number of pages that robots.txt disallows.
    forbidden: usize,
}

struct KnownPage {
    /// The URL that is requested.
    url: Arc<str>,
    state: PageState,
    /// The target of its redirect. Invariant: the redirects of the known pages have no cycle.
    redirects_to: Option<usize>,
}

/// The state of a page. The pages that link to it are kept until it is known not to be broken.
enum PageState {
    Open {
        referrers: Vec<usize>,
    },
    Fetched,
    Broken {
        reason: String,
        referrers: Vec<usize>,
    },
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
    pub(super) reason: String,
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
        if state.claimed == self.max_pages || state.find(&page, number).is_some() {
            return None;
        }
        let discovery = Discovery::new(state.claim(&page, number), from);
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
        if state.claimed == self.max_pages {
            return Target::Known;
        }
        let number = state.claim(&to, Some(from.number));
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
            state.pages[number].state = PageState::Fetched;
        }
    }

    /// Records the outcome of a request.
    pub(super) fn settle(&self, number: usize, error: Option<&Failure>) {
        let page = &mut self.state().pages[number];
        page.state = match (error.filter(|error| error.is_broken()), &mut page.state) {
            (Some(error), PageState::Open { referrers } | PageState::Broken { referrers, .. }) => {
                PageState::Broken {
                    reason: error.to_string(),
                    referrers: std::mem::take(referrers),
                }
            }
            // A link to the redirecting page counts as a link to its target.
            _ if page.redirects_to.is_some() => return,
            _ => PageState::Fetched,
        };
    }

    pub(super) fn url(&self, number: usize) -> Arc<str> {
        Arc::clone(&self.state().pages[number].url)
    }

    pub(super) fn forbidden(&self) -> usize {
        self.state().forbidden
    }

    /// The number of claimed pages.
    pub(super) fn claimed(&self) -> usize {
        self.state().claimed
    }

    /// All broken pages, in the order in which they became known.
    pub(super) fn broken(&self) -> Vec<Broken> {
        let state = self.state();
        let broken = state.pages.iter().filter_map(|page| match &page.state {
            PageState::Broken { reason, referrers } => Some(Broken {
                url: Arc::clone(&page.url),
                reason: reason.clone(),
                referrers: state.occurrences(referrers),
            }),
            PageState::Open { .. } | PageState::Fetched => None,
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
        if let PageState::Open { referrers } | PageState::Broken { referrers, .. } =
            &mut self.pages[number].state
        {
            referrers.extend(from);
        }
        Some(number)
    }

    fn claim(&mut self, page: &Address, from: Option<usize>) -> usize {
        self.claimed += 1;
        self.add(page, from)
    }

    fn add(&mut self, page: &Address, from: Option<usize>) -> usize {
        let url: Arc<str> = page.url.as_str().into();
        let canonical = page.canonical().as_str();
        let is_canonical = *url == *canonical;
        let key = if is_canonical {
            Arc::clone(&url)
        } else {
            canonical.into()
        };
        let number = self.pages.len();
        self.numbers.insert(key, number);
        let referrers = from.into_iter().collect();
        self.pages.push(KnownPage {
            url,
            state: PageState::Open { referrers },
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
            match &self.pages[number] {
                KnownPage {
                    redirects_to: Some(_),
                    state: PageState::Open { referrers },
                    ..
                } if !referrers.is_empty() => {
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
