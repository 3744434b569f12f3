//! Every page that was met: each is asked for once, and who links to a broken one is known.

use super::failure::Failure;
use super::link::Link;
use common::http::url::Url;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What all workers know of the pages.
pub(super) struct Seen {
    max_pages: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    numbers: HashMap<Arc<str>, usize>,
    pages: Vec<Known>,
    /// How many of them were handed out to be asked for: never more than `max_pages`.
    claimed: usize,
    /// How many of them robots.txt keeps out.
    forbidden: usize,
}

struct Known {
    url: Arc<str>,
    fate: Fate,
    /// Where it redirects to.
    leads_to: Option<usize>,
}

/// What becomes of a page. Where it stands matters until it is known to be fine.
enum Fate {
    Open { on: Vec<usize> },
    Fine,
    Broken { reason: String, on: Vec<usize> },
}

/// A page that could not be had, and the pages that link to it.
pub(super) struct Broken {
    pub(super) url: Arc<str>,
    pub(super) reason: String,
    pub(super) on: Vec<Arc<str>>,
}

impl Seen {
    pub(super) fn new(max_pages: usize) -> Self {
        Self {
            max_pages,
            state: Mutex::default(),
        }
    }

    /// Whether the page was met before. If so, it is noted where it stands as well.
    pub(super) fn knows(&self, url: &Url, from: Option<&Link>) -> bool {
        self.state().knows(url.as_str(), from)
    }

    /// A link to a page that nobody has met, for the caller to put into the frontier; none when somebody was
    /// quicker, or when there are as many pages as are wanted.
    pub(super) fn claim(&self, url: &Url, from: Option<&Link>) -> Option<Link> {
        let mut state = self.state();
        if state.claimed == self.max_pages || state.knows(url.as_str(), from) {
            return None;
        }
        state.claimed += 1;
        let number = state.add(url.as_str(), from);
        let url = Arc::clone(&state.pages[number].url);
        Some(Link::new(url, number, from))
    }

    /// The page is not asked for: robots.txt keeps it out.
    pub(super) fn forbid(&self, url: &Url) {
        let mut state = self.state();
        if !state.knows(url.as_str(), None) {
            state.forbidden += 1;
            let number = state.add(url.as_str(), None);
            state.pages[number].fate = Fate::Fine;
        }
    }

    /// What became of a page that was asked for.
    pub(super) fn settle(&self, link: &Link, error: Option<&Failure>) {
        let fate = &mut self.state().pages[link.number].fate;
        *fate = match (error.filter(|error| error.is_broken()), &mut *fate) {
            (Some(error), Fate::Open { on } | Fate::Broken { on, .. }) => Fate::Broken {
                reason: error.to_string(),
                on: std::mem::take(on),
            },
            _ => Fate::Fine,
        };
    }

    /// Notes where `link` redirects to; whether that leads back to it, perhaps by way of others.
    pub(super) fn closes_a_loop(&self, link: &Link, to: &Url) -> bool {
        let mut state = self.state();
        let Some(&to) = state.numbers.get(to.as_str()) else {
            return false;
        };
        state.pages[link.number].leads_to = Some(to);
        let mut next = Some(to);
        // Whoever closes a loop breaks it here, so that nobody walks in it for ever.
        while let Some(number) = next {
            if number == link.number {
                state.pages[number].leads_to = None;
                return true;
            }
            next = state.pages[number].leads_to;
        }
        false
    }

    pub(super) fn forbidden(&self) -> usize {
        self.state().forbidden
    }

    /// How many pages are known that were claimed.
    pub(super) fn claimed(&self) -> usize {
        self.state().claimed
    }

    /// All that is broken, in the order in which it was met.
    pub(super) fn broken(&self) -> Vec<Broken> {
        let state = self.state();
        let url = |number: &usize| Arc::clone(&state.pages[*number].url);
        let broken = state.pages.iter().filter_map(|page| match &page.fate {
            Fate::Broken { reason, on } => Some(Broken {
                url: Arc::clone(&page.url),
                reason: reason.clone(),
                on: on.iter().map(url).collect(),
            }),
            Fate::Open { .. } | Fate::Fine => None,
        });
        broken.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn knows(&mut self, url: &str, from: Option<&Link>) -> bool {
        let Some(&number) = self.numbers.get(url) else {
            return false;
        };
        if let (Some(from), Fate::Open { on } | Fate::Broken { on, .. }) =
            (from, &mut self.pages[number].fate)
        {
            on.push(from.number);
        }
        true
    }

    fn add(&mut self, url: &str, from: Option<&Link>) -> usize {
        let url: Arc<str> = url.into();
        let number = self.pages.len();
        self.numbers.insert(Arc::clone(&url), number);
        self.pages.push(Known {
            url,
            fate: Fate::Open {
                on: from.map(|from| from.number).into_iter().collect(),
            },
            leads_to: None,
        });
        number
    }
}
