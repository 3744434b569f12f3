//! Where hosts are, and waiting to be told.

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
fn a_host_is_looked_up_once_for_all_who_ask() {
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
fn a_name_that_does_not_resolve_is_no_host() {
    let client = client(PATIENT)
        .look_up(|_| Err(io::ErrorKind::NotFound.into()))
        .build();
    let error = client
        .size("http://nobody.test/")
        .expect_err("there is no such host");
    assert_eq!(error.to_string(), "cannot find host nobody.test");
}

#[test]
fn a_look_up_that_hangs_holds_up_nobody_else() {
    let hostile = Hostile::start();
    let (asked, hears) = mpsc::channel();
    let client = client(Duration::from_secs(2))
        .look_up(move |host| {
            if host == "hangs.test" {
                asked.send(()).expect("the test listens");
                thread::park_timeout(PATIENT);
            }
            Ok(vec![LOOPBACK])
        })
        .build();
    thread::scope(|scope| {
        let waits = scope.spawn(|| client.size("http://hangs.test/"));
        hears.recv().expect("it is looked up");
        let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
        assert_eq!(client.size(&url), Ok(1000));
        let waited = waits.join().expect("it ends");
        assert_eq!(waited, Err(Error::TimedOut(Duration::from_secs(2))));
    });
}

#[test]
fn many_hosts_at_once_are_each_looked_up_once() {
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
            // Neighbours ask for the same hosts.
            scope.spawn(move || (worker / 2 * 50..worker / 2 * 50 + 50).for_each(fetch));
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 4 * 50);
}
