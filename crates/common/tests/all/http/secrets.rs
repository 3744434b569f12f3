//! A user's name and password in a URL: the origin that receives them.

use super::{PATIENT, client};
use common::http::url::Url;
use common::http::{Header, OriginHeaders, without_userinfo};
use common::testing::hostile::{Answer, Server};

/// Starts a server with the pages `/` and `/page`, whose `/away` redirects to `target`.
fn server(target: impl Into<String>) -> Server {
    let target = target.into();
    Server::with(move |request| match &*request.target {
        "/away" => Answer::redirect(&target),
        "/absolute" => Answer::redirect(&format!("http://{}/relative", request.host())),
        "/relative" => Answer::redirect("/page"),
        _ => Answer::html("Hello"),
    })
}

/// The `Authorization` fields of all requests so far.
fn authorizations(server: &Server) -> Vec<Option<String>> {
    let requests = server.requests().into_iter();
    let field = requests.map(|request| request.field("Authorization").map(str::to_owned));
    field.collect()
}

#[test]
fn userinfo_is_percent_decoded_before_it_becomes_a_header() {
    for (userinfo, value) in [
        ("me:secret", Some("Basic bWU6c2VjcmV0")),
        ("m%C3%A9:p%40%3ass%25", Some("Basic bcOpOnBAOnNzJQ==")),
        ("m\u{e9}:p@:ss%25", Some("Basic bcOpOnBAOnNzJQ==")),
        ("me", Some("Basic bWU6")),
        (":secret", Some("Basic OnNlY3JldA==")),
        (":", None),
    ] {
        let server = server("/");
        let url = format!("http://{userinfo}@{}/page", server.host());
        assert_eq!(client(PATIENT).build().size(&url), Ok(5), "{userinfo}");
        let sent = authorizations(&server);
        assert_eq!(sent, [value.map(str::to_owned)], "{userinfo}");
    }
}

#[test]
fn userinfo_is_sent_again_after_a_redirect_on_the_same_host() {
    let server = server("/");
    let url = format!("http://me:secret@{}/absolute", server.host());
    let page = client(PATIENT).build().fetch(&url, |_| {});
    assert_eq!(page.expect("it is there").url, server.url("/page"));
    let expected = Some("Basic bWU6c2VjcmV0".to_owned());
    assert_eq!(authorizations(&server), vec![expected; 3]);
}

#[test]
fn userinfo_is_not_sent_to_another_port_nor_taken_from_a_redirect() {
    for userinfo in ["", "me:secret@", "you:theirs@"] {
        let other = server("/");
        let first = server(format!("http://{userinfo}{}/relative", other.host()));
        let url = format!("http://me:secret@{}/away", first.host());
        assert_eq!(client(PATIENT).build().size(&url), Ok(5));
        assert_eq!(authorizations(&other), [None, None], "{userinfo}");
        assert!(authorizations(&first)[0].is_some());
    }
}

#[test]
fn origin_is_a_scheme_a_host_and_a_port() {
    let mut headers = OriginHeaders::default();
    for origin in ["https://a.test/", "http://me:secret@b.test:8080/x"] {
        let mut url = Url::parse(origin).expect("a URL");
        headers.add_origin(&mut url, &["X: y".parse().expect("a header")]);
    }
    for (url, sent) in [
        ("https://a.test/page", 1),
        ("https://A.test:443/", 1),
        ("http://a.test/", 0),
        ("http://a.test:443/", 0),
        ("https://a.test:444/", 0),
        ("https://www.a.test/", 0),
        ("https://a.test.evil.test/", 0),
        ("https://a.test@evil.test/", 0),
        ("http://b.test:8080/", 2),
        ("http://b.test/", 0),
        ("https://b.test:8080/", 0),
    ] {
        let parsed = Url::parse(url).expect("a URL");
        assert_eq!(headers.of(&parsed).len(), sent, "{url}");
    }
    let shown = format!("{headers:?}");
    assert!(
        !shown.contains("secret") && !shown.contains("Basic"),
        "{shown}"
    );
}

#[test]
fn authorization_header_replaces_userinfo() {
    let mut headers = OriginHeaders::default();
    let own: Header = "Authorization: Bearer x".parse().expect("a header");
    for text in ["http://me:secret@a.test/", "http://you:theirs@a.test/"] {
        let mut url = Url::parse(text).expect("a URL");
        headers.add_origin(&mut url, std::slice::from_ref(&own));
        assert_eq!(url.as_str(), "http://a.test/");
        assert_eq!(headers.of(&url).len(), 1);
    }
}

#[test]
fn error_shows_no_userinfo() {
    let client = client(PATIENT)
        .look_up(|_| Err(std::io::ErrorKind::NotFound.into()))
        .build();
    for url in [
        "http://me:secret@a.test/",
        "http://me:secret@a.test:99999/",
        "http://me:x/secret@a.test/",
        "http://me:secret@@[/",
        "ftp://me:secret@a.test/",
        "me:secret@a.test",
        "secret:me@a.test",
        "//me:secret@a.test/",
    ] {
        let error = client.size(url).expect_err(url).to_string();
        assert!(!error.contains("secret"), "{url}: {error}");
        let shown = without_userinfo(url);
        assert!(!shown.contains("secret"), "{url}: {shown}");
        assert!(
            url == "http://me:secret@@[/" || shown.contains("a.test"),
            "{shown}"
        );
    }
}
