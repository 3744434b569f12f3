//! Running the programs of this workspace and Python.

use super::console;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::env;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The timeout of a command. No command on a page takes a tenth of this.
const LIMIT: Duration = Duration::from_secs(2 * 60);

/// The programs that the checks run.
pub(crate) trait Tools {
    /// The output of the program, and `[exit code: N]` if the exit code is not 0.
    fn program(&self, package: &str, arguments: &[String]) -> Result<String, String>;

    /// The output of the Python code; `None` if Python is not installed.
    fn python(&self, code: &str) -> Result<Option<String>, String>;
}

/// The actual programs. Every command runs once, even if several pages show it.
pub(crate) struct System {
    root: PathBuf,
    /// The directory of the programs, once they are built.
    programs: OnceCell<Result<PathBuf, String>>,
    python: OnceCell<Option<&'static str>>,
    known: RefCell<HashMap<String, Result<String, String>>>,
}

impl System {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            programs: OnceCell::new(),
            python: OnceCell::new(),
            known: RefCell::default(),
        }
    }

    pub(crate) fn once(
        &self,
        key: String,
        run: impl FnOnce() -> Result<String, String>,
    ) -> Result<String, String> {
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let output = run();
        self.known.borrow_mut().insert(key, output.clone());
        output
    }

    /// Builds the programs beside this test, in its profile, so that nothing is built twice.
    fn build(&self) -> Result<PathBuf, String> {
        let test = env::current_exe().map_err(|error| error.to_string())?;
        let programs = test.ancestors().nth(2).ok_or("the test has no directory")?;
        let target = programs
            .parent()
            .ok_or("the target directory has no parent")?;
        let profile = match programs.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(profile) => profile,
        };
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        // Cargo sets variables about its package for a test; inherited, they would make build scripts run again.
        for (name, _) in env::vars_os().filter(|(name, _)| is_of_this_package(name)) {
            command.env_remove(name);
        }
        let built = command
            .args([
                "build",
                "--quiet",
                "--workspace",
                "--bins",
                "--examples",
                // With the features that the tests ask for, as `cargo test` has built them: nothing is built twice.
                "--tests",
                "--profile",
                profile,
                "--target-dir",
            ])
            .arg(target)
            .current_dir(&self.root)
            .status()
            .map_err(|error| format!("cargo: {error}"))?;
        if built.success() {
            Ok(programs.to_owned())
        } else {
            Err("cargo build failed".to_owned())
        }
    }
}

impl Tools for System {
    fn program(&self, package: &str, arguments: &[String]) -> Result<String, String> {
        let programs = self.programs.get_or_init(|| self.build()).clone()?;
        self.once(format!("{package} {}", arguments.join(" ")), || {
            let program = programs
                .join(package)
                .with_extension(env::consts::EXE_EXTENSION);
            let mut command = Command::new(program);
            command
                .args(arguments)
                .env("NO_COLOR", "1")
                .current_dir(&self.root);
            run(command, "")
        })
    }

    fn python(&self, code: &str) -> Result<Option<String>, String> {
        let Some(python) = self.python.get_or_init(find_python) else {
            return Ok(None);
        };
        let mut command = Command::new(python);
        command.args(["-I", "-X", "utf8", "-"]);
        self.once(code.to_owned(), || run(command, code)).map(Some)
    }
}

fn is_of_this_package(variable: &OsStr) -> bool {
    let start = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ];
    let variable = variable.to_string_lossy();
    start.iter().any(|start| variable.starts_with(start))
}

/// Windows has a `python3` that only opens its app store, so the output is checked.
fn find_python() -> Option<&'static str> {
    let answers = |name: &&str| {
        let mut command = Command::new(name);
        command.args(["-c", "import sys; print(sys.version_info.major)"]);
        run(command, "").is_ok_and(|version| version.trim() == "3")
    };
    let python = ["python3", "python"].into_iter().find(answers);
    if python.is_none() {
        eprintln!("there is no Python here: its blocks are not run");
    }
    python
}

/// Runs a command with `input`. Stdout and stderr share one pipe, as they share a terminal.
pub(crate) fn run(mut command: Command, input: &str) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: io::Error| format!("{name}: {error}");
    let (output, screen) = os_pipe::pipe().map_err(failed)?;
    command.stdin(if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    });
    command
        .stdout(screen.try_clone().map_err(failed)?)
        .stderr(screen);
    let mut child = command.spawn().map_err(failed)?;
    // The command holds writing ends of the pipe: while it lives, the output does not end.
    drop(command);
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).map_err(failed)?;
    }
    let text = read(output, &mut child).ok_or_else(|| format!("{name} does not end"))?;
    let status = child.wait().map_err(failed)?;
    if status.success() {
        return Ok(text);
    }
    let code = status
        .code()
        .map_or_else(|| status.to_string(), |code| code.to_string());
    Ok(format!("{}{}", text, console::exit_code(&code)))
}

/// The output of the child; after the timeout, kills the child and returns `None`.
fn read(mut output: os_pipe::PipeReader, child: &mut Child) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    });
    let text = receiver.recv_timeout(LIMIT).ok();
    if text.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    text
}
