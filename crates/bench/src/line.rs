//! A line of the speed table: one piece of work, and its contenders.

use std::time::Duration;

/// The name of this library's contender on every line.
pub(crate) const OURS: &str = "common";

/// One piece of work that several libraries can do.
pub(crate) struct Line {
    pub(crate) name: String,
    /// The goal for our time divided by the fastest peer's.
    pub(crate) goal: Option<f64>,
    /// The operations of a single call, for work whose cost depends on its size.
    pub(crate) batch: Option<u64>,
    pub(crate) contenders: Vec<Contender>,
    /// A Python program that prints nanoseconds per operation, and its arguments.
    pub(crate) python: Option<(&'static str, Vec<String>)>,
    /// Measured only when named in full.
    pub(crate) hidden: bool,
}

/// One library that does the work of a line.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    /// Does the given number of operations and returns the time they took, without the preparation.
    pub(crate) run: Box<dyn Fn(u64) -> Duration>,
}

/// How a contender counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Divided by the fastest peer.
    Ours,
    /// Compared with ours.
    Peer,
    /// Shown, not counted: another form of ours, a limit of the machine, or a contender that does less.
    Reference,
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

    pub(crate) fn reference(
        self,
        name: &'static str,
        run: impl Fn(u64) -> Duration + 'static,
    ) -> Self {
        self.entry(name, Role::Reference, run)
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
