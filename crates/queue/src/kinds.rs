//! The kinds of queue: which item comes next, how many there may be, and who waits for what.

mod end;
mod plain_rust;
mod waiting;

use crate::OPEN;
use common::demo::heading;
use common::println;
use common::queue::{BlockingQueue, LifoQueue, PriorityQueue, Queue, SimpleQueue, Storage};
use std::cmp::Reverse;

pub(crate) fn play() {
    which_item_comes_next();
    priorities();
    how_many_are_in_it();
    waiting::for_room();
    waiting::for_an_item();
    end::of_the_work();
    end::by_shutdown();
    end::by_shutdown_at_once();
    plain_rust::channels();
    plain_rust::collections();
}

const ITEMS: [u32; 3] = [2, 3, 1];

fn which_item_comes_next() {
    heading("§4", "FIFO, LIFO, priority, simple", "四种队列");
    println!("put into each:  {ITEMS:?}");
    println!("Queue:          {:?}", through(&Queue::new()));
    println!("LifoQueue:      {:?}", through(&LifoQueue::new()));
    println!("PriorityQueue:  {:?}", through(&PriorityQueue::new()));
    let simple = SimpleQueue::new();
    for item in ITEMS {
        simple.put(item);
    }
    println!("SimpleQueue:    {:?}\n", ITEMS.map(|_| simple.get()));
}

/// The items in the order in which they come out.
fn through<S: Storage<u32>>(queue: &BlockingQueue<u32, S>) -> [u32; 3] {
    for item in ITEMS {
        queue.put(item).expect(OPEN);
    }
    ITEMS.map(|_| queue.get().expect(OPEN))
}

fn priorities() {
    heading("§4", "Priorities", "优先级");
    let pages = [(2, "/c"), (1, "/b"), (1, "/a")];
    let (smallest, greatest) = (PriorityQueue::new(), PriorityQueue::new());
    let in_turn = PriorityQueue::new();
    for (number, (priority, page)) in pages.into_iter().enumerate() {
        smallest.put((priority, page)).expect(OPEN);
        greatest.put(Reverse((priority, page))).expect(OPEN);
        in_turn.put((priority, number, page)).expect(OPEN);
    }
    println!("put into each:             {pages:?}");
    println!(
        "the smallest first:        {:?}",
        pages.map(|_| smallest.get().expect(OPEN))
    );
    println!(
        "with Reverse the greatest: {:?}",
        pages.map(|_| greatest.get().expect(OPEN).0)
    );
    println!(
        "of equals the first put:   {:?}\n",
        pages.map(|_| in_turn.get().expect(OPEN))
    );
}

fn how_many_are_in_it() {
    heading("§4", "qsize, empty, full, maxsize", "队列的大小");
    let told = |queue: &Queue<&str>| {
        println!(
            "maxsize {}: qsize {}, empty {}, full {}",
            queue.maxsize(),
            queue.qsize(),
            queue.empty(),
            queue.full()
        );
    };
    let queue = Queue::bounded(2);
    told(&queue);
    for page in ["/a", "/b"] {
        queue.put(page).expect(OPEN);
        told(&queue);
    }
    println!("the bound is lowered, and then taken away; what is in stays in");
    for maxsize in [1, 0] {
        queue.set_maxsize(maxsize);
        told(&queue);
    }
    println!();
}
