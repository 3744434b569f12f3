//! The crawler on misbehaving servers: each case soon is an entry with its reason, and the other pages are crawled.

mod answers;
mod endless;
#[cfg(unix)]
mod interrupted;
#[cfg(target_os = "linux")]
mod memory;
mod pages;
mod redirects;
mod robots;
mod urls;
