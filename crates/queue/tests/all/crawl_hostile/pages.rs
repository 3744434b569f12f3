//! Malformed and oversized pages.

use crate::support::sites::{linking_to, links};
use crate::support::{Crawled, Entry, crawl};
use common::testing::hostile::Answer;

/// Crawls a page with this body. Returns its entry, and the other requests.
fn read(kind: &'static str, body: impl Into<Vec<u8>>) -> (Entry, Vec<String>) {
    let body = body.into();
    let server = linking_to(&["/x"], move |request| match &*request.target {
        "/x" => Answer::page("200 OK", kind, &body),
        _ => Answer::html(""),
    });
    let limits = ["--json", "--max-body=100000000", "--max-pages=10"];
    let crawled = crawl(&[&limits, &[&*server.url("/")][..]].concat());
    assert_eq!(crawled.code, Some(0), "{:?}", crawled.complaints);
    let entry = crawled.entries().of(&server.url("/x")).clone();
    let others = server
        .asked()
        .into_iter()
        .filter(|path| path != "/" && path != "/x");
    (entry, others.collect())
}

const HTML: &str = "Content-Type: text/html\r\n";

#[test]
fn nesting_of_200_000_elements_is_parsed() {
    for (open, close) in [
        ("<div>", "</div>"),
        ("<b>", ""),
        ("<table>", ""),
        ("<svg>", "</svg>"),
        ("<a>", "</b>"),
    ] {
        let body = open.repeat(200_000) + "<a href=/deep>" + &close.repeat(200_000);
        let (entry, others) = read(HTML, body);
        assert_eq!(
            (entry.links, others),
            (1, vec!["/deep".to_owned()]),
            "{open}"
        );
    }
}

/// Pseudo-random bytes with a fixed seed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut byte = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..length).map(|_| byte()).collect()
}

#[test]
fn binary_data_sent_as_html_is_read_to_its_end() {
    let noise = noise(500_000);
    for kind in [
        HTML,
        "",
        "Content-Type: text/html; charset=utf-16le\r\n",
        "Content-Type: text/html; charset=gb18030\r\n",
        "Content-Type: text/html; charset=iso-2022-jp\r\n",
    ] {
        let (entry, _) = read(kind, noise.clone());
        assert_eq!((entry.bytes, entry.status), (500_000, Some(200)), "{kind}");
    }
    let zeros = [
        &vec![0; 100_000],
        &b"<a href=/x\0y>"[..],
        &vec![0xff; 100_000],
    ]
    .concat();
    assert_eq!(read(HTML, zeros).0.bytes, 200_013);
}

/// No page may take time quadratic in its length.
#[test]
fn unclosed_constructs_are_parsed_in_linear_time() {
    let long = 4_000_000;
    for (open, filling) in [
        ("<!--", "-"),
        ("<!--", "<!--"),
        ("<script>", "</scrip"),
        ("<script><!--", "<script>"),
        ("<title>", "x"),
        ("<title>", "</title"),
        ("<textarea>", "&amp"),
        ("<a href='", "x"),
        ("<a href=/trap ", "x=y "),
        ("<", "a"),
        ("", "<"),
        ("", "</"),
        ("", "&"),
        ("", "&#1114111;"),
        ("&#", "9"),
        ("<![CDATA[", "]"),
        ("<!DOCTYPE ", "x "),
        ("<a href='", "&notin"),
    ] {
        let body = open.to_owned() + &filling.repeat(long / filling.len());
        let (entry, others) = read(HTML, body.clone());
        assert_eq!(
            (entry.bytes, others.len()),
            (body.len() as u64, 0),
            "{open} {filling}"
        );
    }
}

#[test]
fn element_with_200_000_attributes_is_parsed() {
    use std::fmt::Write;
    let mut body = String::from("<a ");
    for attribute in 0..200_000 {
        write!(body, "x{attribute}=y ").expect("there is memory");
    }
    let (entry, others) = read(HTML, body + "href=/x href=/y>");
    assert_eq!((entry.links, others.len()), (1, 0));
}

#[test]
fn long_title_is_cut() {
    let (entry, _) = read(HTML, format!("<title>{}</title>", "word ".repeat(500_000)));
    let title = entry.title.expect("it has one");
    assert!(
        title.starts_with("word word") && title.len() < 100_000,
        "{}",
        title.len()
    );
}

#[test]
fn page_with_300_000_links_to_few_targets_is_parsed() {
    let few = links(["/a", "/b", "/c#x", "/c#y"]);
    let (entry, others) = read(HTML, few.repeat(75_000));
    assert_eq!(entry.links, 3);
    assert_eq!(others, ["/a", "/b", "/c"]);
}

#[test]
fn wrong_charset_declaration_does_not_lose_links() {
    let utf16: Vec<u8> = "<a href=/y>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (kind, body) in [
        (
            "Content-Type: text/html; charset=utf-16\r\n",
            b"<a href=/y>".to_vec(),
        ),
        ("Content-Type: text/html; charset=utf-8\r\n", utf16),
        (
            "Content-Type: text/html; charset=utf-7\r\n",
            b"+ADw-a href=/y+AD4-".to_vec(),
        ),
        (
            "Content-Type: text/html; charset=utf-8\r\n",
            b"\xef\xbb\xef\xbb\xbf\xfe\xff".to_vec(),
        ),
        ("", b"\xff\xfe".to_vec()),
        ("", b"\xfe".to_vec()),
        ("", b"\xef\xbb\xbf".to_vec()),
        (HTML, b"<meta charset=utf-16><a href=/y>".to_vec()),
    ] {
        let (entry, _) = read(kind, body);
        assert_eq!(entry.status, Some(200), "{kind}");
    }
}
