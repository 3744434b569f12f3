//! A timeline as SVG: text stays text, light and dark as the reader's system has it.

use super::drawing::Drawing;
use super::layout::Style;

/// Styles, the legend, and places for what differs from picture to picture.
const FRAME: &str = include_str!("frame.svg");
/// The width of a picture in cells, if its texts allow it; the frame has room for it.
pub(super) const WIDTH: usize = 70;
/// The width of a cell and the height of a line.
const CELL: usize = 7;
const LINE: usize = 20;

pub(super) fn draw(drawing: &Drawing, title: &str) -> String {
    let (x, y) = (|cell| 12 + CELL * cell, |line| 60 + LINE * line);
    let bars = drawing.bars.iter().map(|(line, cells, Style(class, _))| {
        let (x, y, width) = (x(cells.start), y(*line), CELL * cells.len() - 1);
        format!("<rect class='{class}' x='{x}' y='{y}' width='{width}' height='19'/>\n")
    });
    let arrows = drawing.arrows.iter().map(|[cell, from, to]| {
        let (out, into) = if from < to { (19, 0) } else { (0, 19) };
        let (x, from, to) = (x(*cell), y(*from) + out, y(*to) + into);
        format!("<path class='arrow' d='M{x} {from}V{to}'/>\n")
    });
    let texts = drawing.texts.iter().map(|(line, cell, look, text)| {
        let (x, y, class, text) = (x(*cell), y(*line) + 14, look.0, escape(text));
        format!("<text class='{class}' x='{x}' y='{y}'>{text}</text>\n")
    });
    let picture: String = bars.chain(arrows).chain(texts).collect();
    let texts: Vec<&str> = drawing.texts.iter().map(|text| text.3.as_str()).collect();
    FRAME
        .replace("{height}", &y(drawing.lines).to_string())
        .replace("{title}", &escape(title))
        .replace("{description}", &escape(&texts.join("; ")))
        .replace("{picture}\n", &picture)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
