//! The kinds of queue, which differ in the order of `get`.

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
    /// Python's name.
    const NAME: &'static str;

    /// Whether the next item is the oldest. If so, `pop` is called on a single item only.
    const IS_FIFO: bool = false;

    /// When `cmp` panics, the item is added nevertheless.
    fn push(items: &mut Vec<T>, item: T) {
        items.push(item);
    }

    /// When `cmp` panics, no item is removed.
    fn pop(items: &mut Vec<T>) -> Option<T> {
        items.pop()
    }
}

impl<T: Send> Kind<T> for Fifo {
    const NAME: &'static str = "Queue";
    const IS_FIFO: bool = true;
}

impl<T: Send> Kind<T> for Lifo {
    const NAME: &'static str = "LifoQueue";
}

// `impl Kind for Priority` is in `heap.rs`.
