//! Ctrl-C: nothing new is begun, what is in flight is ended, what came is told.

use super::report::Report;
use common::demo::complain;
use common::futures::{Shutdown, ThreadPoolExecutor};
use common::http::Client;
use std::process::exit;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What a shell expects of a program that Ctrl-C has ended: 128 and the signal's number.
pub(crate) const INTERRUPTED: u8 = 130;

/// How long the main thread has to see that everything has ended.
const TO_SEE: Duration = Duration::from_millis(200);
/// How long printing the report may then take.
const TO_PRINT: Duration = Duration::from_millis(150);

/// Ends the work on Ctrl-C; the main thread then prints the report and leaves.
pub(crate) fn on_ctrl_c(executor: &Arc<ThreadPoolExecutor>, client: &Client, report: &Arc<Report>) {
    let (executor, client, report) = (Arc::clone(executor), client.clone(), Arc::clone(report));
    let handler = move || {
        // Whoever prints into a pipe that nobody reads holds up all that wait for their turn.
        thread::spawn(|| {
            thread::sleep(TO_SEE + TO_PRINT);
            exit(INTERRUPTED.into());
        });
        report.interrupt();
        let _ = executor.shutdown_with(Shutdown {
            wait: false,
            cancel_futures: true,
        });
        client.cancel();
        // A connection that is just being opened cannot be ended, and main waits for it in vain.
        thread::sleep(TO_SEE);
        report.finish();
        exit(INTERRUPTED.into());
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        complain(&format!(
            "Ctrl-C will end the program without a report: {error}"
        ));
    }
}
