//! The command `fetch` on misbehaving servers, and interrupted.

use crate::support::{pool, start};
use common::testing::hostile::{Hostile, refused};
use std::time::{Duration, Instant};

/// The text after the URL in each line, with a limit of 50,000 bytes and a timeout of two seconds.
const ENDS: [(&str, &str); 24] = [
    ("/ok", "1000 bytes"),
    ("/gzip", "5000 bytes"),
    ("/too-short", "500 bytes"),
    ("/hang", "timed out after 2 s"),
    ("/drip-header", "timed out after 2 s"),
    ("/drip-body-endless", "timed out after 2 s"),
    ("/slow-chunks", "timed out after 2 s"),
    ("/endless", "body over 50000 bytes"),
    ("/endless-chunks", "body over 50000 bytes"),
    ("/bomb", "body over 50000 bytes"),
    ("/too-big", "body over 50000 bytes"),
    ("/reset", "connection closed "),
    ("/reset-unsized", "connection closed "),
    ("/too-long", "connection closed in mid-body"),
    ("/gzip-cut", "connection closed in mid-body"),
    ("/silent", "connection closed before an answer"),
    ("/404", "HTTP 404 Not Found"),
    ("/404-endless", "HTTP 404 Not Found"),
    ("/500", "HTTP 500 Internal Server Error"),
    ("/nowhere", "HTTP 302 Found"),
    ("/redirect-loop", "redirect loop: more than 20 redirects"),
    ("/to-file", "redirect to file: refused"),
    (
        "/to-nonsense",
        "redirect to a malformed URL: invalid IPv6 address",
    ),
    ("/garbage", "not a valid answer: it is not HTTP"),
];

#[test]
fn each_misbehaving_server_is_one_failure_and_others_are_fetched() {
    let server = Hostile::start();
    let mut arguments = ["--workers=8", "--timeout=2", "--max-body=50000"]
        .map(str::to_owned)
        .to_vec();
    arguments.extend(ENDS.map(|(path, _)| server.url(path)));
    arguments.push("http://no such host/".to_owned());
    let output = pool(&arguments);
    let lines = &output.lines;
    for (path, end) in ENDS {
        let label = if end.starts_with(char::is_numeric) {
            ""
        } else {
            "failed: "
        };
        let line = format!("{label}{}: {end}", server.url(path));
        let told = lines.iter().any(|told| told.starts_with(&line));
        assert!(told, "{line}\nin {lines:#?}");
    }
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("failed: http://no such host/: malformed URL"))
    );
    assert_eq!(lines.last().unwrap(), "3 of 25 pages, 6500 bytes");
    assert!(output.complaints.is_empty(), "{output}");
    assert_eq!(output.code, Some(1));
}

/// Some systems retry for seconds before they refuse.
#[test]
fn closed_port_is_reported_as_refused() {
    let url = refused();
    let output = pool(&[&url]);
    let line = format!("failed: {url}: cannot connect: connection refused");
    assert_eq!(output.lines[0], line);
}

/// The lookup of the system, which may be slow without a network.
#[test]
fn lookup_of_an_unknown_host_ends_at_the_timeout() {
    let url = "http://no-such-host.invalid/";
    let output = pool(&["--timeout=2", url]);
    let line = &output.lines[0];
    let told = [
        "cannot find host no-such-host.invalid",
        "timed out after 2 s",
    ];
    assert!(
        told.iter()
            .any(|told| *line == format!("failed: {url}: {told}")),
        "{line}"
    );
    assert_eq!(output.code, Some(1));
}

/// The first three send endless answers.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_under_endless_answers() {
    let server = Hostile::start();
    let hanging = ["/hang", "/drip-header", "/slow-chunks"];
    let mut arguments = ["--workers=3", "--max-body=40000000"]
        .map(str::to_owned)
        .to_vec();
    for path in ["/bomb", "/endless", "/endless-chunks"]
        .iter()
        .chain(&hanging)
    {
        arguments.push(server.url(path));
    }
    let running = start(&arguments);
    // All workers are blocked, so the first three are done.
    server.until_all_visited(&hanging);
    let peak = running.figure("VmHWM:");
    assert!(peak < 25_000, "{peak} kB");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_requests_in_flight_and_prints_the_summary() {
    let server = Hostile::start();
    let hanging = ["/hang", "/drip-header", "/drip-body", "/slow-chunks"];
    let mut arguments = vec![
        "--workers=4".to_owned(),
        server.url("/ok"),
        server.url("/404"),
    ];
    arguments.extend(hanging.map(|path| server.url(path)));
    arguments.extend(vec![server.url("/hang"); 500]);
    let mut running = start(&arguments);
    assert_eq!(running.line(), format!("{}: 1000 bytes", server.url("/ok")));
    // All workers are blocked, so the first two are done.
    server.until_all_visited(&hanging);

    let interrupted = Instant::now();
    running.interrupt();
    let ended = running.end();
    assert!(
        interrupted.elapsed() < Duration::from_secs(10),
        "{:?}",
        interrupted.elapsed()
    );
    let failed = format!("failed: {}: HTTP 404 Not Found", server.url("/404"));
    assert_eq!(
        ended.lines[1..],
        [&*failed, "interrupted: 1 of 506 pages, 1000 bytes"]
    );
    assert_eq!(ended.code, Some(130));
    assert_eq!(server.visits("/hang"), 1, "no request after Ctrl-C");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_program_when_its_output_is_not_read() {
    let server = Hostile::start();
    let mut arguments = vec!["--workers=1".to_owned()];
    // More than a pipe holds.
    arguments.extend(vec![server.url("/ok"); 3000]);
    arguments.push(server.url("/hang"));
    let unread = start(&arguments);
    server.until_all_visited(&["/hang"]);
    unread.interrupt();
    assert_eq!(unread.end_unread(), Some(130));
}
