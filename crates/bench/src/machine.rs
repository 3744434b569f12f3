//! The machine that the figures belong to.

use std::fs;
use std::num::NonZero;
use std::process::Command;
use std::thread;

pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) os: String,
    pub(crate) arch: &'static str,
    pub(crate) rustc: &'static str,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let unknown = || "unknown processor".to_owned();
        Self {
            cpu: cpu_of_linux()
                .or_else(cpu_of_macos)
                .or_else(cpu_of_windows)
                .unwrap_or_else(unknown),
            cores: thread::available_parallelism().map_or(1, NonZero::get),
            os: os(),
            arch: std::env::consts::ARCH,
            rustc: env!("BENCH_RUSTC"),
        }
    }
}

fn os() -> String {
    let os = std::env::consts::OS;
    match fs::read_to_string("/proc/sys/kernel/osrelease") {
        Ok(release) => format!("{os} {}", release.trim()),
        Err(_) => os.to_owned(),
    }
}

fn cpu_of_linux() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn cpu_of_macos() -> Option<String> {
    if !cfg!(target_os = "macos") {
        return None;
    }
    let mut command = Command::new("sysctl");
    let output = command
        .args(["-n", "machdep.cpu.brand_string"])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn cpu_of_windows() -> Option<String> {
    std::env::var("PROCESSOR_IDENTIFIER").ok()
}
