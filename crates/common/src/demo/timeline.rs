//! Timelines: which thread ran, which was blocked, and which woke which, drawn from the events of a real run.

mod drawing;
mod layout;
mod svg;
mod terminal;

use crate::trace;
use drawing::Drawing;
use layout::Layout;

/// The picture of one idea.
pub(super) struct Timeline(Layout);

impl Timeline {
    /// Plays an idea and records it.
    pub(super) fn of(play: impl FnOnce()) -> Self {
        Self(Layout::of(&trace::record(play)))
    }

    /// The lanes in characters, for a terminal that is `width` cells wide.
    pub(super) fn terminal(&self, width: usize) -> String {
        terminal::draw(&Drawing::of(&self.0, width))
    }

    pub(super) fn svg(&self, title: &str) -> String {
        svg::draw(&Drawing::of(&self.0, svg::WIDTH), title)
    }
}
