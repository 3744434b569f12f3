//! Python's `threading.Event`.
