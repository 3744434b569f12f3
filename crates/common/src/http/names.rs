//! Where hosts are: each looked up once, by a helper thread, for all who ask.
//!
//! The system's look-up cannot be interrupted and may hang for as long as it likes. On a thread of
//! its own it holds up nobody but those who ask for the same host, and those only until their
//! deadline.

use super::deadline::Call;
use super::error::Error;
use crate::threading::{StartError, Thread};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Says where a host is.
pub(super) type LookUp = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// As many addresses of a host are tried as ureq has room for.
const ADDRESSES: usize = 16;

/// The hosts that were asked for, and what is known of them.
#[derive(Clone)]
pub(super) struct Names {
    look_up: Arc<LookUp>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// A look-up has ended, or all are cancelled.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    /// No answer yet, the addresses, or none because there is no such host.
    hosts: HashMap<String, Option<Vec<IpAddr>>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Names {
    pub(super) fn new(look_up: Arc<LookUp>) -> Self {
        Self {
            look_up,
            shared: Arc::default(),
        }
    }

    /// Ends every wait for a look-up, also those to come.
    pub(super) fn cancel(&self) {
        self.shared.state().cancelled = true;
        self.shared.changed.notify_all();
    }

    /// The addresses of `host`, which is a name or itself an address.
    fn find(&self, host: &str, deadline: Option<Instant>) -> Result<Vec<IpAddr>, ureq::Error> {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = literal.parse() {
            return Ok(vec![address]);
        }
        let mut state = self.shared.state();
        if !state.cancelled && !state.hosts.contains_key(host) {
            self.start(host)?;
            state.hosts.insert(host.to_owned(), None);
        }
        loop {
            if state.cancelled {
                return Err(ours(Error::Cancelled));
            }
            if let Some(addresses) = state.hosts.get(host).and_then(Option::as_ref) {
                return Ok(addresses.clone());
            }
            state = self.wait(state, deadline)?;
        }
    }

    /// Looks `host` up on a thread of its own, which lasts as long as that takes.
    fn start(&self, host: &str) -> Result<(), ureq::Error> {
        let (names, host) = (self.clone(), host.to_owned());
        let look_up = move || {
            let addresses = (names.look_up)(&host).unwrap_or_default();
            names.shared.state().hosts.insert(host, Some(addresses));
            names.shared.changed.notify_all();
        };
        let thread = Thread::named("look-up", look_up);
        // A program that ends does not wait for it.
        let started = thread.set_daemon(true).map_err(StartError::Runtime);
        started
            .and_then(|()| thread.start())
            .map_err(|error| match error {
                StartError::Refused(error) => ours(Error::Io(error.kind())),
                error => ureq::Error::Other(Box::new(error)),
            })
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        deadline: Option<Instant>,
    ) -> Result<MutexGuard<'a, State>, ureq::Error> {
        let Some(deadline) = deadline else {
            return Ok(self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ureq::Error::Timeout(ureq::Timeout::Resolve));
        }
        let woken = self.shared.changed.wait_timeout(state, left);
        Ok(woken.unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let mut addresses = self.empty();
        for address in self
            .find(host, Call::deadline())?
            .into_iter()
            .take(ADDRESSES)
        {
            addresses.push(SocketAddr::new(address, port));
        }
        if addresses.is_empty() {
            return Err(ours(Error::HostNotFound(host.to_owned())));
        }
        Ok(addresses)
    }
}

/// An error of ours that is to pass through ureq unchanged.
fn ours(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}

/// The system's own look-up.
pub(super) fn system(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok((host, 0)
        .to_socket_addrs()?
        .map(|address| address.ip())
        .collect())
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
