//! Output of a crawl: JSON lines, exit codes, argument errors.

use crate::support::sites::{linking_to, links, site};
use crate::support::{Crawled, Entry, command, crawl, start};
use common::testing::hostile::{Answer, Server};
use common::testing::{Running, assert_narrow};
use std::sync::mpsc;

#[test]
fn json_entry_has_all_fields() {
    let html = "<title>Start &amp; \"end\"</title><a href=x><a href=/missing>";
    let server = site(&[("/", html), ("/x", "<a href=/>")]);
    let crawled = crawl(&["--json", &server.url("/")]);
    let entries = crawled.entries();
    let url = |path| server.url(path);
    let page = Entry {
        url: url("/"),
        status: Some(200),
        bytes: html.len() as u64,
        title: Some("Start & \"end\"".into()),
        depth: 0,
        links: 2,
        referrer: None,
        attempts: 1,
        redirect: None,
        error: None,
    };
    assert_eq!(entries.of(&url("/")), &page);
    let x = Entry {
        url: url("/x"),
        bytes: 10,
        title: None,
        depth: 1,
        links: 1,
        referrer: Some(url("/")),
        ..page.clone()
    };
    assert_eq!(entries.of(&url("/x")), &x);
    let missing = Entry {
        url: url("/missing"),
        status: Some(404),
        bytes: 0,
        links: 0,
        error: Some("HTTP 404 Not Found".into()),
        ..x
    };
    assert_eq!(entries.of(&url("/missing")), &missing);
    assert_eq!(crawled.code, Some(1));
}

#[test]
fn json_is_alone_on_stdout_and_the_rest_is_on_stderr() {
    let server = site(&[("/", "<a href=/gone>")]);
    let crawled = crawl(&["--json", &server.url("/")]);
    assert_eq!(crawled.entries().0.len(), 2);
    let expected = [
        format!("broken: {}: HTTP 404 Not Found", server.url("/gone")),
        format!("  on {}", server.url("/")),
        "2 pages, 14 bytes, 1 failed".to_owned(),
    ];
    assert_eq!(crawled.complaints, expected);
}

#[test]
fn pages_are_reported_as_they_complete() {
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let server = linking_to(&["/late", "/now"], move |request| {
        if request.target == "/late" {
            let _ = released.lock().expect("no thread panics").recv();
        }
        Answer::html("")
    });
    let url = server.url("/");
    for arguments in [&[&*url][..], &["--json", &url]] {
        let mut running = start(arguments);
        // In either order: the links of `/` are in the frontier before `/` is reported.
        let reported = [running.line(), running.line()];
        let is_reported = |path| reported.iter().any(|line| line.contains(path));
        assert!(is_reported("/now") && !is_reported("/late"), "{reported:?}");
        release.send(()).expect("the server waits");
        assert!(running.line().contains(&server.url("/late")));
        assert_eq!(running.end().code, Some(0));
    }
}

#[test]
fn progress_is_not_drawn_without_a_terminal() {
    let server = site(&[("/", "")]);
    let crawled = crawl(&[server.url("/")]);
    assert!(crawled.complaints.is_empty(), "{crawled:#?}");
    let escape = |line: &String| line.contains('\u{1b}') || line.contains('\r');
    assert!(!crawled.lines.iter().any(escape), "{crawled:#?}");
}

#[test]
fn bad_arguments_print_one_line_and_exit_with_2() {
    let server = site(&[("/", "")]);
    let url = &*server.url("/");
    for arguments in [
        &["--workers", "0", url][..],
        &["--workers", "1001", url],
        &["--workers", "-1", url],
        &["--workers", "many", url],
        &["--max-pages", "0", url],
        &["--max-pages", "x", url],
        &["--depth", "-1", url],
        &["--timeout", "0", url],
        &["--timeout", "-1", url],
        &["--timeout", "NaN", url],
        &["--timeout", "inf", url],
        &["--max-body", "1.5", url],
        &["--delay", "-1", url],
        &["--delay", "1e300", url],
        &["--exclude", "(", url],
        &["--header", "no colon", url],
        &["--header", ": no name", url],
        &["--header", "no\ttoken: x", url],
        &["--header", "X: line\r\nY: break", url],
        &["--allow-host", "", url],
        &["--allow-host", "a b", url],
        &["--allow-host", "http://a.test/", url],
        &["--allow-host", "a.test:99999", url],
        &["--nonsense", url],
        &["--under"],
        &["ftp://127.0.0.1/"],
        &["file:///etc/passwd"],
        &["mailto:me@here.test"],
        &["http://"],
        &["http://["],
        &[""],
        &[url, "http://127.0.0.1:99999/"],
    ] {
        let crawled = crawl(arguments);
        assert_eq!(crawled.code, Some(2), "{arguments:?}: {crawled:#?}");
        assert_eq!(crawled.complaints.len(), 1, "{arguments:?}: {crawled:#?}");
        assert!(crawled.lines.is_empty(), "{arguments:?}: {crawled:#?}");
    }
    assert_eq!(server.connections(), 0, "no request was sent");
}

#[test]
fn help_lists_exactly_the_options_of_the_crawl() {
    let crawled = crawl(&["--help"]);
    assert_eq!(crawled.code, Some(0));
    assert_narrow(&crawled.lines, 80);
    let help = crawled.lines.join("\n");
    for option in [
        "workers",
        "max-pages",
        "depth",
        "timeout",
        "max-body",
        "under",
        "allow-host",
        "exclude",
        "header",
        "delay",
        "ignore-robots",
        "json",
    ] {
        assert!(help.contains(&format!("--{option}")), "{option} in {help}");
    }
    for option in ["--items", "--seed", "--list"] {
        assert!(!help.contains(option), "{option} in {help}");
    }
}

/// The reader closes the pipe during the crawl of an endless site.
#[test]
fn closed_pipe_ends_the_program_without_an_error() {
    let server = Server::with(|request| match &*request.target {
        "/robots.txt" => Answer::not_found(),
        path => Answer::html(links([format!("{path}l/"), format!("{path}r/")])),
    });
    let url = server.url("/");
    for arguments in [&[&*url][..], &["--json", &url], &["--workers=64", &url]] {
        let mut running = start(arguments);
        running.line();
        running.close();
        let crawled = running.end();
        assert_eq!((crawled.code, crawled.complaints), (Some(0), Vec::new()));
    }
}

#[test]
fn proxy_is_not_used_for_this_machine() {
    let server = site(&[("/", "")]);
    let mut command = command(&[server.url("/")]);
    command.env("all_proxy", "http://127.0.0.1:1/");
    let crawled = Running::start(&mut command).end();
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
}
