//! Python's `threading.Timer`.
