//! Python's `threading.Condition`.
