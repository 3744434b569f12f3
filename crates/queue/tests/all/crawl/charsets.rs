//! Character sets of pages.

use crate::support::entries;
use crate::support::sites::linking_to;
use common::testing::hostile::{Answer, GZIP, Server, gzipped};

const TITLE: &str = "\u{4e2d}\u{6587}";

/// Crawls a page sent with these header fields. Returns its title and the paths of its links.
fn read(fields: &'static str, body: Vec<u8>) -> (String, Vec<String>) {
    let server = Server::with(move |request| match &*request.target {
        "/" => Answer::page("200 OK", fields, &body),
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(""),
    });
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.failed(), 0, "{entries:#?}");
    let title = entries.of(&server.url("/")).title.clone();
    let targets = server.asked()[1..].to_vec();
    (title.unwrap_or_default(), targets)
}

/// A page whose title and link are these bytes.
fn page(head: &str, title: &[u8]) -> Vec<u8> {
    let parts = [
        head.as_bytes(),
        b"<title>",
        title,
        b"</title><a href='/",
        title,
        b"'>",
    ];
    parts.concat()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn assert_reads(fields: &'static str, body: Vec<u8>) {
    let (title, targets) = read(fields, body);
    assert_eq!(title, TITLE, "{fields}");
    assert_eq!(targets, ["/%E4%B8%AD%E6%96%87"], "{fields}");
}

#[test]
fn charset_in_the_header_is_used() {
    let gbk = b"\xd6\xd0\xce\xc4";
    assert_reads("Content-Type: text/html; charset=gbk\r\n", page("", gbk));
    assert_reads(
        "Content-Type: text/html;CHARSET=\"GB2312\" ; x=y\r\n",
        page("", gbk),
    );
    assert_reads(
        "Content-Type: text/html; charset=big5\r\n",
        page("", b"\xa4\xa4\xa4\xe5"),
    );
    assert_reads(
        "Content-Type: text/html; charset=euc-jp\r\n",
        page("", b"\xc3\xe6\xca\xb8"),
    );
    assert_reads(
        "Content-Type: text/html; charset=Shift_JIS\r\n",
        page("", b"\x92\x86\x95\xb6"),
    );
    assert_reads(
        "Content-Type: text/html; charset=utf-8\r\n",
        page("", TITLE.as_bytes()),
    );
}

#[test]
fn charset_declared_in_the_page_is_used() {
    let gbk = b"\xd6\xd0\xce\xc4";
    for head in [
        "<meta charset=gbk>",
        "<META CHARSET='GBK'>",
        "<html><head>\n<!-- <meta charset=utf-8> -->\n<meta charset=\"gbk\" />",
        "<meta http-equiv=Content-Type content='text/html; charset=gb18030'>",
        "<meta content='text/html; charset=gb2312' http-equiv='content-type'>",
    ] {
        assert_reads("Content-Type: text/html\r\n", page(head, gbk));
    }
    // Text that mentions a charset is not a declaration.
    let head = "<meta name=description content='what charset=gbk means'>";
    assert_reads("Content-Type: text/html\r\n", page(head, TITLE.as_bytes()));
    // The header takes precedence.
    let head = "<meta charset=utf-8>";
    assert_reads("Content-Type: text/html; charset=gbk\r\n", page(head, gbk));
}

#[test]
fn charset_declaration_has_many_spellings_and_may_be_late() {
    let gbk = b"\xd6\xd0\xce\xc4";
    let late = format!("<!--{}--><meta charset=gbk>", " x".repeat(5000));
    let scripted = format!(
        "<script>'{}<meta charset=utf-8>'</script><meta charset=gbk>",
        " ".repeat(2000)
    );
    for head in [
        &*late,
        &scripted,
        "<meta http-equiv=Content-Type content='text/html; charset=gb2312;'>",
        "<meta http-equiv=Content-Type content='text/html; charset=gb2312; lang=zh'>",
        "<meta http-equiv=Content-Type content='text/html; charset = gb2312'>",
        "<meta http-equiv=Content-Type content='text/html; charset=\"gb2312\"'>",
        "<meta http-equiv=Content-Type content='charset charset=gbk'>",
        "<meta charset=' gbk '>",
        "<meta charset=klingon><meta charset=gbk>",
        "<meta charset=gbk><meta charset=utf-8>",
        "<?xml version='1.0' encoding='GBK'?>",
    ] {
        assert_reads("Content-Type: text/html\r\n", page(head, gbk));
    }
    let xhtml = "Content-Type: application/xhtml+xml\r\n";
    let head = "<?xml version=\"1.0\" encoding = \"GBK\" ?><meta charset='utf-8'/>";
    assert_reads(xhtml, page(head, gbk));
    // A declaration that can be read as ASCII is not UTF-16.
    let head = "<meta charset=utf-16>";
    assert_reads("Content-Type: text/html\r\n", page(head, TITLE.as_bytes()));
    for fields in [
        "Content-Type: text/html;;charset=gbk\r\n",
        "Content-Type: text/html charset=gbk\r\n",
        "Content-Type: text/html; charset = 'gbk'\r\n",
        "Content-Type: text/html;charset=gbk,text/html\r\n",
        "Content-Type: text/plain;charset=utf-8\r\nContent-Type: text/html;charset=gbk\r\n",
    ] {
        assert_reads(fields, page("", gbk));
    }
}

#[test]
fn undeclared_charset_is_guessed() {
    let text = b"\xd5\xe2\xca\xc7\xd2\xbb\xb8\xf6\xc3\xbb\xd3\xd0\xc9\xf9\xc3\xf7\xb1\xe0\xc2\xeb\xb5\xc4\xcd\xf8\xd2\xb3";
    let body = [&text.repeat(20)[..], &page("", b"\xd6\xd0\xce\xc4")].concat();
    assert_reads("Content-Type: text/html\r\n", body);
    // An invalid byte in a UTF-8 page affects only that character.
    let body = [&b"<p>caf\xe9</p>"[..], &page("", TITLE.as_bytes())].concat();
    assert_reads("Content-Type: text/html\r\n", body);
    let (title, _) = read("Content-Type: text/html\r\n", page("", b"caf\xe9 cr\xe8me"));
    assert_eq!(title, "caf\u{e9} cr\u{e8}me");
}

#[test]
fn utf_16_pages_are_decoded() {
    let text = String::from_utf8(page("<p>", TITLE.as_bytes())).expect("it is UTF-8");
    let marked = format!("\u{feff}{text}");
    assert_reads(
        "Content-Type: text/html\r\n",
        utf16(&marked, u16::to_le_bytes),
    );
    assert_reads(
        "Content-Type: text/html\r\n",
        utf16(&marked, u16::to_be_bytes),
    );
    assert_reads("", utf16(&marked, u16::to_le_bytes));
    // The byte order mark takes precedence over the header.
    let wrong = "Content-Type: text/html; charset=iso-8859-1\r\n";
    assert_reads(wrong, utf16(&marked, u16::to_be_bytes));
    let named = "Content-Type: text/html; charset=utf-16le\r\n";
    assert_reads(named, utf16(&text, u16::to_le_bytes));
    let named = "Content-Type: text/html; charset=utf-16be\r\n";
    assert_reads(named, utf16(&text, u16::to_be_bytes));
    let declared = format!("<?xml version='1.0'?><meta charset='gbk'/>{text}");
    assert_reads(
        "Content-Type: text/html\r\n",
        utf16(&declared, u16::to_le_bytes),
    );
    assert_reads(
        "Content-Type: text/html\r\n",
        utf16(&declared, u16::to_be_bytes),
    );
}

#[test]
fn character_split_between_two_chunks_is_decoded() {
    // Longer than any buffer: every chunk ends within a character.
    let body = format!(
        "{}<title>{TITLE}</title><a href='/{TITLE}'>",
        TITLE.repeat(100_000)
    );
    assert_reads(
        "Content-Type: text/html; charset=utf-8\r\n",
        body.clone().into_bytes(),
    );
    let body = format!("\u{feff} {body}");
    assert_reads("", utf16(&body, u16::to_le_bytes));
}

#[test]
fn latin_1_is_decoded_as_windows_1252() {
    let fields = "Content-Type: text/html; charset=iso-8859-1\r\n";
    let (title, targets) = read(fields, page("", b"\x93\xe9\x94"));
    assert_eq!(title, "\u{201c}\u{e9}\u{201d}");
    assert_eq!(targets, ["/%E2%80%9C%C3%A9%E2%80%9D"]);
}

#[test]
fn unknown_charset_affects_only_non_ascii_text() {
    for fields in [
        "Content-Type: text/html; charset=klingon\r\n",
        "Content-Type: text/html; charset=\r\n",
        "Content-Type: text/html; charset\r\n",
        "Content-Type: text/html; charset=\"\r\n",
        "Content-Type: text/html; charset=utf-8; charset=\u{ff}\r\n",
    ] {
        assert_eq!(read(fields, page("", b"plain")).1, ["/plain"], "{fields}");
    }
}

#[test]
fn invalid_bytes_do_not_affect_other_links() {
    let (title, _) = read(
        "Content-Type: text/html; charset=utf-8\r\n",
        page("", b"a\xff\xfeb"),
    );
    assert!(title.starts_with('a') && title.ends_with('b'), "{title}");
    // Ends with half of a surrogate pair and an odd byte.
    let mut body = utf16("\u{feff}<a href=/x>", u16::to_le_bytes);
    body.extend(b"\x00\xd8\x41");
    assert_eq!(read("", body).1, ["/x"]);
}

#[test]
fn compressed_pages_are_decoded() {
    let fields = format!("Content-Type: text/html; charset=gbk\r\n{GZIP}");
    let body = page("", b"\xd6\xd0\xce\xc4");
    let length = body.len() as u64;
    let compressed = gzipped(&body);
    assert_reads(String::leak(fields.clone()), compressed.clone());

    for name in [
        "GZIP",
        "x-gzip",
        "X-GZip",
        "identity, gzip",
        "gzip, identity",
        ",gzip",
    ] {
        let fields =
            format!("Content-Type: text/html; charset=gbk\r\nContent-Encoding: {name}\r\n");
        assert_reads(String::leak(fields), compressed.clone());
    }
    let twice = format!("Content-Type: text/html; charset=gbk\r\n{GZIP}{GZIP}");
    assert_reads(String::leak(twice), gzipped(&compressed));
    for name in ["identity", "none", "UTF-8"] {
        let fields =
            format!("Content-Type: text/html; charset=gbk\r\nContent-Encoding: {name}\r\n");
        assert_reads(String::leak(fields), body.clone());
    }
    let server = Server::with(move |_| Answer::page("200 OK", &fields, &compressed));
    let entries = entries(&server.url("/"), &["--ignore-robots", "--max-pages=1"]);
    assert_eq!(entries.0[0].bytes, length, "the decoded length");
    let accepted = server.requests()[0]
        .field("Accept-Encoding")
        .map(str::to_owned);
    assert!(accepted.is_some_and(|all| all.contains("gzip")));
}

#[test]
fn unknown_content_coding_is_named_in_the_error() {
    let names = ["br", "ZSTD", "compress", "gzip, br", "br, gzip"];
    let paths: Vec<_> = (0..names.len())
        .map(|number| format!("/{number}"))
        .collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    let server = linking_to(&paths, move |request| {
        let name = names[request.target[1..].parse::<usize>().expect("a number")];
        let fields = format!("Content-Type: text/html\r\nContent-Encoding: {name}\r\n");
        let body = if name.ends_with("gzip") {
            gzipped(b"<a href=/no>")
        } else {
            b"<a href=/no>".to_vec()
        };
        Answer::page("200 OK", &fields, body)
    });
    let entries = entries(&server.url("/"), &[]);
    for (path, name) in paths.iter().zip(["br", "zstd", "compress", "br", "br"]) {
        let entry = entries.of(&server.url(path));
        assert!(
            entry
                .reason()
                .starts_with(&format!("content coding {name}")),
            "{entry:?}"
        );
        assert_eq!((entry.attempts, entry.links), (1, 0));
    }
    assert_eq!(server.visits("/no"), 0);
}
