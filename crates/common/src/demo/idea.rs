//! One idea of a demo.

use super::print::print_heading;

/// One idea of a demo, which `cargo run -p lock -- race` plays alone: its name, its heading (`§2.4 Race · 竞态条件`), one
/// line about it, and the function that plays it.
#[derive(Clone, Copy, Debug)]
pub struct Idea<O>(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub fn(&O),
);

impl<O> Idea<O> {
    pub(super) fn play(&self, options: &O) {
        let &Self(_, heading, _, play) = self;
        print_heading(heading);
        play(options);
    }
}
