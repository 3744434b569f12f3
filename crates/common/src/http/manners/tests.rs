//! Workers in virtual time: requests and connections are real, pauses are not.

mod delays;
mod retries;

use super::clock::{Clock, VirtualTime};
use super::{Polite, Refusal, Reply};
use crate::http::url::Url;
use crate::http::{Answer, Client, Error};
use crate::testing::hostile::Server;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// The time between an answer's head and its end.
const TRIP: Duration = Duration::from_micros(500);

/// What came of each URL, and how long all of them took.
struct Crawl {
    replies: HashMap<String, Reply<u64>>,
    took: Duration,
}

/// A crawler's workers, which take URLs from one list.
struct Workers {
    count: usize,
    time: Arc<VirtualTime>,
    polite: Polite,
}

impl Workers {
    fn new(count: usize, time: &Arc<VirtualTime>) -> Self {
        let client = Client::builder().without_proxy().workers(count).build();
        Self {
            count,
            time: Arc::clone(time),
            polite: Polite {
                clock: Clock::Virtual(Arc::clone(time)),
                ..Polite::new(client)
            },
        }
    }

    fn delay(mut self, delay: Duration) -> Self {
        self.polite = self.polite.delay(delay);
        self
    }

    /// Asks for robots.txt of these servers.
    fn read_robots(&self, servers: &[&Server]) {
        self.time.run(1, |_| {
            for server in servers {
                let allowed = self.polite.may_ask(&parse(&server.url("/")));
                allowed.expect("robots.txt allows all");
            }
        });
    }

    /// Asks for each URL once, as the crawler does.
    fn ask(&self, urls: &[String]) -> Crawl {
        let before = self.time.elapsed();
        let (next, replies) = (Mutex::new(urls.iter()), Mutex::default());
        self.time.run(self.count, |_| {
            loop {
                let Some(url) = next.lock().expect("no worker panics").next() else {
                    return;
                };
                let reply = self.polite.ask(&parse(url), |answer| self.take(answer));
                let mut replies: std::sync::MutexGuard<HashMap<_, _>> =
                    replies.lock().expect("no worker panics");
                assert!(replies.insert(url.clone(), reply).is_none());
            }
        });
        Crawl {
            replies: replies.into_inner().expect("no worker panics"),
            took: self.time.elapsed().saturating_sub(before),
        }
    }

    fn take(&self, answer: Answer) -> Result<u64, Error> {
        self.time.sleep(TRIP);
        if answer.is_success() {
            return answer.read(|_| {});
        }
        let status = answer.status();
        answer.skip();
        Err(Error::Status(status))
    }
}

impl Crawl {
    /// The replies that are pages, and those that are not.
    fn good_and_bad(&self) -> (Vec<&Reply<u64>>, Vec<&Reply<u64>>) {
        let replies = self.replies.values();
        replies.partition(|reply| reply.result.is_ok())
    }

    fn attempts(&self) -> usize {
        let attempts = self.replies.values().map(|reply| reply.attempts as usize);
        attempts.sum()
    }
}

fn time() -> Arc<VirtualTime> {
    Arc::new(VirtualTime::new())
}

fn parse(url: &str) -> Url {
    Url::parse(url).expect("the test's own URL")
}

/// The URLs of the first pages of `server`, as many as `count` says.
fn pages(server: &Server, count: usize) -> Vec<String> {
    (0..count)
        .map(|page| server.url(&format!("/{page}")))
        .collect()
}
