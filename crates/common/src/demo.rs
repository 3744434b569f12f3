//! What the demos share: headings, lines that survive a closed pipe, and options.

mod options;
mod print;
mod shown;
pub mod testing;
mod waiting;

pub use lexopt;
pub use options::{complain, fail, help, number, or_exit};
pub use print::{heading, print_line};
pub use shown::shown;
pub use waiting::{until_shows, until_waiting};
