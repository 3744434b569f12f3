//! One contender in its process: the number of operations in a sample, and the samples.

use crate::line::{Contender, Line};
use crate::process::Process;
use std::process::Command;
use std::time::Duration;

/// Long enough that the start of threads and the resolution of the clock do not count.
const SAMPLE: Duration = Duration::from_millis(40);
/// The number of operations that calibration starts with; small enough for the slowest contender.
const FIRST: u64 = 64;

/// A contender that is being sampled.
pub(crate) struct Runner<'a> {
    pub(crate) contender: &'a Contender,
    /// Nanoseconds per operation, one sample per round.
    pub(crate) samples: Vec<f64>,
    process: Process,
    /// The line's name.
    line: String,
    operations: u64,
    timeout: Duration,
}

impl<'a> Runner<'a> {
    /// Starts the contender's process and finds the number of operations that fill a sample.
    ///
    /// # Errors
    ///
    /// The reason why the contender must be left out.
    pub(crate) fn start(
        line: &Line,
        contender: &'a Contender,
        timeout: Duration,
    ) -> Result<Self, String> {
        let mut runner = Self {
            contender,
            samples: Vec::new(),
            process: start(&line.name, contender.name)?,
            line: line.name.clone(),
            operations: line.batch.unwrap_or(FIRST),
            timeout,
        };
        runner.calibrate()?;
        Ok(runner)
    }

    /// Takes one more sample, from a new process: the placement of a process's memory and threads may make a difference that
    /// lasts as long as the process. Its first answer does not count.
    pub(crate) fn sample(&mut self) -> Result<(), String> {
        self.process = start(&self.line, self.contender.name)?;
        self.ask()?;
        let took = self.ask()?;
        self.samples
            .push(took.as_nanos() as f64 / self.operations as f64);
        Ok(())
    }

    fn calibrate(&mut self) -> Result<(), String> {
        loop {
            let took = self.ask()?;
            // 80 % is enough: the machine may have warmed up during the calibration.
            if took * 5 >= SAMPLE * 4 {
                return Ok(());
            }
            let wanted = SAMPLE.as_nanos() / took.as_nanos().max(1) + 1;
            self.operations *= u64::try_from(wanted.clamp(2, 16)).unwrap_or(2);
        }
    }

    fn ask(&mut self) -> Result<Duration, String> {
        let answer = self
            .process
            .ask(&self.operations.to_string(), self.timeout)?;
        match answer.trim().parse() {
            Ok(nanoseconds) => Ok(Duration::from_nanos(nanoseconds)),
            Err(_) => Err(format!(
                "answered '{answer}', which is not a number of nanoseconds"
            )),
        }
    }
}

fn start(line: &str, contender: &str) -> Result<Process, String> {
    let program = std::env::current_exe();
    let process = program.and_then(|program| {
        Process::start(Command::new(program).args(["--child", line, contender]))
    });
    process.map_err(|error| format!("cannot be started: {error}"))
}
