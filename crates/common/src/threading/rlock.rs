//! Python's `threading.RLock`.
