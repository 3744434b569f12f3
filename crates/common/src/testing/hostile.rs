//! A server that misbehaves in every way that a crawler meets, one path for each.

mod answer;
mod connection;
mod server;

pub use answer::Answer;
pub use server::{Request, Server};

use connection::skip_request;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// The pause between two parts of a slow answer.
const PAUSE: Duration = Duration::from_millis(5);

/// The delay of each part of the pages `/late…`.
pub const LATE: Duration = Duration::from_millis(300);

const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
/// The head of an answer whose body is shorter than `Content-Length`.
pub const LONG: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// A server that answers as [`misbehave`] does.
#[derive(Debug)]
pub struct Hostile;

impl Hostile {
    /// Starts the server.
    pub fn start() -> Server {
        Server::with(misbehave)
    }
}

/// Answers by the path of the request.
pub fn misbehave(request: &Request) -> Answer {
    match &*request.target {
        "/ok" => Answer::page("200 OK", "", [b'x'; 1000]),
        "/404" => Answer::page("404 Not Found", "", "no"),
        "/500" => Answer::page("500 Internal Server Error", "", "sorry"),
        "/redirect-loop" => Answer::redirect("/redirect-loop"),
        "/to-file" => Answer::redirect("file:///etc/passwd"),
        "/to-nonsense" => Answer::redirect("http://["),
        "/nowhere" => Answer::page("302 Found", "", ""),
        "/gzip" => Answer::page("200 OK", GZIP, gzipped(&[b'x'; 5000])),
        "/gzip-cut" => Answer::page("200 OK", GZIP, &gzipped(&[b'x'; 5000])[..20]),
        "/late" => {
            thread::sleep(LATE);
            Answer::redirect("/late-body")
        }
        "/too-short" => {
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";
            Answer::bytes([&head[..], &[b'x'; 1000]].concat()).and_stay()
        }
        path => break_off(path),
    }
}

/// Answers that end with the connection.
fn break_off(path: &str) -> Answer {
    match path {
        "/once" => Answer::act(once),
        "/silent" => Answer::bytes([]),
        "/garbage" => Answer::bytes(*b"\x00\x1b[31mnot HTTP\r\n\r\n"),
        "/too-big" => Answer::page("200 OK", "", vec![b'x'; 50_001]),
        "/reset" => Answer::reset([LONG, &[b'x'; 1000]].concat()),
        "/reset-unsized" => Answer::reset([PLAIN, &[b'x'; 1000]].concat()),
        "/too-long" => Answer::bytes([LONG, &[b'x'; 1000]].concat()),
        "/late-body" => Answer::act(late_body),
        path => never_end(path),
    }
}

/// Answers that do not end. Other paths are not found.
fn never_end(path: &str) -> Answer {
    match path {
        "/hang" => Answer::act(until_hung_up),
        "/404-hang" => Answer::act(|mut stream| {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n")?;
            until_hung_up(stream)
        }),
        "/drip-header" => drip(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"a"),
        "/drip-body" => drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"a"),
        "/drip-body-endless" => drip(PLAIN, b"a"),
        "/slow-chunks" => drip(CHUNKED, b"1\r\na\r\n"),
        "/endless-header" => pour(b"HTTP/1.1 200 OK\r\n", b"X: aaaaaaa\r\n".repeat(100)),
        "/endless" => pour(PLAIN, vec![b'x'; 8192]),
        "/endless-chunks" => pour(CHUNKED, b"a\r\n0123456789\r\n".repeat(1000)),
        "/404-endless" => pour(b"HTTP/1.1 404 Not Found\r\n\r\n", vec![b'x'; 8192]),
        "/bomb" => Answer::act(bomb),
        _ => Answer::not_found(),
    }
}

/// The header field for a body from [`gzipped`].
pub const GZIP: &str = "Content-Encoding: gzip\r\n";

/// Compresses `body` with gzip.
///
/// # Panics
///
/// If memory is exhausted.
pub fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = encoder.write_all(body);
    written
        .and_then(|()| encoder.finish())
        .expect("memory is not exhausted")
}

/// Sends gzip data that expands a thousandfold, without end.
fn bomb(mut stream: &TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")?;
    let mut encoder = GzEncoder::new(stream, flate2::Compression::fast());
    loop {
        encoder.write_all(&[0; 8192])?;
    }
}

/// Sends a page, and closes the connection at the next request.
fn once(mut stream: &TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonce")?;
    skip_request(stream)
}

fn late_body(mut stream: &TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nl")?;
    thread::sleep(LATE);
    stream.write_all(b"l")
}

/// Sends `head`, then `part` again and again, slowly and without end.
pub fn drip(head: &'static [u8], part: &'static [u8]) -> Answer {
    Answer::act(move |mut stream| {
        stream.write_all(head)?;
        loop {
            stream.write_all(part)?;
            thread::sleep(PAUSE);
        }
    })
}

/// Sends `head`, then `part` again and again, as fast as the client reads.
pub fn pour(head: &'static [u8], part: Vec<u8>) -> Answer {
    Answer::act(move |mut stream| {
        stream.write_all(head)?;
        loop {
            stream.write_all(&part)?;
        }
    })
}

/// Waits until the client closes the connection.
///
/// # Errors
///
/// If the connection is reset.
pub fn until_hung_up(mut stream: &TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(drop)
}

/// A URL on a port where no server listens.
///
/// # Panics
///
/// If no port is free.
pub fn refused() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    format!(
        "http://{}/",
        listener.local_addr().expect("the listener is bound")
    )
}
