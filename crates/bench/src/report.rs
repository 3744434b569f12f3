//! What is printed: a table for people, a record for machines.

pub(crate) mod json;
pub(crate) mod table;
