//! The time between two requests to one host.

use super::{SECOND, VirtualTime, Workers, pages, time};
use crate::testing::hostile::{Answer, Server};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const DELAY: Duration = Duration::from_millis(100);
const SLOW: &str = "User-agent: *\nCrawl-delay: 0.1\n";

/// A site with this robots.txt, and the moment of each request for a page of it.
fn site(robots: &'static str, time: &Arc<VirtualTime>) -> (Server, Arc<Mutex<Vec<Instant>>>) {
    let arrivals = Arc::<Mutex<Vec<Instant>>>::default();
    let (seen, time) = (Arc::clone(&arrivals), Arc::clone(time));
    let server = Server::with(move |request| {
        if request.target == "/robots.txt" {
            return Answer::page("200 OK", "", robots);
        }
        seen.lock().unwrap().push(time.now());
        Answer::html("")
    });
    (server, arrivals)
}

#[test]
fn the_longer_delay_lies_between_all_requests_of_all_workers_to_a_host() {
    let cases = [
        ("", DELAY),
        (SLOW, Duration::ZERO),
        (SLOW, DELAY / 10),
        ("User-agent: *\nCrawl-delay: 0.01", DELAY),
    ];
    for (robots, delay) in cases {
        let time = time();
        let (server, arrivals) = site(robots, &time);
        let workers = Workers::new(10, &time).delay(delay);
        workers.read_robots(&[&server]);
        let crawl = workers.ask(&pages(&server, 11));
        assert_eq!(crawl.good_and_bad().0.len(), 11);
        let arrivals = arrivals.lock().unwrap();
        assert_eq!(arrivals.len(), 11);
        let mut gaps = arrivals.windows(2).map(|two| two[1] - two[0]);
        assert!(gaps.all(|gap| gap >= DELAY), "{arrivals:?}");
        let bounds = SECOND..SECOND + 2 * DELAY;
        assert!(bounds.contains(&crawl.took), "{:?}", crawl.took);
    }
}

#[test]
fn hosts_have_their_delays_side_by_side() {
    let time = time();
    let sites: Vec<_> = (0..8).map(|_| site("", &time).0).collect();
    let workers = Workers::new(16, &time).delay(DELAY);
    let urls = (0..11).flat_map(|page| sites.iter().map(move |site| site.url(&format!("/{page}"))));
    let crawl = workers.ask(&urls.collect::<Vec<_>>());
    assert_eq!(crawl.good_and_bad().0.len(), 88);
    // One host after the other would take eight seconds.
    let bounds = SECOND..2 * SECOND;
    assert!(bounds.contains(&crawl.took), "{:?}", crawl.took);
}

/// A server that answers a limited number of requests in a second, and 429 to the others.
struct Meter {
    time: Arc<VirtualTime>,
    pause: Duration,
    next: Mutex<Option<Instant>>,
}

impl Meter {
    /// Whether a request may pass: there is a tenth of a second's worth of credit.
    fn admits(&self) -> bool {
        let now = self.time.now();
        let mut next = self.next.lock().unwrap();
        let credit = self.pause * 20;
        let due = next.map_or(now, |next| next.max(now.checked_sub(credit).unwrap_or(now)));
        if due > now {
            return false;
        }
        *next = Some(due + self.pause);
        true
    }
}

#[test]
fn a_host_that_allows_200_requests_a_second_gives_every_page_and_refuses_few() {
    let time = time();
    let meter = Meter {
        time: Arc::clone(&time),
        pause: SECOND / 200,
        next: Mutex::default(),
    };
    let server = Server::with(move |_| {
        if meter.admits() {
            Answer::html("")
        } else {
            Answer::page("429 Too Many Requests", "", "")
        }
    });
    let crawl = Workers::new(5, &time).ask(&pages(&server, 800));
    let (good, bad) = crawl.good_and_bad();
    assert_eq!((good.len(), bad.len()), (800, 0));
    let asked = server.asked().len();
    assert!(asked - 800 <= 800 / 20, "{} requests wasted", asked - 800);
    assert_eq!(crawl.attempts(), asked);
    // Without the credit all pages take 4 s.
    assert!(crawl.took < 5 * SECOND, "{:?}", crawl.took);
}
