//! The small site on loopback.

use common::site::Site;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

fn ask(stream: &mut TcpStream, path: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: site\r\n\r\n").expect("the site listens");
}

fn hear(stream: &mut TcpStream, length: usize) -> String {
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer).expect("the site answers");
    String::from_utf8(answer).expect("it is text")
}

const HELLO: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nHello";

#[test]
fn one_connection_carries_many_answers() {
    let site = Site::builder()
        .page("/", "Hello")
        .start()
        .expect("a port is free");
    let mut stream = TcpStream::connect(site.address()).expect("it listens");
    for path in ["/", "/?n=2", "/"] {
        ask(&mut stream, path);
        assert_eq!(hear(&mut stream, HELLO.len()), HELLO);
    }
    assert_eq!(site.connections(), 1);
}

#[test]
fn a_held_page_is_answered_once_released() {
    let site = Site::builder()
        .held("/", "Hello")
        .start()
        .expect("a port is free");
    thread::scope(|scope| {
        let (send, answers) = mpsc::channel();
        let mut stream = TcpStream::connect(site.address()).expect("it listens");
        ask(&mut stream, "/");
        scope.spawn(move || send.send(hear(&mut stream, HELLO.len())));
        assert!(answers.recv_timeout(Duration::from_millis(50)).is_err());
        site.release("/");
        assert_eq!(answers.recv().expect("it is answered"), HELLO);
    });
}

#[test]
fn an_answer_takes_at_least_the_delay() {
    let delay = Duration::from_millis(30);
    let site = Site::builder()
        .page("/", "Hello")
        .delay(delay)
        .start()
        .expect("a port is free");
    let mut stream = TcpStream::connect(site.address()).expect("it listens");
    let started = Instant::now();
    ask(&mut stream, "/");
    hear(&mut stream, 1);
    assert!(started.elapsed() >= delay);
}

#[test]
fn dropping_the_site_ends_every_visit_however_far_it_came() {
    let site = Site::builder()
        .page("/", vec![b'x'; 50_000_000])
        .held("/held", "Hello")
        .start()
        .expect("a port is free");
    let mut silent = TcpStream::connect(site.address()).expect("it listens");
    let mut waits = TcpStream::connect(site.address()).expect("it listens");
    ask(&mut waits, "/held");
    let mut stuck = TcpStream::connect(site.address()).expect("it listens");
    ask(&mut stuck, "/");
    hear(&mut stuck, 1);
    drop(site);
    for stream in [&mut silent, &mut waits, &mut stuck] {
        // The end or a reset, but no wait for more.
        let _ = io::copy(stream, &mut io::sink());
    }
}
