//! The channels of other crates. They end when the last sender is dropped.

use super::flow::{Consumer, Flow, Producer};
use std::iter::repeat_n;
use std::sync::mpsc;

/// A channel with the interface of crossbeam-channel.
macro_rules! channel {
    ($flow:ident, $peer:ident) => {
        pub(super) struct $flow;

        impl Flow for $flow {
            type Producer = $peer::Sender<u64>;
            type Consumer = $peer::Receiver<u64>;

            fn new(bound: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>) {
                let (input, output) = bound.map_or_else($peer::unbounded, $peer::bounded);
                (input, several(output, to))
            }
        }

        impl Producer for $peer::Sender<u64> {
            fn put(&self, item: u64) {
                self.send(item).expect("the channel is open");
            }

            fn end(self) {}
        }

        impl Consumer for $peer::Receiver<u64> {
            fn get(&mut self) -> Option<u64> {
                self.recv().ok()
            }
        }
    };
}

channel!(Crossbeam, crossbeam_channel);
channel!(Kanal, kanal);

/// Its blocking half.
pub(super) struct Crossfire;

/// Crossfire has different types for bounded and unbounded channels.
#[derive(Clone)]
pub(super) enum CrossfireSender {
    Bounded(crossfire::MTx<crossfire::mpmc::Array<u64>>),
    Unbounded(crossfire::MTx<crossfire::mpmc::List<u64>>),
}

#[derive(Clone)]
pub(super) enum CrossfireReceiver {
    Bounded(crossfire::MRx<crossfire::mpmc::Array<u64>>),
    Unbounded(crossfire::MRx<crossfire::mpmc::List<u64>>),
}

impl Flow for Crossfire {
    type Producer = CrossfireSender;
    type Consumer = CrossfireReceiver;

    fn new(bound: Option<usize>, to: u64) -> (Self::Producer, Vec<Self::Consumer>) {
        if let Some(bound) = bound {
            let (input, output) = crossfire::mpmc::bounded_blocking(bound);
            let outputs = several(CrossfireReceiver::Bounded(output), to);
            (CrossfireSender::Bounded(input), outputs)
        } else {
            let (input, output) = crossfire::mpmc::unbounded_blocking();
            let outputs = several(CrossfireReceiver::Unbounded(output), to);
            (CrossfireSender::Unbounded(input), outputs)
        }
    }
}

impl Producer for CrossfireSender {
    fn put(&self, item: u64) {
        match self {
            Self::Bounded(input) => input.send(item),
            Self::Unbounded(input) => input.send(item),
        }
        .expect("the channel is open");
    }

    fn end(self) {}
}

impl Consumer for CrossfireReceiver {
    fn get(&mut self) -> Option<u64> {
        match self {
            Self::Bounded(output) => output.recv(),
            Self::Unbounded(output) => output.recv(),
        }
        .ok()
    }
}

/// It has only one receiver.
pub(super) struct Std;

#[derive(Clone)]
pub(super) enum StdSender {
    Bounded(mpsc::SyncSender<u64>),
    Unbounded(mpsc::Sender<u64>),
}

impl Flow for Std {
    type Producer = StdSender;
    type Consumer = mpsc::Receiver<u64>;

    fn new(bound: Option<usize>, _: u64) -> (Self::Producer, Vec<Self::Consumer>) {
        if let Some(bound) = bound {
            let (input, output) = mpsc::sync_channel(bound);
            (StdSender::Bounded(input), vec![output])
        } else {
            let (input, output) = mpsc::channel();
            (StdSender::Unbounded(input), vec![output])
        }
    }
}

impl Producer for StdSender {
    fn put(&self, item: u64) {
        match self {
            Self::Bounded(input) => input.send(item),
            Self::Unbounded(input) => input.send(item),
        }
        .expect("the channel is open");
    }

    fn end(self) {}
}

impl Consumer for mpsc::Receiver<u64> {
    fn get(&mut self) -> Option<u64> {
        self.recv().ok()
    }
}

fn several<R: Clone>(output: R, count: u64) -> Vec<R> {
    let count = usize::try_from(count).expect("a few threads");
    repeat_n(output, count).collect()
}
