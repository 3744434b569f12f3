//! Host names: each is looked up once, by a thread of its own, for all requests.
//!
//! The system's lookup cannot be interrupted and may block without a limit. On its own thread it blocks only requests
//! to the same host, and only until their deadline.

use super::connect;
use super::deadline::Call;
use super::error::Error;
use crate::threading::{StartError, Thread};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// The function that looks up a host.
pub(super) type LookUp = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// The most addresses of a host that are tried: the capacity of ureq's array.
const ADDRESSES: usize = 16;

/// The lookups of all hosts.
#[derive(Clone)]
pub(super) struct Names {
    look_up: Arc<LookUp>,
    shared: Arc<Shared>,
    /// The proxy to look up instead of any other host.
    proxy: Option<Uri>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified when a lookup ends, or when all are cancelled.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    /// The pending and the successful lookups: a failed lookup is removed, so that the host is looked up again.
    hosts: HashMap<String, Arc<Found>>,
}

/// The result of a lookup, once it has ended.
type Found = OnceLock<Result<Vec<IpAddr>, Error>>;

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
            proxy: None,
        }
    }

    /// The same lookups, for requests to a proxy.
    pub(super) fn of_proxy(&self, proxy: Option<Uri>) -> Self {
        Self {
            proxy,
            ..self.clone()
        }
    }

    /// Cancels every wait for a lookup, including later ones.
    pub(super) fn cancel(&self) {
        self.shared.state().cancelled = true;
        self.shared.changed.notify_all();
    }

    /// Returns the addresses of `host`, which is a name or an address.
    fn find(&self, host: &str, deadline: Option<Instant>) -> Result<Vec<IpAddr>, ureq::Error> {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = literal.parse() {
            return Ok(vec![address]);
        }
        let mut state = self.shared.state();
        if !state.cancelled && !state.hosts.contains_key(host) {
            self.start(host)?;
            state.hosts.insert(host.to_owned(), Arc::default());
        }
        let found = state.hosts.get(host).cloned().unwrap_or_default();
        loop {
            if state.cancelled {
                return Err(Error::Cancelled.into());
            }
            if let Some(found) = found.get() {
                return found.clone().map_err(Into::into);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Err(ureq::Error::Timeout(ureq::Timeout::Resolve));
            }
            state = self.wait(state, deadline);
        }
    }

    /// Starts the thread that looks up `host`. It needs the state, which the caller has locked, only at its end.
    fn start(&self, host: &str) -> Result<(), ureq::Error> {
        let (names, host) = (self.clone(), host.to_owned());
        let thread = Thread::named("look-up", move || {
            let result = names.look_up(&host);
            let mut state = names.shared.state();
            let found = match &result {
                Ok(_) => state.hosts.get(&host).cloned(),
                Err(_) => state.hosts.remove(&host),
            };
            // Invariant: it is set while the state is locked, so that no waiter misses the notification.
            found.map(|found| found.set(result));
            drop(state);
            names.shared.changed.notify_all();
        });
        // A daemon thread: the program does not wait for it at its end.
        let new = thread.set_daemon(true);
        debug_assert_eq!(new, Ok(()), "it was not started yet");
        thread.start().map_err(|error| match error {
            StartError::Refused(error) => Error::Io(error.kind()).into(),
            error => ureq::Error::Other(Box::new(error)),
        })
    }

    /// Looks up `host`, and retries once, because a failure may be temporary.
    fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Error> {
        let result = (self.look_up)(host).or_else(|_| (self.look_up)(host));
        match result {
            Ok(addresses) if !addresses.is_empty() => Ok(addresses),
            Err(error) if connect::lacks_descriptor(&error) => Err(Error::TooManyOpenFiles),
            _ => Err(Error::HostNotFound(host.to_owned())),
        }
    }

    /// Blocks until a notification, or until `moment`.
    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        moment: Option<Instant>,
    ) -> MutexGuard<'a, State> {
        let changed = &self.shared.changed;
        let Some(moment) = moment else {
            return changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let left = moment.saturating_duration_since(Instant::now());
        let woken = changed.wait_timeout(state, left);
        woken.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let uri = self.proxy.as_ref().unwrap_or(uri);
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
        Ok(addresses)
    }
}

/// Looks up a host by the system.
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
