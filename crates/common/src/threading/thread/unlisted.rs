//! What a timer needs of a thread that is none of the system's.

use super::names::Name;
use super::{Kind, Stage, Thread};
use std::any::Any;

impl Thread {
    /// It is joined and named like others, but `enumerate` does not know it, and its maker says what it runs,
    /// when and where, and has it waited for at the program's end. What the maker needs for that is in here too:
    /// so a timer is one allocation.
    pub(in crate::threading) fn unlisted<E: Any + Send + Sync>(extra: E) -> Self {
        Self::made_here(Name::plain(), Kind::Unlisted, None, extra)
    }

    /// What its maker put in.
    pub(in crate::threading) fn extra<E: Any>(&self) -> &E {
        let extra: &dyn Any = &self.0.extra;
        extra.downcast_ref().expect("who asks has made it")
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
