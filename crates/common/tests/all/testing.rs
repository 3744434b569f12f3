//! `testing`: a demo that hangs is killed. The demo is the program of these tests.

use crate::support::LONG;
use common::testing::Demo;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::catch_unwind;
use std::time::Duration;
use std::{env, thread};

/// An argument that is no test's name; an address follows.
const HANG: &str = "hang-connected-to=";

/// The demo: it connects to the address in its arguments, prints two lines, and hangs.
#[test]
fn demo_hangs_if_its_arguments_say_so() {
    let address = env::args().find_map(|argument| Some(argument.strip_prefix(HANG)?.to_owned()));
    if let Some(address) = address {
        let _held_to_the_end = TcpStream::connect(address).unwrap();
        // Past the capture of the tests' output; an error: the pipe is closed.
        let _ = io::stdout().write_all(b"begun\n");
        let _ = io::stderr().write_all(b"stuck\n");
        loop {
            thread::park();
        }
    }
}

fn this_program() -> Demo {
    let program = env::current_exe().unwrap().into_os_string().into_string();
    Demo::at(String::leak(program.unwrap()))
}

/// The message of a test that runs the demo and fails. The limit grows until the demo has time to hang.
fn failure(test: fn(Demo, &[&str])) -> String {
    let demo = this_program();
    let mut limit = Duration::from_millis(500);
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let hang = format!("{HANG}{}", listener.local_addr().unwrap());
        let panic = catch_unwind(|| {
            let only = ["--exact", "--nocapture", "--test-threads=2"];
            let arguments = [
                &only[..],
                &["testing::demo_hangs_if_its_arguments_say_so", &hang],
            ]
            .concat();
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

/// Waits for the end of the demo: the system closes its connection.
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
fn run_of_a_demo_that_hangs_fails_with_its_output() {
    let message = failure(|demo, arguments| drop(demo.run(arguments)));
    assert!(message.contains("\nbegun\n"), "{message}");
    assert!(message.ends_with("stderr:\nstuck"), "{message}");
}

#[test]
fn run_of_a_demo_that_hangs_at_a_closed_pipe_fails() {
    failure(Demo::stops_quietly_at_a_closed_pipe);
}

#[test]
fn run_returns_the_whole_output() {
    let demo = this_program();
    let run = demo.run(&[
        "--exact",
        "--test-threads=2",
        "testing::demo_hangs_if_its_arguments_say_so",
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
