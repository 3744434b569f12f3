//! What is asked for again, when, and how often.

use super::{Refusal, SECOND, Workers, pages, time};
use crate::http::Error;
use crate::testing::hostile::{Answer, Request, Server};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const BUSY: &str = "429 Too Many Requests";

/// The moment of each request, in virtual time, with its target.
type Arrivals = Arc<Mutex<Vec<(Duration, String)>>>;

/// How long after it was refused with the field that `field` makes of the date a page was asked for again.
fn pause_after(field: impl FnOnce(SystemTime) -> String) -> Duration {
    let time = time();
    let field = field(time.date());
    let (arrivals, clock) = (Arrivals::default(), Arc::clone(&time));
    let seen = Arc::clone(&arrivals);
    let server = Server::with(move |request| {
        seen.lock()
            .unwrap()
            .push((clock.elapsed(), request.target.clone()));
        match request.count {
            1 => Answer::page(BUSY, &field, ""),
            _ => Answer::html(""),
        }
    });
    let crawl = Workers::new(1, &time).ask(&pages(&server, 1));
    let (good, bad) = crawl.good_and_bad();
    assert_eq!((good[0].attempts, bad.len()), (2, 0));
    let arrivals = arrivals.lock().unwrap();
    arrivals[1].0.saturating_sub(arrivals[0].0)
}

#[test]
fn retry_after_is_waited_for() {
    for seconds in [2, 30, 120] {
        let pause = pause_after(|_| format!("Retry-After: {seconds}\r\n"));
        let told = Duration::from_secs(seconds);
        assert!((told..told + SECOND / 10).contains(&pause), "{pause:?}");
    }
}

#[test]
fn retry_after_may_be_a_date() {
    let pause = pause_after(|now| {
        let soon = httpdate::fmt_http_date(now + 4 * SECOND);
        format!("Retry-After: {soon}\r\n")
    });
    // Dates have whole seconds.
    assert!((3 * SECOND..5 * SECOND).contains(&pause), "{pause:?}");
}

#[test]
fn a_host_that_stays_busy_is_given_up_after_a_few_times() {
    let server = Server::with(|request| match request.count {
        ..=100 => Answer::page("429 Busy", "", "busy"),
        _ => Answer::html(""),
    });
    let workers = Workers::new(1, &time());
    let mut crawl = workers.ask(&pages(&server, 1));
    let reply = crawl.replies.remove(&server.url("/0")).unwrap();
    let reason = Refusal::Failed(Error::Status(429));
    assert_eq!(reason.to_string(), "HTTP 429 Too Many Requests");
    assert_eq!((reply.status, reply.result), (Some(429), Err(reason)));
    assert_eq!(reply.attempts as usize, server.visits("/0"));
    assert!((3..=20).contains(&reply.attempts), "{}", reply.attempts);
    let bounds = 5 * SECOND..20 * SECOND;
    assert!(bounds.contains(&crawl.took), "{:?}", crawl.took);

    let next = &workers.ask(&[server.url("/next")]).replies[&server.url("/next")];
    assert_eq!((next.attempts, &next.result), (0, &Err(Refusal::GivenUp)));
    assert_eq!(server.visits("/next"), 0);
}

#[test]
fn all_workers_leave_a_busy_host_alone_for_as_long_as_it_asks() {
    let time = time();
    let (arrivals, clock) = (Arrivals::default(), Arc::clone(&time));
    let seen = Arc::clone(&arrivals);
    let server = Server::with(move |request| {
        seen.lock()
            .unwrap()
            .push((clock.elapsed(), request.target.clone()));
        match (&*request.target, request.count) {
            ("/0", 1) => Answer::page(BUSY, "Retry-After: 2\r\n", ""),
            _ => Answer::html(""),
        }
    });
    let crawl = Workers::new(2, &time).ask(&pages(&server, 10));
    assert_eq!(crawl.good_and_bad().0.len(), 10);
    // The second worker may have one request under way, and no other.
    let arrivals = arrivals.lock().unwrap();
    let refused = arrivals.iter().find(|(_, target)| target == "/0");
    let refused = refused.expect("it was asked for").0;
    let is_meanwhile = |at: Duration| at > refused && at < refused + 2 * SECOND;
    let meanwhile = arrivals.iter().filter(|(at, _)| is_meanwhile(*at));
    assert!(meanwhile.count() <= 1, "{arrivals:#?}");
    assert_eq!(arrivals.len(), 11);
}

fn breaks_off(fail: fn() -> Answer) -> impl Fn(&Request) -> Answer {
    move |request| {
        if request.target.ends_with('7') {
            return fail();
        }
        Answer::html("")
    }
}

/// A page that breaks off is asked for again after a while; the others need not wait for that.
#[test]
fn pages_that_break_off_slow_the_others_little() {
    let fails: [fn() -> Answer; 2] = [
        || Answer::bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        || Answer::reset(""),
    ];
    for fail in fails {
        let server = Server::with(breaks_off(fail));
        let crawl = Workers::new(5, &time()).ask(&pages(&server, 100));
        let (good, bad) = crawl.good_and_bad();
        assert_eq!((good.len(), bad.len()), (90, 10));
        // Each of the ten waits for less than a second in all.
        assert!(crawl.took < 5 * SECOND, "{:?}", crawl.took);
    }
}

#[test]
fn each_failure_costs_one_connection_more_at_most() {
    let server = Server::with(
        |request| match request.target[1..].parse::<u32>().unwrap() % 20 {
            0 => Answer::bytes(""),
            10 => Answer::reset("HTTP/1.1 200 OK\r\n\r\n"),
            _ => Answer::html(""),
        },
    );
    let crawl = Workers::new(5, &time()).ask(&pages(&server, 200));
    let (good, bad) = crawl.good_and_bad();
    assert_eq!((good.len(), bad.len()), (180, 20));
    assert!(bad.iter().all(|reply| reply.attempts == 4), "{bad:#?}");
    let failing = (0..200).step_by(10).map(|page| format!("/{page}"));
    let failures: usize = failing.map(|path| server.visits(&path)).sum();
    let connections = server.connections();
    assert!(
        connections <= 5 + failures,
        "{connections} connections, {failures} failures"
    );
}
