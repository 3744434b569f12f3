//! Tests of the checks: each creates a small correct site in its own directory and changes one thing.

mod faults;
mod parts;
mod side_by_side;

use super::check::{Mode, check};
use super::pictures::Draws;
use super::run::Tools;
use std::fs;
use std::path::PathBuf;

const CODE: &str = "\
//! A demo.

/// Adds.
#[inline]
fn add(counter: &mut u32) {
    *counter += 1; // [..]
}

fn main() {}
";

const PAGE: &str = "\
# Adding

<!-- excerpt: crates/demo/src/main.rs fn add -->
```rust
/// Adds.
#[inline]
fn add(counter: &mut u32) {
    *counter += 1; // [..]
}
```

```console
$ cargo run -p demo -- --times 2
two
took [..] ms

$ cargo run -p demo -- --times 0
demo: no
[exit code: 2]
```

```console unordered
$ cargo run -p demo
first
second
```

```console
$ cargo test --workspace
never compared
```

```python
print('snake')
```

<!-- output -->
```text
snake
```

<!-- picture: demo add -->
![Adding](../docs/pictures/add.svg)

<!-- one run: demo race -->
![A race](../docs/pictures/race.svg)

[Up](#adding), [the code](../crates/demo/src/main.rs), [contract][semantics]

[semantics]: semantics.md#rules
";

const ADD: &str = "<svg drawn now></svg>\n";

const CONTRACT: &str = "\
# Rules

- **1.** It adds.
- **3.** And
  again.

| Line | Tests |
| --- | --- |
| 1 | [`it_adds`][demo] |
| 3 | [`it_adds`][demo], [`it_adds_again`][demo] |

## More rules

- **4.** It adds.

| Line | Tests |
| --- | --- |
| 4 | [`it_adds`][demo] |

[demo]: ../crates/demo/tests/demo.rs
";

const SUMMARY: &str = "- [Adding](adding.md)\n- [Rules](semantics.md)\n";

/// A repository of one demo with its pages in two languages, without faults.
struct Site {
    root: PathBuf,
}

impl Site {
    /// Creates the site in its own directory.
    fn new(test: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&root);
        let site = Self { root };
        site.write("crates/demo/src/main.rs", CODE);
        site.write(
            "crates/demo/tests/demo.rs",
            "#[test]\nfn it_adds() {}\n\n#[test]\nfn it_adds_again() {}\n\nfn helper() {}\n",
        );
        site.write("README.md", "# A demo\n\n[Pages](docs/adding.md#adding)\n");
        site.write("docs/adding.md", PAGE);
        site.write(
            "docs/zh/adding.md",
            &PAGE
                .replace("../crates", "../../crates")
                .replace("../docs", "../../docs"),
        );
        site.write("docs/SUMMARY.md", SUMMARY);
        site.write("docs/zh/SUMMARY.md", SUMMARY);
        site.write("docs/pictures/add.svg", ADD);
        site.write("docs/pictures/race.svg", "<svg of another run></svg>\n");
        site.write("docs/semantics.md", CONTRACT);
        site.write(
            "docs/zh/semantics.md",
            &CONTRACT.replace("../crates", "../../crates"),
        );
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("the files are in the site"))
            .expect("the directory");
        fs::write(path, text).expect("the file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).expect("the file")
    }

    /// Changes one place of a file.
    fn change(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no '{from}'");
        self.write(path, &text.replacen(from, to, 1));
        self
    }

    fn faults(&self) -> Vec<String> {
        check(&self.root, &Played, Mode::Check).expect("the pages")
    }

    fn repair(&self) -> Vec<String> {
        check(&self.root, &Played, Mode::Write).expect("the pages")
    }

    /// The only remaining fault: its place and reason.
    #[track_caller]
    fn only_fault(&self) -> String {
        let faults = self.faults();
        assert_eq!(faults.len(), 1, "{faults:#?}");
        faults[0].clone()
    }
}

/// Tools with fixed outputs.
struct Played;

impl Tools for Played {
    fn program(&self, package: &str, arguments: &[String]) -> Result<String, String> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match (package, &arguments[..]) {
            ("demo", ["--times", "2"]) => Ok("two\ntook 17 ms\n".to_owned()),
            ("demo", ["--times", "0"]) => Ok("demo: no\n[exit code: 2]\n".to_owned()),
            ("demo", ["--list"]) => Ok("add   Adding\nmore  Adding more\n".to_owned()),
            ("demo", []) => Ok("second\nfirst\n".to_owned()),
            _ => Err(format!("there is no {package}")),
        }
    }

    fn python(&self, code: &str) -> Result<Option<String>, String> {
        Ok((code != "exit()").then(|| "snake\n".to_owned()))
    }
}

impl Draws for Played {
    fn picture(&self, package: &str, idea: &str) -> Result<String, String> {
        match (package, idea) {
            ("demo", "add" | "race") => Ok(ADD.to_owned()),
            _ => Err(format!("there is no {package} {idea}")),
        }
    }
}

#[test]
fn check_of_a_correct_site_finds_no_fault_and_writes_nothing() {
    let site = Site::new("a_true_site");
    assert_eq!(site.faults(), [""; 0]);
    assert_eq!(site.repair(), [""; 0]);
    assert_eq!(site.read("docs/adding.md"), PAGE);
}

#[test]
fn overwrite_repairs_every_block_and_keeps_wildcards() {
    let site = Site::new("writing_repairs");
    site.change("docs/adding.md", "two\n", "three\nfour\n");
    site.change("docs/adding.md", "+= 1", "+= 2");
    site.change("docs/adding.md", "```text\nsnake", "```text");
    site.change("docs/adding.md", "first\n", "");
    assert_eq!(
        site.faults().len(),
        5,
        "four blocks, and the languages differ"
    );
    assert_eq!(site.repair(), [""; 0]);
    // Missing lines of unordered output are appended.
    let repaired = PAGE.replace("first\nsecond", "second\nfirst");
    assert_eq!(site.read("docs/adding.md"), repaired);
    assert_eq!(site.repair(), [""; 0], "and again");
    assert_eq!(site.read("docs/adding.md"), repaired);
}

#[test]
fn overwrite_reports_faults_that_it_cannot_repair() {
    let site = Site::new("writing_does_not_hide");
    site.change("docs/zh/adding.md", "fn add -->", "fn sub -->");
    let faults = site.repair();
    assert!(faults[0].starts_with("docs/zh/adding.md:4: "), "{faults:?}");
    assert!(faults[0].contains("there is no 'fn sub'"), "{faults:?}");
}
