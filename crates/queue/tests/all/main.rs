//! The tests of the demo, which is run as its reader runs it.

mod crawl;
mod crawl_hostile;
mod parts;
mod queue;

mod support;
