//! What the demos share: headings, lines that survive a closed pipe, and options.

#[cfg(feature = "interrupt")]
mod interrupt;
mod options;
mod print;
mod shown;
pub mod testing;
mod waiting;

#[cfg(feature = "interrupt")]
pub use interrupt::{INTERRUPTED, on_ctrl_c};
pub use lexopt;
pub use options::{complain, fail, help, number, or_exit};
pub use print::{heading, print_line, printable};
pub use shown::shown;
pub use waiting::{until_shows, until_waiting};
