//! The settings of a client.

use super::authorities::Authorities;
use super::deadline;
use super::error::Error;
use super::lenient::LONGEST_HEAD;
use super::names::{self, LookUp, Names};
use super::proxy::{self, Environment, Exceptions};
use super::{Client, Inner, Route, address};
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::TlsConfig;
use ureq::{Agent, Proxy};
use url::Url;

/// The size of the input buffer of a connection.
const INPUT: usize = 64 * 1024;

/// The settings of a [`Client`], before it is built.
///
/// ```
/// use common::http::{Client, Error};
/// use common::site::Site;
/// use std::time::Duration;
///
/// let site = Site::builder().page("/", "Hello").start()?;
/// let client = Client::builder()
///     .workers(20)
///     .timeout(Duration::from_secs(10))
///     .max_body(4)
///     .build();
/// assert_eq!(client.size(&site.url("/")), Err(Error::TooLarge(4)));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Builder {
    workers: usize,
    timeout: Duration,
    max_body: u64,
    look_up: Arc<LookUp>,
    proxy: bool,
    authorities: Authorities,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            workers: 5,
            timeout: Duration::from_secs(60),
            max_body: 10 * 1024 * 1024,
            look_up: Arc::new(names::system),
            proxy: true,
            authorities: Authorities::default(),
        }
    }

    /// Sets the number of threads that fetch, which is the number of idle connections kept for reuse.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Sets the timeout of the whole answer to a URL, from the name lookup to the last byte of the body after the
    /// last redirect.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the longest decompressed body in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// Looks up hosts by `look_up` instead of the system: once for each host, on a helper thread, so that it may
    /// block.
    ///
    /// ```
    /// use common::http::Client;
    /// use std::io::ErrorKind;
    ///
    /// let client = Client::builder()
    ///     .without_proxy()
    ///     .look_up(|_| Err(ErrorKind::NotFound.into()))
    ///     .build();
    /// let error = client.size("http://example.org/").unwrap_err();
    /// assert_eq!(error.to_string(), "cannot find host example.org");
    /// ```
    #[must_use]
    pub fn look_up<F>(mut self, look_up: F) -> Self
    where
        F: Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    {
        self.look_up = Arc::new(look_up);
        self
    }

    /// Uses no proxy, even if the environment names one.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.proxy = false;
        self
    }

    /// Trusts only these certificate authorities.
    #[must_use]
    pub fn authorities(mut self, authorities: Authorities) -> Self {
        self.authorities = authorities;
        self
    }

    /// Builds the client.
    pub fn build(self) -> Client {
        let names = Names::new(Arc::clone(&self.look_up));
        let environment = self.proxy.then(Environment::read);
        let environment = environment.unwrap_or(Environment {
            http: None,
            https: None,
            exceptions: Exceptions::default(),
        });
        let route = |proxy: Option<Result<Url, _>>, is_plain| {
            proxy.map(|proxy| proxy.and_then(|proxy| self.route(&proxy, is_plain, &names)))
        };
        Client(Arc::new(Inner {
            direct: self.agent(None, None, &names),
            http: route(environment.http, true),
            https: route(environment.https, false),
            exceptions: environment.exceptions,
            timeout: self.timeout,
            max_body: self.max_body,
            cancelled: AtomicBool::new(false),
            names: names.clone(),
        }))
    }

    /// The route through a proxy: `is_plain` for `http:` URLs, which an HTTP proxy requests itself.
    fn route(&self, proxy: &Url, is_plain: bool, names: &Names) -> Result<Route, Error> {
        let unusable = || Error::Proxy("its URL cannot be used".to_owned());
        if !is_plain || proxy.scheme().starts_with("socks") {
            let proxy = Proxy::new(proxy.as_str().trim_end_matches('/'));
            let proxy = proxy.map_err(|_| unusable())?;
            return Ok(Route {
                agent: self.agent(Some(proxy), None, names),
                authorization: None,
            });
        }
        let authorization = proxy::authorization(proxy);
        let mut proxy = proxy.clone();
        address::remove_userinfo(&mut proxy);
        let uri = proxy.as_str().parse().map_err(|_| unusable())?;
        Ok(Route {
            agent: self.agent(None, Some(uri), names),
            authorization,
        })
    }

    fn agent(&self, proxy: Option<Proxy>, plain: Option<Uri>, names: &Names) -> Agent {
        let config = Agent::config_builder()
            .proxy(proxy)
            // ureq would close the connection after a status that it reports as an error.
            .http_status_as_error(false)
            // ureq would follow a redirect to any scheme, as a path on the same host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(self.workers)
            .max_idle_connections_per_host(self.workers)
            // The head is rewritten before ureq sees it.
            .max_response_header_size(LONGEST_HEAD)
            .input_buffer_size(INPUT)
            .accept_encoding("gzip")
            .tls_config(TlsConfig::builder().root_certs(self.authorities.0.clone()).build())
            .output_buffer_size(16 * 1024)
            .user_agent(concat!(
                "python-threads-in-rust/",
                env!("CARGO_PKG_VERSION")
            ))
            .build();
        Agent::with_parts(
            config,
            deadline::connector(plain.clone()),
            names.of_proxy(plain),
        )
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("workers", &self.workers)
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}
