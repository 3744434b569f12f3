//! One idea of a demo.

use super::print::print_heading;

/// One idea of a demo, which `cargo run -p lock -- race` runs alone: its name, its heading (`§2.4 Race · 竞态条件`) and its
/// function.
#[derive(Clone, Copy, Debug)]
pub struct Idea<O>(pub &'static str, pub &'static str, pub fn(&O));

impl<O> Idea<O> {
    /// Prints the heading and runs the idea. Draws its timeline into the file, if there is one; an empty name means the
    /// terminal.
    pub(super) fn play(&self, options: &O, timeline: Option<&str>) {
        let &Self(_, heading, play) = self;
        print_heading(heading);
        match timeline {
            #[cfg(feature = "trace")]
            Some(file) => super::timeline::draw(heading, file, || play(options)),
            _ => play(options),
        }
    }
}
