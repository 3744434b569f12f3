//! Python's `threading.Barrier`.
