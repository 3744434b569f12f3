//! Python's `threading`.
