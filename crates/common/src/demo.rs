//! What the demos share: arguments, ideas that can be played alone, threads that start or end the program.

mod args;
mod idea;
#[cfg(feature = "interrupt")]
mod interrupt;
mod options;
mod print;
mod shown;
mod start;
mod waiting;
mod work;

pub use args::Args;
pub use idea::Idea;
#[cfg(feature = "interrupt")]
pub use interrupt::{INTERRUPTED, on_ctrl_c};
pub use lexopt;
pub use options::{complain, fail, help, number, or_exit};
pub use print::{heading, print_line, printable};
pub use shown::shown;
pub use start::{or_fail, spawn, start};
pub use waiting::until;
pub use work::simulated_work;

use options::{program, refuse};
