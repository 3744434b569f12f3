//! §4 队列: which item comes next, threads that work off what is in a queue, a queue as the buffer between them,
//! and a crawler that takes its URLs from one.
//!
//! `cargo run -p queue`; a part alone: `cargo run -p queue -- kinds|worker|buffer|crawl`; with other figures:
//! `cargo run -p queue -- worker --items 10 --workers 4`, `cargo run -p queue -- buffer --maxsize 5`; a real site:
//! `cargo run -p queue -- crawl URL…`

mod buffer;
mod crawl;
mod kinds;
mod options;
mod worker;

use common::demo::fail;
use options::{Part, Team};
use std::process::ExitCode;
use std::thread::{Builder, Scope, ScopedJoinHandle};
use std::time::Duration;

fn main() -> ExitCode {
    match options::read() {
        Part::Kinds => kinds::play(),
        Part::Worker(team) => worker::play(team),
        Part::Buffer { maxsize } => buffer::play(maxsize),
        Part::Site => return crawl::play(),
        Part::Crawl(job) => return crawl::run(&job),
        Part::All => {
            kinds::play();
            worker::play(Team::default());
            buffer::play(options::MAXSIZE);
            return crawl::play();
        }
    }
    ExitCode::SUCCESS
}

/// Why nothing goes wrong with a queue that nobody shuts down.
const OPEN: &str = "the queue is open";

/// A timeout that is meant to pass.
const SHORT: Duration = Duration::from_millis(20);

/// Without all of its threads a demo would wait for ever, so the program ends where one is refused.
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    let spawned = Builder::new().spawn_scoped(scope, work);
    spawned.unwrap_or_else(|error| fail(&format!("can't start new thread: {error}")))
}
