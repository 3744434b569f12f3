//! Python's truth value.

/// The value of a predicate for [`wait_for`](super::Condition::wait_for): Python's truth value.
///
/// ```
/// use common::threading::Truth;
///
/// assert!(Some("a page").is_true());
/// assert!(!None::<u32>.is_true());
/// ```
pub trait Truth {
    /// Whether it ends the wait.
    fn is_true(&self) -> bool;
}

impl Truth for bool {
    fn is_true(&self) -> bool {
        *self
    }
}

/// `Some` is true, `None` is false.
impl<T> Truth for Option<T> {
    fn is_true(&self) -> bool {
        self.is_some()
    }
}
