//! A value under a mutex with a condition variable: what one writes by hand with std or with `parking_lot`.

use std::sync::{Condvar, Mutex, PoisonError};

pub(crate) trait Monitor<T>: Sync {
    fn new(value: T) -> Self;
    /// Changes the value under the mutex.
    fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R;
    /// Blocks until the value is `ready`, and changes it before another thread can.
    fn wait<R>(&self, ready: impl Fn(&T) -> bool, change: impl FnOnce(&mut T) -> R) -> R;
    fn notify_one(&self);
    fn notify_all(&self);
}

pub(crate) struct Std<T>(Mutex<T>, Condvar);

impl<T: Send> Monitor<T> for Std<T> {
    fn new(value: T) -> Self {
        Self(Mutex::new(value), Condvar::new())
    }

    #[inline]
    fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[inline]
    fn wait<R>(&self, ready: impl Fn(&T) -> bool, change: impl FnOnce(&mut T) -> R) -> R {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_while(value, |value| !ready(value));
        change(&mut waited.unwrap_or_else(PoisonError::into_inner))
    }

    #[inline]
    fn notify_one(&self) {
        self.1.notify_one();
    }

    #[inline]
    fn notify_all(&self) {
        self.1.notify_all();
    }
}

pub(crate) struct ParkingLot<T>(parking_lot::Mutex<T>, parking_lot::Condvar);

impl<T: Send> Monitor<T> for ParkingLot<T> {
    fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value), parking_lot::Condvar::new())
    }

    #[inline]
    fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.lock())
    }

    #[inline]
    fn wait<R>(&self, ready: impl Fn(&T) -> bool, change: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.0.lock();
        self.1.wait_while(&mut value, |value| !ready(value));
        change(&mut value)
    }

    #[inline]
    fn notify_one(&self) {
        self.1.notify_one();
    }

    #[inline]
    fn notify_all(&self) {
        self.1.notify_all();
    }
}
