//! A binary heap with the smallest item first, in which a panic of `cmp` loses nothing.
//!
//! Every comparison of a step is made before anything is moved. `std::collections::BinaryHeap` moves as it
//! compares: a panic in its `pop` drops the item that was to be returned.

/// Items, none of which is smaller than its parent: that of the item at `n` is at `(n - 1) / 2`.
#[derive(Debug)]
pub struct Heap<T>(Vec<T>);

fn parent(position: usize) -> usize {
    (position - 1) / 2
}

impl<T> Heap<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Ord> Heap<T> {
    /// Adds an item. When `cmp` panics it is in, though not yet where it belongs.
    pub(super) fn push(&mut self, item: T) {
        let Self(items) = self;
        let last = items.len();
        items.push(item);
        let mut place = last;
        while place > 0 && items[last] < items[parent(place)] {
            place = parent(place);
        }
        let mut position = last;
        while position > place {
            items.swap(position, parent(position));
            position = parent(position);
        }
    }

    /// Takes the smallest out. When `cmp` panics it is still in, and all the others where they were.
    pub(super) fn pop(&mut self) -> Option<T> {
        let mut position = self.place_for_last()?;
        let mut carried = self.0.pop()?;
        // The last item goes to its new place, what was there to its parent's, and so on up: the first
        // is left over.
        while position < self.0.len() {
            std::mem::swap(&mut carried, &mut self.0[position]);
            if position == 0 {
                break;
            }
            position = parent(position);
        }
        Some(carried)
    }

    /// Where the last item belongs once the first has gone and all on the way there have moved up.
    fn place_for_last(&self) -> Option<usize> {
        let (last, others) = self.0.split_last()?;
        // It was a leaf, so it most likely belongs far down: first all the way, then back up.
        let mut place = 0;
        while let Some(child) = smaller_child(others, place) {
            place = child;
        }
        while place > 0 && *last < others[place] {
            place = parent(place);
        }
        Some(place)
    }

    /// All of them, smallest first.
    pub(super) fn into_sorted(self) -> Vec<T> {
        let Self(mut items) = self;
        items.sort();
        items
    }
}

fn smaller_child<T: Ord>(items: &[T], position: usize) -> Option<usize> {
    let (left, right) = (2 * position + 1, 2 * position + 2);
    let is_right = right < items.len() && items[right] < items[left];
    (left < items.len()).then_some(left + usize::from(is_right))
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::Heap;
    use std::cell::Cell;
    use std::cmp::Ordering;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Numbers in no order, the same every time.
    fn scattered(count: u64) -> impl Iterator<Item = u64> {
        (1..=count).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1000)
    }

    #[test]
    fn the_smallest_comes_first_however_pushes_and_pops_alternate() {
        let mut heap = Heap::new();
        let mut sorted = Vec::new();
        for (n, item) in scattered(2_000).enumerate() {
            heap.push(item);
            sorted.push(item);
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            if n % 3 == 0 {
                assert_eq!(heap.pop(), sorted.pop());
            }
        }
        while let Some(smallest) = sorted.pop() {
            assert_eq!(heap.pop(), Some(smallest));
        }
        assert_eq!((heap.pop(), heap.len()), (None, 0));
    }

    thread_local!(static UNTIL_PANIC: Cell<u32> = const { Cell::new(u32::MAX) });

    #[derive(PartialEq, Eq, Debug)]
    struct Moody(u64);

    impl Ord for Moody {
        fn cmp(&self, other: &Self) -> Ordering {
            UNTIL_PANIC.set(UNTIL_PANIC.get() - 1);
            if UNTIL_PANIC.get() == 0 {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Moody {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    #[test]
    fn a_pop_whose_comparison_panics_changes_nothing_whichever_it_is() {
        let mut heap = Heap::new();
        scattered(100).map(Moody).for_each(|item| heap.push(item));
        let before: Vec<u64> = heap.0.iter().map(|item| item.0).collect();
        let mut panics = 0;
        loop {
            UNTIL_PANIC.set(panics + 1);
            let popped = catch_unwind(AssertUnwindSafe(|| heap.pop()));
            UNTIL_PANIC.set(u32::MAX);
            if popped.is_ok() {
                break;
            }
            panics += 1;
            assert!(heap.0.iter().map(|item| item.0).eq(before.iter().copied()));
        }
        assert!(
            panics > 6,
            "only {panics} comparisons in a heap of a hundred"
        );
    }

    #[test]
    fn an_item_whose_comparison_panics_is_in_the_heap() {
        let mut heap = Heap::new();
        heap.push(Moody(2));
        UNTIL_PANIC.set(1);
        let pushed = catch_unwind(AssertUnwindSafe(|| heap.push(Moody(1))));
        UNTIL_PANIC.set(u32::MAX);
        assert!(pushed.is_err());
        assert_eq!(heap.into_sorted(), [Moody(1), Moody(2)]);
    }
}
