//! Each future once, however often it was given.

use crate::futures::future::Future;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// The futures in the order in which each was given first.
pub(super) fn each<T>(futures: impl IntoIterator<Item = Future<T>>) -> Vec<Future<T>> {
    let mut futures: Vec<_> = futures.into_iter().collect();
    let mut seen = Addresses::with_capacity_and_hasher(futures.len(), BuildHasherDefault::new());
    futures.retain(|future| seen.insert(future.address()));
    futures
}

type Addresses = HashSet<usize, BuildHasherDefault<Scatter>>;

/// Addresses are given out by the allocator and not by somebody who means harm: a multiplication
/// scatters them well enough, and is the larger part cheaper.
#[derive(Default)]
struct Scatter(u64);

impl Hasher for Scatter {
    fn write_usize(&mut self, address: usize) {
        // By the golden ratio, whose multiples lie far from each other; the best bits are the upper ones.
        self.0 = (address as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(26);
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("an address is one word");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::Scatter;
    use std::collections::HashMap;
    use std::hash::{BuildHasher, BuildHasherDefault};

    const ADDRESSES: usize = 1 << 14;

    #[test]
    fn addresses_are_scattered_whatever_their_distance() {
        for distance in [8, 16, 96, 112, 128, 4096, 4112, 1 << 16, 1 << 20] {
            let mut buckets: HashMap<u64, usize> = HashMap::new();
            for number in 0..ADDRESSES {
                let address = 0x7f3a_5c00_0010 + number * distance;
                let hash = BuildHasherDefault::<Scatter>::new().hash_one(address);
                *buckets.entry(hash % ADDRESSES as u64).or_default() += 1;
            }
            let fullest = buckets.into_values().max();
            assert!(
                fullest <= Some(8),
                "{fullest:?} at a distance of {distance}"
            );
        }
    }
}
