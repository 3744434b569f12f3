//! robots.txt, as RFC 9309 specifies it.

use super::super::failure::Failure;
use super::{Politeness, Requests, host_of};
use common::http::url::{Position, Url};
use common::http::{Answer, Error};
use robotxt::{BYTE_LIMIT, Robots};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The product name of this program in robots.txt.
const AGENT: &str = "python-threads-in-rust";
/// The upper bound of `Crawl-delay`: a longer delay is cut to this.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// The most redirects in a row.
const REDIRECTS: u32 = 10;

/// The rules of each origin: scheme, host and port.
pub(super) type Origins = Mutex<HashMap<String, Arc<OnceLock<Result<Robots, Error>>>>>;

impl Politeness {
    /// Whether the robots.txt of the origin, which is read once, allows a request for `url`.
    pub(in super::super) fn may_request(self: &Arc<Self>, url: &Url) -> Result<(), Failure> {
        let Some(origins) = &self.origins else {
            return Ok(());
        };
        let origin = url[..Position::BeforePath].to_owned();
        let mut origins = origins.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = Arc::clone(origins.entry(origin).or_default());
        drop(origins);
        match rules.get_or_init(|| self.read(url)) {
            // In a rule, * and $ may be special; literal ones in a URL are encoded on both sides.
            Ok(rules) => {
                let path = &url[Position::BeforePath..Position::AfterQuery];
                let path = path.replace('*', "%2A").replace('$', "%24");
                let is_allowed = rules.is_allowed(&path);
                is_allowed.then_some(()).ok_or(Failure::Forbidden)
            }
            Err(error) => Err(Failure::Robots(error.clone())),
        }
    }

    /// Reads the rules for this program in the robots.txt of the origin of `url`. Without a robots.txt, everything is
    /// allowed.
    fn read(self: &Arc<Self>, url: &Url) -> Result<Robots, Error> {
        let host = host_of(url);
        let mut url = url.join("/robots.txt").expect("a path on the same host");
        for _ in 0..=REDIRECTS {
            match self.read_once(&url) {
                Ok(Ok(text)) => {
                    let robots = Robots::parse(&readable(&text), AGENT);
                    let delay = robots.crawl_delay().unwrap_or_default().min(LONGEST_DELAY);
                    self.host(&mut self.hosts(), host)
                        .limiter
                        .at_least(delay, Instant::now());
                    return Ok(robots);
                }
                Ok(Err(to)) => url = to,
                Err(Error::Status(400..=428 | 430..=499)) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Robots::allow_all())
    }

    /// Fetches the text at `url`, or returns the target of its redirect. Blocks, also while the host admits no
    /// request.
    fn read_once(self: &Arc<Self>, url: &Url) -> Result<Result<Vec<u8>, Url>, Error> {
        let mut requests = Requests::default();
        loop {
            self.wait_for(host_of(url))?;
            let take = |answer: Answer| {
                let (status, to) = (answer.status(), answer.redirect()?);
                if answer.is_success() {
                    // The text beyond the limit is ignored.
                    return answer.beginning(BYTE_LIMIT + 1).map(Ok);
                }
                answer.skip();
                to.map(Err).ok_or(Error::Status(status))
            };
            match self.request(url, usize::MAX, &mut requests, take) {
                (Err(_), Some(pause)) => _ = self.stopped.wait_timeout(pause),
                (result, _) => return result,
            }
        }
    }
}

/// Rewrites the text for the parser: removes the version and other text after a product name, and encodes a `$` that
/// does not end a rule.
fn readable(text: &[u8]) -> Vec<u8> {
    let mut readable = Vec::with_capacity(text.len());
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.split(|&byte| byte == b'#').next().unwrap_or_default();
        let colon = line.iter().position(|&byte| byte == b':');
        let (name, value) = line.split_at(colon.map_or(line.len(), |colon| colon + 1));
        let value = value.trim_ascii();
        readable.extend(name);
        let mut words = name.windows(5);
        let is_agent = words.any(|word| word.eq_ignore_ascii_case(b"agent"));
        if is_agent {
            let is_end = |&byte: &u8| byte == b'/' || byte.is_ascii_whitespace();
            readable.extend(value.split(is_end).next().unwrap_or_default());
        } else {
            for (index, &byte) in value.iter().enumerate() {
                let is_literal = byte == b'$' && index + 1 < value.len();
                let byte = [byte];
                readable.extend(if is_literal { &b"%24"[..] } else { &byte });
            }
        }
        readable.push(b'\n');
    }
    readable
}

#[cfg(test)]
mod tests;
