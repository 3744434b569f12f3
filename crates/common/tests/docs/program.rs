//! `just compare lock`: runs the Python and the Rust of a page, and prints both side by side.

#[allow(dead_code, reason = "the test `docs` uses all of it")]
mod console;
#[allow(dead_code, reason = "the test `docs` uses all of it")]
mod page;
mod run;
mod side_by_side;

use common::demo::Args;
use common::println;
use page::Page;
use run::{System, Tools, run};
use side_by_side::{ideas, side_by_side};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a program as the page does: by `cargo run`, which builds only that program.
struct Cargo {
    root: PathBuf,
    system: System,
}

impl Tools for Cargo {
    fn program(&self, package: &str, arguments: &[String]) -> Result<String, String> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["run", "--quiet", "-p", package, "--"]);
        command.args(arguments).current_dir(&self.root);
        run(command, "")
    }

    fn python(&self, code: &str) -> Result<Option<String>, String> {
        self.system.python(code)
    }
}

fn main() {
    let mut args = Args::new("Runs the Python and the Rust of a page of docs/, side by side.");
    args.usage("TOPIC");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let topic = args.rest().join(" ");
    let page = Page::read(&root, format!("docs/{topic}.md"));
    if page.is_err() {
        args.refuse(format!("there is no page docs/{topic}.md"));
    }
    args.finish();
    let system = System::new(&root);
    let tools = Cargo { root, system };
    let width = env::var("COLUMNS").ok();
    let width = width.and_then(|width| width.parse().ok()).unwrap_or(80);
    for [heading, python, rust] in page.iter().flat_map(|page| ideas(page, &tools)) {
        println!("{}\n", heading.concat());
        for line in side_by_side(&python, &rust, width) {
            println!("{line}");
        }
    }
}
