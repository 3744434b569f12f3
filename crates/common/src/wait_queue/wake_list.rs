//! Wake-ups to be delivered after the mutex is released.

use super::waiter::{Node, UnparkToken};
use crate::sync::Arc;

/// The wake-up of a waiter that was removed from its queue and notified. Dropping the value delivers the wake-up, so an
/// early return or a panic cannot lose it.
#[must_use = "deliver it once the queue's mutex is released"]
#[derive(Debug)]
pub(crate) struct Wakeup {
    /// `None` when the waiter was spinning: it reads `NOTIFIED` without an `unpark`.
    parked: Option<Arc<Node>>,
}

impl Wakeup {
    /// Called under the mutex of the queue that the waiter was removed from.
    pub(super) fn notify(node: Arc<Node>, token: UnparkToken) -> Self {
        let was_parked = node.notify(token) && !fault!(LostWakeup);
        Self {
            parked: was_parked.then_some(node),
        }
    }
}

impl Drop for Wakeup {
    fn drop(&mut self) {
        if let Some(node) = &self.parked {
            node.unpark();
        }
    }
}

/// Several wake-ups, oldest waiter first, delivered when the list is dropped. A list of one does not allocate.
#[must_use = "deliver it once the queue's mutex is released"]
#[derive(Debug, Default)]
pub(crate) struct WakeList {
    /// Declared before `rest`, and so dropped before it.
    first: Option<Wakeup>,
    rest: Vec<Wakeup>,
}

impl WakeList {
    pub(crate) fn push(&mut self, wakeup: Wakeup) {
        if self.first.is_none() {
            self.first = Some(wakeup);
        } else {
            self.rest.push(wakeup);
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.extend(other.first.into_iter().chain(other.rest));
    }

    #[cfg(all(test, not(any(shuttle, loom))))]
    pub(crate) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }
}

impl From<Option<Wakeup>> for WakeList {
    fn from(first: Option<Wakeup>) -> Self {
        let rest = Vec::new();
        Self { first, rest }
    }
}

impl Extend<Wakeup> for WakeList {
    fn extend<I: IntoIterator<Item = Wakeup>>(&mut self, wakeups: I) {
        wakeups.into_iter().for_each(|wakeup| self.push(wakeup));
    }
}

impl FromIterator<Wakeup> for WakeList {
    fn from_iter<I: IntoIterator<Item = Wakeup>>(wakeups: I) -> Self {
        let mut list = Self::default();
        list.extend(wakeups);
        list
    }
}
