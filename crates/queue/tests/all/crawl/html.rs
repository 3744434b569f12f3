//! Which elements are links.

use crate::support::entries;
use crate::support::sites::{links, site};
use common::testing::hostile::{Answer, Server};

/// Returns the requests besides the page `/`.
fn asked(html: &str) -> Vec<String> {
    let server = site(&[("/", html)]);
    entries(&server.url("/"), &[]);
    let others = |target: &String| target != "/";
    server.asked().into_iter().filter(others).collect()
}

#[test]
fn links_are_found_in_these_elements() {
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
fn svg_and_mathml_are_parsed_by_their_own_rules() {
    for (html, targets) in [
        ("<svg><title/></svg><a href=/x>", "/x"),
        ("<svg><script href='a.js'/></svg><a href=/x>", "/x"),
        (
            "<svg><style/><title/><a href=/y /></svg><a href=/x>",
            "/x /y",
        ),
        ("<svg><textarea/><xmp/><iframe src=/no /><a href=/x>", "/x"),
        ("<math><mi/><style/><a href=/x>", "/x"),
        ("<svg/><title/><a href=/no></title><a href=/x>", "/x"),
        (
            "<svg><a xlink:href='/x'><a xlink:href=/no href=/y></svg>",
            "/x /y",
        ),
        ("<a xlink:href=/no>", ""),
        (
            "<svg><text><![CDATA[<a href=/no>]]></text></svg><a href=/x>",
            "/x",
        ),
        // Integration points, which contain HTML, and tags that end foreign content.
        (
            "<svg><foreignObject><script><a href=/no></script></foreignObject><title/><a href=/x>",
            "/x",
        ),
        (
            "<svg><desc><title><a href=/no></title></desc><style/><a href=/x>",
            "/x",
        ),
        (
            "<svg><title>t</svg><title><a href=/no></title><a href=/x>",
            "/x",
        ),
        (
            "<svg><foreignObject><svg><title/></foreignObject><title/></svg><a href=/x>",
            "/x",
        ),
        ("<svg><desc/><style/><a href=/x>", "/x"),
        (
            "<svg><svg></svg><style/></svg><style><a href=/no></style><a href=/x>",
            "/x",
        ),
        ("<svg><path><p><style><a href=/no></style><a href=/x>", "/x"),
        ("<svg><g></p><style><a href=/no></style><a href=/x>", "/x"),
        (
            "<svg><font size=1><style><a href=/no></style><a href=/x>",
            "/x",
        ),
        ("<svg><font><style/><a href=/x>", "/x"),
        (
            "<math><mtext><style><a href=/no></style></mtext><style/><a href=/x>",
            "/x",
        ),
        (
            "<math><annotation-xml encoding='Text/HTML'><style><a href=/no></style><a href=/x>",
            "/x",
        ),
        (
            "<math><annotation-xml><style/><svg><desc><style><a href=/no></style><a href=/x>",
            "/x",
        ),
    ] {
        assert_eq!(asked(html).join(" "), targets, "{html}");
    }
}

#[test]
fn xhtml_is_parsed_as_xml() {
    for (body, targets) in [
        (
            "<head><title>T</title><script src='/a.js'/></head><a href='/x'>x</a>",
            "/x",
        ),
        (
            "<title/><iframe src='/y'/><textarea/><style/><a href='/x'/>",
            "/x /y",
        ),
        ("<![CDATA[<a href='/no'>]]><a href='/x'>x</a>", "/x"),
        (
            "<script>//<![CDATA[\n'<a href=\"/no\">'\n//]]></script><a href='/x'>x</a>",
            "/x",
        ),
        ("<template/><a href='/x'>x</a>", "/x"),
        (
            "<svg:svg><svg:title>no</svg:title><svg:a xlink:href='/x'/></svg:svg>",
            "/x",
        ),
        ("<h:base href='/b/'/><h:a href='x'/>", "/b/x"),
    ] {
        let server = Server::with(move |request| match &*request.target {
            "/" => Answer::page("200 OK", "Content-Type: application/xhtml+xml\r\n", body),
            _ => Answer::not_found(),
        });
        entries(&server.url("/"), &["--ignore-robots"]);
        assert_eq!(server.asked()[1..].join(" "), targets, "{body}");
    }
}

#[test]
fn template_content_is_ignored() {
    let html = "<template><title>no</title><base href=/no/><a href=/no><template></template><a href=/no></template>\
        <title>yes</title></template><a href=/x>\
        <template shadowrootmode=open><a href=/y></template><svg><template><a href=/z>";
    let server = site(&[("/", html)]);
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(server.asked()[1..], ["/x", "/y", "/z"]);
    assert_eq!(entries.of(&server.url("/")).title.as_deref(), Some("yes"));
}

/// The HTML standard's shared declarative refresh steps.
#[test]
fn refresh_has_many_spellings() {
    for (value, target) in [
        ("0 url=/x", "/x"),
        ("0;/x", "/x"),
        ("0,url=/x", "/x"),
        (" 1.5;url=/x", "/x"),
        (".5;url=/x", "/x"),
        ("3 ;  URL = /x ", "/x"),
        ("0; url='/x' target=_top", "/x"),
        ("0; url=\"/x", "/x"),
        ("0; '/x'y", "/x"),
        ("0; url /x", "/url%20/x"),
        ("0; uri=/x", "/uri=/x"),
        ("url=/x", ""),
        ("/x", ""),
        ("0x;url=/x", ""),
        ("0;url=", ""),
        ("0", ""),
        ("", ""),
    ] {
        let quoted = value.replace('"', "&quot;");
        let html = format!("<meta http-equiv=refresh content=\"{quoted}\">");
        assert_eq!(asked(&html).join(" "), target, "{value}");

        let field = format!("Refresh: {value}\r\nContent-Type: text/html\r\n");
        let server = Server::with(move |request| match &*request.target {
            "/" => Answer::page("200 OK", &field, ""),
            _ => Answer::not_found(),
        });
        entries(&server.url("/"), &["--ignore-robots"]);
        assert_eq!(server.asked()[1..].join(" "), target, "Refresh: {value}");
    }
}

#[test]
fn text_that_only_looks_like_a_link_is_ignored() {
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
fn base_element_sets_the_base_of_links() {
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
        ("<a href=x><base href='/a/'><a href=y>", "/a/x /a/y"),
        ("<body><a href=x><base href='/a/'>", "/a/x"),
        ("<svg><base href='/a/'></svg><a href=x>", "/x"),
    ] {
        assert_eq!(asked(html).join(" "), target, "{html}");
    }
}

#[test]
fn links_with_other_schemes_and_malformed_links_are_skipped() {
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
fn links_are_searched_in_html_only() {
    for (kind, has) in [
        ("Content-Type: text/html\r\n", true),
        ("Content-Type: TEXT/HTML;charset=utf-8\r\n", true),
        ("content-type:  text/html ; charset=utf-8\r\n", true),
        ("Content-Type: application/xhtml+xml\r\n", true),
        ("", true),
        ("Content-Type: text/html,text/html\r\n", true),
        (
            "Content-Type: text/plain\r\nContent-Type: text/html\r\n",
            true,
        ),
        (
            "Content-Type: text/html\r\nContent-Type: text/plain\r\n",
            false,
        ),
        ("Content-Type: text/html, */*\r\n", true),
        ("Content-Type: text/html charset=utf-8\r\n", true),
        ("Content-Type: nonsense\r\n", true),
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
fn failed_page_has_no_links() {
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
fn title_is_printed_as_displayed() {
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
        (
            "<svg><title>Icon</title></svg><title>Real</title>",
            Some("Real"),
        ),
        ("<svg><title>Icon</title></svg>", None),
        ("<title></title><title>second</title>", None),
        ("<p>none", None),
        ("<!-- <title>none</title> -->", None),
    ] {
        let server = site(&[("/", html)]);
        let entries = entries(&server.url("/"), &[]);
        assert_eq!(entries.0[0].title.as_deref(), title, "{html}");
    }
}
