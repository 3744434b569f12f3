//! What a timer needs of a thread that is none of the system's.

use super::names::Name;
use super::{Kind, Stage, Thread};

impl Thread {
    /// It is joined and named like others, but `enumerate` does not know it, and its maker says what it runs,
    /// when and where, and has it waited for at the program's end.
    pub(in crate::threading) fn unlisted() -> Self {
        Self::made_here(Name::plain(), Kind::Unlisted, None)
    }

    /// Whether it was not started, or its start was refused.
    pub(in crate::threading) fn is_new(&self) -> bool {
        matches!(*self.0.stage.lock(), Stage::New)
    }

    /// How many wait for its end.
    pub(in crate::threading) fn waiting(&self) -> usize {
        self.0.stage.len()
    }
}
