//! robots.txt, as RFC 9309 has it.

use super::host::Host;
use super::{Error, Polite, Refusal, Url};
use robotxt::{BYTE_LIMIT, Robots};
use std::time::Duration;

/// The name by which robots.txt knows us.
const AGENT: &str = "python-threads-in-rust";
/// robots.txt asks in vain for longer pauses than this between two requests.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// It may be so many redirects away.
const REDIRECTS: u32 = 10;

impl Polite {
    /// The rules for us on the host of `url`: all is allowed where there are none.
    pub(super) fn robots(&self, url: &Url, host: &Host) -> Result<Robots, Error> {
        let mut url = url.join("/robots.txt").expect("a path on the same host");
        for _ in 0..=REDIRECTS {
            let reply = self.ask(&url, |answer| {
                let (status, to) = (answer.status(), answer.redirect()?);
                if answer.is_success() {
                    // However much there is, the rest does not count.
                    return answer.beginning(BYTE_LIMIT + 1).map(Ok);
                }
                answer.skip();
                to.map(Err).ok_or(Error::Status(status))
            });
            match reply.result {
                Ok(Ok(text)) => {
                    let robots = Robots::parse(&text, AGENT);
                    let delay = robots.crawl_delay().unwrap_or_default();
                    host.at_least(delay.min(LONGEST_DELAY));
                    return Ok(robots);
                }
                Ok(Err(to)) => url = to,
                Err(Refusal::Failed(Error::Status(400..=428 | 430..=499))) => break,
                Err(Refusal::Failed(error)) => return Err(error),
                Err(_) => return Err(Error::Status(429)),
            }
        }
        Ok(Robots::allow_all())
    }
}
