//! What is a link, and what is none.

use crate::support::entries;
use crate::support::sites::{links, site};
use common::testing::hostile::{Answer, Server};

/// All that is asked for beside the page `/` itself.
fn asked(html: &str) -> Vec<String> {
    let server = site(&[("/", html)]);
    entries(&server.url("/"), &[]);
    let others = |target: &String| target != "/";
    server.asked().into_iter().filter(others).collect()
}

#[test]
fn links_stand_in_these_elements() {
    for (html, target) in [
        ("<a href=/x>", "/x"),
        ("<A HREF='/x'>", "/x"),
        ("<a\n  class=y\n  href\n=\n\"/x\"\n>", "/x"),
        ("<a href=/x href=/second>", "/x"),
        ("<map><area href='/x'></map>", "/x"),
        ("<iframe src='/x'></iframe>", "/x"),
        ("<frameset><frame src='/x'></frameset>", "/x"),
        ("<meta http-equiv=refresh content='0; url=/x'>", "/x"),
        ("<META HTTP-EQUIV='Refresh' CONTENT='5;URL=\"/x\"'>", "/x"),
        ("<meta http-equiv=refresh content='0;/x'>", "/x"),
        ("<a href=/x", ""),
        ("<a href=/a/b/>", "/a/b/"),
        ("<svg><a href=/x></svg>", "/x"),
        ("<p><b><a href=/x></p></b></a></a></html>", "/x"),
        ("<title>a<b</title><a href=/x>", "/x"),
        ("<script>'</scrip>'</script><a href=/x>", "/x"),
        ("<!-- > -- > --><a href=/x>", "/x"),
        ("<!--><a href=/x>", "/x"),
        ("<![CDATA[ > <a href=/x>", "/x"),
        ("<?php echo 1 ?><a href=/x>", "/x"),
        ("</a href=/no><a href=/x>", "/x"),
    ] {
        let targets = asked(html);
        assert_eq!(targets.join(" "), target, "{html}");
    }
}

#[test]
fn what_only_looks_like_a_link_is_none() {
    for html in [
        "<!-- <a href=/trap> -->",
        "<!-- <b> --!  <a href=/trap> -->",
        "<script>document.write('<a href=\"/trap\">')</script>",
        "<script><!-- <script> </script> <a href=/trap> --></script>",
        "<SCRIPT type=text/template><a href=/trap></SCRIPT>",
        "<style>/* <a href=/trap> */</style>",
        "<title><a href=/trap></title>",
        "<textarea><a href=/trap></textarea>",
        "&lt;a href=/trap>",
        "a href=/trap",
        "http://127.0.0.1/trap",
        "<p title='<a href=/trap>'>",
        "<p href=/trap src=/trap>",
        "<a name=/trap data-href=/trap>",
        "<a title='x' xhref=/trap>",
        "<abbr href=/trap>",
        "<link rel=stylesheet href=/trap>",
        "<img src=/trap><script src=/trap></script>",
        "<form action=/trap></form>",
        "<meta name=description content='0; url=/trap'>",
        "<meta http-equiv=refresh content='30'>",
        "<a href>",
        "<a href='' href=/trap>",
        "< a href=/trap>",
    ] {
        let targets = asked(html);
        assert!(targets.is_empty(), "{html}: {targets:?}");
    }
}

#[test]
fn base_says_what_links_are_relative_to() {
    for (html, target) in [
        ("<base href='/a/b/c'><a href=x>", "/a/b/x"),
        ("<base href='a/'><a href=../x>", "/x"),
        ("<base href='/a/'><base href='/b/'><a href=x>", "/a/x"),
        ("<base target=_top><base href='/b/'><a href=x>", "/b/x"),
        ("<base href='/a/'><a href='?q'>", "/a/?q"),
        ("<base href='/a/'><a href='#top'>", "/a/"),
        ("<base href='http://elsewhere.test/'><a href=x>", ""),
        ("<!-- <base href='/a/'> --><a href=x>", "/x"),
        ("<base href='data:text/html,'><a href=x>", "/x"),
        ("<base href='javascript:alert(1)'><a href=x>", "/x"),
        ("<base href='http://['><a href=x>", "/x"),
    ] {
        assert_eq!(asked(html).join(" "), target, "{html}");
    }
}

#[test]
fn other_schemes_and_nonsense_are_passed_over() {
    let hrefs = [
        "javascript:alert(1)",
        "JavaScript:void(0)",
        " javascript:alert(1)",
        "mailto:me@here.test",
        "data:text/html,<a href=/trap>",
        "tel:+491234",
        "ftp://127.0.0.1/trap",
        "file:///etc/passwd",
        "about:blank",
        "blob:http://127.0.0.1/trap",
        "view-source:http://127.0.0.1/trap",
        "ws://127.0.0.1/trap",
        "http://",
        "http://[",
        "http://127.0.0.1:99999/trap",
        "http://a b/trap",
        "//",
    ];
    let server = site(&[("/", &links(hrefs))]);
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.urls(), [server.url("/")], "{entries:#?}");
    assert_eq!((entries.failed(), entries.0[0].links), (0, 0));
}

#[test]
fn only_html_has_links() {
    for (kind, has) in [
        ("Content-Type: text/html\r\n", true),
        ("Content-Type: TEXT/HTML;charset=utf-8\r\n", true),
        ("content-type:  text/html ; charset=utf-8\r\n", true),
        ("Content-Type: application/xhtml+xml\r\n", true),
        ("", true),
        ("Content-Type: text/plain\r\n", false),
        ("Content-Type: text/css; x=text/html\r\n", false),
        ("Content-Type: application/json\r\n", false),
        ("Content-Type: image/png\r\n", false),
        ("Content-Type: application/pdf\r\n", false),
    ] {
        let server = Server::with(move |request| match &*request.target {
            "/" => Answer::page("200 OK", kind, "<title>T</title><a href=/x>"),
            _ => Answer::not_found(),
        });
        let entries = entries(&server.url("/"), &[]);
        let start = entries.of(&server.url("/"));
        assert_eq!(start.error, None);
        assert_eq!(
            (server.visits("/x") == 1, start.links == 1),
            (has, has),
            "{kind}"
        );
        assert_eq!(start.bytes, 27, "{kind}");
    }
}

#[test]
fn a_page_that_failed_has_no_links() {
    let server = Server::with(|request| match &*request.target {
        "/" => Answer::page(
            "404 Not Found",
            "Content-Type: text/html\r\n",
            "<a href=/x>",
        ),
        _ => Answer::not_found(),
    });
    entries(&server.url("/"), &[]);
    assert_eq!(server.asked(), ["/"]);
}

#[test]
fn the_title_is_told_as_it_reads() {
    for (html, title) in [
        ("<title>Threads</title>", Some("Threads")),
        (
            "<TITLE lang=en>A &amp; B &lt;C&gt; &eacute;</TITLE>",
            Some("A & B <C> \u{e9}"),
        ),
        ("<title>\n  two\n  lines\n</title>", Some("two lines")),
        ("<title>\"quoted\\\"</title>", Some("\"quoted\\\"")),
        ("<title>first</title><title>second</title>", Some("first")),
        ("<title>a <b>c</b></title>", Some("a <b>c</b>")),
        ("<title>\u{1f600}</title>", Some("\u{1f600}")),
        ("<p>none", None),
        ("<!-- <title>none</title> -->", None),
    ] {
        let server = site(&[("/", html)]);
        let entries = entries(&server.url("/"), &[]);
        assert_eq!(entries.0[0].title.as_deref(), title, "{html}");
    }
}
