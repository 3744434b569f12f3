//! The two buffers.

use std::collections::VecDeque;

/// A buffer of more places than this is given back when there is no need for so many.
const KEPT: usize = 256;

pub(super) struct Inbox<T> {
    /// Younger than all in the outbox.
    pub(super) items: VecDeque<T>,
    /// So many more may be put without counting: never more than there is room for. 0 after the shutdown.
    pub(super) room: usize,
    /// 0 when there is no bound.
    pub(super) maxsize: usize,
    pub(super) is_shutdown: bool,
    /// Somebody may be in the outbox's line. Changes under both mutexes.
    pub(super) has_putters: bool,
}

pub(super) struct Outbox<T> {
    pub(super) items: VecDeque<T>,
    /// One of those who waited for room was woken and is on its way. While somebody waits and there is room, it
    /// is so: that one calls the next, and who gets items meanwhile need not.
    pub(super) has_called: bool,
    /// Half of what was swapped in last.
    pub(super) half: usize,
}

impl<T> Inbox<T> {
    pub(super) const fn new(maxsize: usize) -> Self {
        Self {
            items: VecDeque::new(),
            room: 0,
            maxsize,
            is_shutdown: false,
            has_putters: false,
        }
    }

    /// Counts the room anew; so many are in the outbox.
    #[inline]
    pub(super) fn grant_room(&mut self, in_outbox: usize) {
        let qsize = in_outbox + self.items.len();
        self.room = match self.maxsize {
            _ if self.is_shutdown => 0,
            0 => usize::MAX,
            maxsize => maxsize.saturating_sub(qsize),
        };
    }
}

impl<T> Outbox<T> {
    pub(super) const fn new() -> Self {
        Self {
            items: VecDeque::new(),
            has_called: false,
            half: 0,
        }
    }

    /// Whether those who look for room are to be told: half is gone of what was there, or all.
    #[inline]
    pub(super) fn is_drained(&self) -> bool {
        let left = self.items.len();
        left == 0 || left == self.half
    }

    /// Has all that is in the inbox lie here, where there is nothing.
    pub(super) fn swap(&mut self, inbox: &mut Inbox<T>) {
        std::mem::swap(&mut self.items, &mut inbox.items);
        self.half = self.items.len() / 2;
        if inbox.items.capacity() > KEPT && inbox.items.capacity() / 16 > self.items.len() {
            // What a backlog once took is not kept for ever.
            inbox.items = VecDeque::new();
        }
        inbox.grant_room(self.items.len());
    }
}
