//! Host names: each is looked up once, by a helper thread, for all requests.
//!
//! The system's lookup cannot be interrupted and may block without a limit. On a helper thread it blocks only
//! requests to the same host, and only until their deadline. One helper serves all hosts; a request that waits too
//! long for a busy helper starts another one. A helper ends when no lookup is pending.

use super::connect;
use super::deadline::Call;
use super::error::Error;
use crate::threading::{StartError, Thread};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// The function that looks up a host.
pub(super) type LookUp = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// The most addresses of a host that are tried: the capacity of ureq's array.
const ADDRESSES: usize = 16;

/// How long a lookup waits for a busy helper before another helper is started.
const PATIENCE: Duration = Duration::from_millis(50);

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
    /// The pending lookups that no helper has taken.
    pending: VecDeque<String>,
    helpers: usize,
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
        if !state.hosts.contains_key(host) {
            state.pending.push_back(host.to_owned());
            state.hosts.insert(host.to_owned(), Arc::default());
        }
        let found = Arc::clone(&state.hosts[host]);
        let mut patience = Instant::now() + PATIENCE;
        loop {
            if state.cancelled {
                return Err(Error::Cancelled.into());
            }
            if let Some(found) = found.get() {
                return found.clone().map_err(Into::into);
            }
            let now = Instant::now();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(ureq::Error::Timeout(ureq::Timeout::Resolve));
            }
            let waits = state.pending.iter().any(|pending| pending == host);
            if waits && (state.helpers == 0 || patience <= now) {
                self.start_helper(&mut state)?;
                patience = now + PATIENCE;
            }
            let patience = waits.then_some(patience);
            state = self.wait(state, deadline.into_iter().chain(patience).min());
        }
    }

    /// Starts another helper.
    ///
    /// # Errors
    ///
    /// If there is no helper, and the system cannot start a thread.
    fn start_helper(&self, state: &mut State) -> Result<(), ureq::Error> {
        let names = self.clone();
        let helper = Thread::named("look-up", move || names.help());
        // A daemon thread: the program does not wait for it at its end.
        let new = helper.set_daemon(true);
        debug_assert_eq!(new, Ok(()), "it was not started yet");
        match helper.start() {
            Ok(()) => state.helpers += 1,
            Err(_) if state.helpers > 0 => {}
            Err(StartError::Refused(error)) => return Err(Error::Io(error.kind()).into()),
            Err(error) => return Err(ureq::Error::Other(Box::new(error))),
        }
        Ok(())
    }

    /// The helper loop.
    fn help(&self) {
        loop {
            let host = {
                let mut state = self.shared.state();
                let Some(host) = state.pending.pop_front() else {
                    state.helpers -= 1;
                    return;
                };
                host
            };
            let result = self.look_up(&host);
            let mut state = self.shared.state();
            let failed = result.is_err();
            if let Some(found) = state.hosts.get(&host) {
                let _ = found.set(result);
            }
            if failed {
                state.hosts.remove(&host);
            }
            drop(state);
            self.shared.changed.notify_all();
        }
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
