//! A line of the speed table: one piece of work, and those who do it.

use std::time::Duration;

/// The name of our own entry on every line.
pub(crate) const OURS: &str = "common";

/// One piece of work that several libraries can do.
pub(crate) struct Line {
    pub(crate) name: String,
    /// Our time divided by the fastest peer's that is to be reached.
    pub(crate) goal: Option<f64>,
    /// Operations of a single call, for work whose size is part of the question.
    pub(crate) batch: Option<u64>,
    pub(crate) contenders: Vec<Contender>,
    /// A Python program that prints nanoseconds per operation, and its arguments.
    pub(crate) python: Option<(&'static str, Vec<String>)>,
    /// Measured only when named in full: lines that are there to be left out.
    pub(crate) hidden: bool,
}

/// One library's way to do the work of a line.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    /// Does so many operations and says how long they took, without what prepared them.
    pub(crate) run: Box<dyn Fn(u64) -> Duration>,
}

/// How an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one that is divided by the fastest peer.
    Ours,
    /// The ones to beat.
    Peer,
    /// Shown, not counted: another form of ours, a limit of the machine, a way that does less.
    Beside,
}

impl Line {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            goal: None,
            batch: None,
            contenders: Vec::new(),
            python: None,
            hidden: false,
        }
    }

    pub(crate) fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }

    pub(crate) fn batch(mut self, operations: u64) -> Self {
        self.batch = Some(operations);
        self
    }

    pub(crate) fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    pub(crate) fn ours(self, run: impl Fn(u64) -> Duration + 'static) -> Self {
        self.entry(OURS, Role::Ours, run)
    }

    pub(crate) fn peer(self, name: &'static str, run: impl Fn(u64) -> Duration + 'static) -> Self {
        self.entry(name, Role::Peer, run)
    }

    pub(crate) fn beside(
        self,
        name: &'static str,
        run: impl Fn(u64) -> Duration + 'static,
    ) -> Self {
        self.entry(name, Role::Beside, run)
    }

    pub(crate) fn python(mut self, program: &'static str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        self.python = Some((program, arguments));
        self
    }

    fn entry(
        mut self,
        name: &'static str,
        role: Role,
        run: impl Fn(u64) -> Duration + 'static,
    ) -> Self {
        let run = Box::new(run);
        self.contenders.push(Contender { name, role, run });
        self
    }
}
