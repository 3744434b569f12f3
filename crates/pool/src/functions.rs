//! §3.3 `wait` and `as_completed`: several futures at once, also of different executors.

use crate::Options;
use crate::executor::long_task;
use common::demo::or_fail;
use common::futures::ReturnWhen::{AllCompleted, FirstCompleted, FirstException};
use common::futures::{Future, ThreadPoolExecutor, Waited, as_completed, as_completed_timeout};
use common::futures::{wait, wait_timeout};
use common::println;
use std::collections::HashMap;
use std::time::Duration;

type Page = Future<&'static str>;

fn print_sets(name_of: &HashMap<Page, &str>, waited: &Waited<&'static str>) {
    let [done, not_done] = [&waited.done, &waited.not_done].map(|set| {
        let mut names: Vec<_> = set.iter().map(|future| name_of[future]).collect();
        names.sort_unstable();
        names.join(", ")
    });
    println!("done: {{{done}}}, not_done: {{{not_done}}}");
}

pub(crate) fn first_completed(_: &Options) {
    let (one, other) = (ThreadPoolExecutor::new(1), ThreadPoolExecutor::new(1));
    let (slow, may_end) = long_task(&one);
    let quick = or_fail(other.submit(|| "page"));
    let name_of = HashMap::from([(slow, "slow"), (quick, "quick")]);
    print_sets(&name_of, &wait(name_of.keys().cloned(), FirstCompleted));
    may_end.set();
}

pub(crate) fn first_exception(_: &Options) {
    let executor = ThreadPoolExecutor::new(2);
    let (slow, may_end) = long_task(&executor);
    let quick = or_fail(executor.submit(|| "page"));
    let fails = or_fail(executor.submit(|| panic!("no page")));
    let mut name_of = HashMap::from([(slow, "slow"), (quick, "quick"), (fails.clone(), "fails")]);
    print_sets(&name_of, &wait(name_of.keys().cloned(), FirstException));
    name_of.remove(&fails);
    may_end.set();
    println!("if no call fails, as ALL_COMPLETED:");
    print_sets(&name_of, &wait(name_of.keys().cloned(), FirstException));
}

pub(crate) fn all_completed(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let (page, may_end) = long_task(&executor);
    let cancelled = or_fail(executor.submit(|| "never called"));
    cancelled.cancel();
    may_end.set();
    let name_of = HashMap::from([(page, "page"), (cancelled, "cancelled")]);
    let each_twice = name_of.keys().chain(name_of.keys()).cloned();
    print_sets(&name_of, &wait(each_twice, AllCompleted));
}

pub(crate) fn in_order_of_completion(_: &Options) {
    let executor = ThreadPoolExecutor::new(3);
    let (first, end_first) = long_task(&executor);
    let (second, end_second) = long_task(&executor);
    let (third, end_third) = long_task(&executor);
    end_second.set();
    let _ = second.result(); // blocks until it is done
    println!("submitted: first, second, third; the second is done");
    let name_of = HashMap::from([(first, "first"), (second, "second"), (third, "third")]);
    let each_twice = name_of.keys().chain(name_of.keys()).cloned();
    for future in as_completed(each_twice) {
        let name = name_of[&or_fail(future)];
        println!("completed: {name}");
        match name {
            "second" => end_third.set(),
            _ => end_first.set(),
        }
    }
}

pub(crate) fn timeout(_: &Options) {
    let executor = ThreadPoolExecutor::new(2);
    let (slow, may_end) = long_task(&executor);
    let quick = or_fail(executor.submit(|| "page"));
    let _ = quick.result(); // blocks until it is done
    let name_of = HashMap::from([(slow, "slow"), (quick, "quick")]);
    let (futures, soon) = (|| name_of.keys().cloned(), Duration::from_millis(20));
    print_sets(&name_of, &wait_timeout(futures(), soon, AllCompleted));
    for future in as_completed_timeout(futures(), soon) {
        match future {
            Ok(future) => println!("as_completed: {}", name_of[&future]),
            Err(error) => println!("as_completed: TimeoutError: {error}"),
        }
    }
    may_end.set();
}
