//! Opening connections: the addresses of a host are tried in rounds.

use super::deadline::Call;
use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use ureq::Timeout;
use ureq::unversioned::transport::time::Duration as Limit;
use ureq::unversioned::transport::{ConnectionDetails, Connector, Either, TcpConnector, Transport};

/// The time for an address to answer before the next address is tried (RFC 8305, 5); it doubles in each further
/// round.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

const ROUNDS: u32 = 10;

/// The pause before a retry for a file descriptor.
pub(super) const DESCRIPTOR_PAUSE: Duration = Duration::from_millis(50);

/// ureq's connector for TCP, which tries the addresses in rounds.
#[derive(Debug, Default)]
pub(super) struct Patient {
    tcp: TcpConnector,
    /// Addresses connected to before, which are tried first.
    known: Mutex<HashSet<SocketAddr>>,
}

impl<In: Transport> Connector<In> for Patient {
    type Out = <TcpConnector as Connector<In>>::Out;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        if chained.is_some() {
            return Ok(chained.map(Either::A));
        }
        let mut addresses = details.addrs.to_vec();
        if let [only] = addresses[..] {
            return self.try_one(details, only, None);
        }
        addresses.sort_by_key(|address| !self.known().contains(address));
        let mut last = ureq::Error::Timeout(Timeout::Connect);
        for round in 0..ROUNDS {
            let mut silent = Vec::new();
            for address in addresses {
                match self.try_one(details, address, Some(ATTEMPT_DELAY * 2_u32.pow(round))) {
                    Err(ureq::Error::Timeout(_)) => silent.push(address),
                    Err(ureq::Error::Io(error)) => last = error.into(),
                    connected => {
                        self.known().insert(address);
                        return connected;
                    }
                }
            }
            if silent.is_empty() {
                break;
            }
            addresses = silent;
        }
        Err(last)
    }
}

impl Patient {
    /// Connects to this address within `limit`.
    fn try_one<In: Transport>(
        &self,
        details: &ConnectionDetails,
        address: SocketAddr,
        limit: Option<Duration>,
    ) -> Result<Option<<TcpConnector as Connector<In>>::Out>, ureq::Error> {
        let mut timeout = Call::limit(details.timeout)?;
        if let Some(limit) = limit {
            timeout.after = Limit::Exact(limit.min(*timeout.after));
        }
        let mut addrs = details.resolver.empty();
        addrs.push(address);
        let details = with(details, |details| {
            (details.addrs, details.timeout) = (addrs, timeout);
        });
        self.tcp.connect(&details, None)
    }

    fn known(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A copy of `details` with a change.
pub(super) fn with<'a>(
    details: &ConnectionDetails<'a>,
    change: impl FnOnce(&mut ConnectionDetails<'a>),
) -> ConnectionDetails<'a> {
    let mut copy = ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: details.current_time.clone(),
        run_connector: details.run_connector.clone(),
        register_shutdown: details.register_shutdown.clone(),
    };
    change(&mut copy);
    copy
}

/// Whether the process, or the system, has no file descriptor left.
pub(super) fn lacks_descriptor(error: &io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[10024] } else { &[23, 24] };
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}
