//! The channels of others. They hear of the end when the last sender is gone.

use super::flow::{Flow, In, Out};
use std::iter::repeat_n;
use std::sync::mpsc;

pub(super) struct Crossbeam;

impl Flow for Crossbeam {
    type In = crossbeam_channel::Sender<u64>;
    type Out = crossbeam_channel::Receiver<u64>;

    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        let (input, output) =
            bound.map_or_else(crossbeam_channel::unbounded, crossbeam_channel::bounded);
        (input, several(output, outs))
    }
}

impl In for crossbeam_channel::Sender<u64> {
    fn put(&self, item: u64) {
        self.send(item).expect("it is open");
    }

    fn end(self) {}
}

impl Out for crossbeam_channel::Receiver<u64> {
    fn get(&mut self) -> Option<u64> {
        self.recv().ok()
    }
}

pub(super) struct Kanal;

impl Flow for Kanal {
    type In = kanal::Sender<u64>;
    type Out = kanal::Receiver<u64>;

    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        let (input, output) = bound.map_or_else(kanal::unbounded, kanal::bounded);
        (input, several(output, outs))
    }
}

impl In for kanal::Sender<u64> {
    fn put(&self, item: u64) {
        self.send(item).expect("it is open");
    }

    fn end(self) {}
}

impl Out for kanal::Receiver<u64> {
    fn get(&mut self) -> Option<u64> {
        self.recv().ok()
    }
}

/// Its blocking half.
pub(super) struct Crossfire;

/// Bounded and unbounded are different types there.
#[derive(Clone)]
pub(super) enum CrossfireIn {
    Bounded(crossfire::MTx<crossfire::mpmc::Array<u64>>),
    Unbounded(crossfire::MTx<crossfire::mpmc::List<u64>>),
}

#[derive(Clone)]
pub(super) enum CrossfireOut {
    Bounded(crossfire::MRx<crossfire::mpmc::Array<u64>>),
    Unbounded(crossfire::MRx<crossfire::mpmc::List<u64>>),
}

impl Flow for Crossfire {
    type In = CrossfireIn;
    type Out = CrossfireOut;

    fn with(bound: Option<usize>, outs: u64) -> (Self::In, Vec<Self::Out>) {
        if let Some(bound) = bound {
            let (input, output) = crossfire::mpmc::bounded_blocking(bound);
            let outs = several(CrossfireOut::Bounded(output), outs);
            (CrossfireIn::Bounded(input), outs)
        } else {
            let (input, output) = crossfire::mpmc::unbounded_blocking();
            let outs = several(CrossfireOut::Unbounded(output), outs);
            (CrossfireIn::Unbounded(input), outs)
        }
    }
}

impl In for CrossfireIn {
    fn put(&self, item: u64) {
        match self {
            Self::Bounded(input) => input.send(item),
            Self::Unbounded(input) => input.send(item),
        }
        .expect("it is open");
    }

    fn end(self) {}
}

impl Out for CrossfireOut {
    fn get(&mut self) -> Option<u64> {
        match self {
            Self::Bounded(output) => output.recv(),
            Self::Unbounded(output) => output.recv(),
        }
        .ok()
    }
}

/// One receiver only.
pub(super) struct Std;

#[derive(Clone)]
pub(super) enum StdIn {
    Bounded(mpsc::SyncSender<u64>),
    Unbounded(mpsc::Sender<u64>),
}

impl Flow for Std {
    type In = StdIn;
    type Out = mpsc::Receiver<u64>;

    fn with(bound: Option<usize>, _: u64) -> (Self::In, Vec<Self::Out>) {
        let unbounded = || {
            let (input, output) = mpsc::channel();
            (StdIn::Unbounded(input), output)
        };
        let (input, output) = bound.map_or_else(unbounded, |bound| {
            let (input, output) = mpsc::sync_channel(bound);
            (StdIn::Bounded(input), output)
        });
        (input, vec![output])
    }
}

impl In for StdIn {
    fn put(&self, item: u64) {
        match self {
            Self::Bounded(input) => input.send(item),
            Self::Unbounded(input) => input.send(item),
        }
        .expect("it is open");
    }

    fn end(self) {}
}

impl Out for mpsc::Receiver<u64> {
    fn get(&mut self) -> Option<u64> {
        self.recv().ok()
    }
}

fn several<R: Clone>(output: R, outs: u64) -> Vec<R> {
    let outs = usize::try_from(outs).expect("a few threads");
    repeat_n(output, outs).collect()
}
