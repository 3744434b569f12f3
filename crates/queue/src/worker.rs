//! Threads that work off what is in a queue, and how one knows that all is done.

mod end;
mod plain_rust;

use crate::OPEN;
use crate::options::Team;
use common::demo::{fail, heading, until};
use common::println;
use common::queue::Queue;
use common::threading::{Thread, run};

pub(crate) fn play(team: Team) {
    all_work_completed(team);
    end::of_a_worker_that_dies();
    end::by_shutdown(team);
    end::of_work_that_makes_work(team);
    plain_rust::until_the_channel_closes(team);
    plain_rust::work_that_makes_work();
}

/// The notes' `q`, a global there too.
static QUEUE: Queue<u32> = Queue::new();

fn worker() {
    while let Ok(item) = QUEUE.get() {
        println!("Working on {item}");
        println!("Finished {item}");
        QUEUE.task_done().expect("this item was unfinished");
    }
}

fn all_work_completed(Team { items, workers }: Team) {
    heading("§4", "Daemon worker", "守护线程处理任务");
    run(|| {
        for _ in 0..workers {
            let thread = Thread::new(worker);
            thread.set_daemon(true).expect("it is not started yet");
            let started = thread.start();
            started.unwrap_or_else(|error| fail(&error.to_string()));
        }
        for item in 0..items {
            QUEUE.put(item).expect(OPEN);
        }
        QUEUE.join();
        println!("All work completed");
    });
    until(|| QUEUE.waiting() == workers);
    println!("the program ends, and leaves behind who waits for more: {QUEUE:?}\n");
}

/// What working on an item adds to the queue: two more items, unless it is 0.
fn made_by(item: u32) -> impl Iterator<Item = u32> {
    (0..2).filter_map(move |_| item.checked_sub(1))
}
