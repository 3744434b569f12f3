//! Contenders that hang or panic: what the watchdog is for. Measured only when named in full.

use crate::line::Line;
use std::thread;
use std::time::Duration;

pub(super) fn lines() -> Vec<Line> {
    let hang = |_| loop {
        thread::park();
    };
    let late = |operations| {
        // Well behaved until it counts: calibration asks for few operations first.
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
            .peer("well", Duration::from_nanos)
            .peer("hangs", hang)
            .peer("panics", |_| panic!("cannot do that"))
            .peer("panics late", late)
            .peer("panics on another thread", elsewhere)
            .peer("leaves", |_| std::process::exit(3)),
        Line::new("misbehaving ours")
            .hidden()
            .ours(|_| panic!("cannot do that"))
            .peer("well", Duration::from_nanos),
    ]
}
