//! A small web site on loopback, so that programs that fetch pages run offline.
//!
//! HTTP/1.1 with keep-alive, one thread for each connection. It serves pages and redirects, and can be slow in two ways:
//! by a delay before every answer, and by pages that are held until they are released by name, which makes the order of
//! answers certain.
//!
//! ```
//! use common::site::Site;
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! let site = Site::builder().page("/", "Hello").redirect("/home", "/").start()?;
//!
//! let mut stream = TcpStream::connect(site.address())?;
//! stream.write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("Hello"));
//! assert_eq!(site.connections(), 1);
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod connection;

use crate::threading::{StartError, Thread};
use answer::Answer;
use std::collections::{HashMap, HashSet};
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A web site on a free port of loopback.
///
/// Dropping it closes every connection and joins every thread that it started.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    served: Arc<Served>,
    acceptor: Thread,
}

/// Configures a [`Site`] before it starts.
#[derive(Debug, Default)]
pub struct Builder {
    answers: HashMap<String, Answer>,
    delay: Duration,
}

/// The state that the threads of one site share.
#[derive(Debug)]
struct Served {
    answers: HashMap<String, Answer>,
    delay: Duration,
    state: Mutex<State>,
    /// Notified when a page is released or the site closes.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closing: bool,
    released: HashSet<String>,
    connections: usize,
    connected: Vec<(TcpStream, Thread)>,
}

impl Site {
    /// Returns a builder for a site; its pages are added to the builder.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address of the site: `127.0.0.1` and a port that the system has chosen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The number of connections so far.
    pub fn connections(&self) -> usize {
        self.served.state().connections
    }

    /// Releases a [held](Builder::held) page: it is served from now on.
    pub fn release(&self, path: &str) {
        self.served.state().released.insert(path.to_owned());
        self.served.changed.notify_all();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.served.state().closing = true;
        self.served.changed.notify_all();
        // The acceptor is blocked in accept(): another connection wakes it.
        drop(TcpStream::connect(self.address));
        let _ = self.acceptor.join();
        let connected = std::mem::take(&mut self.served.state().connected);
        for (stream, _) in &connected {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for (_, thread) in connected {
            let _ = thread.join();
        }
    }
}

impl Builder {
    /// Adds a page.
    #[must_use]
    pub fn page(mut self, path: &str, body: impl Into<Vec<u8>>) -> Self {
        let page = Answer::page(body.into(), false);
        self.answers.insert(path.to_owned(), page);
        self
    }

    /// Adds a page that is served only after it was [released](Site::release).
    #[must_use]
    pub fn held(mut self, path: &str, body: impl Into<Vec<u8>>) -> Self {
        let page = Answer::page(body.into(), true);
        self.answers.insert(path.to_owned(), page);
        self
    }

    /// Adds a redirect from `path` to another page or another site.
    #[must_use]
    pub fn redirect(mut self, path: &str, to: &str) -> Self {
        self.answers.insert(path.to_owned(), Answer::redirect(to));
        self
    }

    /// Sets the time that every answer takes at least.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Starts the site.
    ///
    /// # Errors
    ///
    /// The error of the system, if it refuses a port or a thread.
    pub fn start(self) -> io::Result<Site> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let served = Arc::new(Served {
            answers: self.answers,
            delay: self.delay,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let acceptor = start("site", {
            let served = Arc::clone(&served);
            move || connection::accept(&listener, &served)
        })?;
        Ok(Site {
            address,
            served,
            acceptor,
        })
    }
}

/// Starts a thread of the site.
fn start(name: &str, target: impl FnOnce() + Send + 'static) -> io::Result<Thread> {
    let thread = Thread::named(name, target);
    match thread.start() {
        Ok(()) => Ok(thread),
        Err(StartError::Refused(error)) => Err(error),
        Err(error) => Err(io::Error::other(error)),
    }
}

impl Served {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `path` may be served. Returns false if the site closes.
    fn wait_for(&self, path: &str, held: bool) -> bool {
        let ready = Instant::now() + self.delay;
        let mut state = self.state();
        loop {
            let left = ready.saturating_duration_since(Instant::now());
            if state.closing {
                return false;
            }
            state = if held && !state.released.contains(path) {
                self.changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner)
            } else if left.is_zero() {
                return true;
            } else {
                let woken = self.changed.wait_timeout(state, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }
}
