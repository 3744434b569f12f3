//! What a timer needs of a thread that is none of the system's.

use super::{Kind, Stage, Thread, names};

impl Thread {
    /// It is joined, named and waited for at the program's end like others, but `enumerate` does not
    /// know it, and its maker says when and where it is run.
    pub(in crate::threading) fn unlisted(target: impl FnOnce() + Send + 'static) -> Self {
        Self::of_target(&names::plain(), Kind::Unlisted, Box::new(target))
    }

    /// Ends it, once it is started, without running it: what it was to run is dropped here.
    pub(in crate::threading) fn end_unrun(&self) {
        self.end_by(drop);
    }

    /// Whether it is on the list of threads while it is alive.
    pub(super) fn is_listed(&self) -> bool {
        self.0.kind != Kind::Unlisted
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
