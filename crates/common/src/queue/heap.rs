//! A binary heap with the smallest item first, in which a panic of `cmp` loses no item.
//!
//! All comparisons of a step are made before an item moves. `std::collections::BinaryHeap` moves items while it
//! compares: a panic in its `pop` drops the item that was to be returned.

use super::kinds::{Kind, Priority};
use std::mem;

/// Invariant, if `cmp` is an order: the item at `n` is not smaller than its parent, the item at `(n - 1) / 2`.
impl<T: Ord + Send> Kind<T> for Priority {
    const NAME: &'static str = "PriorityQueue";

    fn push(items: &mut Vec<T>, item: T) {
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

    fn pop(items: &mut Vec<T>) -> Option<T> {
        let mut position = place_for_last(items)?;
        let mut carried = items.pop()?;
        // The last item goes to its place, the item of that place to its parent's, and so on up; the first is left.
        while position < items.len() {
            mem::swap(&mut carried, &mut items[position]);
            if position == 0 {
                break;
            }
            position = parent(position);
        }
        Some(carried)
    }
}

fn parent(position: usize) -> usize {
    (position - 1) / 2
}

/// The place of the last item once the first is removed and all on the way there have moved up.
fn place_for_last<T: Ord>(items: &[T]) -> Option<usize> {
    let (last, others) = items.split_last()?;
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

fn smaller_child<T: Ord>(items: &[T], position: usize) -> Option<usize> {
    let (left, right) = (2 * position + 1, 2 * position + 2);
    let is_right = right < items.len() && items[right] < items[left];
    (left < items.len()).then_some(left + usize::from(is_right))
}
