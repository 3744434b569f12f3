//! How an executor ends.

use super::fetchers;
use crate::held::Held;
use common::demo::heading;
use common::futures::Shutdown;
use common::println;
use common::threading::run;

pub(super) fn refused_after_the_shutdown() {
    heading("§3.1", "shutdown(wait=True)", "关闭线程池");
    let executor = fetchers(1);
    let future = executor.submit(|| "page").expect("it is open");
    executor.shutdown().expect("this is none of its workers");
    println!("it has returned, done: {}", future.done());
    if let Err(refused) = executor.submit(|| "page") {
        println!(
            "submit: RuntimeError: {refused}; the task is handed back: {:?}",
            (refused.task)()
        );
    }
    if let Err(refused) = executor.map(str::len, ["/a"]) {
        println!("map:    RuntimeError: {refused}\n");
    }
}

pub(super) fn shutdown_without_waiting() {
    heading("§3.1", "shutdown(wait=False)", "立即返回");
    let executor = fetchers(1);
    let running = Held::running(&executor, "page");
    let pending = executor.submit(|| "next page").expect("it is open");
    let how = Shutdown {
        wait: false,
        cancel_futures: false,
    };
    executor.shutdown_with(how).expect("it does not wait");
    println!("it has returned, {:?} and {:?}", running.future, pending);
    running.let_go();
    println!(
        "all that was submitted is done all the same: {:?}\n",
        pending.result()
    );
}

pub(super) fn backlog_cancelled() {
    heading("§3.1", "shutdown(cancel_futures=True)", "取消未开始的任务");
    let executor = fetchers(1);
    let finished = executor.submit(|| "page").expect("it is open");
    let _ = finished.result();
    let running = Held::running(&executor, "next page");
    let pending = executor.submit(|| "last page").expect("it is open");
    let how = Shutdown {
        wait: false,
        cancel_futures: true,
    };
    executor.shutdown_with(how).expect("it does not wait");
    println!("finished: {:?}", finished.result());
    println!("pending:  {:?}", pending.result());
    running.let_go();
    println!("running:  {:?}\n", running.future.result());
}

pub(super) fn of_the_with_block() {
    heading("§3.1", "The with form", "with 语句");
    let future = {
        let executor = fetchers(1);
        executor.submit(|| "page").expect("it is open")
    };
    println!("after the block: {future:?}\n");
}

pub(super) fn of_the_program() {
    heading("§3.1", "The end of the program", "等到所有任务完成才退出");
    let future = run(|| {
        let executor = fetchers(1);
        let running = Held::running(&executor, "page");
        let pending = executor.submit(|| "next page").expect("it is open");
        let how = Shutdown {
            wait: false,
            cancel_futures: false,
        };
        executor.shutdown_with(how).expect("it does not wait");
        println!("main ends, {:?} and {pending:?}", running.future);
        std::mem::forget(executor); // left behind, as a global would be
        pending
    });
    println!("threading::run has returned, {future:?}\n");
}
