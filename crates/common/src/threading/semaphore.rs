//! Python's `threading.Semaphore` and `BoundedSemaphore`.
