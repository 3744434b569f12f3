//! §3.3 `wait` and `as_completed`: several futures at once, also of different executors.

use crate::Options;
use crate::held::Held;
use common::demo::or_fail;
use common::futures::ReturnWhen::{AllCompleted, FirstCompleted, FirstException};
use common::futures::{Future, ThreadPoolExecutor, Waited, as_completed, as_completed_timeout};
use common::futures::{wait, wait_timeout};
use common::println;
use std::time::Duration;

type Page = Future<&'static str>;
/// What a future's task is called, and the future.
type Named = (&'static str, Page);

/// Prints the two sets that `wait` returns.
fn print_sets(named: &[Named], wait: impl FnOnce(Vec<Page>) -> Waited<&'static str>) {
    let waited = wait(named.iter().map(|(_, future)| future.clone()).collect());
    let [done, not_done] = [waited.done, waited.not_done].map(|set| {
        let members = named.iter().filter(|(_, future)| set.contains(future));
        let names = members.map(|&(name, _)| name);
        names.collect::<Vec<_>>().join(", ")
    });
    println!("done: {{{done}}}, not_done: {{{not_done}}}");
}

pub(crate) fn first_completed(_: &Options) {
    let executors = [(); 2].map(|()| ThreadPoolExecutor::new(1));
    let slow = Held::running(&executors[0], "page");
    let quick = or_fail(executors[1].submit(|| "page"));
    let named = [("slow", slow.future.clone()), ("quick", quick)];
    print_sets(&named, |futures| wait(futures, FirstCompleted));
}

pub(crate) fn first_exception(_: &Options) {
    let executor = ThreadPoolExecutor::new(2);
    let slow = Held::running(&executor, "page");
    let quick = or_fail(executor.submit(|| "page"));
    let fail = || "many".parse::<u32>().map(|_| "page");
    let failing = or_fail(executor.try_submit(fail));
    let slow_one = slow.future.clone();
    let named = [("slow", slow_one), ("quick", quick), ("failing", failing)];
    print_sets(&named, |futures| wait(futures, FirstException));
    slow.release();
    println!("without the failing one, as ALL_COMPLETED:");
    print_sets(&named[..2], |futures| wait(futures, FirstException));
}

pub(crate) fn all_completed(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let page = Held::running(&executor, "page");
    let cancelled = or_fail(executor.submit(|| "never called"));
    cancelled.cancel();
    page.release();
    let named = [("page", page.future.clone()), ("cancelled", cancelled)];
    print_sets(&named, |futures| {
        let waited = wait([&*futures, &*futures].concat(), AllCompleted);
        println!("each given twice; futures in done: {}", waited.done.len());
        waited
    });
}

pub(crate) fn in_order_of_completion(_: &Options) {
    let executor = ThreadPoolExecutor::new(3);
    let held = ["first", "second", "third"].map(|name| Held::running(&executor, name));
    held[1].release();
    let _ = held[1].future.result();
    println!("three tasks run; the second is done already");
    let futures = held.each_ref().map(|held| held.future.clone());
    let each_twice = futures.iter().chain(&futures).cloned();
    let mut next = [&held[2], &held[0]].into_iter();
    for future in as_completed(each_twice) {
        println!("  {}", or_fail(or_fail(future).result()));
        next.next().map(Held::release);
    }
    println!("each was given twice and came once");
}

pub(crate) fn timeout(_: &Options) {
    let executor = ThreadPoolExecutor::new(2);
    let slow = Held::running(&executor, "page");
    let quick = or_fail(executor.submit(|| "page"));
    let _ = quick.result();
    let named = [("slow", slow.future.clone()), ("quick", quick)];
    let soon = Duration::from_millis(20);
    print_sets(&named, |futures| wait_timeout(futures, soon, AllCompleted));
    for future in as_completed_timeout(named.map(|(_, future)| future), soon) {
        match future {
            Ok(future) => println!("as_completed: {}", or_fail(future.result())),
            Err(error) => println!("as_completed: TimeoutError: {error}"),
        }
    }
}
