//! One idea of a demo.

use super::or_fail;
use super::print::{print_heading, print_line};
use super::timeline::Timeline;

/// One idea of a demo, which `cargo run -p lock -- race` runs alone: its name, its heading (`§2.4 Race · 竞态条件`), its
/// description in one line, and its function.
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

    /// Plays the idea, and draws its timeline in the terminal or into an SVG file.
    pub(super) fn draw(&self, options: &O, file: &str) {
        print_heading(self.1);
        let timeline = Timeline::of(|| (self.3)(options));
        if file.is_empty() {
            let columns = std::env::var("COLUMNS")
                .ok()
                .and_then(|columns| columns.parse().ok());
            print_line(format_args!(
                "\n{}",
                timeline.terminal(columns.unwrap_or(80))
            ));
        } else {
            or_fail(
                std::fs::write(file, timeline.svg(self.1))
                    .map_err(|error| format!("{file}: {error}")),
            );
        }
    }
}
