//! Lookups of host names.

use super::{PATIENT, client};
use common::http::Error;
use common::testing::hostile::Hostile;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

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
