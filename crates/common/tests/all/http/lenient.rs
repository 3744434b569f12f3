//! Answers that browsers accept although they violate the standard, and answers that are errors.

use super::{PATIENT, client};
use common::http::Error;
use common::testing::hostile::{Answer, Server};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

/// Fetches a page that is answered by these bytes, and checks that it is requested once.
fn page(bytes: impl Into<Vec<u8>>) -> Result<Vec<u8>, Error> {
    let bytes = bytes.into();
    let server = Server::with(move |_| Answer::bytes(bytes.clone()));
    let mut page = Vec::new();
    let read = client(PATIENT)
        .build()
        .fetch(&server.url("/"), |piece| page.extend(piece));
    assert_eq!(server.visits("/"), 1);
    read.map(|_| page)
}

fn with_fields(fields: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: 4\r\n\r\npage")
}

#[test]
fn malformed_header_fields_are_ignored() {
    let many = "X: y\r\n".repeat(1000);
    let long = format!("Set-Cookie: {}\r\n", "x".repeat(200_000));
    for fields in [
        "X: folded\r\n  once\r\n\tand again\r\n",
        "X : blanks\r\n",
        "X Y: a blank in it\r\n",
        "no colon\r\n",
        ": no name\r\n",
        "X: \x01\0\r\n",
        "X: a\r b\r\n",
        "content-TYPE : text/html;\r\n charset=utf-8\r\n",
        &many,
        &long,
    ] {
        assert_eq!(
            page(with_fields(fields)).as_deref(),
            Ok(&b"page"[..]),
            "{fields:.40}"
        );
    }
    let bare = with_fields("X: y\r\n").replace("\r\n", "\n");
    assert_eq!(page(bare).as_deref(), Ok(&b"page"[..]));
    let informed = format!(
        "\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n{}",
        with_fields("")
    );
    assert_eq!(page(informed).as_deref(), Ok(&b"page"[..]));
}

#[test]
fn response_head_of_exactly_the_limit_is_accepted() {
    let long = with_fields(&format!("X: {}\r\n", "x".repeat(260_000)));
    assert_eq!(page(long).as_deref(), Ok(&b"page"[..]));
    let longer = with_fields(&format!("X: {}\r\n", "x".repeat(270_000)));
    assert_eq!(page(longer), Err(Error::HeadTooLong(256 * 1024)));
}

fn chunked(chunks: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n{chunks}")
}

#[test]
fn chunk_extensions_are_ignored() {
    let extension = format!("4;a={}\r\npage\r\n0\r\n\r\n", "x".repeat(100_000));
    for chunks in [
        "4\r\npage\r\n0\r\n\r\n",
        "4;a=\"b\"\r\npage\r\n0;c\r\nX: y\r\nZ: z\r\n\r\n",
        "0004  \r\npage\r\n00\r\n\r\n",
        "2 ; x\r\npa\r\n2\t\r\nge\r\n0\r\n\r\n",
        "4\npage\n0\n\n",
        &extension,
    ] {
        assert_eq!(
            page(chunked(chunks)).as_deref(),
            Ok(&b"page"[..]),
            "{chunks:.40}"
        );
    }
}

#[test]
fn malformed_chunk_is_one_error() {
    for chunks in [
        "x\r\npage\r\n",
        "\r\n",
        "-4\r\npage\r\n",
        "3\r\npage\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
    ] {
        let error = page(chunked(chunks)).unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{chunks}: {error:?}");
    }
}

#[test]
fn connection_is_reused_after_chunked_and_compressed_bodies() {
    let packed = gzip(b"page");
    let size = format!("{:x};x\r\n", packed.len());
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: X-GZIP\r\nTransfer-Encoding: chunked\r\n\r\n";
    let end = b"\r\n0\r\nX: y\r\n\r\n";
    let bytes = [head.as_bytes(), size.as_bytes(), &packed, end].concat();
    let server = Server::with(move |_| Answer::bytes(bytes.clone()).and_stay());
    let client = client(PATIENT).build();
    for _ in 0..5 {
        assert_eq!(client.size(&server.url("/")), Ok(4));
    }
    assert_eq!(server.connections(), 1);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn gzip_and_deflate_are_decoded_under_any_name() {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(b"page").unwrap();
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(b"page").unwrap();
    let (zlib, raw) = (zlib.finish().unwrap(), raw.finish().unwrap());
    let packed = gzip(b"page");
    for (coding, body) in [
        ("gzip", &packed),
        ("GZip", &packed),
        ("x-gzip", &packed),
        ("identity, gzip", &packed),
        ("gzip, gzip", &gzip(&packed)),
        ("gzip", &[gzip(b"pa"), gzip(b"ge")].concat()),
        ("gzip", &[&packed[..], b"\n\n<!-- cached -->"].concat()),
        ("deflate", &zlib),
        ("Deflate", &raw),
        ("identity", &b"page".to_vec()),
    ] {
        assert_eq!(
            page(coded(coding, body)).as_deref(),
            Ok(&b"page"[..]),
            "{coding}"
        );
    }
    assert_eq!(page(coded("gzip", b"")), Ok(Vec::new()), "an empty body");
}

#[test]
fn unknown_or_wrong_content_coding_is_an_error() {
    for coding in ["br", "zstd", "gzip, BR"] {
        let error = page(coded(coding, b"page")).unwrap_err().to_string();
        let name = coding.rsplit(' ').next().unwrap().to_lowercase();
        assert_eq!(
            error,
            format!("content coding {name}, which was not asked for")
        );
    }
    let error = page(coded("gzip", b"this was never packed")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a valid answer: its body is not gzip"
    );
}
