//! Asking for a page with manners: at the host's pace, again where that helps, and not what robots.txt keeps out.

use super::failure::Failure;
use super::host::{Closed, End, Host};
use super::options::Job;
use super::scope::host_of;
use common::http::url::Url;
use common::http::{Answer, Client, Error, Header};
use robotxt::{BYTE_LIMIT, Robots};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The name by which robots.txt knows us.
const AGENT: &str = "python-threads-in-rust";
/// Longer pauses than this between two pages robots.txt asks for in vain.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// So often a page is asked for again, when its connection breaks off.
const AGAIN: u32 = 3;
/// So often a page may be refused while its host answers others.
const REFUSALS: u32 = 5;
/// robots.txt may be so many redirects away.
const REDIRECTS: u32 = 10;

/// Asks for pages.
pub(super) struct Fetcher {
    client: Client,
    headers: Vec<Header>,
    delay: Duration,
    ignore_robots: bool,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// What came of asking for a page.
pub(super) struct Reply<T> {
    pub(super) status: Option<u16>,
    pub(super) attempts: u32,
    pub(super) result: Result<T, Failure>,
}

/// A page's body, or where it has gone.
pub(super) enum Body {
    /// To be searched for links.
    Html {
        bytes: Vec<u8>,
        content_type: String,
    },
    /// Something else, of this length.
    Other(u64),
    Redirect(Url),
}

impl Fetcher {
    pub(super) fn new(job: &Job) -> Self {
        let client = Client::builder()
            .workers(job.workers)
            .timeout(job.timeout)
            .max_body(job.max_body);
        Self {
            client: client.build(),
            headers: job.headers.clone(),
            delay: job.delay,
            ignore_robots: job.ignore_robots,
            hosts: Mutex::default(),
        }
    }

    /// Asks for the page at `url`. For a start URL nobody has looked into robots.txt yet.
    pub(super) fn fetch(&self, url: &Url, is_start: bool) -> Reply<Body> {
        if is_start && let Err(failure) = self.may_ask(url) {
            return Reply::never(failure);
        }
        self.ask(url, &self.headers, |answer| {
            if let Some(to) = answer.redirect()? {
                answer.skip();
                return Ok(Body::Redirect(to));
            }
            let status = answer.status();
            if !answer.is_success() {
                answer.skip();
                return Err(Error::Status(status));
            }
            let content_type = answer
                .header("content-type")
                .unwrap_or_default()
                .into_owned();
            if !is_html(&content_type) {
                return answer.read(|_| {}).map(Body::Other);
            }
            let mut bytes = Vec::new();
            answer.read(|piece| bytes.extend_from_slice(piece))?;
            Ok(Body::Html {
                bytes,
                content_type,
            })
        })
    }

    /// Whether robots.txt lets us ask for `url`.
    pub(super) fn may_ask(&self, url: &Url) -> Result<(), Failure> {
        if self.ignore_robots {
            return Ok(());
        }
        let host = self.host(url);
        match host.robots.get_or_init(|| self.robots(url, &host)) {
            Ok(robots) if robots.is_url_allowed(url) => Ok(()),
            Ok(_) => Err(Failure::Forbidden),
            Err(error) => Err(Failure::Robots(error.clone())),
        }
    }

    /// Ends every request, and every wait for one.
    pub(super) fn stop(&self) {
        self.client.cancel();
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        for host in hosts.values() {
            host.stop();
        }
    }

    /// The rules for us on this host: all is allowed where there are none (RFC 9309).
    fn robots(&self, url: &Url, host: &Host) -> Result<Robots, Error> {
        let mut url = url.join("/robots.txt").expect("a path on the same host");
        for _ in 0..=REDIRECTS {
            let reply = self.ask(&url, &[], |answer| {
                if let Some(to) = answer.redirect()? {
                    answer.skip();
                    return Ok(Err(to));
                }
                let status = answer.status();
                if !answer.is_success() {
                    answer.skip();
                    return Err(Error::Status(status));
                }
                answer.beginning(BYTE_LIMIT as u64 + 1).map(Ok)
            });
            match reply.result {
                Ok(Ok(text)) => {
                    let robots = Robots::parse(&text, AGENT);
                    host.at_least(robots.crawl_delay().unwrap_or_default().min(LONGEST_DELAY));
                    return Ok(robots);
                }
                Ok(Err(to)) => url = to,
                Err(Failure::Fetch(Error::Status(400..=428 | 430..=499))) => break,
                Err(Failure::Fetch(error)) => return Err(error),
                Err(_) => return Err(Error::Status(429)),
            }
        }
        Ok(Robots::allow_all())
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(host_of(url));
        Arc::clone(host.or_insert_with(|| Arc::new(Host::new(self.delay))))
    }

    /// Asks when it is this page's turn, and again while that may help; `take` makes of an answer what is wanted.
    fn ask<T>(
        &self,
        url: &Url,
        headers: &[Header],
        take: impl Fn(Answer) -> Result<T, Error>,
    ) -> Reply<T> {
        let host = self.host(url);
        let (mut broken, mut refused, mut answers) = (0, 0, u64::MAX);
        let mut last = Reply::never(Failure::GivenUp);
        loop {
            let begun = match host.begin() {
                Ok(begun) => begun,
                Err(Closed::Lost) => return last,
                Err(Closed::Stopped) => return Reply::never(Failure::Fetch(Error::Cancelled)),
            };
            let (mut status, mut retry_after) = (None, None);
            let result = self.client.ask(url, headers).and_then(|answer| {
                status = Some(answer.status());
                retry_after = answer.header("retry-after").and_then(|text| after(&text));
                take(answer)
            });
            let end = ending(&result, status, retry_after);
            host.end(begun, &end);
            let again = match end {
                End::Refused(_) => {
                    // Nobody's fault but the host's, while it refuses all.
                    refused += u32::from(host.answers() != answers);
                    answers = host.answers();
                    refused <= REFUSALS
                }
                End::BrokeOff => {
                    broken += 1;
                    broken <= AGAIN
                }
                End::Answered | End::Nothing => false,
            };
            last = Reply {
                status,
                attempts: last.attempts + 1,
                result: result.map_err(Failure::Fetch),
            };
            if !again {
                return last;
            }
        }
    }
}

impl Body {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Html { bytes, .. } => bytes.len() as u64,
            Self::Other(length) => *length,
            Self::Redirect(_) => 0,
        }
    }
}

impl<T> Reply<T> {
    fn never(failure: Failure) -> Self {
        Self {
            status: None,
            attempts: 0,
            result: Err(failure),
        }
    }
}

/// What the end of a request says of the host.
fn ending<T>(result: &Result<T, Error>, status: Option<u16>, retry_after: Option<Duration>) -> End {
    match (result, status) {
        (_, Some(429 | 503)) => End::Refused(retry_after),
        (
            Err(
                Error::Closed
                | Error::Truncated
                | Error::Connect(
                    ErrorKind::ConnectionRefused
                    | ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted,
                ),
            ),
            _,
        ) => End::BrokeOff,
        (Err(Error::Status(_)) | Ok(_), _) | (_, Some(_)) => End::Answered,
        (Err(_), None) => End::Nothing,
    }
}

/// How long `Retry-After` says to wait: seconds, or a date.
fn after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn is_html(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.is_empty()
        || kind.eq_ignore_ascii_case("text/html")
        || kind.eq_ignore_ascii_case("application/xhtml+xml")
}
