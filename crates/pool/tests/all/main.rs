//! The tests of the demo, which is run as its reader runs it.

mod arguments;
mod hostile;
mod parts;
mod pool;
mod secrets;

mod support;
