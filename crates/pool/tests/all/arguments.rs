//! The arguments of the demo, and the lists that it reads.

use crate::support::{pool, pool_reading};
use common::site::Site;

fn site() -> Site {
    Site::builder()
        .page("/a", vec![b'a'; 100])
        .page("/b", vec![b'b'; 200])
        .start()
        .expect("a port is free")
}

#[test]
fn a_url_given_twice_is_fetched_twice() {
    let site = site();
    let output = pool(&[site.url("/a"), site.url("/a")]);
    assert!(output.lines.contains(&"2 of 2 pages, 200 bytes".into()));
}

#[test]
fn lists_come_from_files_and_from_stdin_without_their_comments() {
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
fn bad_arguments_get_one_line_and_the_exit_code_2() {
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
fn a_list_that_is_empty_or_not_text_is_a_bad_argument() {
    for (text, complaint) in [
        (&b"\n# nothing\n"[..], "there is no URL in -"),
        (b"http://127.0.0.1/\n\xff\n", "-, line 2: not UTF-8"),
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
fn a_fraction_of_a_second_is_a_timeout() {
    let site = Site::builder()
        .held("/", "never")
        .start()
        .expect("a port is free");
    let output = pool(&["--timeout", "0.25", &site.url("/")]);
    let line = format!("{}: timed out after 0.25 s", site.url("/"));
    assert_eq!(output.lines, [&*line, "0 of 1 pages, 0 bytes"]);
}

#[test]
fn long_lists_are_no_matter() {
    let output = pool_reading("nonsense\n".repeat(20_000), &["--file=-"]);
    assert_eq!(output.lines.len(), 20_001);
    assert_eq!(output.code, Some(1));
}
