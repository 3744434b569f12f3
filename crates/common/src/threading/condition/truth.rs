//! What counts as true.

/// What a predicate of [`wait_for`](super::Condition::wait_for) may return: Python's truth value.
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

/// Something is true, nothing is not.
impl<T> Truth for Option<T> {
    fn is_true(&self) -> bool {
        self.is_some()
    }
}
