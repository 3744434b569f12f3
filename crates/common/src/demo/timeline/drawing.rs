//! The layout in lines and character cells: columns get as wide as their texts need, and a long picture is cut into
//! bands, one below the other. The terminal and the SVG show the same lines and cells.

use super::layout::{Layout, Mark, NAME, NOTE, Style};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// What is drawn, in this order.
#[derive(Default)]
pub(super) struct Drawing {
    /// Line, cells, look.
    pub(super) bars: Vec<(usize, Range<usize>, Style)>,
    /// Line, first cell, look, text.
    pub(super) texts: Vec<(usize, usize, Style, String)>,
    /// Cell, and the lines of the signal and of the thread that went on by it.
    pub(super) arrows: Vec<[usize; 3]>,
    pub(super) lines: usize,
}

impl Drawing {
    /// A drawing that is at most `width` cells wide if its texts allow it.
    pub(super) fn of(layout: &Layout, width: usize) -> Self {
        let (lanes, mut drawing) = (layout.counters.iter().chain(&layout.lanes), Self::default());
        let left = lanes.clone().map(|lane| lane.name.width()).max();
        // A text is indented by a cell, which is that of an arrow's head, and keeps a cell from the next one.
        let room = |(at, _, text): &Mark| (at.start, at.end.min(layout.end), text.width() + 2);
        let rooms = lanes.flat_map(|lane| &lane.marks).map(room);
        let rooms: Vec<_> = rooms.filter(|room| room.0 < room.1 && room.2 > 2).collect();
        let mut cells = vec![left.unwrap_or(0) + 2];
        for column in 1..=layout.end {
            let ending = rooms.iter().filter(|(_, end, _)| *end == column);
            let needed = ending.map(|(start, _, room)| cells[*start] + room);
            cells.push(needed.max().unwrap_or(0).max(cells[column - 1] + 1));
        }
        let mut start = 0;
        while start < layout.end {
            let most = width + cells[start] - cells[0];
            let fits = |to: &usize| *to == start + 1 || cells[*to] <= most;
            let ends: Vec<usize> = (start + 1..=layout.end).take_while(fits).collect();
            // A band ends where no text is cut, if there is such a place.
            let is_whole = |to: &&usize| {
                let mut before = rooms.iter().filter(|(start, ..)| start < *to);
                before.all(|(start, _, room)| cells[*start] + room <= cells[**to] + 1)
            };
            let end = *ends.iter().rfind(is_whole).unwrap_or(&ends[ends.len() - 1]);
            drawing.band(layout, &(start..end), &cells);
            start = end;
        }
        for wait in &layout.deadlocks {
            drawing.text(0, 0, NOTE, wait);
            drawing.lines += 1;
        }
        drawing
    }

    /// The columns `band`, where `cells` says where each column begins if all are in one band.
    fn band(&mut self, layout: &Layout, band: &Range<usize>, cells: &[usize]) {
        let shift = cells[band.start] - cells[0];
        let cell = |column: usize| cells[column.clamp(band.start, band.end)] - shift;
        let mut tops = Vec::new();
        for lane in layout.counters.iter().chain(&layout.lanes) {
            let mut height = 1 + usize::from(tops.len() >= layout.counters.len());
            tops.push(self.lines);
            let is_bar = |style: &Style| !style.1.is_empty();
            let cells = |columns: &Range<usize>| cell(columns.start)..cell(columns.end);
            let is_here = |(columns, style, _): &&Mark| {
                let is_text_here = !is_bar(style) && band.contains(&columns.start);
                is_text_here || is_bar(style) && !cells(columns).is_empty()
            };
            let marks: Vec<_> = lane.marks.iter().filter(is_here).collect();
            if marks.is_empty() {
                continue; // the thread has not begun or has ended
            }
            self.text(0, 0, NAME, &lane.name);
            for (columns, style, text) in marks {
                let cells = cells(columns);
                if is_bar(style) {
                    let fits = text.width() < cells.len();
                    self.text(0, cells.start + 1, *style, if fits { text } else { "" });
                    self.bars.push((self.lines, cells, *style));
                } else {
                    let below = if *style == NOTE { 2 } else { 1 };
                    self.text(below, cells.start + 1, *style, text);
                    height = height.max(below + 1);
                }
            }
            self.lines += height;
        }
        let tops = &tops[layout.counters.len()..];
        for [column, from, to] in &layout.arrows {
            if band.contains(column) {
                self.arrows.push([cell(*column), tops[*from], tops[*to]]);
            }
        }
        self.lines += 1;
    }

    /// A text in the line `below` the present one.
    fn text(&mut self, below: usize, cell: usize, style: Style, text: &str) {
        if !text.is_empty() {
            let text = text.to_owned();
            self.texts.push((self.lines + below, cell, style, text));
        }
    }
}
