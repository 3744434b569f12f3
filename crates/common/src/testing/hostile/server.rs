//! A server whose answers a test defines, and which records its requests.

use super::answer::Answer;
use super::connection;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// The limit of a wait; longer than any test takes, however slow the machine.
const LIMIT: Duration = Duration::from_secs(90);

/// A server on loopback. Each connection has a thread, which ends with the connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
}

/// A request, and the time of its arrival.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request target as it was sent: a path and its query.
    pub target: String,
    /// It was sent as to a proxy: with scheme and host before the path.
    pub is_absolute: bool,
    /// The number of requests for this target of this host so far, with this one.
    pub count: usize,
    /// The time of its arrival.
    pub arrived: Instant,
    head: String,
}

#[derive(Debug, Default)]
pub(super) struct Log {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    connections: usize,
    requests: Vec<Request>,
    /// The number of requests for each target, for each host and in total.
    counts: HashMap<String, usize>,
}

impl Server {
    /// Starts a server with these answers. As a proxy it also answers for all other hosts.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn with(answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("the listener is bound");
        let log = Arc::<Log>::default();
        let answers = Arc::new(answers);
        let all = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, answers) = (Arc::clone(&all), Arc::clone(&answers));
                log.state().connections += 1;
                thread::spawn(move || connection::serve(&stream?, &log, &*answers));
            }
            io::Result::Ok(())
        });
        Self { address, log }
    }

    /// `127.0.0.1` and the port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The URL of `path` on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The number of requests for `target`, of all hosts.
    pub fn visits(&self, target: &str) -> usize {
        self.log.state().counts.get(target).copied().unwrap_or(0)
    }

    /// The number of connections so far.
    pub fn connections(&self) -> usize {
        self.log.state().connections
    }

    /// All requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.log.state().requests.clone()
    }

    /// The targets of all requests so far, sorted, without robots.txt.
    pub fn asked(&self) -> Vec<String> {
        let targets = self.requests().into_iter().map(|request| request.target);
        let mut targets: Vec<_> = targets.filter(|target| target != "/robots.txt").collect();
        targets.sort_unstable();
        targets
    }

    /// Waits until each of `paths` was requested.
    ///
    /// # Panics
    ///
    /// If that takes more than 90 seconds.
    pub fn until_all_visited(&self, paths: &[&str]) {
        let missing = |state: &mut State| {
            let known = |path: &&str| state.counts.contains_key(*path);
            !paths.iter().all(known)
        };
        let changed = &self.log.changed;
        let waited = changed.wait_timeout_while(self.log.state(), LIMIT, missing);
        let (state, waited) = waited.expect("no thread panics");
        drop(state);
        assert!(
            !waited.timed_out(),
            "not all of {paths:?} in {:?}",
            self.asked()
        );
    }
}

impl Request {
    /// The value of a header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut values = fields.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.trim())
    }

    /// The host of the request.
    pub fn host(&self) -> &str {
        self.field("Host").unwrap_or_default()
    }
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics")
    }

    pub(super) fn note(&self, head: String) -> Request {
        let mut state = self.state();
        let target = head.split(' ').nth(1).unwrap_or_default();
        // A server takes what is meant for a proxy, too (RFC 9112, 3.2.2).
        let path = target.strip_prefix("http://");
        let path = path.and_then(|rest| Some(&rest[rest.find('/')?..]));
        let is_absolute = path.is_some();
        let target = path.unwrap_or(target).to_owned();
        let (count, arrived) = (0, Instant::now());
        let mut request = Request {
            target,
            is_absolute,
            count,
            arrived,
            head,
        };
        let of_host = format!("{}{}", request.host(), request.target);
        let count = state.counts.entry(of_host).or_default();
        *count += 1;
        request.count = *count;
        *state.counts.entry(request.target.clone()).or_default() += 1;
        state.requests.push(request.clone());
        self.changed.notify_all();
        request
    }
}
