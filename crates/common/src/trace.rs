//! Events of threads and primitives, from which the demos draw timelines. Not a public API.
//!
//! A primitive emits an event with the macro `trace!`. Without the feature `trace` nothing of it is compiled in; with it,
//! and while nothing is recorded, an event costs one relaxed load and a branch. A signal is emitted before its step and what it
//! makes possible after it, never under an internal mutex: so in the recording each event follows its causes.

#![cfg_attr(not(feature = "trace"), allow(dead_code, reason = "nothing records"))]

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Emits an event while events are recorded: verb, object, kind of channel, text, count. With `if` after the verb only
/// under that condition.
macro_rules! trace {
    ($verb:ident, $($event:tt)*) => {
        trace!($verb if true, $($event)*)
    };
    ($verb:ident if $happened:expr, $object:expr, $kind:expr, $text:expr, $count:expr) => {
        if $crate::trace::is_on() && $happened {
            $crate::trace::emit($crate::trace::Verb::$verb, $object, $kind, $text, $count);
        }
    };
}

/// A recording ends after this many events: a longer one is no picture that can be read.
const MOST: usize = 200;

static RECORDING: AtomicBool = AtomicBool::new(false);
static EVENTS: Mutex<Vec<Event>> = Mutex::new(Vec::new());

/// What one thread did.
pub(crate) struct Event {
    pub(crate) thread: ThreadId,
    pub(crate) verb: Verb,
    pub(crate) channel: Channel,
    /// The object's size in bytes.
    pub(crate) size: usize,
    pub(crate) text: String,
    pub(crate) count: usize,
}

/// What passes from one thread to another through an object: a semaphore's permits, a queue's items or its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Channel {
    /// The object's address.
    pub(crate) object: usize,
    /// Names the channel on the picture if the object has no name.
    pub(crate) kind: &'static str,
}

/// The events' meanings; `text` and `count` mean what is said here, and are empty otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// The thread called `text` begins, because of a signal of this channel.
    Begin,
    /// The thread calls the operation `text`, which may block.
    Call,
    /// The operation ends. It used one signal, which the first `count` operations do not need.
    Proceed,
    /// As `Proceed`, and the thread holds the object until a signal of this channel.
    Hold,
    /// The operation ends after all signals until now.
    ProceedAfterAll,
    /// The operation ends without success, `text`, at once or after `count` milliseconds.
    GiveUp,
    /// The operation `text` makes `count` operations of other threads possible.
    Signal,
    /// The thread that `channel` stands for never begins.
    Cancel,
    /// The counter of the channel changes by `count`, where `usize::MAX` is -1.
    Count,
    /// The object is called `text`.
    Name,
    /// The channel has a counter on the picture, called `text`, that begins with `count`.
    Counter,
    /// The thread prints `text`.
    Print,
    /// The thread sleeps `count` microseconds.
    Sleep,
    /// The thread waited until other threads were blocked, or with a `count` until all had ended.
    Observe,
}

/// The events of what `play` does.
pub(crate) fn record(play: impl FnOnce()) -> Vec<Event> {
    events().clear();
    RECORDING.store(true, Relaxed);
    play();
    RECORDING.store(false, Relaxed);
    std::mem::take(&mut events())
}

/// Whether events are recorded at this moment.
#[inline]
pub(crate) fn is_on() -> bool {
    cfg!(feature = "trace") && RECORDING.load(Relaxed)
}

fn events() -> MutexGuard<'static, Vec<Event>> {
    EVENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cold]
pub(crate) fn emit<T: ?Sized>(verb: Verb, of: &T, kind: &'static str, text: &str, count: usize) {
    let (thread, size, text) = (thread::current().id(), size_of_val(of).max(1), text.into());
    let object = std::ptr::from_ref(of).cast::<()>().addr();
    let channel = Channel { object, kind };
    let mut events = events();
    if events.len() < MOST {
        events.push(Event {
            thread,
            verb,
            channel,
            size,
            text,
            count,
        });
    }
}

/// Calls the object `name` on the pictures: `trace::name(&lock, "A")`.
pub fn name<T: ?Sized>(object: &T, name: &str) {
    trace!(Name, object, "", name, 0);
}

/// Draws a counter of the object's `kind` channel, which is `count` now, above the lanes.
pub fn counter<T: ?Sized>(object: &T, kind: &'static str, name: &str, count: usize) {
    trace!(Counter, object, kind, name, count);
}

/// Milliseconds of a timeout, for an event.
pub(crate) fn millis(timeout: Option<std::time::Duration>) -> usize {
    timeout.map_or(1, |timeout| timeout.as_millis() as usize)
}
