//! One deadline for everything that a URL's answer takes.
//!
//! ureq's own timeouts are one for each phase: a server that drips its header and then its body
//! could take the whole time twice over, and the timeout for the whole costs a thread a request.
//! So ureq gets none, and the connections themselves look at the clock, before every wait. A
//! connection is used by many requests in turn; each runs on one thread from its first byte to its
//! last, so the thread knows the deadline.

use super::error::Error;
use std::cell::Cell;
use std::io::ErrorKind;
use std::time::Instant;
use ureq::Timeout;
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

thread_local! {
    static CALL: Cell<Call> = const { Cell::new(Call::IDLE) };
}

/// What this thread's request may still take, and how far it has come.
#[derive(Clone, Copy)]
pub(super) struct Call {
    /// None is never.
    deadline: Option<Instant>,
    /// It opened a connection of its own, and did not get one that idled.
    connected: bool,
    /// Something came back.
    answered: bool,
}

impl Call {
    const IDLE: Self = Self {
        deadline: None,
        connected: false,
        answered: false,
    };

    /// Begins a request of this thread.
    pub(super) fn begin(deadline: Option<Instant>) {
        CALL.set(Self {
            deadline,
            ..Self::IDLE
        });
    }

    /// Whether the request met a connection that the server had given up while it idled: no fault
    /// of this request, which may be sent again.
    pub(super) fn met_a_stale_connection() -> bool {
        let call = CALL.get();
        !call.connected && !call.answered
    }

    /// Until when this thread's request may take.
    pub(super) fn deadline() -> Option<Instant> {
        CALL.get().deadline
    }

    fn note(change: impl FnOnce(&mut Self)) {
        let mut call = CALL.get();
        change(&mut call);
        CALL.set(call);
    }

    /// `timeout`, but not beyond the deadline.
    fn limit(timeout: NextTimeout) -> Result<NextTimeout, ureq::Error> {
        let Some(deadline) = Self::deadline() else {
            return Ok(timeout);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            // Not a timeout of zero, to which ureq adds a second of grace.
            return Err(ureq::Error::Timeout(Timeout::Global));
        }
        let after = Duration::Exact(left.min(*timeout.after));
        Ok(NextTimeout { after, ..timeout })
    }
}

/// Opens connections that keep to the deadline of whoever uses them.
#[derive(Debug, Default)]
pub(super) struct Punctual(DefaultConnector);

impl Connector for Punctual {
    type Out = PunctualTransport;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<PunctualTransport>, ureq::Error> {
        Call::note(|call| call.connected = true);
        let details = ConnectionDetails {
            timeout: Call::limit(details.timeout)?,
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        match self.0.connect(&details, chained) {
            Ok(transport) => Ok(transport.map(PunctualTransport)),
            Err(ureq::Error::Io(error)) => {
                Err(ureq::Error::Other(Box::new(Error::connecting(&error))))
            }
            Err(error) => Err(error),
        }
    }
}

#[derive(Debug)]
pub(super) struct PunctualTransport(Box<dyn Transport>);

impl Transport for PunctualTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, Call::limit(timeout)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let came = self.0.await_input(Call::limit(timeout)?).map_err(loud)?;
        if came {
            Call::note(|call| call.answered = true);
        }
        Ok(came)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

/// ureq takes a reset in mid-body for its end, where the length is not known beforehand; it does
/// not take this for it.
fn loud(error: ureq::Error) -> ureq::Error {
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
