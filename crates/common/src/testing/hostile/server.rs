//! A server that answers as a test tells it, and remembers what it was asked.

use super::answer::Answer;
use super::connection;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing that a test waits for takes so long, however slow the machine.
const LIMIT: Duration = Duration::from_secs(90);

/// A server on loopback; its threads end with the connections that they serve.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
}

/// A request, and when it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it asks for, as it was written: a path and its query.
    pub target: String,
    /// How often this target of this host was asked for by now.
    pub count: usize,
    /// When it arrived.
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
    /// How often each target was asked for, for each host and for all together.
    counts: HashMap<String, usize>,
}

impl Server {
    /// A server of these answers. As a proxy it plays all other hosts too.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn with(answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
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

    /// The URL of `path` on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often this was asked for, of whichever host.
    pub fn visits(&self, target: &str) -> usize {
        self.log.state().counts.get(target).copied().unwrap_or(0)
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.log.state().connections
    }

    /// All requests so far, as they came.
    pub fn requests(&self) -> Vec<Request> {
        self.log.state().requests.clone()
    }

    /// What was asked for so far, sorted; robots.txt, which is asked for everywhere, left out.
    pub fn asked(&self) -> Vec<String> {
        let targets = self.requests().into_iter().map(|request| request.target);
        let mut targets: Vec<_> = targets.filter(|target| target != "/robots.txt").collect();
        targets.sort_unstable();
        targets
    }

    /// Waits until each of `paths` was asked for.
    ///
    /// # Panics
    ///
    /// If that takes more than a minute and a half.
    pub fn until_all_visited(&self, paths: &[&str]) {
        let missing = |state: &mut State| {
            let known = |path: &&str| state.counts.contains_key(*path);
            !paths.iter().all(known)
        };
        let changed = &self.log.changed;
        let waited = changed.wait_timeout_while(self.log.state(), LIMIT, missing);
        let (state, waited) = waited.expect("nobody panics");
        drop(state);
        assert!(!waited.timed_out(), "{paths:?} in {:?}", self.asked());
    }
}

impl Request {
    /// The value of a header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut values = fields.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.trim())
    }

    /// The host that it is sent to.
    pub fn host(&self) -> &str {
        self.field("Host").unwrap_or_default()
    }
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics")
    }

    pub(super) fn note(&self, head: String) -> Request {
        let mut state = self.state();
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let (count, arrived) = (0, Instant::now());
        let mut request = Request {
            target,
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
