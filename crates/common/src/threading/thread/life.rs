//! A thread from its start to its end.

use super::{Kind, Stage, Thread, excepthook, registry, spawner};
use crate::threading::error::{RuntimeError, StartError};
use crate::threading::panic::{Panic, catch};
use std::io;

impl Thread {
    /// Starts it; it need not have begun to run when this returns.
    ///
    /// # Errors
    ///
    /// [`StartError::Runtime`] when it was started before; [`StartError::Refused`] when the system has
    /// no thread to give: then it is as if this had not been called.
    pub fn start(&self) -> Result<(), StartError> {
        self.start_by(|| {
            let thread = self.clone();
            spawner::spawn(&self.name(), Box::new(move || thread.run_target()))
        })
    }

    /// As [`start`](Self::start), but `begin` sees to it that somebody [runs](Self::run_as) it, or [ends
    /// it](Self::end_by); its error is a refusal.
    pub(in crate::threading) fn start_by(
        &self,
        begin: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), StartError> {
        {
            let mut stage = self.0.stage.lock();
            if !matches!(*stage, Stage::New) {
                return Err(StartError::Runtime(RuntimeError::AlreadyStarted));
            }
            *stage = Stage::Started;
            self.enlist();
        }
        begin().map_err(|error| {
            self.strike_off();
            self.go_on_to(Stage::New);
            StartError::Refused(error)
        })
    }

    /// A program that ended its main part may begin another.
    pub(super) fn revive(&self) {
        *self.0.stage.lock() = Stage::Started;
    }

    fn run_target(&self) {
        let target = self.0.target.lock().take();
        self.run_as(|| {
            if let Some(target) = target {
                target();
            }
        });
    }

    /// The whole life of the thread, on the calling thread, which is this one meanwhile.
    pub(in crate::threading) fn run_as(&self, work: impl FnOnce()) {
        let _begun = registry::begin(self);
        self.end_by(work);
    }

    /// Ends it with this last piece of work. What that owns is dropped before anybody hears of the end.
    pub(in crate::threading) fn end_by(&self, work: impl FnOnce()) {
        let outcome = catch(work);
        if let Err(panic) = &outcome {
            excepthook::report(self, panic);
        }
        self.finish(outcome.err());
    }

    /// Off the list first, so that whoever has joined it does not find it there.
    pub(super) fn finish(&self, panic: Option<Panic>) {
        self.strike_off();
        self.go_on_to(Stage::Ended(panic));
    }

    fn enlist(&self) {
        if self.0.kind != Kind::Unlisted {
            registry::add(self);
        }
    }

    fn strike_off(&self) {
        if self.0.kind != Kind::Unlisted {
            registry::remove(self);
        }
    }

    /// Away from `Started`, with those woken who wait for that.
    fn go_on_to(&self, next: Stage) {
        let wakeups = {
            let mut stage = self.0.stage.lock();
            *stage = next;
            stage.drain()
        };
        drop(wakeups);
    }
}
