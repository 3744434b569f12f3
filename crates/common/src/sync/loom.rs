//! Loom's primitives instead of `std`'s. Loom explores every schedule and every value that the orderings allow, for
//! models of a few steps. It models no time, so no model waits with a timeout.

use std::ops::Deref;
use std::sync::OnceLock;

pub(crate) use loom::hint::spin_loop;
pub(crate) use loom::sync::MutexGuard;
pub(crate) use loom::thread;
pub(crate) use std::sync::Arc;
pub(crate) use std::time::Instant;

/// `loom::thread_local!` does not accept `const` initializers.
macro_rules! thread_local_of_loom {
    ($(#[$about:meta])* static $name:ident: $type:ty = const { $first:expr };) => {
        loom::thread_local!($(#[$about])* static $name: $type = $first;);
    };
    ($($other:tt)*) => { loom::thread_local!($($other)*); };
}

pub(crate) use thread_local_of_loom as thread_local;

pub(crate) mod atomic {
    pub(crate) type AtomicBool = super::Late<bool, loom::sync::atomic::AtomicBool>;
    pub(crate) type AtomicU8 = super::Late<u8, loom::sync::atomic::AtomicU8>;
    pub(crate) type AtomicU64 = super::Late<u64, loom::sync::atomic::AtomicU64>;
    pub(crate) type AtomicUsize = super::Late<usize, loom::sync::atomic::AtomicUsize>;
    pub(crate) use std::sync::atomic::Ordering;
}

pub(crate) type Mutex<T> = Late<T, loom::sync::Mutex<T>>;

/// A condition variable with `const fn new`, initialized by its first use.
#[derive(Debug, Default)]
pub(crate) struct Condvar(OnceLock<loom::sync::Condvar>);

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl Deref for Condvar {
    type Target = loom::sync::Condvar;

    fn deref(&self) -> &loom::sync::Condvar {
        self.0.get_or_init(loom::sync::Condvar::new)
    }
}

/// An object of loom with `const fn new`, constructed from its initial value by its first use. Loom's objects belong to
/// one run of a model, and their own `new` is not `const`.
#[derive(Debug)]
pub(crate) struct Late<V, O> {
    first: std::sync::Mutex<Option<V>>,
    object: OnceLock<O>,
}

impl<V, O> Late<V, O> {
    pub(crate) const fn new(first: V) -> Self {
        Self {
            first: std::sync::Mutex::new(Some(first)),
            object: OnceLock::new(),
        }
    }
}

impl<V: Default, O> Default for Late<V, O> {
    fn default() -> Self {
        Self::new(V::default())
    }
}

impl<V, O: From<V>> Deref for Late<V, O> {
    type Target = O;

    fn deref(&self) -> &O {
        self.object.get_or_init(|| {
            let first = self.first.lock().expect("nothing panics in here").take();
            O::from(first.expect("it is made once"))
        })
    }
}
