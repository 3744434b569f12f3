//! A thread from its start to its end.

use super::{Stage, Target, Thread, excepthook, registry, spawner};
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

    /// As [`start`](Self::start), but `begin` sees to it that somebody [runs](Self::run_target) it, or [ends it
    /// unrun](Self::end_unrun); its error is a refusal.
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
            registry::add(self);
        }
        begin().map_err(|error| {
            registry::remove(self);
            self.go_on_to(Stage::New);
            StartError::Refused(error)
        })
    }

    /// A program that ended its main part may begin another.
    pub(super) fn revive(&self) {
        *self.0.stage.lock() = Stage::Started;
    }

    /// The whole life of the thread, on the calling thread, which is this one meanwhile.
    pub(in crate::threading) fn run_target(&self) {
        let _begun = registry::begin(self);
        self.end_by(|target| target());
    }

    pub(super) fn end_by(&self, spend: impl FnOnce(Target)) {
        let target = self.0.target.lock().take();
        // The target is dropped in here too, before anybody hears of the end.
        let outcome = catch(|| target.map(spend));
        if let Err(panic) = &outcome {
            excepthook::report(self, panic);
        }
        self.finish(outcome.err());
    }

    /// Off the list first, so that whoever has joined it does not find it there.
    pub(super) fn finish(&self, panic: Option<Panic>) {
        registry::remove(self);
        self.go_on_to(Stage::Ended(panic));
    }

    /// Away from `Started`, with those woken who wait for that.
    fn go_on_to(&self, next: Stage) {
        let calls = {
            let mut stage = self.0.stage.lock();
            *stage = next;
            stage.take_all()
        };
        drop(calls);
    }
}
