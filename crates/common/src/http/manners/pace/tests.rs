use super::{FIRST_PAUSE, Pace, Turn};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

const PAGES: u32 = 1170;
/// The servers of these tests bear so many requests a second.
const LIMIT: u32 = 200;
const SPACE: Duration = Duration::from_millis(5);
const SECOND: Duration = Duration::from_secs(1);
const TRIP: Duration = Duration::from_micros(500);
const LATE: Duration = Duration::from_micros(100);

/// How a server counts. True: it answers the request that comes at this moment.
trait Limiter {
    fn admits(&mut self, now: Instant) -> bool;
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// So many requests may come at once; the rest of them drip.
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

/// No more than the limit within any second.
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

/// No more than the limit within each second of the clock.
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

/// How a crawl went.
struct Crawl {
    took: Duration,
    refused: u32,
}

/// What happens when: the oldest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    now: Instant,
    worker: u32,
    /// A request that had begun then ends, admitted or not; without one the worker looks for its turn.
    ended: Option<(Instant, bool)>,
}

/// Plays a crawl with so many workers, whose requests take `TRIP`, on a machine that is sometimes late.
fn play(workers: u32, server: &mut dyn Limiter, begun: Instant) -> Crawl {
    let mut pace = Pace::new(Duration::ZERO, begun);
    let mut late = StdRng::seed_from_u64(1);
    let (mut left, mut answers, mut refused) = (PAGES, 0, 0);
    let mut events: BinaryHeap<Reverse<Event>> = (0..workers)
        .map(|worker| {
            Reverse(Event {
                now: begun,
                worker,
                ended: None,
            })
        })
        .collect();
    while let Some(Reverse(Event { now, worker, ended })) = events.pop() {
        match ended {
            Some((begun, true)) => {
                pace.answered(begun, now);
                answers += 1;
            }
            Some((begun, false)) => {
                pace.refused(begun, now, server.retry_after());
                refused += 1;
                left += 1;
            }
            None => {}
        }
        if answers == PAGES {
            return Crawl {
                took: now - begun,
                refused,
            };
        }
        let late = LATE.mul_f64(late.random_range(0.0..1.0));
        let look_at = |now| {
            Reverse(Event {
                now,
                worker,
                ended: None,
            })
        };
        events.push(match pace.begin(now) {
            _ if left == 0 => look_at(now + TRIP),
            Turn::At(moment) => look_at(moment + late),
            Turn::Later => look_at(now + LATE),
            Turn::Never => panic!("the host was given up after {answers} answers"),
            Turn::Now => {
                left -= 1;
                let admitted = server.admits(now + late);
                Reverse(Event {
                    now: now + TRIP + late,
                    worker,
                    ended: Some((now, admitted)),
                })
            }
        });
    }
    unreachable!("every worker has an event")
}

/// Every page comes, in at most 1.1 times the least possible time, and one request in twenty is for nothing.
fn is_gentle_and_quick<L: Limiter>(server: impl Fn(Instant) -> L) {
    for workers in [1, 5] {
        let begun = Instant::now();
        let crawl = play(workers, &mut server(begun), begun);
        let least = SPACE * PAGES;
        let (took, refused) = (crawl.took, crawl.refused);
        assert!(
            took <= least.mul_f64(1.1),
            "{workers} workers took {took:?} instead of {least:?}"
        );
        assert!(
            refused <= PAGES / 20,
            "{refused} requests of {workers} workers for nothing"
        );
    }
}

#[test]
fn a_host_that_admits_no_burst_is_asked_at_its_pace() {
    is_gentle_and_quick(|at| Bucket {
        size: 1.0,
        filled: 1.0,
        at,
    });
}

#[test]
fn a_host_that_admits_a_burst_is_asked_at_its_pace() {
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
fn a_host_that_looks_back_a_second_is_asked_at_its_pace() {
    for retry_after in [None, Some(SECOND)] {
        is_gentle_and_quick(|_| Window {
            answered: VecDeque::new(),
            retry_after,
        });
    }
}

#[test]
fn a_host_that_counts_by_the_clock_is_asked_at_its_pace() {
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
fn a_host_that_refuses_nothing_is_never_waited_for() {
    let now = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, now);
    for _ in 0..1000 {
        assert_eq!(pace.begin(now), Turn::Now);
        pace.answered(now, now);
    }
}

#[test]
fn between_two_requests_is_the_delay() {
    let now = Instant::now();
    let mut pace = Pace::new(SECOND, now);
    assert_eq!(pace.begin(now), Turn::Now);
    assert_eq!(pace.begin(now), Turn::At(now + SECOND));
    pace.at_least(2 * SECOND);
    assert_eq!(pace.begin(now + SECOND), Turn::Now);
    assert_eq!(pace.begin(now + SECOND), Turn::At(now + 3 * SECOND));
}

#[test]
fn after_a_refusal_one_request_shows_whether_the_host_answers_again() {
    let now = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, now);
    assert_eq!(pace.begin(now), Turn::Now);
    pace.refused(now, now, Some(SECOND));
    assert_eq!(pace.begin(now), Turn::At(now + SECOND));
    let later = now + SECOND;
    assert_eq!(pace.begin(later), Turn::Now);
    assert_eq!(pace.begin(later), Turn::Later);
    pace.answered(later, later);
    assert_eq!(pace.begin(later), Turn::Now);
}

#[test]
fn refusals_of_requests_begun_before_the_pause_do_not_lengthen_it() {
    let now = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, now);
    for _ in 0..64 {
        assert_eq!(pace.begin(now), Turn::Now);
    }
    let later = now + SECOND;
    for _ in 0..64 {
        pace.refused(now, later, None);
    }
    assert_eq!(pace.begin(later), Turn::At(later + FIRST_PAUSE));
}

#[test]
fn a_host_that_refuses_for_ever_is_given_up_after_ten_seconds_or_so() {
    let begun = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, begun);
    let mut now = begun;
    loop {
        match pace.begin(now) {
            Turn::Now => pace.refused(now, now, None),
            Turn::At(moment) => now = moment,
            Turn::Later => panic!("nothing is under way"),
            Turn::Never => break,
        }
    }
    assert!(
        (5..20).contains(&(now - begun).as_secs()),
        "after {:?}",
        now - begun
    );
}

#[test]
fn a_host_that_says_to_come_back_tomorrow_is_given_up() {
    let now = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, now);
    pace.refused(now, now, Some(Duration::from_secs(24 * 60 * 60)));
    assert_eq!(pace.begin(now), Turn::Never);
}

#[test]
fn a_host_that_refuses_once_after_few_answers_is_not_taken_for_slow() {
    let begun = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, begun);
    let mut now = begun;
    for answer in 0..40 {
        while let Turn::At(moment) = pace.begin(now) {
            now = moment;
        }
        if answer == 2 {
            pace.refused(now, now, Some(2 * SECOND));
        } else {
            pace.answered(now, now + TRIP);
        }
        now += TRIP;
    }
    assert!(now - begun < 3 * SECOND, "it took {:?}", now - begun);
}

#[test]
fn an_answer_to_a_request_of_the_moment_of_a_refusal_does_not_end_the_pause() {
    let now = Instant::now();
    let mut pace = Pace::new(Duration::ZERO, now);
    let (first, second) = (now, now + TRIP);
    assert_eq!(pace.begin(first), Turn::Now);
    assert_eq!(pace.begin(second), Turn::Now);
    pace.refused(first, second, Some(SECOND));
    pace.answered(second, second + TRIP);
    assert_eq!(pace.begin(second + TRIP), Turn::At(second + SECOND));
}
