//! Names of threads, the report of a panic, and spawners. Each test runs in its own process.

use crate::support::{LONG, SHORT, alone, until};
use common::threading::{
    JoinError, Runnable, StartError, Thread, ThreadEntry, Timer, current_thread, enumerate,
    set_excepthook, set_spawner,
};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Mutex, mpsc};

fn fetch() {}

struct Fetcher;

impl Runnable for Fetcher {
    fn run(self) {}
}

#[test]
fn default_names_share_one_counter_and_contain_the_function() {
    alone(|| {
        // The current thread takes its default name here, if it has none.
        let _ = current_thread();
        let thread = Thread::new(|| ());
        let name = thread.name();
        let first: usize = name.strip_prefix("Thread-").unwrap().parse().unwrap();
        let names = [
            Thread::new(fetch).name(),
            Thread::named("mine", || ()).name(),
            Thread::named("", || ()).name(),
            std::thread::spawn(|| current_thread().name())
                .join()
                .unwrap(),
            Thread::of(Fetcher).name(),
            Thread::new(|| ()).name(),
        ];
        let expected = [
            format!("Thread-{} (fetch)", first + 1),
            "mine".to_owned(),
            format!("Thread-{}", first + 2),
            format!("Dummy-{}", first + 3),
            format!("Thread-{}", first + 4),
            format!("Thread-{}", first + 5),
        ];
        assert_eq!(names.map(|name| name.to_string()), expected);
        thread.set_name("renamed");
        assert_eq!(&*thread.name(), "renamed");
    });
}

#[test]
fn default_names_are_numbered_in_the_order_of_creation() {
    alone(|| {
        // The current thread takes its default name here, if it has none.
        let _ = current_thread();
        let thread = Thread::new(|| ());
        let timer = Timer::new(LONG, || ());
        let last = Thread::new(|| ());
        let [last, second, first] = [last.name(), timer.name(), thread.name()].map(|name| {
            let number = name.strip_prefix("Thread-").unwrap();
            number.parse::<usize>().unwrap()
        });
        assert_eq!([second, last], [first + 1, first + 2]);
        assert_eq!(&*thread.name(), format!("Thread-{first}"));
    });
}

#[test]
fn name_that_the_system_cannot_take_is_kept_in_full() {
    let name = format!("a\0b{}", "é".repeat(50));
    let (sender, seen) = mpsc::channel();
    let thread = Thread::named(&name, move || {
        let by_system = std::thread::current().name().unwrap().to_owned();
        sender.send((current_thread().name(), by_system)).unwrap();
    });
    thread.start().unwrap();
    let (kept, by_system) = seen.recv().unwrap();
    assert_eq!(&*kept, name);
    assert!(by_system.starts_with("a b"), "{by_system}");
    thread.join().unwrap();
}

#[test]
fn panic_is_printed_with_the_name_of_its_thread() {
    let output = alone(|| {
        let thread = Thread::named("fetcher", || panic!("number {}", 7));
        thread.start().unwrap();
        assert!(thread.join().is_err());
    });
    let Some(stderr) = output else { return };
    assert!(
        stderr.contains("Exception in thread fetcher:\npanicked at "),
        "{stderr}"
    );
    assert_eq!(stderr.matches("number 7").count(), 1, "{stderr}");
}

#[test]
fn excepthook_runs_in_the_thread_before_it_ends() {
    let output = alone(|| {
        static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
        set_excepthook(|thread, panic| {
            assert!(*thread == current_thread() && thread.is_alive());
            let seen = format!("{}: {}", thread.name(), panic.message());
            SEEN.lock().unwrap().push(seen);
        });
        let thread = Thread::named("fetcher", || panic!("no"));
        thread.start().unwrap();
        assert!(thread.join().is_err());
        assert_eq!(*SEEN.lock().unwrap(), ["fetcher: no"]);
    });
    let Some(output) = output else { return };
    assert_eq!(output, "");
}

#[test]
fn excepthook_that_panics_is_reported_and_the_thread_ends() {
    let output = alone(|| {
        set_excepthook(|_, _| panic!("in the hook"));
        let thread = Thread::new(|| panic!("in the thread"));
        thread.start().unwrap();
        let Err(JoinError::Panicked(panic)) = thread.join() else {
            panic!("joined");
        };
        assert_eq!(panic.message(), "in the thread");
    });
    let Some(stderr) = output else { return };
    assert!(
        stderr.contains("Exception in threading.excepthook:"),
        "{stderr}"
    );
    assert!(stderr.contains("in the hook"), "{stderr}");
}

#[test]
fn refused_start_leaves_the_thread_as_before() {
    alone(|| {
        static REFUSALS: AtomicUsize = AtomicUsize::new(0);
        set_spawner(|_, main| match REFUSALS.fetch_add(1, Relaxed) {
            0 => Err(io::Error::other("enough")),
            1 => panic!("no threads here"),
            _ => std::thread::Builder::new().spawn(main).map(drop),
        });
        let (sender, runs) = mpsc::channel();
        let thread = Thread::new(move || sender.send(()).unwrap());
        let error = thread.start().unwrap_err();
        assert!(matches!(error, StartError::Refused(_)));
        assert_eq!(error.to_string(), "can't start new thread: enough");
        assert!(
            thread
                .start()
                .unwrap_err()
                .to_string()
                .contains("no threads here")
        );
        assert!(!thread.is_alive() && !enumerate().contains(&thread));
        thread.set_daemon(true).unwrap();
        assert!(thread.join().is_err());
        thread.start().unwrap();
        thread.join().unwrap();
        assert_eq!(runs.iter().count(), 1);
    });
}

#[test]
fn entry_of_a_refused_start_neither_ends_nor_runs_the_next_start() {
    static ENTRIES: Mutex<Vec<ThreadEntry>> = Mutex::new(Vec::new());
    alone(|| {
        set_spawner(|_, entry| {
            let mut entries = ENTRIES.lock().unwrap();
            entries.push(entry);
            if entries.len() % 2 == 1 {
                return Err(io::Error::other("enough"));
            }
            Ok(())
        });
        for is_called in [false, true] {
            let (sender, runs) = mpsc::channel();
            let thread = Thread::new(move || sender.send(()).unwrap());
            thread.start().unwrap_err();
            thread.start().unwrap();
            let mut entries = std::mem::take(&mut *ENTRIES.lock().unwrap());
            let (next, refused) = (entries.pop().unwrap(), entries.pop().unwrap());
            if is_called {
                refused();
            } else {
                drop(refused);
            }
            assert!(thread.is_alive() && runs.try_recv().is_err());
            std::thread::spawn(next);
            thread.join().unwrap();
            assert_eq!(runs.iter().count(), 1);
        }
    });
}

#[test]
fn started_thread_is_alive_and_listed_before_it_runs() {
    static MAIN: Mutex<Option<ThreadEntry>> = Mutex::new(None);
    alone(|| {
        set_spawner(|_, main| {
            MAIN.lock().unwrap().replace(main);
            Ok(())
        });
        let thread = Thread::new(|| ());
        thread.start().unwrap();
        assert!(thread.is_alive() && enumerate().contains(&thread));
        assert!(!thread.join_timeout(SHORT).unwrap());
        let main = MAIN.lock().unwrap().take().unwrap();
        std::thread::spawn(main);
        thread.join().unwrap();
    });
}

#[test]
fn refused_start_wakes_the_threads_that_join() {
    static OUTCOME: Mutex<Option<mpsc::Receiver<Result<(), JoinError>>>> = Mutex::new(None);
    alone(|| {
        set_spawner(|name, _| {
            let found = enumerate()
                .into_iter()
                .find(|thread| *thread.name() == *name);
            let thread = found.unwrap();
            let waiter = thread.clone();
            let (joined, outcome) = mpsc::channel();
            std::thread::spawn(move || joined.send(waiter.join()).unwrap());
            until(|| thread.waiting() == 1);
            OUTCOME.lock().unwrap().replace(outcome);
            Err(io::Error::other("enough"))
        });
        assert!(Thread::named("never", || ()).start().is_err());
        let outcome = OUTCOME.lock().unwrap().take().unwrap().recv().unwrap();
        assert!(matches!(outcome, Err(JoinError::NotStarted)));
    });
}

#[test]
fn spawner_may_run_threads_one_after_the_other_on_one_thread() {
    alone(|| {
        let (sender, mains) = mpsc::channel::<ThreadEntry>();
        let (seen, between) = mpsc::channel();
        std::thread::spawn(move || {
            let host = current_thread();
            for main in mains {
                main();
                seen.send(current_thread() == host).unwrap();
            }
        });
        set_spawner(move |_, main| {
            sender
                .send(main)
                .map_err(|_| io::Error::other("the host is gone"))
        });
        for _ in 0..2 {
            let (sender, own) = mpsc::channel();
            let thread = Thread::new(move || sender.send(current_thread()).unwrap());
            thread.start().unwrap();
            thread.join().unwrap();
            assert_eq!(own.recv(), Ok(thread));
            assert_eq!(between.recv(), Ok(true));
        }
    });
}
