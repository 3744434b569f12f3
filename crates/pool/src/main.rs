//! §3 线程池: a pool of threads, its futures, and what waits for several of them; at the end, pages fetched by it.
//!
//! `cargo run -p pool`; a part alone: `cargo run -p pool -- executor|future|functions|fetch`; real pages:
//! `cargo run -p pool -- fetch URL…`

mod executor;
mod fetch;
mod functions;
mod future;
mod held;
mod options;

use options::Part;
use std::process::ExitCode;

fn main() -> ExitCode {
    match options::read() {
        Part::Executor => executor::play(),
        Part::Future => future::play(),
        Part::Functions => functions::play(),
        Part::Site => return fetch::play(),
        Part::Fetch(job) => return fetch::run(&job),
        Part::All => {
            executor::play();
            future::play();
            functions::play();
            return fetch::play();
        }
    }
    ExitCode::SUCCESS
}
