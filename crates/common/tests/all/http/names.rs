//! Lookups of host names.

use super::{PATIENT, client};
use common::http::Error;
use common::testing::hostile::{Answer, Hostile, Server};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[test]
fn lookup_of_a_host_happens_once_for_all_threads() {
    let hostile = Hostile::start();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let client = client(PATIENT).look_up(move |host| {
        assert_eq!(host, "pages.test");
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(vec![LOOPBACK])
    });
    let client = client.build();
    let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(client.size(&url), Ok(1000)));
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn lookup_of_an_unknown_host_is_an_error() {
    let client = client(PATIENT)
        .look_up(|_| Err(io::ErrorKind::NotFound.into()))
        .build();
    let error = client
        .size("http://unknown.test/")
        .expect_err("there is no such host");
    assert_eq!(error.to_string(), "cannot find host unknown.test");
}

#[test]
fn failed_lookup_is_not_cached() {
    let hostile = Hostile::start();
    let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
    for failures in 1..=4 {
        let count = AtomicUsize::new(0);
        let client = client(PATIENT).look_up(move |_| {
            let passes = count.fetch_add(1, Ordering::SeqCst) >= failures;
            passes
                .then(|| vec![LOOPBACK])
                .ok_or(io::ErrorKind::Other.into())
        });
        let client = client.build();
        // Each URL has two look-ups.
        for _ in 0..failures / 2 {
            let error = client.size(&url).expect_err("both of its look-ups fail");
            assert_eq!(error, Error::HostNotFound("pages.test".to_owned()));
        }
        assert_eq!(client.size(&url), Ok(1000), "{failures}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn lookup_without_a_file_descriptor_is_retried() {
    let hostile = Hostile::start();
    let count = AtomicUsize::new(0);
    let client = client(PATIENT).look_up(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0..5 => Err(io::Error::from_raw_os_error(24)),
        _ => Ok(vec![LOOPBACK]),
    });
    let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
    assert_eq!(client.build().size(&url), Ok(1000));
}

/// Opens a port on this address that accepts no connection and whose backlog is full.
#[cfg(target_os = "linux")]
fn black_hole(port: u16) -> (std::net::TcpListener, Vec<std::net::TcpStream>) {
    use std::net::{TcpListener, TcpStream};
    let listener = TcpListener::bind(("127.0.0.2", port)).expect("the port is free there");
    let address = listener.local_addr().expect("it has one");
    let fill = |_| TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let streams: Vec<_> = (0..5000).map_while(fill).collect();
    (listener, streams)
}

#[cfg(target_os = "linux")]
#[test]
fn connect_tries_the_next_address_when_one_does_not_answer() {
    let server = Server::with(|_| Answer::html("").and_close());
    let host = server.host();
    let (_, port) = host.rsplit_once(':').expect("a port");
    let _hole = black_hole(port.parse().expect("a number"));
    let hole = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let client = client(PATIENT).look_up(move |_| Ok(vec![hole, LOOPBACK]));
    let client = client.build();
    let url = format!("http://pages.test:{port}/");
    let started = Instant::now();
    for _ in 0..40 {
        assert_eq!(client.size(&url), Ok(0), "the second address answers");
    }
    let took = started.elapsed();
    // Addresses connected to before are tried first: otherwise each connection would take a quarter of a second more.
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(server.connections(), 40);
}

#[test]
fn lookup_that_hangs_delays_no_other_thread() {
    let hostile = Hostile::start();
    let (begun, has_begun) = mpsc::channel();
    let client = client(Duration::from_secs(2))
        .look_up(move |host| {
            if host == "hangs.test" {
                begun.send(()).expect("the test receives");
                thread::park_timeout(PATIENT);
            }
            Ok(vec![LOOPBACK])
        })
        .build();
    thread::scope(|scope| {
        let hanging = scope.spawn(|| client.size("http://hangs.test/"));
        has_begun.recv().expect("the lookup begins");
        let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
        assert_eq!(client.size(&url), Ok(1000));
        let waited = hanging.join().expect("the fetch returns");
        assert_eq!(waited, Err(Error::TimedOut(Duration::from_secs(2))));
    });
}

#[test]
fn lookup_of_many_hosts_happens_once_for_each() {
    let hostile = Hostile::start();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let client = client(PATIENT).workers(8).look_up(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(vec![LOOPBACK])
    });
    let client = client.build();
    let url = |host| {
        hostile
            .url("/ok")
            .replace("127.0.0.1", &format!("host-{host}.test"))
    };
    thread::scope(|scope| {
        for worker in 0..8 {
            let fetch = |host| assert_eq!(client.size(&url(host)), Ok(1000));
            // Two workers each look up the same hosts.
            scope.spawn(move || (worker / 2 * 50..worker / 2 * 50 + 50).for_each(fetch));
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 4 * 50);
}
