//! Connections: their number, their errors, and cancel.

use super::{IMPATIENT, PATIENT, client};
use common::http::Error;
use common::site::Site;
use common::testing::hostile::{self, Hostile};
use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

#[test]
fn https_to_a_server_without_tls_is_an_error() {
    let hostile = Hostile::start();
    let url = hostile.url("/ok").replace("http:", "https:");
    let error = client(IMPATIENT)
        .build()
        .size(&url)
        .expect_err("the server speaks no TLS");
    // The server may answer the handshake by silence, by plain text, or by closing the connection.
    let expected = matches!(
        error,
        Error::Tls(_) | Error::TimedOut(_) | Error::Connect(_)
    );
    assert!(expected, "{error:?}");
}

#[test]
fn connect_to_a_port_without_a_server_is_an_error() {
    let error = client(PATIENT).build().size(&hostile::refused());
    assert_eq!(error, Err(Error::Connect(io::ErrorKind::ConnectionRefused)));
}

#[test]
fn connection_is_reused_after_pages_errors_and_redirects() {
    let site = Site::builder()
        .page("/", "Hello")
        .redirect("/home", "/")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).workers(1).build();
    for _ in 0..10 {
        assert_eq!(client.size(&site.url("/home")), Ok(5));
        assert_eq!(client.size(&site.url("/none")), Err(Error::Status(404)));
    }
    assert_eq!(site.connections(), 1);
}

#[test]
fn connections_are_at_most_as_many_as_workers() {
    let site = Site::builder()
        .page("/", "Hello")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).workers(8).build();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| assert_eq!(client.size(&site.url("/")), Ok(5))));
        }
    });
    assert!(
        site.connections() <= 8,
        "{} connections",
        site.connections()
    );
}

#[test]
fn idle_connection_closed_by_the_server_is_replaced() {
    let hostile = Hostile::start();
    let client = client(PATIENT).workers(1).build();
    for _ in 0..3 {
        assert_eq!(client.size(&hostile.url("/once")), Ok(4));
    }
    assert_eq!(hostile.visits("/once"), 3);
}

#[test]
fn cancel_ends_requests_in_flight_and_later_ones() {
    let hostile = Hostile::start();
    let (begun, has_begun) = mpsc::channel();
    let client = client(PATIENT * 10)
        .look_up(move |_| {
            begun.send(()).expect("the test receives");
            thread::park_timeout(PATIENT);
            Err(io::ErrorKind::NotFound.into())
        })
        .build();
    let paths = ["/hang", "/drip-header", "/drip-body", "/slow-chunks"];
    let mut urls = paths.map(|path| hostile.url(path)).to_vec();
    urls.push("http://hangs.test/".to_owned());
    let started = Instant::now();
    thread::scope(|scope| {
        let fetch = |url| client.size(url);
        let fetches: Vec<_> = urls
            .iter()
            .map(|url| scope.spawn(move || fetch(url)))
            .collect();
        hostile.until_all_visited(&paths);
        has_begun.recv().expect("the lookup begins");
        client.cancel();
        for fetch in fetches {
            assert_eq!(
                fetch.join().expect("the fetch returns"),
                Err(Error::Cancelled)
            );
        }
    });
    assert!(started.elapsed() < PATIENT / 2);
    assert_eq!(client.size(&hostile.url("/ok")), Err(Error::Cancelled));
}
