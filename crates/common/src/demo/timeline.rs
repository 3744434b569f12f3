//! Timelines: which thread ran, which was blocked, and which woke which, drawn from the events of a real run.

mod drawing;
mod layout;
mod svg;
mod terminal;

use super::{or_fail, print_line};
use crate::trace;
use drawing::Drawing;
use layout::Layout;
use std::{env, fs};

/// Plays an idea, and draws its timeline into the file as SVG, or in the terminal if `file` is empty.
pub(super) fn draw(title: &str, file: &str, play: impl FnOnce()) {
    let layout = Layout::of(&trace::record(play));
    if file.is_empty() {
        let columns = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let drawn = terminal::draw(&Drawing::of(&layout, columns.unwrap_or(80)));
        print_line(format_args!("\n{drawn}"));
    } else {
        let drawn = svg::draw(&Drawing::of(&layout, svg::WIDTH), title);
        or_fail(fs::write(file, drawn).map_err(|error| format!("{file}: {error}")));
    }
}
