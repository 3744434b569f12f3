//! Python's `threading.Event`.

use super::line::{Call, Line, Place};
use crate::sync::atomic::{AtomicU8, Ordering::Relaxed, Ordering::SeqCst};
use crate::sync::fault::{Fault, planted};
use crate::sync::{Deadline, look_again};
use std::fmt;
use std::time::Duration;

/// Not set, and nobody is in line.
const CLEAR: u8 = 0;
const SET: u8 = 1;
/// Not set, and somebody is in line.
const WAITED_FOR: u8 = 2;

/// A flag that threads can wait for. Python's `threading.Event`.
///
/// One thread says that something has happened, any number of others wait until it has. It stays set
/// until it is cleared, so that those who come later do not wait at all, and nobody holds a lock over it.
///
/// Setting wakes everybody who is in line at that moment, also when the flag is cleared right after:
/// what a wait returns is that it was woken, not what the flag is by then. Whoever sees it set sees
/// what was done before, and whoever sets one event and then looks at another does so in this order.
///
/// ```
/// use common::threading::Event;
/// use std::time::Duration;
///
/// static READY: Event = Event::new();
/// let waiter = std::thread::spawn(|| READY.wait());
/// assert!(!READY.is_set());
/// READY.set();
/// waiter.join().unwrap();
/// assert!(READY.wait_timeout(Duration::ZERO));
/// ```
#[derive(Default)]
pub struct Event {
    /// `CLEAR`, `SET` or `WAITED_FOR`. The last exactly while somebody is in line: it comes and goes
    /// under the line's mutex only, so that nobody comes between setting and taking those who wait.
    ///
    /// `SeqCst`, because flags come in pairs: of two threads that each set their own and then look at the
    /// other's, one sees it. It costs a wait no more than `Acquire` would.
    state: AtomicU8,
    line: Line,
}

impl Event {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self {
            state: AtomicU8::new(CLEAR),
            line: Line::new(()),
        }
    }

    /// Whether it is set at this moment. Python's `is_set()`.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.state.load(SeqCst) == SET
    }

    /// Sets it, and wakes all who wait. Python's `set()`.
    ///
    /// Setting it again changes nothing.
    #[inline]
    pub fn set(&self) {
        // Written also when it is set already: who sees it sees what was done before this call too.
        let set = |state| (state != WAITED_FOR).then_some(SET);
        let order = if planted(Fault::WeakRelease) {
            Relaxed
        } else {
            SeqCst
        };
        if self.state.fetch_update(order, Relaxed, set).is_err() {
            self.set_and_wake();
        }
    }

    /// Clears it: who comes from now on waits until it is set again. Python's `clear()`.
    #[inline]
    pub fn clear(&self) {
        // One that is waited for is clear already.
        let _ = self.state.compare_exchange(SET, CLEAR, SeqCst, SeqCst);
    }

    /// Waits until it is set. Python's `wait()`.
    #[inline]
    pub fn wait(&self) {
        if !self.is_set() {
            self.wait_in_line(None);
        }
    }

    /// Waits until it is set, no longer than `timeout`. Python's `wait(timeout)`.
    ///
    /// False when the time was up first. Zero only looks; a timeout beyond the clock is for ever.
    #[inline]
    #[must_use = "when it is false, the event did not happen in time"]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.is_set() || self.wait_in_line(Some(timeout))
    }

    #[cold]
    fn wait_in_line(&self, timeout: Option<Duration>) -> bool {
        let deadline = Deadline::within(timeout);
        if look_again(|| self.is_set()) {
            return true;
        }
        let Some(place) = self.join() else {
            return true;
        };
        place.sleep(deadline) || !self.leave(&place)
    }

    /// `None` when it has been set meanwhile.
    fn join(&self) -> Option<Place> {
        let mut line = self.line.lock();
        let before = self
            .state
            .compare_exchange(CLEAR, WAITED_FOR, Relaxed, SeqCst);
        let is_in_time = before != Err(SET) || planted(Fault::EnteredTooLate);
        is_in_time.then(|| line.join())
    }

    /// Takes the calling thread out of the line, because its time is up; false when it has been woken.
    fn leave(&self, place: &Place) -> bool {
        let mut line = self.line.lock();
        let left = line.leave(place);
        if left && line.len() == 0 {
            self.state.store(CLEAR, Relaxed);
        }
        left
    }

    #[cold]
    fn set_and_wake(&self) {
        if planted(Fault::TakenTooLate) {
            self.state.store(SET, SeqCst);
        }
        let mut line = self.line.lock();
        if !planted(Fault::TakenTooLate) {
            self.state.store(SET, SeqCst);
        }
        let calls = line.take_all();
        drop(line);
        calls.into_iter().for_each(Call::wake);
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("set", &self.is_set())
            .field("waiting", &self.line.len())
            .finish()
    }
}
