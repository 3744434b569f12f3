//! One deadline for the whole answer to a URL.
//!
//! ureq has one timeout for each phase: a server that drips its header and then its body could take the timeout
//! twice, and ureq's timeout for the whole request needs a thread for each request. So ureq gets no timeout, and the
//! connections check the deadline before every wait. A connection is used by many requests in turn; each request runs
//! on one thread from its first byte to its last, so the deadline is thread-local.

use super::connect::{self, Patient};
use super::error::Error;
use super::lenient::Lenient;
use std::cell::Cell;
use std::io::ErrorKind;
use std::time::Instant;
use ureq::Timeout;
use ureq::http::Uri;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector,
    SocksConnector, Transport,
};

/// The tolerance of a deadline that is more than a second away.
const TICK: std::time::Duration = std::time::Duration::from_millis(64);

thread_local! {
    static CALL: Cell<Call> = const { Cell::new(Call::IDLE) };
}

/// The deadline and progress of this thread's request.
#[derive(Clone, Copy)]
pub(super) struct Call {
    /// `None` is no deadline.
    deadline: Option<Instant>,
    /// Whether the request opened a new connection instead of reusing an idle one.
    connected: bool,
    /// Whether any bytes of the answer arrived.
    answered: bool,
}

impl Call {
    const IDLE: Self = Self {
        deadline: None,
        connected: false,
        answered: false,
    };

    /// Starts a request of this thread.
    pub(super) fn begin(deadline: Option<Instant>) {
        CALL.set(Self {
            deadline,
            ..Self::IDLE
        });
    }

    /// Whether the request met an idle connection that the server had closed. This is not a failure of the request,
    /// which may be sent again.
    pub(super) fn met_a_stale_connection() -> bool {
        let call = CALL.get();
        !call.connected && !call.answered
    }

    /// The deadline of this thread's request.
    pub(super) fn deadline() -> Option<Instant> {
        CALL.get().deadline
    }

    fn note(change: impl FnOnce(&mut Self)) {
        let mut call = CALL.get();
        change(&mut call);
        CALL.set(call);
    }

    /// `timeout`, limited by the deadline.
    pub(super) fn limit(timeout: NextTimeout) -> Result<NextTimeout, ureq::Error> {
        let Some(deadline) = Self::deadline() else {
            return Ok(timeout);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            // Not a timeout of zero, to which ureq adds a second of grace.
            return Err(ureq::Error::Timeout(Timeout::Global));
        }
        // Rounded up within the tolerance: a socket whose timeout stays the same needs no system call.
        let ticks = left.as_millis() / TICK.as_millis() + 1;
        let left = match u32::try_from(ticks) {
            Ok(ticks) if ticks > 16 => TICK * ticks,
            _ => left,
        };
        let after = Duration::Exact(left.min(*timeout.after));
        Ok(NextTimeout { after, ..timeout })
    }
}

/// Opens connections that enforce the deadline of the request that uses them.
#[derive(Debug)]
pub(super) struct Punctual<C> {
    connector: C,
    /// The proxy that `http:` URLs are requested from, not through a tunnel (RFC 9112, 3.2.2).
    proxy: Option<Uri>,
}

/// Returns ureq's connectors, with the deadline of this client.
pub(super) fn connector(proxy: Option<Uri>) -> Punctual<impl Connector<()>> {
    let connector =
        ().chain(SocksConnector::default())
            .chain(ConnectProxyConnector::default())
            .chain(Patient::default())
            .chain(RustlsConnector::default());
    Punctual { connector, proxy }
}

impl<C: Connector<()>> Connector<()> for Punctual<C> {
    type Out = Lenient<PunctualTransport<C::Out>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        Call::note(|call| call.connected = true);
        let (mut details, mut origin) = (connect::with(details, |_| {}), None);
        details.timeout = Call::limit(details.timeout)?;
        if let Some(proxy) = &self.proxy {
            origin = details.uri.authority().map(|host| format!("http://{host}"));
            details.uri = proxy;
        }
        match self.connector.connect(&details, chained) {
            Ok(transport) => {
                let punctual = |inner| PunctualTransport {
                    inner,
                    origin,
                    is_fresh: false,
                };
                Ok(transport.map(punctual).map(Lenient::new))
            }
            Err(ureq::Error::Io(error)) => Err(Error::connecting(&error).into()),
            Err(error) => Err(error),
        }
    }
}

#[derive(Debug)]
pub(super) struct PunctualTransport<T> {
    inner: T,
    /// The origin that a proxy requires before the path of a URL.
    origin: Option<String>,
    /// Whether input arrived since `is_open` was called.
    is_fresh: bool,
}

impl<T: Transport> Transport for PunctualTransport<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(
        &mut self,
        mut amount: usize,
        timeout: NextTimeout,
    ) -> Result<(), ureq::Error> {
        if let Some(origin) = &self.origin {
            let output = self.inner.buffers().output();
            let (method, path) = (b"GET ", 4..amount);
            // The buffer has room for the origin of the URL as well.
            if output.starts_with(method) && amount + origin.len() <= output.len() {
                output.copy_within(path, method.len() + origin.len());
                output[method.len()..][..origin.len()].copy_from_slice(origin.as_bytes());
                amount += origin.len();
            }
        }
        self.inner.transmit_output(amount, Call::limit(timeout)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let came = self
            .inner
            .await_input(Call::limit(timeout)?)
            .map_err(as_broken_pipe)?;
        if came {
            self.is_fresh = true;
            Call::note(|call| call.answered = true);
        }
        Ok(came)
    }

    /// ureq calls this when an answer ends and again before the next request: the second check is enough.
    fn is_open(&mut self) -> bool {
        std::mem::take(&mut self.is_fresh) || self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// ureq takes a reset in the middle of a body without a length for its end; it does not do so for this error.
fn as_broken_pipe(error: ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Io(error)
            if matches!(
                error.kind(),
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted
            ) =>
        {
            ureq::Error::Io(ErrorKind::BrokenPipe.into())
        }
        error => error,
    }
}
