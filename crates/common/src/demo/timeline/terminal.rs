//! A timeline in characters.

use super::drawing::Drawing;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const LEGEND: &str =
    "▓ runs  █ holds  ░ blocked  ▒ deadlocked  ┄ sleeps  ▲▼ woken from below, above";

pub(super) fn draw(drawing: &Drawing) -> String {
    // A wide character takes two cells, the second of which is `None`.
    let mut lines = vec![Vec::new(); drawing.lines];
    let mut write = |line: usize, cell: usize, text: &str| {
        let line: &mut Vec<Option<char>> = &mut lines[line];
        line.resize(line.len().max(cell + text.width()), Some(' '));
        let cells = |char: char| {
            [Some(char), None]
                .into_iter()
                .take(char.width().unwrap_or(0))
        };
        for (place, char) in line[cell..].iter_mut().zip(text.chars().flat_map(cells)) {
            *place = char;
        }
    };
    for (line, cells, style) in &drawing.bars {
        write(*line, cells.start, &style.1.repeat(cells.len()));
    }
    for (line, cell, _, text) in &drawing.texts {
        write(*line, *cell, text);
    }
    for [cell, from, to] in &drawing.arrows {
        write(to + 1, *cell, if from > to { "▲" } else { "▼" });
    }
    let lines = lines.iter().map(|line| line.iter().flatten().collect());
    lines
        .chain([LEGEND.into()])
        .collect::<Vec<String>>()
        .join("\n")
}
