//! The crawler among servers that misbehave: each case is an entry with its reason, soon, and the
//! other pages come.

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
