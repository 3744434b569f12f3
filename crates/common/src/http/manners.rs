//! Asking with manners: each host at its pace, again where that helps, and not what robots.txt keeps out.

mod clock;
mod host;
mod pace;
mod robots;

use super::{Answer, Client, Error, OriginHeaders, url::Position, url::Url};
use clock::Clock;
use host::{Closed, End, Host};
use std::collections::HashMap;
use std::fmt;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So often a page is asked for again, when its connection breaks off.
const AGAIN: u32 = 3;
/// So long it then waits at first; each further time twice as long.
const BREAK: Duration = Duration::from_millis(100);
/// So often a page may be refused while its host answers others.
const REFUSALS: u32 = 5;

/// A client that does not wear out its welcome, shared by many threads.
///
/// When a host answers 429 or 503, or breaks connections off, no thread asks it anything for a while: as long as
/// its `Retry-After` says, or for pauses that grow. Then it is asked at the pace that it has shown to bear, what
/// was refused once more. A host that refuses for long is given up.
///
/// ```
/// use common::http::{Client, Polite, url::Url};
/// use common::site::Site;
///
/// let site = Site::builder().page("/", "Hello").page("/robots.txt", "User-agent: *\nDisallow: /private").start()?;
/// let polite = Polite::new(Client::builder().build());
///
/// let private = Url::parse(&site.url("/private"))?;
/// assert_eq!(polite.may_ask(&private).unwrap_err().to_string(), "kept out by robots.txt");
///
/// let home = Url::parse(&site.url("/"))?;
/// let reply = polite.ask(&home, |answer| answer.read(|_| {}));
/// assert_eq!((reply.status, reply.attempts, reply.result.unwrap()), (Some(200), 1, 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Polite {
    client: Client,
    clock: Clock,
    headers: OriginHeaders,
    delay: Duration,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// What came of asking.
#[derive(Debug)]
pub struct Reply<T> {
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// So many requests it took.
    pub attempts: u32,
    /// What was made of the last answer, or why nothing was.
    pub result: Result<T, Refusal>,
}

/// Why a page was not had, or not even asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It was asked for in vain.
    Failed(Error),
    /// It was not asked for: the host has refused others for too long.
    GivenUp,
    /// robots.txt keeps it out.
    Forbidden,
    /// It may not be asked for, since robots.txt could not be had.
    Robots(Error),
}

impl Polite {
    /// `client` with manners.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            clock: Clock::System,
            headers: OriginHeaders::default(),
            delay: Duration::ZERO,
            hosts: Mutex::default(),
        }
    }

    /// Sends these with every request for a page or a robots.txt, to each origin its own.
    #[must_use]
    pub fn headers(mut self, headers: OriginHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// Leaves at least so much time between two requests to one host, whichever threads make them.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Whether the host's robots.txt, which is asked for once, lets us ask for `url`.
    ///
    /// # Errors
    ///
    /// When it does not, or when nobody can say.
    pub fn may_ask(&self, url: &Url) -> Result<(), Refusal> {
        let host = self.host(url);
        match host.robots.get_or_init(|| self.robots(url, &host)) {
            Ok(robots) if robots.is_url_allowed(url) => Ok(()),
            Ok(_) => Err(Refusal::Forbidden),
            Err(error) => Err(Refusal::Robots(error.clone())),
        }
    }

    /// Asks for `url` when its host's turn has come, and again while that may help. `take` makes of an answer
    /// what is wanted.
    pub fn ask<T>(&self, url: &Url, take: impl Fn(Answer) -> Result<T, Error>) -> Reply<T> {
        let host = self.host(url);
        let mut patience = Patience::default();
        let mut last = Reply::none(Refusal::GivenUp);
        loop {
            let begun = match host.begin() {
                Ok(begun) => begun,
                Err(Closed::Lost) => return last,
                Err(Closed::Stopped) => return Reply::cancelled(),
            };
            let (mut status, mut retry_after) = (None, None);
            let result = self.client.ask(url, &self.headers).and_then(|answer| {
                status = Some(answer.status());
                let field = answer.header("retry-after");
                retry_after = field.and_then(|text| after(&text, &self.clock));
                take(answer)
            });
            let end = ending(&result, status, retry_after);
            host.end(begun, &end);
            last = Reply {
                status,
                attempts: last.attempts + 1,
                result: result.map_err(Refusal::Failed),
            };
            match patience.after(&end, &host) {
                None => return last,
                Some(pause) if host.sleep(pause).is_err() => return Reply::cancelled(),
                Some(_) => {}
            }
        }
    }

    /// Ends every request in flight, every wait for one, and every later one, with [`Error::Cancelled`].
    pub fn stop(&self) {
        self.client.cancel();
        for host in self.hosts().values() {
            host.stop();
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let mut hosts = self.hosts();
        let host = hosts.entry(url[Position::BeforeHost..Position::AfterPort].to_owned());
        Arc::clone(host.or_insert_with(|| Arc::new(Host::new(self.delay, self.clock.clone()))))
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Arc<Host>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one page is asked for.
#[derive(Default)]
struct Patience {
    broken: u32,
    refused: u32,
    /// What the host had answered at the last refusal.
    answers: Option<u64>,
}

impl Patience {
    /// When to ask once more after this, if at all; the host's own pauses come on top.
    fn after(&mut self, end: &End, host: &Host) -> Option<Duration> {
        match end {
            End::Refused(_) => {
                // While the host refuses all, it is not the page's fault, and the host that is given up.
                let answers = Some(host.answers());
                self.refused += u32::from(self.answers != answers);
                self.answers = answers;
                (self.refused <= REFUSALS).then_some(Duration::ZERO)
            }
            End::BrokeOff => {
                self.broken += 1;
                (self.broken <= AGAIN).then(|| BREAK * 2_u32.pow(self.broken - 1))
            }
            End::Answered | End::Nothing => None,
        }
    }
}

impl<T> Reply<T> {
    fn cancelled() -> Self {
        Self::none(Refusal::Failed(Error::Cancelled))
    }

    fn none(refusal: Refusal) -> Self {
        Self {
            status: None,
            attempts: 0,
            result: Err(refusal),
        }
    }
}

/// What the end of a request says of the host.
fn ending<T>(result: &Result<T, Error>, status: Option<u16>, retry_after: Option<Duration>) -> End {
    use Error::{Closed, Connect, Truncated};
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    match (result, status) {
        (_, Some(429 | 503)) => End::Refused(retry_after),
        (
            Err(
                Closed
                | Truncated
                | Connect(ConnectionRefused | ConnectionReset | ConnectionAborted),
            ),
            _,
        ) => End::BrokeOff,
        (_, Some(_)) => End::Answered,
        (_, None) => End::Nothing,
    }
}

/// How long `Retry-After` says to wait: seconds, or a date.
fn after(text: &str, clock: &Clock) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    Some(date.duration_since(clock.date()).unwrap_or_default())
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::GivenUp => write!(f, "not asked for: the host refuses requests"),
            Self::Forbidden => write!(f, "kept out by robots.txt"),
            Self::Robots(error) => write!(f, "robots.txt: {error}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Debug for Polite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polite")
            .field("client", &self.client)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
