//! Python's `queue`: hands items from threads to threads, and knows when the work on them is done.

mod blocking;
mod ending;
mod engine;
mod error;
mod heap;
mod iter;
mod kinds;
mod simple;
mod tally;
mod task;

pub use crate::threading::ValueError;
pub use blocking::BlockingQueue;
pub use error::{Empty, GetError, PutError, ShutDown};
pub use iter::Iter;
pub use kinds::{Fifo, Lifo, LifoQueue, Priority, PriorityQueue, Queue, Storage};
pub use simple::SimpleQueue;
pub use task::{Task, Unfinished};
