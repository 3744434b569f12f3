//! Ctrl-C: no new work begins, requests in flight end, the report counts the finished ones.

use super::complain;
use std::process::exit;
use std::thread;
use std::time::Duration;

/// What a shell expects of a program that Ctrl-C has ended: 128 and the signal's number.
pub const INTERRUPTED: u8 = 130;

/// How long the main thread has to see that everything has ended.
const TO_SEE: Duration = Duration::from_millis(200);
/// How long printing the report may then take.
const TO_PRINT: Duration = Duration::from_millis(150);

/// Calls `stop` on Ctrl-C, which is to end the work. The main thread then has a moment to finish by itself; if it
/// blocks, `finish` prints the report, and the program ends with 130.
pub fn on_ctrl_c(
    mut stop: impl FnMut() + Send + 'static,
    mut finish: impl FnMut() + Send + 'static,
) {
    let handler = move || {
        // A thread that prints into a full pipe blocks all others that print.
        thread::spawn(|| {
            thread::sleep(TO_SEE + TO_PRINT);
            exit(INTERRUPTED.into());
        });
        stop();
        thread::sleep(TO_SEE);
        finish();
        exit(INTERRUPTED.into());
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        complain(&format!(
            "Ctrl-C will end the program without a report: {error}"
        ));
    }
}
