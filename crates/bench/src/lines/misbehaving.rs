//! Contenders that hang, panic or exit, for the tests of the watchdog. They run only when named in full.

use crate::line::Line;
use std::thread;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    let hang = |_| loop {
        thread::park();
    };
    let late = |operations| {
        // Calibration asks for few operations first.
        assert!(operations < 1000, "gave up after {operations} operations");
        Duration::from_nanos(operations)
    };
    let elsewhere = move |_| {
        let helper = thread::spawn(|| panic!("a helper gave up"));
        let _ = helper.join();
        hang(0)
    };
    vec![
        Line::new("misbehaving")
            .hidden()
            .peer("correct", Duration::from_nanos)
            .peer("hangs", hang)
            .peer("panics", |_| panic!("cannot do that"))
            .peer("panics late", late)
            .peer("panics on another thread", elsewhere)
            .peer("exits", |_| std::process::exit(3)),
        Line::new("misbehaving ours")
            .hidden()
            .ours(|_| panic!("cannot do that"))
            .peer("correct", Duration::from_nanos),
    ]
}
