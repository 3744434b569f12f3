//! Asking for a page.

use super::failure::Failure;
use super::options::Crawl;
use common::http::url::Url;
use common::http::{Answer, Client, Error, Polite, Reply, canonical};

/// Asks for pages, with manners.
pub(super) struct Fetcher {
    polite: Polite,
    ignore_robots: bool,
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
    pub(super) fn new(job: &Crawl) -> Self {
        let client = Client::builder()
            .workers(job.workers)
            .timeout(job.timeout)
            .max_body(job.max_body);
        Self {
            polite: Polite::new(client.build())
                .headers(job.headers.clone())
                .delay(job.delay),
            ignore_robots: job.ignore_robots,
        }
    }

    pub(super) fn may_ask(&self, url: &Url) -> Result<(), Failure> {
        if self.ignore_robots {
            return Ok(());
        }
        self.polite.may_ask(url).map_err(Failure::Refusal)
    }

    pub(super) fn fetch(&self, url: &Url) -> Reply<Body> {
        self.polite.ask(url, take)
    }

    /// Ends every request, and every wait for one.
    pub(super) fn stop(&self) {
        self.polite.stop();
    }
}

/// The most that is kept ready for a body that has not come yet.
const PROMISED: usize = 1024 * 1024;

fn take(answer: Answer) -> Result<Body, Error> {
    let (status, to) = (answer.status(), answer.redirect()?);
    if !answer.is_success() {
        answer.skip();
        let to = to.and_then(canonical).map(Body::Redirect);
        return to.ok_or(Error::Status(status));
    }
    let content_type = answer
        .header("content-type")
        .unwrap_or_default()
        .into_owned();
    if !is_html(&content_type) {
        return answer.read(|_| {}).map(Body::Other);
    }
    // What a server promises and does not send is never more than this.
    let mut bytes = Vec::with_capacity(answer.length().unwrap_or_default().min(PROMISED));
    answer.read(|piece| bytes.extend_from_slice(piece))?;
    Ok(Body::Html {
        bytes,
        content_type,
    })
}

fn is_html(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let html = ["", "text/html", "application/xhtml+xml"];
    html.iter().any(|html| kind.eq_ignore_ascii_case(html))
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
