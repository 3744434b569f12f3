//! `testing`: a demo that hangs is ended. The demo here is this file's own program.

use crate::support::LONG;
use common::testing::Demo;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::catch_unwind;
use std::time::Duration;
use std::{env, thread};

/// The name of no test, with an address.
const HANG: &str = "hang-connected-to=";

/// The demo: where it is told to, it connects, says so, and does nothing more.
#[test]
fn hangs_when_it_is_told_to() {
    let told = env::args().find_map(|argument| Some(argument.strip_prefix(HANG)?.to_owned()));
    if let Some(address) = told {
        let _held_to_the_end = TcpStream::connect(address).unwrap();
        // Past the capture of the tests' output; nobody may be there to read it.
        let _ = io::stdout().write_all(b"begun\n");
        let _ = io::stderr().write_all(b"stuck\n");
        loop {
            thread::park();
        }
    }
}

/// What a test fails with that runs the demo. Its limit grows until the demo has got as far as to hang.
fn failure(test: fn(Demo, &[&str])) -> String {
    let program = env::current_exe().unwrap().into_os_string().into_string();
    let demo = Demo::at(String::leak(program.unwrap()));
    let mut limit = Duration::from_millis(500);
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let told = format!("{HANG}{}", listener.local_addr().unwrap());
        let panic = catch_unwind(|| {
            let only = ["--exact", "--nocapture", "--test-threads=2"];
            let arguments = [&only[..], &["testing::hangs_when_it_is_told_to", &told]].concat();
            test(demo.within(limit), &arguments);
        });
        let message = *panic.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains("does not end in"), "{message}");
        if message.contains("stuck") {
            until_ended(&listener);
            return message;
        }
        limit *= 2;
    }
}

/// The system closes a process's connection with it.
fn until_ended(listener: &TcpListener) {
    let (mut held, _) = listener.accept().unwrap();
    held.set_read_timeout(Some(LONG)).unwrap();
    let end = held.read(&mut [0]).map_err(|error| error.kind());
    assert!(
        matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)),
        "{end:?}"
    );
}

#[test]
fn a_demo_that_hangs_is_ended_and_the_test_fails_with_what_it_printed() {
    let message = failure(|demo, arguments| drop(demo.run(arguments)));
    assert!(message.contains("\nbegun\n"), "{message}");
    assert!(message.ends_with("stderr:\nstuck"), "{message}");
}

#[test]
fn a_demo_that_hangs_when_nobody_reads_is_ended_too() {
    failure(Demo::stops_quietly_at_a_closed_pipe);
}

#[test]
fn what_a_demo_prints_is_had_in_full_when_it_ends() {
    let program = env::current_exe().unwrap().into_os_string().into_string();
    let demo = Demo::at(String::leak(program.unwrap()));
    let run = demo.run(&[
        "--exact",
        "--test-threads=2",
        "testing::hangs_when_it_is_told_to",
    ]);
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.complaints.is_empty(), "{run}");
    assert!(run.lines.contains(&"running 1 test".to_owned()), "{run}");
    let result = "test result: ok. 1 passed; 0 failed";
    assert!(
        run.lines.iter().any(|line| line.starts_with(result)),
        "{run}"
    );
}
