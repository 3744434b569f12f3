//! The arguments of the demo, and the lists that it reads.

use crate::support::{pool, pool_reading};
use common::site::Site;
use common::testing::Running;
use std::process::Command;

fn site() -> Site {
    Site::builder()
        .page("/a", vec![b'a'; 100])
        .page("/b", vec![b'b'; 200])
        .start()
        .expect("a port is free")
}

#[test]
fn url_given_twice_is_fetched_twice() {
    let site = site();
    let output = pool(&[site.url("/a"), site.url("/a")]);
    assert!(output.lines.contains(&"2 of 2 pages, 200 bytes".into()));
}

#[test]
fn lists_are_read_from_files_and_stdin_without_comments() {
    let site = site();
    let list = format!(
        "\u{feff}# pages\r\n\r\n  {}  \r\n{}",
        site.url("/a"),
        site.url("/b")
    );
    let output = pool_reading(list.as_str(), &["--file", "-"]);
    assert!(output.lines.contains(&"2 of 2 pages, 300 bytes".into()));

    let path = std::env::temp_dir().join(format!("pool-urls-{}.txt", std::process::id()));
    std::fs::write(&path, &list).expect("there is room for a list");
    let url = site.url("/a");
    let output = pool(&[url.as_ref(), "--file".as_ref(), path.as_os_str()]);
    std::fs::remove_file(&path).expect("it was written");
    assert!(output.lines.contains(&"3 of 3 pages, 400 bytes".into()));
}

#[test]
fn lists_may_have_any_line_ends_and_utf_8_or_utf_16() {
    let site = site();
    let urls = [site.url("/a"), site.url("/b")];
    let utf16 =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    for end in ["\r", "\n", "\r\n", "\r\r\n"] {
        let text = urls.join(end) + end;
        let marked = format!("\u{feff}{text}");
        let lists: [Vec<u8>; 6] = [
            text.clone().into(),
            marked.clone().into(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(&text, u16::to_le_bytes),
            utf16(&text, u16::to_be_bytes),
        ];
        for list in lists {
            let output = pool_reading(list.clone(), &["--file=-"]);
            let summary = output.lines.last().map(String::as_str);
            assert_eq!(summary, Some("2 of 2 pages, 300 bytes"), "{list:?}");
        }
    }
}

#[test]
fn url_without_a_scheme_is_an_http_url() {
    let site = site();
    let url = site.url("/a");
    let bare = url.strip_prefix("http://").expect("it has a scheme");
    let port = bare.split([':', '/']).nth(1).expect("it has a port");
    let output = pool(&[
        bare.to_owned(),
        format!("localhost:{port}/b"),
        format!("HTTP:{bare}"),
    ]);
    assert!(output.lines.contains(&"3 of 3 pages, 400 bytes".into()));
}

#[test]
fn unknown_idea_is_distinguished_from_a_url() {
    let refused = |argument: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pool"));
        let output = Running::start(command.arg(argument)).end();
        assert_eq!(output.code, Some(2));
        output.complaints.join("\n")
    };
    assert!(refused("exectuor").contains("the ideas are threads, initializer, "));
    assert!(refused("me:secret@me.org").contains("'pool fetch [OPTIONS] URL...'"));
    assert!(!refused("me:secret@me.org").contains("secret"));
}

#[test]
fn bad_arguments_print_one_line_and_exit_with_2() {
    let url = "http://127.0.0.1/";
    for arguments in [
        &["--workers", "0", url][..],
        &["--workers", "many", url],
        &["--timeout", "0", url],
        &["--timeout", "-1", url],
        &["--timeout", "NaN", url],
        &["--max-body", "1.5", url],
        &["--workers", "3"],
        &["--file", "no/such/file"],
        &["--file"],
        &["--nonsense"],
    ] {
        let output = pool(arguments);
        assert_eq!(output.code, Some(2), "{arguments:?}");
        assert_eq!(output.complaints.len(), 1, "{arguments:?}");
        assert!(output.lines.is_empty(), "{arguments:?}");
    }
}

#[test]
fn list_that_is_empty_or_not_text_is_a_bad_argument() {
    for (text, complaint) in [
        (&b"\n# nothing\n"[..], "there is no URL in -"),
        (b"http://127.0.0.1/\n\xff\n", "-, line 2: not UTF-8"),
        (b"http://127.0.0.1/\r\r\n\xff", "-, line 3: not UTF-8"),
        (b"\xff\xfea\0\r\0\0\xd8", "-, line 2: not UTF-8 or UTF-16"),
        (b"\xff\xfea\0\n", "-, line 1: not UTF-8 or UTF-16"),
    ] {
        let output = pool_reading(text, &["--file", "-"]);
        assert_eq!(output.code, Some(2));
        let lines = output.complaints;
        assert!(
            lines.len() == 1 && lines[0].contains(complaint),
            "{lines:?}"
        );
    }
}

#[test]
fn timeout_may_be_a_fraction_of_a_second() {
    let site = Site::builder()
        .held("/", "never")
        .start()
        .expect("a port is free");
    let output = pool(&["--timeout", "0.25", &site.url("/")]);
    let line = format!("failed: {}: timed out after 0.25 s", site.url("/"));
    assert_eq!(output.lines, [&*line, "0 of 1 pages, 0 bytes"]);
}

#[test]
fn long_lists_are_fetched_to_the_end() {
    let output = pool_reading("nonsense\n".repeat(20_000), &["--file=-"]);
    assert_eq!(output.lines.len(), 20_001);
    assert_eq!(output.code, Some(1));
}
