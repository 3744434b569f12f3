use super::super::retry_pause;
use super::{FIRST_PAUSE, NotNow, RateLimiter};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

const PAGES: u32 = 1170;
/// The number of requests a second that the simulated servers admit.
const LIMIT: u32 = 200;
const SPACE: Duration = Duration::from_millis(5);
const SECOND: Duration = Duration::from_secs(1);
const TRIP: Duration = Duration::from_micros(500);
const LATE: Duration = Duration::from_micros(100);

/// The rate limit of a simulated server. `admits` returns whether a request at this time is answered.
trait Limiter {
    fn admits(&mut self, now: Instant) -> bool;
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// A token bucket: admits a burst of `size` requests, and refills at the limit.
struct Bucket {
    size: f64,
    filled: f64,
    at: Instant,
}

impl Limiter for Bucket {
    fn admits(&mut self, now: Instant) -> bool {
        let dripped = (now - self.at).as_secs_f64() * f64::from(LIMIT);
        self.at = now;
        self.filled = (self.filled + dripped).min(self.size);
        let admits = self.filled >= 1.0;
        if admits {
            self.filled -= 1.0;
        }
        admits
    }
}

/// A sliding window: admits at most the limit within any second.
struct Window {
    answered: VecDeque<Instant>,
    retry_after: Option<Duration>,
}

impl Limiter for Window {
    fn admits(&mut self, now: Instant) -> bool {
        while self
            .answered
            .front()
            .is_some_and(|&first| now - first >= SECOND)
        {
            self.answered.pop_front();
        }
        let admits = self.answered.len() < LIMIT as usize;
        if admits {
            self.answered.push_back(now);
        }
        admits
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// A fixed window: admits at most the limit within each second of the clock.
struct Clock {
    begun: Instant,
    second: u64,
    answered: u32,
    retry_after: Option<Duration>,
}

impl Limiter for Clock {
    fn admits(&mut self, now: Instant) -> bool {
        let second = (now - self.begun).as_secs();
        if second != self.second {
            self.second = second;
            self.answered = 0;
        }
        let admits = self.answered < LIMIT;
        self.answered += u32::from(admits);
        admits
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// The result of a simulated crawl.
struct Crawl {
    took: Duration,
    refused: u32,
}

/// The events of the simulation, ordered by time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A worker looks for a page that may be requested.
    Look,
    /// The request for a page, begun at this moment, ends with an answer or a refusal.
    End(usize, Instant, bool),
    /// A page may be requested again.
    Again(usize),
}

/// Simulates a crawl with this number of workers, whose requests take `TRIP`, on a machine that is sometimes late.
fn play(workers: usize, server: &mut dyn Limiter, start: Instant) -> Crawl {
    let mut limiter = RateLimiter::new(Duration::ZERO, start);
    let mut late = StdRng::seed_from_u64(1);
    let mut late = || LATE.mul_f64(late.random_range(0.0..1.0));
    let (mut queue, mut failures): (VecDeque<usize>, _) = (
        (0..PAGES as usize).collect(),
        vec![(0, None); PAGES as usize],
    );
    let (mut answers, mut refused) = (0, 0);
    let mut events: BinaryHeap<Reverse<(Instant, Event)>> = (0..workers)
        .map(|_| Reverse((start, Event::Look)))
        .collect();
    while let Some(Reverse((now, event))) = events.pop() {
        match event {
            Event::Again(page) => {
                queue.push_back(page);
                continue;
            }
            Event::End(page, begun, true) => {
                limiter.answered(begun, now, failures[page].1);
                answers += 1;
            }
            Event::End(page, begun, false) => {
                let told = server.retry_after().unwrap_or_default();
                limiter.refused(page, begun, now, told, failures[page].1);
                refused += 1;
                let pause = retry_pause(failures[page].0).expect("no page fails");
                failures[page] = (failures[page].0 + 1, Some(now));
                events.push(Reverse((now + pause.max(told), Event::Again(page))));
            }
            Event::Look => {}
        }
        if answers == PAGES {
            return Crawl {
                took: now - start,
                refused,
            };
        }
        assert!(!limiter.is_given_up(), "after {answers} answers");
        let (at, event) = match (queue.front().copied(), limiter.ready(now)) {
            (_, Err(NotNow::Until(moment))) => (moment + late(), Event::Look),
            (None, _) | (_, Err(NotNow::Probing)) => (now + LATE, Event::Look),
            (Some(page), Ok(())) => {
                limiter.begin(now).expect("it is ready");
                queue.pop_front();
                let arrives = now + late();
                let admitted = server.admits(arrives);
                (arrives + TRIP, Event::End(page, now, admitted))
            }
        };
        events.push(Reverse((at, event)));
    }
    unreachable!("every worker has an event")
}

/// Every page is fetched in little more than the minimum time, and few requests are refused: with five workers within
/// a tenth more, and one request in twenty.
fn is_gentle_and_quick<L: Limiter>(server: impl Fn(Instant) -> L) {
    for (workers, longer, wasted) in [(5, 1.1, 20), (1, 1.15, 20), (16, 1.15, 16)] {
        let start = Instant::now();
        let crawl = play(workers, &mut server(start), start);
        let least = SPACE * PAGES;
        let (took, refused) = (crawl.took, crawl.refused);
        assert!(
            took <= least.mul_f64(longer),
            "{workers} workers took {took:?} instead of {least:?}"
        );
        assert!(
            refused <= PAGES / wasted,
            "{refused} requests of {workers} workers were refused"
        );
    }
}

#[test]
fn host_without_bursts_is_crawled_at_its_rate() {
    is_gentle_and_quick(|at| Bucket {
        size: 1.0,
        filled: 1.0,
        at,
    });
}

#[test]
fn token_bucket_host_is_crawled_at_its_rate() {
    is_gentle_and_quick(|at| Bucket {
        size: 20.0,
        filled: 20.0,
        at,
    });
    is_gentle_and_quick(|at| Bucket {
        size: 200.0,
        filled: 200.0,
        at,
    });
}

#[test]
fn sliding_window_host_is_crawled_at_its_rate() {
    for retry_after in [None, Some(SECOND)] {
        is_gentle_and_quick(|_| Window {
            answered: VecDeque::new(),
            retry_after,
        });
    }
}

#[test]
fn fixed_window_host_is_crawled_at_its_rate() {
    for retry_after in [None, Some(SECOND)] {
        is_gentle_and_quick(|begun| Clock {
            begun,
            second: 0,
            answered: 0,
            retry_after,
        });
    }
}

#[test]
fn host_that_refuses_no_request_is_not_rate_limited() {
    let now = Instant::now();
    let mut limiter = RateLimiter::new(Duration::ZERO, now);
    for _ in 0..1000 {
        assert_eq!(limiter.begin(now), Ok(()));
        limiter.answered(now, now, None);
    }
}

#[test]
fn delay_separates_two_requests() {
    let now = Instant::now();
    let mut limiter = RateLimiter::new(SECOND, now);
    assert_eq!(limiter.begin(now), Ok(()));
    assert_eq!(limiter.begin(now), Err(NotNow::Until(now + SECOND)));
    limiter.at_least(2 * SECOND, now);
    let next = now + 2 * SECOND;
    assert_eq!(limiter.begin(now + SECOND), Err(NotNow::Until(next)));
    assert_eq!(limiter.begin(next), Ok(()));
    assert_eq!(limiter.begin(next), Err(NotNow::Until(next + 2 * SECOND)));
}

/// Returns a limiter whose host refused these pages, one after the other.
fn after_refusals_of(pages: &[usize], now: Instant, retry_after: Duration) -> RateLimiter {
    let mut limiter = RateLimiter::new(Duration::ZERO, now);
    for &page in pages {
        assert_eq!(limiter.begin(now), Ok(()));
        limiter.refused(page, now, now, retry_after, None);
    }
    limiter
}

#[test]
fn refusals_of_one_or_two_pages_do_not_slow_their_host() {
    let now = Instant::now();
    for pages in [&[1][..], &[1; 100], &[1, 2, 1, 2, 1, 2, 1, 2]] {
        for retry_after in [Duration::ZERO, SECOND, 10_000 * SECOND] {
            let mut limiter = after_refusals_of(pages, now, retry_after);
            assert!(!limiter.is_limited(), "{pages:?}");
            assert_eq!(limiter.begin(now), Ok(()));
        }
    }
}

#[test]
fn answer_between_refusals_prevents_a_pause() {
    let now = Instant::now();
    let mut limiter = RateLimiter::new(Duration::ZERO, now);
    for page in 0..100 {
        limiter.refused(page, now, now, SECOND, None);
        limiter.refused(page + 1000, now, now, SECOND, None);
        limiter.answered(now, now, None);
    }
    assert!(!limiter.is_limited());
}

#[test]
fn refusals_of_several_pages_are_followed_by_one_probe() {
    let now = Instant::now();
    let mut limiter = after_refusals_of(&[1, 2, 3], now, SECOND);
    let later = now + SECOND;
    assert_eq!(limiter.begin(now), Err(NotNow::Until(later)));
    assert_eq!(limiter.begin(later), Ok(()));
    assert_eq!(limiter.begin(later), Err(NotNow::Probing));
    limiter.inconclusive(later, later);
    let Err(NotNow::Until(third)) = limiter.begin(later) else {
        panic!("a probe without an answer ends nothing");
    };
    assert_eq!(limiter.begin(third), Ok(()));
    limiter.answered(third, third, None);
    assert_eq!(limiter.begin(third + SECOND), Ok(()));
}

#[test]
fn requests_begun_before_the_pause_do_not_affect_it() {
    let now = Instant::now();
    let mut limiter = after_refusals_of(&[1, 2, 3], now, Duration::ZERO);
    for page in 4..64 {
        limiter.refused(page, now, now + TRIP, SECOND, None);
        limiter.answered(now, now + TRIP, None);
    }
    let end = now + FIRST_PAUSE;
    assert_eq!(limiter.begin(now + TRIP), Err(NotNow::Until(end)));
    assert_eq!(limiter.begin(end), Ok(()));
    limiter.answered(now, end, None);
    assert_eq!(limiter.begin(end), Err(NotNow::Probing));
}

#[test]
fn host_that_keeps_refusing_is_given_up_after_about_ten_seconds() {
    let start = Instant::now();
    let mut limiter = after_refusals_of(&[1, 2, 3], start, Duration::ZERO);
    let mut now = start;
    while !limiter.is_given_up() {
        match limiter.begin(now) {
            Ok(()) => limiter.refused(1, now, now, Duration::ZERO, None),
            Err(NotNow::Until(moment)) => now = moment,
            Err(NotNow::Probing) => panic!("nothing is in flight"),
        }
    }
    let took = now - start;
    assert!((5..20).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn long_retry_after_on_several_pages_gives_the_host_up() {
    let tomorrow = 24 * 60 * 60 * SECOND;
    let limiter = after_refusals_of(&[1, 2, 3], Instant::now(), tomorrow);
    assert!(limiter.is_given_up());
}
