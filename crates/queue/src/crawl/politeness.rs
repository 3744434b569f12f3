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
use common::http::url::Url;
use common::http::{Answer, Client, Error, OriginHeaders};
use common::queue::Queue;
use common::threading::Timer;
use outcome::Outcome;
use rate_limiter::{NotNow, RateLimiter};
use robots::Origins;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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
    stopped: AtomicBool,
    /// Notified by `stop`.
    stop: Condvar,
}

struct Host {
    limiter: RateLimiter,
    /// Links deferred until the host admits a request, the oldest first.
    deferred: VecDeque<Link>,
    /// Whether a timer is set that puts the oldest deferred link into the queue.
    is_timed: bool,
}

/// The number of requests for a page so far.
#[derive(Clone, Debug, Default)]
pub(super) struct RetryState {
    attempts: u32,
    /// The time of the last refusal with 429 or 503.
    refused: Option<Instant>,
    status: Option<u16>,
    error: Option<Error>,
}

/// The outcome of requesting a page.
pub(super) struct Reply {
    /// The status of the last answer, if there was one.
    pub(super) status: Option<u16>,
    /// The number of requests.
    pub(super) attempts: u32,
    pub(super) result: Result<Body, Failure>,
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
            stopped: AtomicBool::new(false),
            stop: Condvar::new(),
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
    pub(super) fn fetch(self: &Arc<Self>, link: &Link, bytes: &mut Vec<u8>) -> Option<Reply> {
        if link.discovery.is_start
            && let Err(failure) = self.may_request(&link.url)
        {
            return Some(RetryState::default().reply(Err(failure)));
        }
        let host = host_of(link.url.as_str());
        let mut retries = link.retries.as_deref().cloned().unwrap_or_default();
        if self.host(&mut self.hosts(), host).limiter.is_given_up() {
            let error = retries.error.take();
            let failure = error.map_or(Failure::GivenUp, Failure::Failed);
            return Some(retries.reply(Err(failure)));
        }
        let begun = Instant::now();
        let (status, outcome, result) = self.request(&link.url, |answer| Body::read(answer, bytes));
        retries.attempts += 1;
        retries.status = status;
        let retry = self.end(host, link.discovery.number, begun, &outcome, &mut retries);
        match (retry, result) {
            (Some(pause), Err(error)) if !self.is_stopped() => {
                retries.error = Some(error);
                let retries = Some(Box::new(retries));
                let (politeness, link) = (Arc::clone(self), link.clone());
                let link = Link { retries, ..link };
                after(pause, move || politeness.put(link.clone()));
                None
            }
            (_, result) => Some(retries.reply(result.map_err(Failure::Failed))),
        }
    }

    /// Cancels every request in flight, every wait for a request, and every later request with [`Error::Cancelled`].
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.client.cancel();
        for host in self.hosts().values_mut() {
            for _ in host.deferred.drain(..) {
                self.forget();
            }
        }
        self.stop.notify_all();
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Sends one request without waiting for the rate limit of the host.
    fn request<T>(
        &self,
        url: &Url,
        take: impl FnOnce(Answer) -> Result<T, Error>,
    ) -> (Option<u16>, Outcome, Result<T, Error>) {
        let (mut status, mut hint) = (None, Duration::ZERO);
        let result = self.client.ask(url, &self.headers).and_then(|answer| {
            status = Some(answer.status());
            hint = outcome::retry_after(answer.headers("retry-after"));
            take(answer)
        });
        (status, Outcome::new(&result, status, hint), result)
    }

    /// Reports the outcome of a request to the rate limiter. Returns how long to wait before a retry, if the failure
    /// may be temporary.
    fn end(
        self: &Arc<Self>,
        name: &str,
        page: usize,
        begun: Instant,
        outcome: &Outcome,
        retries: &mut RetryState,
    ) -> Option<Duration> {
        let now = Instant::now();
        let mut hosts = self.hosts();
        let host = self.host(&mut hosts, name);
        let mut hint = Duration::ZERO;
        match *outcome {
            Outcome::Answered | Outcome::Failed => {
                host.limiter.answered(begun, now, retries.refused);
            }
            Outcome::Refused(retry_after) => {
                hint = retry_after;
                let before = retries.refused.replace(now);
                host.limiter.refused(page, begun, now, hint, before);
            }
            Outcome::Lost => host.limiter.refused(page, begun, now, hint, Some(now)),
            Outcome::Inconclusive => host.limiter.inconclusive(begun, now),
        }
        self.release(name, hosts, now);
        let is_over = matches!(outcome, Outcome::Answered | Outcome::Inconclusive);
        let pause = retry_pause(retries.attempts - 1).filter(|_| !is_over)?;
        (hint <= rate_limiter::LONGEST_PAUSE).then(|| pause.max(hint))
    }

    /// Takes a deferred link whose host admits a request now.
    fn next_deferred(self: &Arc<Self>) -> Option<Link> {
        let (mut hosts, now) = (self.hosts(), Instant::now());
        let mut waiting = hosts
            .iter_mut()
            .filter(|(_, host)| !host.deferred.is_empty());
        let (name, host) = waiting.find(|(_, host)| host.limiter.ready(now).is_ok())?;
        host.limiter.begin(now).expect("it is ready");
        let (name, link) = (name.clone(), host.deferred.pop_front());
        self.release(&name, hosts, now);
        link
    }

    /// Returns the link if its host admits a request now, otherwise defers it.
    fn admit(self: &Arc<Self>, link: Link) -> Option<Link> {
        if link.discovery.is_start {
            // Reads robots.txt, whose delay applies from then on.
            let _ = self.may_request(&link.url);
        }
        let url = link.url.clone();
        let (mut hosts, now) = (self.hosts(), Instant::now());
        let host = self.host(&mut hosts, host_of(url.as_str()));
        let mut admitted = None;
        if host.limiter.begin(now).is_ok() {
            admitted = Some(link);
        } else if self.is_stopped() {
            self.forget();
        } else {
            host.deferred.push_back(link);
        }
        self.release(host_of(url.as_str()), hosts, now);
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

    /// Blocks until the host of `url` admits a request. For robots.txt only, which many links may depend on.
    fn wait_for(&self, name: &str) -> Result<(), Error> {
        let mut hosts = self.hosts();
        while !self.is_stopped() {
            let now = Instant::now();
            let pause = match self.host(&mut hosts, name).limiter.begin(now) {
                Ok(()) => return Ok(()),
                Err(NotNow::Until(moment)) => moment - now,
                Err(NotNow::Probing) => FIRST_RETRY,
            };
            hosts = self.sleep(hosts, pause);
        }
        Err(Error::Cancelled)
    }

    /// Blocks for `pause`, or until `stop`.
    fn sleep<'a>(&self, hosts: Hosts<'a>, pause: Duration) -> Hosts<'a> {
        let woken = self.stop.wait_timeout(hosts, pause);
        woken.unwrap_or_else(PoisonError::into_inner).0
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

/// The host and port, the key of a rate limit. The URL has no userinfo.
fn host_of(url: &str) -> &str {
    url.split('/').nth(2).unwrap_or_default()
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

impl RetryState {
    fn reply(self, result: Result<Body, Failure>) -> Reply {
        Reply {
            status: self.status,
            attempts: self.attempts,
            result,
        }
    }
}
