//! A heap with the smallest item first, in which a panic of `cmp` loses no item.
//!
//! All comparisons of a step are made before an item moves. `std::collections::BinaryHeap` moves items while it
//! compares: a panic in its `pop` drops the item that was to be returned. An item has four children and not two: the
//! heap has half the levels, and the processor makes two of the three comparisons of a level at the same time.

use super::kinds::{Kind, Priority};
use std::mem;

/// Invariant, if `cmp` is an order: the item at `n` is not smaller than its parent, the item at `(n - 1) / 4`.
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
    (position - 1) / 4
}

/// The place of the last item once the first is removed and all on the way there have moved up.
fn place_for_last<T: Ord>(items: &[T]) -> Option<usize> {
    let (last, others) = items.split_last()?;
    // It was a leaf, so it most likely belongs far down: first all the way, then back up.
    let mut place = 0;
    while let Some(child) = smallest_child(others, place) {
        place = child;
    }
    while place > 0 && *last < others[place] {
        place = parent(place);
    }
    Some(place)
}

fn smallest_child<T: Ord>(items: &[T], position: usize) -> Option<usize> {
    let first = 4 * position + 1;
    let children = items.get(first..)?;
    let (offset, _) = match children {
        [a, b, c, d, ..] => smaller(smaller((0, a), (1, b)), smaller((2, c), (3, d))),
        _ => children.iter().enumerate().reduce(smaller)?,
    };
    Some(first + offset)
}

/// The smaller of two items, each with its number.
fn smaller<'a, T: Ord>(one: (usize, &'a T), other: (usize, &'a T)) -> (usize, &'a T) {
    if other.1 < one.1 { other } else { one }
}
