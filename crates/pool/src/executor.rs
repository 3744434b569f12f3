//! §3.1 `ThreadPoolExecutor`: its threads, how work gets to them, and how it ends.

mod end;

use crate::held::Held;
use common::demo::heading;
use common::futures::{FutureError, ThreadPoolExecutor};
use common::println;
use common::threading::{Event, current_thread};
use std::sync::mpsc;
use std::time::Duration;

pub(crate) fn play() {
    threads_are_reused();
    each_thread_is_prepared();
    submit();
    map_in_order();
    map_with_a_timeout();
    map_without_end();
    end::refused_after_the_shutdown();
    end::shutdown_without_waiting();
    end::backlog_cancelled();
    end::of_the_with_block();
    end::of_the_program();
}

fn fetchers(max_workers: usize) -> ThreadPoolExecutor {
    let builder = ThreadPoolExecutor::builder().max_workers(max_workers);
    let executor = builder.thread_name_prefix("fetch").build();
    executor.expect("there is at least one worker")
}

fn threads_are_reused() {
    heading(
        "§3.1",
        "max_workers, thread_name_prefix",
        "线程的数量、名字与重复利用",
    );
    let executor = fetchers(2);
    let submit = || executor.submit(|| current_thread().name());
    for task in 1..=3 {
        let name = submit().expect("it is open").into_result();
        println!(
            "task {task}, after the one before: {:?}",
            name.expect("it is ours")
        );
    }
    let held = Held::running(&executor, "page");
    let name = submit().expect("it is open").into_result();
    println!(
        "while that thread is busy:       {:?}\n",
        name.expect("it is ours")
    );
    held.let_go();
}

fn each_thread_is_prepared() {
    heading("§3.1", "initializer, initargs", "线程初始化");
    let (says, said) = mpsc::channel();
    let greeting = "prepared";
    let initializer = move || says.send(format!("{} {greeting}", current_thread().name()));
    let builder = ThreadPoolExecutor::builder()
        .thread_name_prefix("fetch")
        .max_workers(2);
    let executor = builder.initializer(move || initializer().expect("the demo listens"));
    let executor = executor.build().expect("there is at least one worker");
    let held = [(); 2].map(|()| Held::running(&executor, "page"));
    let mut prepared: Vec<String> = said.iter().take(2).collect();
    prepared.sort();
    println!("before its first task: {prepared:?}");
    held.iter().for_each(Held::let_go);
    let broken = ThreadPoolExecutor::builder().max_workers(1);
    let broken = broken
        .try_initializer(|| "many".parse::<u8>().map(drop))
        .build();
    let future = broken.expect("there is one worker").submit(|| "page");
    if let Err(error) = future.expect("it is open").result() {
        println!("one that fails: {error}\n");
    }
}

fn submit() {
    heading("§3.1", "submit", "提交任务，得到 Future");
    let executor = fetchers(2);
    let (base, exponent) = (2_u32, 10);
    let power = executor
        .submit(move || base.pow(exponent))
        .expect("it is open");
    println!("submit(pow, 2, 10): {:?}", power.result());
    let number = executor
        .try_submit(|| "1024".parse::<u32>())
        .expect("it is open");
    println!("a call that returns a Result: {:?}\n", number.result());
}

fn map_in_order() {
    heading("§3.1", "map", "结果按输入的顺序");
    let executor = fetchers(3);
    let last_is_through = Event::new();
    let length = move |page: &'static str| {
        match page {
            "/a" => last_is_through.wait(),
            "/ccc" => last_is_through.set(),
            _ => {}
        }
        page.len()
    };
    let lengths = executor
        .map(length, ["/a", "/bb", "/ccc"])
        .expect("it is open");
    println!(
        "the last is done before the first, the results are: {:?}",
        lengths.flatten().collect::<Vec<_>>()
    );
    let pairs = ["/a", "/b"].into_iter().zip([1, 2, 3]);
    let pages = executor.map(|(page, number)| format!("{page}?p={number}"), pairs);
    println!(
        "two iterables, the shorter ends it: {:?}\n",
        pages.expect("it is open").flatten().collect::<Vec<_>>()
    );
}

fn map_with_a_timeout() {
    heading("§3.1", "map(timeout)", "从调用时开始计时");
    let executor = fetchers(1);
    let held = Held::running(&executor, "page");
    let timeout = Duration::from_millis(20);
    let lengths = executor.map_timeout(str::len, ["/a", "/bb"], timeout);
    for length in lengths.expect("it is open") {
        match length {
            Err(FutureError::TimedOut) => {
                println!("TimeoutError; what has not begun is cancelled\n");
            }
            other => println!("{other:?}"),
        }
    }
    held.let_go();
}

fn map_without_end() {
    heading("§3.1", "map(buffersize), chunksize", "没有尽头的输入");
    let executor = fetchers(2);
    let pages = executor.map_buffered(|number| format!("/{number}"), 1_u64.., 3);
    let pages = pages.expect("it is open").flatten().take(4);
    println!(
        "all numbers, never more than 3 ahead: {:?}",
        pages.collect::<Vec<_>>()
    );
    if let Err(refused) = executor.map_buffered(str::len, ["/a"], 0) {
        println!("none ahead: ValueError: {refused}");
    }
    println!("chunksize: without effect on threads, in Python too, and not carried over\n");
}
