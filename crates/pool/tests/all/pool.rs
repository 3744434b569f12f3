//! The command `fetch` on lists of pages that are served correctly.

use crate::support::{command, pool, pool_reading, start};
use common::site::Site;
use common::testing::hostile::{Answer, Server};
use common::testing::{Run, Running};
use std::time::Duration;

fn site() -> Site {
    Site::builder()
        .page("/a", vec![b'a'; 100])
        .page("/b", vec![b'b'; 200])
        .redirect("/old", "/a")
        .start()
        .expect("a port is free")
}

#[test]
fn pages_are_listed_with_their_sizes_after_redirects() {
    let site = site();
    let output = pool(&[site.url("/a"), site.url("/b"), site.url("/old")]);
    let mut lines = output.lines;
    lines[..3].sort_unstable();
    let expected = [
        format!("{}: 100 bytes", site.url("/a")),
        format!("{}: 200 bytes", site.url("/b")),
        format!("{}: 100 bytes", site.url("/old")),
        "3 of 3 pages, 400 bytes".to_owned(),
    ];
    assert_eq!(lines, expected);
    assert_eq!(output.code, Some(0));
}

#[test]
fn failures_are_listed_last_and_exit_with_1() {
    let site = site();
    let output = pool(&[site.url("/none"), "nonsense".to_owned(), site.url("/a")]);
    let mut lines = output.lines;
    lines[1..3].sort_unstable();
    let expected = [
        format!("{}: 100 bytes", site.url("/a")),
        format!("failed: {}: HTTP 404 Not Found", site.url("/none")),
        "failed: nonsense: malformed URL: a word alone, write http:// before it or / after it"
            .to_owned(),
        "1 of 3 pages, 100 bytes".to_owned(),
    ];
    assert_eq!(lines, expected);
    assert_eq!(output.code, Some(1));
}

#[test]
fn pages_are_printed_as_they_complete() {
    let site = Site::builder()
        .page("/a", "now")
        .held("/b", "later")
        .start()
        .expect("a port is free");
    let mut running = start(&[site.url("/b"), site.url("/a")]);
    assert_eq!(running.line(), format!("{}: 3 bytes", site.url("/a")));
    site.release("/b");
    assert_eq!(running.line(), format!("{}: 5 bytes", site.url("/b")));
}

#[test]
fn closed_pipe_ends_the_program_without_an_error() {
    let site = Site::builder()
        .page("/a", "now")
        .held("/b", "later")
        .start()
        .expect("a port is free");
    let mut running = start(&[site.url("/a"), site.url("/b"), site.url("/c")]);
    running.line();
    running.close();
    site.release("/b");
    let output = running.end();
    assert_eq!(output.code, Some(0));
    assert!(output.complaints.is_empty(), "{output}");
}

#[test]
fn proxy_is_not_used_for_this_machine() {
    let site = site();
    let mut command = command(&[site.url("/a")]);
    command.env("http_proxy", "http://127.0.0.1:1/");
    command.env("ALL_PROXY", "http://127.0.0.1:1/");
    assert_eq!(Running::start(&mut command).end().code, Some(0));
}

/// Fetches these URLs with these environment variables, and no other variable that names a proxy.
fn with_variables(urls: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = command(urls);
    for name in ["all_proxy", "http_proxy", "https_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    Running::start(command.envs(variables.iter().copied())).end()
}

#[test]
fn http_url_is_requested_from_its_proxy() {
    let proxy = Server::with(|_| Answer::html("by the proxy"));
    let with_password = proxy.url("").replace("http://", "http://me:p%40ss@");
    for (name, value) in [
        ("http_proxy", proxy.url("/")),
        ("http_proxy", proxy.host()),
        ("all_proxy", with_password.clone()),
        ("ALL_PROXY", proxy.url("")),
    ] {
        let url = ["http://pages.test/a?b"];
        let output = with_variables(&url, &[(name, &value), ("https_proxy", "://")]);
        assert_eq!(output.code, Some(0), "{output}");
        let request = proxy.requests().pop().expect("a request");
        assert!(request.is_absolute, "{request:?}");
        assert_eq!((request.host(), &*request.target), ("pages.test", "/a?b"));
        let password = (value == with_password).then_some("Basic bWU6cEBzcw==");
        assert_eq!(request.field("Proxy-Authorization"), password);
    }
}

#[test]
fn proxy_is_used_for_its_scheme_except_for_no_proxy() {
    let proxy = Server::with(|_| Answer::html(""));
    let url = proxy.url("/");
    for variables in [
        [("https_proxy", &*url), ("no_proxy", "")],
        [("http_proxy", &*url), ("no_proxy", "a, .test")],
    ] {
        let output = with_variables(&["http://www.pages.test/"], &variables);
        assert_eq!(output.code, Some(1), "{output}");
        assert!(output.lines[0].contains("cannot find host"), "{output}");
    }
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn proxy_error_is_printed_with_its_reason() {
    for (value, reason) in [
        ("://me:secret@x", "proxy: http_proxy is not a URL"),
        (
            "ftp://me:secret@x",
            "proxy: http_proxy has the unknown scheme ftp:",
        ),
        (
            "http://127.0.0.1:1",
            "proxy: cannot connect: connection refused",
        ),
    ] {
        let output = with_variables(&["http://pages.test/"], &[("http_proxy", value)]);
        assert_eq!(output.code, Some(1));
        assert!(output.lines[0].contains(reason), "{output}");
        assert!(!output.to_string().contains("secret"), "{output}");
    }
}

#[test]
fn unusable_file_of_certificate_authorities_is_refused() {
    for file in ["no/such.pem", "Cargo.toml"] {
        let output = with_variables(&["--cacert", file, "http://127.0.0.1:1/"], &[]);
        assert_eq!(output.code, Some(2), "{file}");
        let variable = [("SSL_CERT_FILE", file)];
        assert_eq!(
            with_variables(&["http://127.0.0.1:1/"], &variable).code,
            Some(2)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn lack_of_file_descriptors_delays_pages_and_loses_none() {
    let answers: [fn() -> Answer; 2] = [|| Answer::html("x"), || Answer::html("x").and_close()];
    for answer in answers {
        let server = Server::with(move |_| answer());
        let urls: Vec<_> = (0..60)
            .map(|page| server.url(&format!("/{page}")))
            .collect();
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg("ulimit -n 20; exec \"$0\" \"$@\"");
        command
            .arg(env!("CARGO_BIN_EXE_pool"))
            .args(["fetch", "--workers=60"])
            .args(&urls);
        let output = Running::start(&mut command).end();
        let summary = output.lines.last().map(String::as_str);
        assert_eq!(summary, Some("60 of 60 pages, 60 bytes"), "{output}");
    }
}

#[test]
fn connections_are_at_most_workers_and_failures() {
    let site = site();
    let urls: Vec<String> = (0..200)
        .map(|n| site.url(["/a", "/b", "/old", "/none"][n % 4]))
        .collect();
    let output = pool_reading(urls.join("\n"), &["--file=-"]);
    let summary = output.lines.last().unwrap();
    assert_eq!(summary, "150 of 200 pages, 20000 bytes");
    assert!(
        site.connections() <= 5,
        "{} connections",
        site.connections()
    );
}

/// 60 MB of bodies, and one page that keeps the process running while its memory is read.
#[cfg(target_os = "linux")]
#[test]
fn memory_and_threads_do_not_grow_with_the_number_of_pages() {
    let site = Site::builder()
        .page("/page", vec![b'.'; 120_000])
        .held("/held", "")
        .delay(Duration::from_millis(1))
        .start()
        .expect("a port is free");
    let list = std::env::temp_dir().join(format!("pool-many-{}.txt", std::process::id()));
    std::fs::write(&list, format!("{}\n", site.url("/page")).repeat(500)).expect("there is room");
    let (file, held) = ("--file".into(), site.url("/held").into());
    let mut running = start(&[held, file, list.clone().into_os_string()]);
    for _ in 0..500 {
        assert!(running.line().ends_with("/page: 120000 bytes"));
    }
    let (peak, threads) = (running.figure("VmHWM:"), running.figure("Threads:"));
    site.release("/held");
    let ended = running.end();
    std::fs::remove_file(&list).expect("it was written");
    let summary = "501 of 501 pages, 60000000 bytes";
    assert_eq!(ended.lines.last().map(String::as_str), Some(summary));
    assert_eq!(ended.code, Some(0));
    assert!(peak < 25_000, "{peak} kB");
    assert!(threads <= 5 + 3, "{threads} threads");
}
