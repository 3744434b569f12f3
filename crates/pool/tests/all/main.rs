//! The tests of the demo, which run it as a command.

mod arguments;
mod hostile;
mod parts;
mod pool;
mod secrets;

mod support;
