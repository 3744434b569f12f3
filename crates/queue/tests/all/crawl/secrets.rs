//! Headers and passwords are sent to the origins of the start URLs only.

use crate::support::crawl;
use crate::support::sites::{links, site};
use common::testing::Run;
use common::testing::hostile::{Answer, Request, Server};

/// Header fields that only the origins of start URLs may get.
const FIELDS: [(&str, &str); 3] = [
    ("Authorization", "Bearer hush"),
    ("Cookie", "session=hush"),
    ("X-Any", "hush"),
];
/// The credentials `me:p@ss%`.
const BASIC: &str = "Basic bWU6cEBzcyU=";

/// Crawls with all `FIELDS` as headers.
fn crawl_with_fields(arguments: &[&str]) -> Run {
    let headers = FIELDS.map(|(name, value)| format!("--header={name}: {value}"));
    let headers = headers.iter().map(String::as_str);
    let arguments: Vec<_> = headers.chain(arguments.iter().copied()).collect();
    crawl(&arguments)
}

/// Asserts that every request to `server`, including robots.txt, had all `FIELDS`.
fn assert_sent(server: &Server) {
    let requests = server.requests();
    assert!(!requests.is_empty());
    for (request, (name, value)) in each(&requests) {
        assert_eq!(request.field(name), Some(value), "{request:?}");
    }
}

/// Asserts that these pages of `server` and its robots.txt were requested without any of `FIELDS`.
fn assert_not_sent(server: &Server, pages: &[&str]) {
    assert_eq!(server.asked(), pages);
    let requests = server.requests();
    for (request, (name, _)) in each(&requests) {
        assert_eq!(request.field(name), None, "{request:?}");
    }
}

fn each(requests: &[Request]) -> impl Iterator<Item = (&Request, (&str, &str))> {
    let fields = |request| FIELDS.map(|field| (request, field));
    requests.iter().flat_map(fields)
}

/// A site whose start page links to these, and whose `from` redirects to `to`.
fn redirecting(from: &'static str, to: String, linked: &[&str]) -> Server {
    let start = links(linked);
    Server::with(move |request| match &*request.target {
        path if path == from => Answer::redirect(&to),
        "/" => Answer::html(&start),
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(""),
    })
}

#[test]
fn headers_do_not_follow_a_redirect_of_the_start_url() {
    for is_allowed in [false, true] {
        let last = site(&[("/", "<a href=/y>"), ("/y", "")]);
        let middle = redirecting("/x", last.url("/"), &[]);
        let first = redirecting("/", middle.url("/x"), &[]);
        let allow = [&middle, &last].map(|server| format!("--allow-host={}", server.host()));
        let mut arguments = vec![first.url("/")];
        arguments.extend(allow.into_iter().filter(|_| is_allowed));
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let crawled = crawl_with_fields(&arguments);
        assert_eq!(crawled.code, Some(0), "{crawled:#?}");
        assert_sent(&first);
        assert_not_sent(&middle, &["/x"]);
        assert_not_sent(&last, &["/", "/y"]);
    }
}

#[test]
fn headers_do_not_follow_a_redirect_of_a_page() {
    for is_allowed in [false, true] {
        let other = site(&[("/x", "<a href=/y>"), ("/y", "")]);
        let third = site(&[("/z", "")]);
        let linked = ["/away", "/page", &*third.url("/z")];
        let first = redirecting("/away", other.url("/x"), &linked);
        let allow = [&other, &third].map(|server| format!("--allow-host={}", server.host()));
        let mut arguments = vec![first.url("/")];
        arguments.extend(allow.into_iter().filter(|_| is_allowed));
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        crawl_with_fields(&arguments);
        assert_sent(&first);
        assert_eq!(first.asked(), ["/", "/away", "/page"]);
        assert_not_sent(&other, if is_allowed { &["/x", "/y"] } else { &[] });
        assert_not_sent(&third, if is_allowed { &["/z"] } else { &[] });
    }
}

#[test]
fn headers_do_not_follow_a_redirect_of_robots_txt() {
    for is_allowed in [false, true] {
        let rules = Server::with(|_| Answer::not_found());
        let middle = redirecting("/robots.txt", rules.url("/robots.txt"), &[]);
        let linked = ["/page", &*middle.url("/x")];
        let first = redirecting("/robots.txt", middle.url("/robots.txt"), &linked);
        let allow = format!("--allow-host={}", middle.host());
        let start = first.url("/");
        let arguments = [&*start, &*allow];
        crawl_with_fields(if is_allowed {
            &arguments
        } else {
            &arguments[..1]
        });
        assert_sent(&first);
        assert_eq!(first.asked(), ["/", "/page"]);
        assert_not_sent(&middle, if is_allowed { &["/x"] } else { &[] });
        assert!(middle.visits("/robots.txt") > 0 && rules.visits("/robots.txt") > 0);
        assert_not_sent(&rules, &[]);
    }
}

#[test]
fn headers_go_to_every_start_url_and_no_other_port_of_its_host() {
    let other = site(&[("/x", "")]);
    let second = site(&[("/", ""), ("/page", "")]);
    let first = redirecting("", String::new(), &[&other.url("/x"), &second.url("/page")]);
    let allow = format!("--allow-host={}", other.host());
    let crawled = crawl_with_fields(&[&first.url("/"), &second.url("/"), &second.url("/"), &allow]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_sent(&first);
    assert_sent(&second);
    assert_eq!(second.asked(), ["/", "/page"]);
    assert_not_sent(&other, &["/x"]);
    for request in second.requests() {
        let head = format!("{request:?}");
        assert_eq!(head.matches("Bearer").count(), 1, "{head}");
    }
}

#[test]
fn password_in_a_start_url_is_sent_to_its_origin_only() {
    for json in [&[][..], &["--json"]] {
        let other = site(&[("/x", ""), ("/y", ""), ("/z", "")]);
        let third = site(&[("/", "")]);
        let away = other.url("/y");
        let linked = links([
            "/same".to_owned(),
            "/away".to_owned(),
            "/missing".to_owned(),
            other.url("/x"),
            format!("http://you:theirs@{}/z", other.host()),
        ]);
        let first = Server::with(move |request| match &*request.target {
            "/" => Answer::html(&linked),
            "/same" => Answer::redirect(&format!("http://{}/page", request.host())),
            "/away" => Answer::redirect(&away),
            "/page" => Answer::html(""),
            _ => Answer::not_found(),
        });
        let start = format!("http://me:p%40ss%25@{}/", first.host());
        let allow = format!("--allow-host={}", other.host());
        let crawled = crawl(&[json, &[&*start, &*third.url("/"), &*allow]].concat());
        assert_eq!(first.asked(), ["/", "/away", "/missing", "/page", "/same"]);
        for request in first.requests() {
            assert_eq!(request.field("Authorization"), Some(BASIC), "{request:?}");
        }
        assert_not_sent(&other, &["/x", "/y", "/z"]);
        assert_not_sent(&third, &["/"]);
        let told = [crawled.lines, crawled.complaints].concat().join("\n");
        assert!(told.contains(&first.url("/missing")), "{told}");
        for secret in ["me:p", "p%40ss", "p@ss", &BASIC[6..], "you:", "theirs"] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
}

#[test]
fn authorization_header_replaces_the_password_in_the_url() {
    let server = site(&[("/", "")]);
    let crawled = crawl_with_fields(&[&format!("http://me:secret@{}/", server.host())]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_sent(&server);
    for request in server.requests() {
        assert!(!format!("{request:?}").contains("Basic"), "{request:?}");
    }
}

#[test]
fn argument_errors_quote_no_secret() {
    for arguments in [
        &["http://me:secret@127.0.0.1:99999/"][..],
        &["http://me:x/secret@127.0.0.1/"],
        &["ftp://me:secret@127.0.0.1/"],
        &["me:secret@127.0.0.1:1/"],
        &["me:secret@127.0.0.1:99999/"],
        &["--allow-host=http://me:secret@127.0.0.1/"],
        &["--header=Authorization secret"],
        &["--header=Auth orization: secret"],
    ] {
        let crawled = crawl(arguments);
        assert_eq!(crawled.code, Some(2), "{arguments:?}: {crawled:#?}");
        assert_eq!(crawled.complaints.len(), 1, "{arguments:?}: {crawled:#?}");
        assert!(!crawled.complaints[0].contains("secret"), "{crawled:#?}");
    }
}

#[cfg(unix)]
#[test]
fn argument_errors_about_non_utf_8_quote_no_secret() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for argument in [
        &b"http://me:secret\xff@127.0.0.1/"[..],
        b"--header=Authorization: secret\xff",
    ] {
        let crawled = crawl(&[OsStr::from_bytes(argument)]);
        assert_eq!(crawled.code, Some(2), "{crawled:#?}");
        assert_eq!(crawled.complaints.len(), 1, "{crawled:#?}");
        assert!(!crawled.complaints[0].contains("secret"), "{crawled:#?}");
    }
}
