//! URLs that are fetched, and redirects.

use super::{PATIENT, client, size};
use common::site::Site;

#[test]
fn redirect_loops_and_redirects_to_other_schemes_are_errors() {
    for (path, text) in [
        ("/redirect-loop", "redirect loop: more than 20 redirects"),
        ("/to-file", "redirect to file: refused"),
        (
            "/to-nonsense",
            "redirect to a malformed URL: invalid IPv6 address",
        ),
    ] {
        assert_eq!(size(path, PATIENT).expect_err(path).to_string(), text);
    }
}

#[test]
fn malformed_urls_never_reach_the_network() {
    let client = client(PATIENT)
        .look_up(|host| panic!("looked up {host}"))
        .build();
    for (url, text) in [
        (
            "",
            "malformed URL: a word alone, write http:// before it or / after it",
        ),
        ("me:secret@host", "malformed URL: no http:// or https://"),
        ("http://", "malformed URL: empty host"),
        (
            "http://a b/",
            "malformed URL: invalid international domain name",
        ),
        (
            "http://127.0.0.1:99999/",
            "malformed URL: invalid port number",
        ),
        (
            "ftp://example.org/",
            "cannot fetch ftp: URLs, only http: and https:",
        ),
        (
            "file:///etc/passwd",
            "cannot fetch file: URLs, only http: and https:",
        ),
    ] {
        assert_eq!(client.size(url).expect_err(url).to_string(), text, "{url}");
    }
}

#[test]
fn fetch_returns_the_url_after_redirects() {
    let site = Site::builder()
        .page("/page", "Hello")
        .redirect("/old", "/older?a=b#there")
        .redirect("/older", "page")
        .start()
        .expect("a port is free");
    let mut body = Vec::<u8>::new();
    let page = client(PATIENT)
        .build()
        .fetch(&site.url("/old#here"), |piece| body.extend(piece));
    let page = page.expect("the page is there");
    assert_eq!((page.url, page.size), (site.url("/page"), 5));
    assert_eq!(body, b"Hello");
}

#[test]
fn fetch_encodes_characters_that_are_invalid_in_a_url() {
    let site = Site::builder()
        .page("/%C3%A9%20x", "1")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).build();
    assert_eq!(client.size(&site.url("/é x?q={|}^`\"[é]")), Ok(1));
}
