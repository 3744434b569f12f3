//! Redirects in loops, endless redirects, and redirects to other schemes.

use crate::support::sites::linking_to;
use crate::support::{Crawled, Entries, crawl, entries};
use common::testing::hostile::{Answer, Server, misbehave};

/// The failures of a crawl from `path`, and the number of requests.
fn failures(server: &Server, path: &str) -> (Vec<String>, usize) {
    let crawled = crawl(&["--json", "--timeout=20", &server.url(path)]);
    assert_eq!(crawled.code, Some(1), "{crawled:#?}");
    let Entries(entries) = crawled.entries();
    let errors = entries.into_iter().filter_map(|entry| entry.error);
    (errors.collect(), server.asked().len())
}

#[test]
fn redirect_chain_that_returns_to_itself_is_a_loop() {
    for path in ["/self", "/one", "/fragment"] {
        let server = Server::with(|request| match &*request.target {
            "/self" => Answer::redirect("/self"),
            "/fragment" => Answer::redirect("#again"),
            "/one" => Answer::redirect("/two"),
            "/two" => Answer::redirect("/three"),
            "/three" => Answer::redirect("/one"),
            _ => Answer::not_found(),
        });
        let (errors, requests) = failures(&server, path);
        assert!(
            errors.len() == 1 && errors[0].starts_with("redirect loop"),
            "{path}: {errors:?}"
        );
        assert!(requests <= 21, "{path}: {requests}");
    }
}

#[test]
fn link_to_a_redirect_loop_is_reported_broken_once() {
    let server = linking_to(&["/one", "/two", "/ok"], |request| match &*request.target {
        "/one" => Answer::redirect("/two"),
        "/two" => Answer::redirect("/one"),
        _ => misbehave(request),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(1));
    let broken = crawled
        .lines
        .iter()
        .filter(|line| line.starts_with("broken: "));
    assert_eq!(broken.count(), 1, "{crawled:#?}");
    assert_eq!(server.asked(), ["/", "/ok", "/one", "/two"]);
}

#[test]
fn redirect_to_a_crawled_page_is_not_a_loop() {
    let server = linking_to(&["/out", "/home"], |request| match &*request.target {
        "/home" => Answer::redirect("/"),
        "/out" => Answer::redirect("/home"),
        _ => Answer::html(""),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
}

#[test]
fn endless_redirect_chain_ends_after_twenty() {
    let server = Server::with(|request| match request.target.strip_prefix("/?n=") {
        Some(n) => Answer::redirect(&format!("/?n={}", n.parse().unwrap_or(0_u64) + 1)),
        None => Answer::not_found(),
    });
    let (errors, requests) = failures(&server, "/?n=1");
    assert!(
        errors.len() == 1 && errors[0].starts_with("redirect loop"),
        "{errors:?}"
    );
    assert!(requests <= 21, "{requests}");
}

#[test]
fn redirect_to_another_scheme_is_a_broken_link() {
    for (location, reason) in [
        ("file:///etc/passwd", "redirect to file: refused"),
        ("FILE:/etc/passwd", "redirect to file: refused"),
        ("javascript:alert(1)", "redirect to javascript: refused"),
        ("data:text/html,<a href=/trap>", "redirect to data: refused"),
        ("ftp://127.0.0.1/", "redirect to ftp: refused"),
        ("http://[", "redirect to a malformed URL: "),
        ("http://", "redirect to a malformed URL: "),
        ("http://127.0.0.1:99999/", "redirect to a malformed URL: "),
    ] {
        let server = linking_to(&["/x"], move |_| Answer::redirect(location));
        let crawled = crawl(&["--json", &server.url("/")]);
        assert_eq!(crawled.code, Some(1), "{location}: {crawled:#?}");
        let entries = crawled.entries();
        let entry = entries.of(&server.url("/x"));
        assert!(entry.reason().starts_with(reason), "{location}: {entry:?}");
        assert_eq!(server.asked(), ["/", "/x"], "{location}");
    }
}

#[test]
fn start_url_redirected_to_another_scheme_is_a_failure() {
    let server = Server::with(misbehave);
    let crawled = crawl(&[server.url("/to-file")]);
    assert_eq!(crawled.code, Some(1));
    assert_eq!(
        crawled.result_of(&server.url("/to-file")),
        "redirect to file: refused"
    );
}

#[test]
fn location_may_be_any_bytes() {
    for location in [
        b"/caf\xc3\xa9".as_slice(),
        b"/caf\xe9",
        b"/a b\tc",
        b"",
        b"#",
        b"?",
        b"\\\\elsewhere.test\\x",
        b"//",
        b"////////",
        b"http:",
        b"%",
        b"/%00%0d%0aX:%20y",
    ] {
        let fields = [
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ",
            location,
            b"\r\n\r\n",
        ]
        .concat();
        let server = linking_to(&["/x", "/y"], move |request| match &*request.target {
            "/x" => Answer::bytes(fields.clone()).and_stay(),
            _ => Answer::html(""),
        });
        let entries = entries(&server.url("/"), &["--timeout=20"]);
        let entry = entries.of(&server.url("/x"));
        let told = entry.redirect.is_some() || entry.error.is_some();
        assert!(told, "{entry:?}");
        assert_eq!(entries.of(&server.url("/y")).status, Some(200));
    }
}

#[test]
fn two_location_fields_lead_to_at_most_one_page() {
    let server = linking_to(&["/x"], |request| match &*request.target {
        "/x" => Answer::page("302 Found", "Location: /one\r\nLocation: /two\r\n", ""),
        _ => Answer::html(""),
    });
    entries(&server.url("/"), &[]);
    assert!(server.visits("/one") + server.visits("/two") <= 1);
}

#[test]
fn redirect_to_an_unknown_host_is_not_looked_up() {
    let server = linking_to(&["/x"], |_| {
        Answer::redirect("http://no-such-host.invalid/")
    });
    let crawled = crawl(&["--json", &server.url("/")]);
    let entries = crawled.entries();
    let entry = entries.of(&server.url("/x"));
    assert_eq!(
        entry.reason(),
        "redirect out of scope: http://no-such-host.invalid/"
    );
    assert_eq!(crawled.code, Some(0));
}

#[test]
fn redirect_to_a_mail_address_is_reported_and_not_broken() {
    for location in ["mailto:me@here.test", "tel:+1"] {
        let server = linking_to(&["/x"], move |_| Answer::redirect(location));
        let crawled = crawl(&["--json", &server.url("/")]);
        assert_eq!(crawled.code, Some(0), "{location}: {crawled:#?}");
        let entries = crawled.entries();
        assert!(
            entries
                .of(&server.url("/x"))
                .reason()
                .ends_with(": refused")
        );
    }
}
