//! What the tests of the primitives share.

pub(crate) use common::demo::until;

use common::futures::{Future, Promise, Shutdown, ThreadPoolExecutor};
use common::testing::{Run, Running};
use common::threading::{Timer, set_spawner};
use std::any::type_name;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use std::{env, io, thread};

/// A timeout that no test expects to reach, however slow the machine.
pub(crate) const LONG: Duration = Duration::from_secs(10 * 60);
/// A timeout that only a failing test reaches.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);
/// A timeout that is meant to expire.
pub(crate) const SHORT: Duration = Duration::from_millis(2);

pub(crate) const NO_WAIT: Shutdown = Shutdown {
    wait: false,
    cancel_futures: false,
};
pub(crate) const CANCEL: Shutdown = Shutdown {
    wait: false,
    cancel_futures: true,
};
pub(crate) const CANCEL_AND_WAIT: Shutdown = Shutdown {
    wait: true,
    cancel_futures: true,
};

/// Returns once the Debug output of `value` contains `text`.
pub(crate) fn until_shows(value: &impl std::fmt::Debug, text: &str) {
    until(|| format!("{value:?}").contains(text));
}

/// Calls `work` with 0, 1, … on that many threads at once, and joins them all.
pub(crate) fn on_threads(count: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for number in 0..count {
            let work = &work;
            scope.spawn(move || work(number));
        }
    });
}

/// Calls a generic test with each kind of queue.
macro_rules! each_kind {
    ($test:ident) => {
        $test::<common::queue::Fifo>();
        $test::<common::queue::Lifo>();
        $test::<common::queue::Priority>();
    };
}

pub(crate) use each_kind;

pub(crate) fn promises(count: usize) -> (Vec<Promise<usize>>, Vec<Future<usize>>) {
    std::iter::repeat_with(Promise::new).take(count).unzip()
}

/// A worker that is busy until this is released or dropped.
#[must_use = "dropping it releases the worker"]
pub(crate) struct Busy {
    /// The future of the task that it runs.
    pub(crate) future: Future<()>,
    hold: mpsc::Sender<()>,
}

impl Busy {
    /// Returns when the task is done.
    pub(crate) fn release(self) {
        drop(self.hold);
        self.future.result().unwrap();
    }
}

/// Keeps one worker busy; returns once its task runs.
pub(crate) fn busy(executor: &ThreadPoolExecutor) -> Busy {
    let (begun, has_begun) = mpsc::channel();
    let (hold, held) = mpsc::channel::<()>();
    let task = move || {
        begun.send(()).unwrap();
        // Ends when the sender is dropped, also by a test that fails.
        let _ = held.recv();
    };
    let future = executor.submit(task).unwrap();
    has_begun.recv().unwrap();
    Busy { future, hold }
}

/// Calls its function when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Calls `function` when the thread-locals of the current thread are dropped.
pub(crate) fn at_thread_exit(function: impl FnMut() + 'static) {
    type Function = OnDrop<Box<dyn FnMut()>>;
    thread_local! {
        static AT_EXIT: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
    }
    AT_EXIT.with_borrow_mut(|functions| functions.push(OnDrop(Box::new(function))));
}

/// The depth of nested callbacks beyond which a callback is deferred.
pub(crate) const DEPTH: usize = 32;

/// Calls `body` inside `depth` nested callbacks.
pub(crate) fn nested(depth: usize, body: impl FnOnce() + Send + 'static) {
    fn nest(depth: usize, body: Box<dyn FnOnce() + Send>) {
        if depth == 0 {
            return body();
        }
        let (promise, future) = Promise::new();
        future.add_done_callback(move |_| nest(depth - 1, body));
        promise.set_result(()).unwrap();
    }
    nest(depth, Box::new(body));
}

/// From now on the system starts no thread for the library.
pub(crate) fn refuse_threads() {
    set_spawner(|_, _| Err(io::Error::other("enough")));
}

/// From now on the system starts every thread.
pub(crate) fn allow_threads() {
    set_spawner(|_, entry| thread::Builder::new().spawn(entry).map(drop));
}

/// Whether `work` panics.
pub(crate) fn panics<R>(work: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

/// Starts five threads that call `acquire`, each once the thread before is queued, and then calls `release`. Returns the
/// numbers of the threads in the order in which they acquired; each holds what it acquired until it is listed.
pub(crate) fn order_of_waiters<G>(
    acquire: impl Fn() -> G + Sync,
    waiting: impl Fn() -> usize,
    release: impl FnOnce(),
) -> Vec<usize> {
    let order = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..5 {
            let (acquire, order) = (&acquire, &order);
            scope.spawn(move || {
                let _acquired = acquire();
                order.lock().unwrap().push(number);
            });
            until(|| waiting() == number + 1);
        }
        release();
    });
    order.into_inner().unwrap()
}

/// Submits tasks that return 0, 1, …
pub(crate) fn submit_numbers(executor: &ThreadPoolExecutor, count: usize) -> Vec<Future<usize>> {
    let submit = |number| executor.submit(move || number).unwrap();
    (0..count).map(submit).collect()
}

/// A timer whose function runs until the sender is dropped.
pub(crate) fn running_timer() -> (Timer, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (hold, held) = mpsc::channel::<()>();
    let timer = Timer::new(Duration::ZERO, move || {
        begun.send(()).unwrap();
        let _ = held.recv();
    });
    timer.start().unwrap();
    has_begun.recv().unwrap();
    (timer, hold)
}

/// A figure of this process, as Linux shows it in `/proc/self/status`: kilobytes, or a count.
#[cfg(target_os = "linux")]
pub(crate) fn process_figure(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name));
    let figure = line.unwrap().split_whitespace().nth(1).unwrap();
    figure.parse().unwrap()
}

/// Runs `body`, a closure of the calling test, in a new process, for state that a process has only once: the test
/// is run again there. Returns the stderr of that process, which must succeed; in that process, returns `None`.
pub(crate) fn alone<F: FnOnce()>(body: F) -> Option<String> {
    let run = in_new_process(body)?;
    assert_eq!(run.code, Some(0), "{run}");
    let shown = run.to_string();
    assert!(shown.contains("1 passed"), "no test has this name: {shown}");
    Some(
        run.complaints
            .iter()
            .map(|line| line.clone() + "\n")
            .collect(),
    )
}

/// Like [`alone`], but the new process may fail. Returns its output.
pub(crate) fn in_new_process<F: FnOnce()>(body: F) -> Option<Run> {
    again_in_new_process::<F>(body)
}

/// Runs the test that defines the closure `C` again in a new process, which calls `body`.
pub(crate) fn again_in_new_process<C>(body: impl FnOnce()) -> Option<Run> {
    const ALONE: &str = "COMMON_TEST_ALONE";
    if env::var_os(ALONE).is_some() {
        body();
        return None;
    }
    // "all::lock::the_test::{{closure}}"
    let (_, path) = type_name::<C>().split_once("::").unwrap();
    let test = path.strip_suffix("::{{closure}}").unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    Some(Running::start(command.env(ALONE, "1")).end())
}
