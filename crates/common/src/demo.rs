//! What the demos share: arguments, ideas that run alone, printing, and starting threads.

mod args;
mod idea;
#[cfg(feature = "interrupt")]
mod interrupt;
mod live_line;
mod print;
mod start;
#[cfg(feature = "trace")]
mod timeline;
mod waiting;
mod work;

pub use args::Args;
pub use idea::Idea;
#[cfg(feature = "interrupt")]
pub use interrupt::{INTERRUPTED, on_ctrl_c};
pub use live_line::LiveLine;
pub use print::{complain, counted, fail, print_line, printable};
pub use start::{Spawned, or_fail, scope, spawn, start};
pub use waiting::until;
pub use work::{simulated_work, sleep};

use print::{program, refuse};
