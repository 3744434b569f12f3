//! The tests of the demo, which run it as a command.

mod crawl;
mod crawl_hostile;
mod parts;
mod queue;

mod support;
