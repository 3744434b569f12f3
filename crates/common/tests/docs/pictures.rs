//! Pictures of runs: the file that a page shows equals the picture that the demo draws.

use super::check::Mode;
use super::page::Page;
use super::run::{System, Tools};
use std::path::Path;
use std::{env, fs};

/// Draws the ideas of the demos.
pub(crate) trait Draws {
    /// The SVG of the idea that the program plays.
    fn picture(&self, package: &str, idea: &str) -> Result<String, String>;
}

impl Draws for System {
    fn picture(&self, package: &str, idea: &str) -> Result<String, String> {
        let file = format!("{package}-{idea}-{}.svg", std::process::id());
        let file = env::temp_dir().join(file);
        self.once(format!("picture: {package} {idea}"), || {
            let arguments = [idea, "--timeline", &file.to_string_lossy()].map(str::to_owned);
            let printed = self.program(package, &arguments)?;
            let drawn = fs::read_to_string(&file).map_err(|_| printed);
            let _ = fs::remove_file(&file);
            drawn
        })
    }
}

/// The mark above an image of a page.
pub(crate) struct Mark<'a> {
    pub(crate) line: usize,
    /// The whole mark, which is the same in both languages.
    pub(crate) text: &'a str,
    program: (&'a str, &'a str),
    /// Whether the picture is the same in every run. The picture of a race shows one run.
    is_forced: bool,
}

/// The marks of the page: `<!-- picture: condition turns -->` above an image that
/// `cargo run -p condition -- turns --timeline FILE` draws, `<!-- one run: lock no-lock -->` above that of a race.
pub(crate) fn marks(page: &Page) -> Vec<Mark<'_>> {
    let marks = page.lines.iter().enumerate().filter_map(|(line, text)| {
        let text = text.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        let forced = text.strip_prefix("picture: ");
        Some(Mark {
            line,
            text,
            program: forced.or(text.strip_prefix("one run: "))?.split_once(' ')?,
            is_forced: forced.is_some(),
        })
    });
    marks.collect()
}

/// The faults in the page's pictures: line and reason. The picture of a race must be a timeline, and is drawn only if
/// it is missing.
pub(crate) fn broken(
    root: &Path,
    page: &Page,
    tools: &dyn Draws,
    mode: Mode,
) -> Vec<(usize, String)> {
    let check = |mark: &Mark<'_>| {
        let directory = root.join(&page.path).parent().map(Path::to_owned);
        let image = page.lines.get(mark.line + 1).and_then(|line| image(line));
        let (Some(directory), Some(image)) = (directory, image) else {
            return Some("no image follows the mark".to_owned());
        };
        let file = directory.join(image);
        let shown = fs::read_to_string(&file).unwrap_or_default();
        let is_timeline = shown.starts_with("<svg ") && shown.ends_with("</svg>\n");
        if is_timeline && !mark.is_forced {
            return None;
        }
        match tools.picture(mark.program.0, mark.program.1) {
            Err(reason) => Some(reason),
            Ok(drawn) if drawn == shown => None,
            Ok(drawn) if mode == Mode::Write => {
                fs::write(&file, drawn).err().map(|error| error.to_string())
            }
            Ok(_) => Some(format!(
                "{image} is not what '{}' draws any more",
                mark.text
            )),
        }
    };
    let marks = marks(page).into_iter();
    marks
        .filter_map(|mark| Some((mark.line, check(&mark)?)))
        .collect()
}

/// `pictures/turns.svg` of `![…](pictures/turns.svg)`.
fn image(line: &str) -> Option<&str> {
    let (_, path) = line.strip_prefix("![")?.split_once("](")?;
    path.strip_suffix(')')
}
