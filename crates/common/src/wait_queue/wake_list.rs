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
#[expect(dead_code, reason = "dropping the wake-ups delivers them")]
pub(crate) struct WakeList {
    /// Declared before `rest`, and so dropped before it.
    first: Option<Wakeup>,
    rest: Vec<Wakeup>,
}

impl From<Option<Wakeup>> for WakeList {
    fn from(first: Option<Wakeup>) -> Self {
        let rest = Vec::new();
        Self { first, rest }
    }
}

impl FromIterator<Wakeup> for WakeList {
    fn from_iter<I: IntoIterator<Item = Wakeup>>(wakeups: I) -> Self {
        let mut wakeups = wakeups.into_iter();
        Self {
            first: wakeups.next(),
            rest: wakeups.collect(),
        }
    }
}
