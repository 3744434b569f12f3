//! A server that misbehaves in every way a scraper meets, one path for each.

use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// The time between two drops.
const DRIP: Duration = Duration::from_millis(5);

/// How long the pages `/late…` take, each of their parts.
pub(crate) const LATE: Duration = Duration::from_millis(300);

/// A hostile server; its threads end with the connections that they serve.
pub(crate) struct Hostile {
    address: SocketAddr,
    visits: Arc<Visits>,
}

/// How often each path was asked for.
#[derive(Default)]
struct Visits {
    counts: Mutex<HashMap<String, usize>>,
    changed: Condvar,
}

impl Hostile {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let visits = Arc::<Visits>::default();
        let all = Arc::clone(&visits);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let visits = Arc::clone(&all);
                thread::spawn(move || serve(&stream?, &visits));
            }
            io::Result::Ok(())
        });
        Self { address, visits }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn visits(&self, path: &str) -> usize {
        let counts = self.visits.counts.lock().expect("nobody panics");
        counts.get(path).copied().unwrap_or(0)
    }

    /// Waits until each of `paths` was asked for.
    pub(crate) fn until_all_visited(&self, paths: &[&str]) {
        let counts = self.visits.counts.lock().expect("nobody panics");
        let missing =
            |counts: &mut HashMap<_, _>| paths.iter().any(|&path| !counts.contains_key(path));
        drop(
            self.visits
                .changed
                .wait_while(counts, missing)
                .expect("nobody panics"),
        );
    }
}

fn serve(stream: &TcpStream, visits: &Visits) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream.try_clone()?);
    loop {
        let Some(path) = peek_path(stream)? else {
            return Ok(());
        };
        *visits
            .counts
            .lock()
            .expect("nobody panics")
            .entry(path.clone())
            .or_default() += 1;
        visits.changed.notify_all();
        // What is closed with the request unread in it is reset.
        if !path.starts_with("/reset") {
            skip_request(&mut requests)?;
        }
        if !answer(stream, &path)? {
            return Ok(());
        }
    }
}

/// The path of the next request, which is not consumed; requests here fit in one packet.
fn peek_path(stream: &TcpStream) -> io::Result<Option<String>> {
    let mut line = [0; 1024];
    let length = stream.peek(&mut line)?;
    let line = String::from_utf8_lossy(&line[..length]);
    Ok(line.split(' ').nth(1).map(str::to_owned))
}

fn skip_request(requests: &mut BufReader<TcpStream>) -> io::Result<()> {
    let mut line = String::new();
    while requests.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(())
}

/// Misbehaves as `path` says; true when the connection is to stay.
fn answer(mut stream: &TcpStream, path: &str) -> io::Result<bool> {
    match path {
        "/ok" => page(stream, "200 OK", "", &[b'x'; 1000])?,
        "/404" => page(stream, "404 Not Found", "", b"no")?,
        "/500" => page(stream, "500 Internal Server Error", "", b"sorry")?,
        "/redirect-loop" => page(
            stream,
            "302 Found",
            "Location: /redirect-loop\r\n",
            b"round",
        )?,
        "/to-file" => page(stream, "302 Found", "Location: file:///etc/passwd\r\n", b"")?,
        "/to-nonsense" => page(stream, "302 Found", "Location: http://[\r\n", b"")?,
        "/nowhere" => page(stream, "302 Found", "", b"")?,
        "/gzip" => page(
            stream,
            "200 OK",
            "Content-Encoding: gzip\r\n",
            &gzipped(5000)?,
        )?,
        "/gzip-cut" => page(
            stream,
            "200 OK",
            "Content-Encoding: gzip\r\n",
            &gzipped(5000)?[..20],
        )?,
        "/late" => {
            thread::sleep(LATE);
            page(stream, "302 Found", "Location: /late-body\r\n", b"")?;
        }
        "/too-short" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")?;
            stream.write_all(&[b'x'; 1000])?;
        }
        "/once" => {
            page(stream, "200 OK", "", b"once")?;
            skip_request(&mut BufReader::new(stream.try_clone()?))?;
            return Ok(false);
        }
        _ => return misbehave(stream, path).map(|()| false),
    }
    Ok(true)
}

/// What ends with the connection, from whichever side.
fn misbehave(mut stream: &TcpStream, path: &str) -> io::Result<()> {
    match path {
        "/hang" => until_hung_up(stream),
        "/silent" => Ok(()),
        "/garbage" => stream.write_all(b"\x00\x1b[31mnot HTTP\r\n\r\n"),
        "/drip-header" => drip(stream, b"HTTP/1.1 200 OK\r\nX-Drip: ", b"a"),
        "/endless-header" => drip_fast(
            stream,
            b"HTTP/1.1 200 OK\r\n",
            &b"X: aaaaaaa\r\n".repeat(100),
        ),
        "/drip-body" => drip(
            stream,
            b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n",
            b"a",
        ),
        "/drip-body-endless" => drip(stream, b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
        "/too-big" => page(stream, "200 OK", "", &vec![b'x'; 50_001]),
        "/slow-chunks" => drip(stream, CHUNKED, b"1\r\na\r\n"),
        "/endless" => drip_fast(stream, b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 8192]),
        "/endless-chunks" => drip_fast(
            stream,
            CHUNKED,
            &[b"a\r\n0123456789\r\n".repeat(1000)].concat(),
        ),
        "/late-body" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nl")?;
            thread::sleep(LATE);
            stream.write_all(b"l")
        }
        "/reset" | "/too-long" => stream.write_all(&[LONG, &[b'x'; 1000]].concat()),
        "/reset-unsized" => {
            stream.write_all(&[b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 1000][..]].concat())
        }
        "/404-endless" => drip_fast(stream, b"HTTP/1.1 404 Not Found\r\n\r\n", &[b'x'; 8192]),
        "/404-hang" => {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n")?;
            until_hung_up(stream)
        }
        "/bomb" => bomb(stream),
        _ => page(stream, "404 Not Found", "", b""),
    }
}

const LONG: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn page(mut stream: &TcpStream, status: &str, fields: &str, body: &[u8]) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())
}

fn gzipped(length: usize) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b'x'; length])?;
    encoder.finish()
}

/// A thousand times as much as it seems, without end.
fn bomb(mut stream: &TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")?;
    let mut encoder = GzEncoder::new(stream, flate2::Compression::fast());
    loop {
        encoder.write_all(&[0; 8192])?;
    }
}

fn drip(mut stream: &TcpStream, head: &[u8], drop: &[u8]) -> io::Result<()> {
    stream.write_all(head)?;
    loop {
        stream.write_all(drop)?;
        thread::sleep(DRIP);
    }
}

fn drip_fast(mut stream: &TcpStream, head: &[u8], drop: &[u8]) -> io::Result<()> {
    stream.write_all(head)?;
    loop {
        stream.write_all(drop)?;
    }
}

fn until_hung_up(mut stream: &TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(drop)
}

/// A URL on a port where nobody listens.
pub(crate) fn refused() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    format!("http://{}/", listener.local_addr().expect("it is bound"))
}
