//! The small site on loopback.

use common::site::Site;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

fn request(stream: &mut TcpStream, path: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: site\r\n\r\n").expect("the site listens");
}

fn read(stream: &mut TcpStream, length: usize) -> String {
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer).expect("the site answers");
    String::from_utf8(answer).expect("the answer is text")
}

const HELLO: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nHello";

#[test]
fn one_connection_carries_many_answers() {
    let site = Site::builder()
        .page("/", "Hello")
        .start()
        .expect("a port is free");
    let mut stream = TcpStream::connect(site.address()).expect("the site listens");
    for path in ["/", "/?n=2", "/"] {
        request(&mut stream, path);
        assert_eq!(read(&mut stream, HELLO.len()), HELLO);
    }
    assert_eq!(site.connections(), 1);
}

#[test]
fn held_page_is_answered_once_released() {
    let site = Site::builder()
        .held("/", "Hello")
        .start()
        .expect("a port is free");
    thread::scope(|scope| {
        let (send, answers) = mpsc::channel();
        let mut stream = TcpStream::connect(site.address()).expect("the site listens");
        request(&mut stream, "/");
        scope.spawn(move || send.send(read(&mut stream, HELLO.len())));
        assert!(answers.recv_timeout(Duration::from_millis(50)).is_err());
        site.release("/");
        assert_eq!(answers.recv().expect("the site answers"), HELLO);
    });
}

#[test]
fn answer_takes_at_least_the_delay() {
    let delay = Duration::from_millis(30);
    let site = Site::builder()
        .page("/", "Hello")
        .delay(delay)
        .start()
        .expect("a port is free");
    let mut stream = TcpStream::connect(site.address()).expect("the site listens");
    let started = Instant::now();
    request(&mut stream, "/");
    read(&mut stream, 1);
    assert!(started.elapsed() >= delay);
}

#[test]
fn drop_of_the_site_ends_every_connection() {
    let site = Site::builder()
        .page("/", vec![b'x'; 50_000_000])
        .held("/held", "Hello")
        .start()
        .expect("a port is free");
    let mut silent = TcpStream::connect(site.address()).expect("the site listens");
    let mut held = TcpStream::connect(site.address()).expect("the site listens");
    request(&mut held, "/held");
    let mut stuck = TcpStream::connect(site.address()).expect("the site listens");
    request(&mut stuck, "/");
    read(&mut stuck, 1);
    drop(site);
    for stream in [&mut silent, &mut held, &mut stuck] {
        // The connection ends or is reset: the read does not block.
        let _ = io::copy(stream, &mut io::sink());
    }
}
