//! Ctrl-C: no new work begins, requests in flight end, and the report counts the finished ones.

use super::complain;
use std::process::exit;
use std::thread;
use std::time::Duration;

/// The exit code of a program that Ctrl-C has ended: 128 plus the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// The time in which the main thread may finish by itself.
const TO_FINISH: Duration = Duration::from_millis(200);
/// The time that printing the report may then take.
const TO_PRINT: Duration = Duration::from_millis(150);

/// On Ctrl-C calls `stop`, which must end the work. The main thread then has a moment to finish by itself; if it blocks,
/// `finish` prints the report, and the program ends with exit code 130.
pub fn on_ctrl_c(
    mut stop: impl FnMut() + Send + 'static,
    mut finish: impl FnMut() + Send + 'static,
) {
    let handler = move || {
        // A thread that prints to a full pipe blocks all other threads that print.
        thread::spawn(|| {
            thread::sleep(TO_FINISH + TO_PRINT);
            exit(INTERRUPTED.into());
        });
        stop();
        thread::sleep(TO_FINISH);
        finish();
        exit(INTERRUPTED.into());
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        complain(&format!(
            "Ctrl-C will end the program without a report: {error}"
        ));
    }
}
