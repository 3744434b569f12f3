//! A thread as a handle: compared by identity, shown.

use super::{Stage, Thread};
use std::fmt;
use std::hash::{Hash, Hasher};

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stage, waiting) = {
            let stage = self.0.stage.lock();
            let word = match *stage {
                Stage::New => "initial",
                Stage::Started => "started",
                Stage::Ended(_) => "stopped",
            };
            (word, stage.len())
        };
        f.debug_struct("Thread")
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("stage", &stage)
            .field("daemon", &self.daemon())
            .field("waiting", &waiting)
            .finish()
    }
}

impl PartialEq for Thread {
    fn eq(&self, other: &Self) -> bool {
        self.ident() == other.ident()
    }
}

impl Eq for Thread {}

impl Hash for Thread {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ident().hash(state);
    }
}
