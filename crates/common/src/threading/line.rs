//! The line: the one place where a thread sleeps and is woken.
//!
//! A primitive is a state word and a [`Line`]. A thread that cannot go on looks at the word once more
//! under the line's mutex, [joins](Held::join), lets the mutex go and [sleeps](Place::sleep). Whoever
//! makes it possible to go on [takes](Held::take_oldest) the oldest out of the line under the same
//! mutex, lets it go, and only then [wakes](Call::wake) it.
//!
//! - **Exactly one side wins.** Being taken and [leaving](Held::leave) both happen under the mutex. A
//!   waiter whose time is up finds itself in the line and leaves, or finds itself taken and has been
//!   woken: never both, never neither.
//! - **Order.** Tickets grow; the smallest is the oldest. A thread that was woken for nothing takes its
//!   old ticket [back](Held::rejoin), and with it its place.
//! - **Nothing is left behind.** Leaving removes the entry at once, in logarithmic time, so polling
//!   with a timeout leaves no litter, and ten thousand may leave in any order.
//! - **From line to line.** A waiter that must have something else first, such as a lock, is
//!   [handed over](Held::hand_over) to that one's line asleep as it is, under both mutexes.
//! - **No stale wake-ups.** Only the taker writes [`WOKEN`](waiter), under the mutex, so a late waker
//!   can do no more than unpark the thread, and every sleep loops on its own flag.

mod waiter;

#[cfg(test)]
mod tests;

use crate::sync::fault::{Fault, planted};
use crate::sync::{Arc, Deadline, Mutex, MutexGuard, look_again, yield_and_look};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::{Deref, DerefMut};
use waiter::Waiter;

/// Threads that wait, oldest first, and the data that is checked and changed with them in one step.
#[derive(Debug, Default)]
pub(crate) struct Line<T = ()>(Mutex<Queue<T>>);

#[derive(Debug, Default)]
struct Queue<T> {
    /// The ticket of the next to join; never goes back.
    next_ticket: u64,
    /// Who waits. A waiter is in here from `join` until it is taken or leaves, and then no more.
    waiting: BTreeMap<u64, Arc<Waiter>>,
    data: T,
}

impl<T> Line<T> {
    pub(crate) const fn new(data: T) -> Self {
        Self(Mutex::new(Queue {
            next_ticket: 0,
            waiting: BTreeMap::new(),
            data,
        }))
    }

    pub(crate) fn lock(&self) -> Held<'_, T> {
        Held(self.0.lock())
    }

    /// How many wait now.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }
}

/// The line while its mutex is held. Nobody is woken and nothing is called from in here.
pub(crate) struct Held<'a, T>(MutexGuard<'a, Queue<T>>);

impl<T> Held<'_, T> {
    /// Puts the calling thread at the end.
    pub(crate) fn join(&mut self) -> Place {
        let place = Place(Waiter::of_this_thread());
        place.0.begin();
        self.admit(Arc::clone(&place.0));
        place
    }

    /// Puts the calling thread back where it stood in this line, because it was woken and found nothing.
    pub(crate) fn rejoin(&mut self, place: &Place) {
        place.0.begin();
        let ticket = place.0.ticket();
        self.0.waiting.insert(ticket, Arc::clone(&place.0));
    }

    /// Puts a waiter at the end.
    fn admit(&mut self, waiter: Arc<Waiter>) {
        let ticket = self.0.next_ticket;
        self.0.next_ticket += 1;
        waiter.hold(ticket);
        self.0.waiting.insert(ticket, waiter);
    }

    /// Moves the oldest to the end of another line, where it goes on waiting: from now on it
    /// [leaves](Self::leave) and [rejoins](Self::rejoin) there. False when there is nobody.
    ///
    /// Its thread finds out when it is woken, or cannot leave this line: see [`Place`].
    pub(crate) fn hand_over<U>(&mut self, other: &mut Held<'_, U>) -> bool {
        let oldest = self.0.waiting.pop_first();
        oldest.map(|(_, waiter)| other.admit(waiter)).is_some()
    }

    /// Takes the calling thread out, because its time is up. False when it was taken before that: then
    /// it has been woken, whatever the clock says.
    #[must_use]
    pub(crate) fn leave(&mut self, place: &Place) -> bool {
        // Another may have the same ticket, in this line, when this one was handed over.
        let was_waiting = match self.0.waiting.entry(place.0.ticket()) {
            Entry::Occupied(entry) if Arc::ptr_eq(entry.get(), &place.0) => {
                entry.remove();
                place.0.end();
                true
            }
            _ => false,
        };
        was_waiting || planted(Fault::SpentOnTimedOut)
    }

    /// Takes the oldest out of the line. It is to be woken once the mutex is released.
    pub(crate) fn take_oldest(&mut self) -> Option<Call> {
        let (_, waiter) = self.0.waiting.pop_first()?;
        if planted(Fault::TwoForOne) {
            self.0
                .waiting
                .pop_first()
                .map(|(_, second)| Call::to(second));
        }
        Some(Call::to(waiter))
    }

    /// Takes all of them, oldest first.
    pub(crate) fn take_all(&mut self) -> Vec<Call> {
        self.take_all_saying(0)
    }

    /// Takes all of them, oldest first, and lets each [know](Place::heard) why.
    pub(crate) fn take_all_saying(&mut self, word: u8) -> Vec<Call> {
        let waiting = std::mem::take(&mut self.0.waiting).into_values();
        waiting
            .inspect(|waiter| waiter.hear(word))
            .map(Call::to)
            .collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.waiting.len()
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.data
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.data
    }
}

/// A thread's place in a line: its own wake-up, which knows its ticket.
///
/// When it is neither woken in time nor able to leave the line, it was taken or handed over to another
/// line in that moment: it [sleeps](Self::sleep) on without a deadline, and what it was to have is its own.
#[derive(Debug)]
pub(crate) struct Place(Arc<Waiter>);

impl Place {
    /// Waits to be taken: true when that has happened, false when the deadline came first. After
    /// false the thread is still in the line, or has just been taken: [`Held::leave`] tells.
    pub(crate) fn sleep(&self, deadline: Deadline) -> bool {
        self.0.sleep(deadline)
    }

    /// The same, looking for a short while before: for those who have not looked before they joined.
    pub(crate) fn look_and_sleep(&self, deadline: Deadline) -> bool {
        look_again(|| self.0.is_woken()) || self.sleep(deadline)
    }

    /// The same, letting others run before: for those who wait for threads that may need this very processor
    /// to come.
    pub(crate) fn yield_and_sleep(&self, deadline: Deadline) -> bool {
        yield_and_look(|| self.0.is_woken()) || self.sleep(deadline)
    }

    /// The word that came with the wake-up, once it has come.
    pub(crate) fn heard(&self) -> u8 {
        self.0.heard()
    }
}

/// A thread that has been taken out of its line and is now to be woken. Whoever drops it instead of
/// waking wakes it all the same: no wake-up is lost.
#[must_use = "wake it once the line's mutex is released"]
#[derive(Debug)]
pub(crate) struct Call {
    /// `None` when it was awake, still looking: it has seen by itself that it was taken.
    asleep: Option<Arc<Waiter>>,
}

impl Call {
    fn to(waiter: Arc<Waiter>) -> Self {
        let slept = waiter.take() && !planted(Fault::LostWakeUp);
        Self {
            asleep: slept.then_some(waiter),
        }
    }

    pub(crate) fn wake(self) {
        drop(self);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(waiter) = self.asleep.take() {
            waiter.unpark();
        }
    }
}
