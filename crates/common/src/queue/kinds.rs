//! The kinds of queue, which differ in the order of `get`.

use super::flavor::Flavor;
use super::single_lock::{Order, SingleLock};
use super::two_lock::TwoLock;

/// First in, first out.
#[derive(Debug)]
pub struct Fifo;

/// Last in, first out.
#[derive(Debug)]
pub struct Lifo;

/// Smallest first.
#[derive(Debug)]
pub struct Priority;

/// A kind of queue of `T`: [`Fifo`], [`Lifo`] or, if `T` is ordered, [`Priority`]. The trait is sealed.
pub trait Storage<T>: Kind<T> {}

impl<T, S: Kind<T>> Storage<T> for S {}

/// The private part of [`Storage`].
pub trait Kind<T> {
    type Flavor: Flavor<T> + Send + Sync;

    /// Python's name.
    const NAME: &'static str;

    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "each use makes a queue of its own"
    )]
    const UNBOUNDED: Self::Flavor;
}

impl<T: Send> Kind<T> for Fifo {
    type Flavor = TwoLock<T>;
    const NAME: &'static str = "Queue";
    const UNBOUNDED: TwoLock<T> = TwoLock::new(0);
}

impl<T: Send> Kind<T> for Lifo {
    type Flavor = SingleLock<T, Self>;
    const NAME: &'static str = "LifoQueue";
    const UNBOUNDED: SingleLock<T, Self> = SingleLock::new(0);
}

impl<T: Ord + Send> Kind<T> for Priority {
    type Flavor = SingleLock<T, Self>;
    const NAME: &'static str = "PriorityQueue";
    const UNBOUNDED: SingleLock<T, Self> = SingleLock::new(0);
}

impl<T> Order<T> for Lifo {}
