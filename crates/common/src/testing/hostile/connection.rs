//! A connection, from its first request to its end.

use super::answer::{After, Answer};
use super::server::{Log, Request};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// The limit of a request's head.
const HEAD: usize = 64 * 1024;

/// The end of a request's head.
const END: &[u8] = b"\r\n\r\n";

pub(super) fn serve(
    mut stream: &TcpStream,
    log: &Log,
    answers: &impl Fn(&Request) -> Answer,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; HEAD];
    while let Some((head, length)) = peek_head(stream, &mut buffer)? {
        if head.starts_with("CONNECT ") {
            skip(stream, length)?;
            stream.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n")?;
            continue;
        }
        let answer = answers(&log.note(head));
        if !matches!(answer.after, After::Reset) {
            skip(stream, length)?;
        }
        (answer.send)(stream)?;
        if !matches!(answer.after, After::Stay) {
            break;
        }
    }
    Ok(())
}

/// Returns the head of the next request and its length without consuming it; `None` at the end of the connection.
fn peek_head(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Option<(String, usize)>> {
    // More than one round if a request arrives in pieces.
    for _ in 0..10_000 {
        let seen = stream.peek(buffer)?;
        let head = &buffer[..seen];
        if let Some(end) = head.windows(END.len()).position(|four| four == END) {
            let length = end + END.len();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            return Ok(Some((head, length)));
        }
        if seen == 0 {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(None)
}

fn skip(stream: &TcpStream, length: usize) -> io::Result<()> {
    io::copy(&mut stream.take(length as u64), &mut io::sink()).map(drop)
}

/// Reads the next request, if there is one.
pub(super) fn skip_request(stream: &TcpStream) -> io::Result<()> {
    match peek_head(stream, &mut vec![0; HEAD])? {
        Some((_, length)) => skip(stream, length),
        None => Ok(()),
    }
}
