//! Politeness: a rate limit for each host, retries, and robots.txt.
//!
//! No worker blocks for the rate limit of a host. A link whose host admits no request now is deferred, and a timer
//! puts it back into the queue; meanwhile the worker takes the next link, of another host.

mod outcome;
mod rate_limiter;
mod robots;

use super::body::Body;
use super::failure::Failure;
use super::link::Link;
use super::options::Crawl;
use common::http::url::{Position, Url};
use common::http::{Answer, Client, Error, OriginHeaders};
use common::queue::Queue;
use common::threading::{Event, Timer};
use outcome::Outcome;
use rate_limiter::{NotNow, RateLimiter};
use robots::Origins;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The number of retries for a page.
const RETRIES: u32 = 3;
/// The pause before the first retry; each further one is four times as long.
const FIRST_RETRY: Duration = Duration::from_millis(50);

/// The rate limits and deferred links of all hosts.
pub(super) struct Politeness {
    client: Client,
    headers: OriginHeaders,
    delay: Duration,
    /// The queue from which the workers take links.
    queue: Arc<Queue<Link>>,
    hosts: Mutex<HashMap<String, Host>>,
    /// `None` if robots.txt is ignored.
    origins: Option<Origins>,
    stopped: Event,
}

struct Host {
    limiter: RateLimiter,
    /// Links deferred until the host admits a request, the oldest first.
    deferred: VecDeque<Link>,
    /// Whether a timer is set that puts the oldest deferred link into the queue.
    is_timed: bool,
}

/// The requests for a page so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Requests {
    pub(super) attempts: u32,
    /// The status of the last answer, if there was one.
    pub(super) status: Option<u16>,
    /// The time of the last refusal with 429 or 503.
    refused: Option<Instant>,
    /// The failure of the last request.
    error: Option<Error>,
}

impl Politeness {
    pub(super) fn new(job: &Crawl, queue: Arc<Queue<Link>>) -> Self {
        let client = Client::builder()
            .workers(job.workers)
            .timeout(job.timeout)
            .max_body(job.max_body)
            .authorities(job.authorities.clone());
        Self {
            client: client.build(),
            headers: job.headers.clone(),
            delay: job.delay,
            queue,
            hosts: Mutex::default(),
            origins: (!job.ignore_robots).then(Origins::default),
            stopped: Event::new(),
        }
    }

    /// Blocks until there is a link whose host admits a request; returns `None` after the queue is shut down.
    pub(super) fn next(self: &Arc<Self>) -> Option<Link> {
        loop {
            if let Some(link) = self.next_deferred() {
                return Some(link);
            }
            let link = self.queue.get().ok()?;
            if let Some(link) = self.admit(link) {
                return Some(link);
            }
        }
    }

    /// Requests the page of `link`, and reads its HTML into `bytes`. Returns `None` if the request is retried later.
    pub(super) fn fetch(
        self: &Arc<Self>,
        link: &Link,
        bytes: &mut Vec<u8>,
    ) -> Option<(Requests, Result<Body, Failure>)> {
        let mut requests = link.requests.as_deref().cloned().unwrap_or_default();
        if link.discovery.is_start
            && let Err(failure) = self.may_request(&link.url)
        {
            return Some((requests, Err(failure)));
        }
        let host = host_of(&link.url);
        if self.host(&mut self.hosts(), host).limiter.is_given_up() {
            let error = requests.error.take();
            let failure = error.map_or(Failure::GivenUp, Failure::Failed);
            return Some((requests, Err(failure)));
        }
        let page = link.discovery.number;
        let take = |answer| Body::read(answer, bytes);
        match self.request(&link.url, page, &mut requests, take) {
            (Err(error), Some(pause)) if !self.stopped.is_set() => {
                requests.error = Some(error);
                let requests = Some(Box::new(requests));
                let (politeness, link) = (
                    Arc::clone(self),
                    Link {
                        requests,
                        ..link.clone()
                    },
                );
                after(pause, move || politeness.put(link.clone()));
                None
            }
            (result, _) => Some((requests, result.map_err(Failure::Failed))),
        }
    }

    /// Cancels every request in flight, every wait for a request, and every later request with [`Error::Cancelled`].
    pub(super) fn stop(&self) {
        self.stopped.set();
        self.client.cancel();
        for host in self.hosts().values_mut() {
            for _ in host.deferred.drain(..) {
                self.forget();
            }
        }
    }

    /// Sends one request without waiting for the rate limit of the host, and reports its outcome to the limiter. Also
    /// returns how long to wait before a retry, if the failure may be temporary.
    fn request<T>(
        self: &Arc<Self>,
        url: &Url,
        page: usize,
        requests: &mut Requests,
        take: impl FnOnce(Answer) -> Result<T, Error>,
    ) -> (Result<T, Error>, Option<Duration>) {
        let begun = Instant::now();
        let mut hint = Duration::ZERO;
        requests.status = None;
        let result = self.client.ask(url, &self.headers).and_then(|answer| {
            requests.status = Some(answer.status());
            hint = outcome::retry_after(answer.headers("retry-after"));
            take(answer)
        });
        let now = Instant::now();
        let mut hosts = self.hosts();
        let limiter = &mut self.host(&mut hosts, host_of(url)).limiter;
        let mut pause = retry_pause(requests.attempts);
        requests.attempts += 1;
        match Outcome::new(&result, requests.status) {
            Outcome::Answered => {
                limiter.answered(begun, now, requests.refused);
                pause = None;
            }
            Outcome::Failed => limiter.answered(begun, now, requests.refused),
            Outcome::Refused => {
                let before = requests.refused.replace(now);
                limiter.refused(page, begun, now, hint, before);
                let is_short = hint <= rate_limiter::LONGEST_PAUSE;
                pause = pause.filter(|_| is_short).map(|pause| pause.max(hint));
            }
            Outcome::Lost => limiter.refused(page, begun, now, Duration::ZERO, Some(now)),
            Outcome::Inconclusive => {
                limiter.inconclusive(begun, now);
                pause = None;
            }
        }
        self.release(host_of(url), hosts, now);
        (result, pause)
    }

    /// Takes a deferred link whose host admits a request now.
    fn next_deferred(self: &Arc<Self>) -> Option<Link> {
        let (mut hosts, now) = (self.hosts(), Instant::now());
        let (name, link) = hosts.iter_mut().find_map(|(name, host)| {
            let is_admitted = !host.deferred.is_empty() && host.limiter.begin(now).is_ok();
            is_admitted.then(|| (name.clone(), host.deferred.pop_front()))
        })?;
        self.release(&name, hosts, now);
        link
    }

    /// Returns the link if its host admits a request now, otherwise defers it.
    fn admit(self: &Arc<Self>, link: Link) -> Option<Link> {
        if link.discovery.is_start {
            // Reads robots.txt, whose delay applies from then on.
            let _ = self.may_request(&link.url);
        }
        let (mut hosts, now) = (self.hosts(), Instant::now());
        let name = host_of(&link.url).to_owned();
        let host = self.host(&mut hosts, &name);
        let mut admitted = None;
        if host.limiter.begin(now).is_ok() {
            admitted = Some(link);
        } else if self.stopped.is_set() {
            self.forget();
        } else {
            host.deferred.push_back(link);
        }
        self.release(&name, hosts, now);
        admitted
    }

    /// Puts deferred links into the queue: all if the host is not limited, otherwise the oldest, when it is time.
    fn release(self: &Arc<Self>, name: &str, mut hosts: Hosts<'_>, now: Instant) {
        let host = self.host(&mut hosts, name);
        if !host.limiter.is_limited() {
            for link in host.deferred.drain(..) {
                self.put(link);
            }
        }
        let Err(NotNow::Until(moment)) = host.limiter.ready(now) else {
            return;
        };
        if host.deferred.is_empty() || host.is_timed {
            return;
        }
        host.is_timed = true;
        drop(hosts);
        let (politeness, name) = (Arc::clone(self), name.to_owned());
        after(moment - now, move || {
            let mut hosts = politeness.hosts();
            let host = politeness.host(&mut hosts, &name);
            host.is_timed = false;
            if let Some(link) = host.deferred.pop_front() {
                politeness.put(link);
            }
        });
    }

    /// Puts a link back into the queue.
    fn put(&self, link: Link) {
        // `put` fails only after the queue is shut down.
        let _ = self.queue.put(link);
        self.forget();
    }

    /// Marks one link that was taken from the queue as done.
    fn forget(&self) {
        let _ = self.queue.task_done();
    }

    /// Blocks until the host admits a request. For robots.txt only, which many links may depend on.
    fn wait_for(&self, name: &str) -> Result<(), Error> {
        loop {
            let now = Instant::now();
            let pause = match self.host(&mut self.hosts(), name).limiter.begin(now) {
                Ok(()) => return Ok(()),
                Err(NotNow::Until(moment)) => moment - now,
                Err(NotNow::Probing) => FIRST_RETRY,
            };
            if self.stopped.wait_timeout(pause) {
                return Err(Error::Cancelled);
            }
        }
    }

    fn host<'a>(&self, hosts: &'a mut Hosts<'_>, name: &str) -> &'a mut Host {
        hosts.entry(name.to_owned()).or_insert_with(|| Host {
            limiter: RateLimiter::new(self.delay, Instant::now()),
            deferred: VecDeque::new(),
            is_timed: false,
        })
    }

    fn hosts(&self) -> Hosts<'_> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Hosts<'a> = MutexGuard<'a, HashMap<String, Host>>;

/// The host and port, the key of a rate limit.
fn host_of(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::BeforePath]
}

/// How long to wait before a page is retried after this number of failures; `None` after the last retry.
fn retry_pause(failures: u32) -> Option<Duration> {
    (failures < RETRIES).then(|| FIRST_RETRY * 4_u32.pow(failures))
}

/// Calls `function` after the pause on a timer thread, or on the current thread if no thread can be started.
fn after(pause: Duration, function: impl Fn() + Clone + Send + Sync + 'static) {
    if Timer::new(pause, function.clone()).start().is_err() {
        thread::sleep(pause);
        function();
    }
}
