//! The tests of the public API, one module for each topic. They are one program, because linking a program takes longer
//! than running it.

mod as_completed;
mod barrier;
mod barrier_broken;
mod barrier_races;
mod bounded_semaphore;
mod condition;
mod condition_wait;
mod demo_start;
mod event;
mod examples;
mod executor;
mod executor_initializer;
mod executor_map;
mod executor_map_buffered;
mod executor_memory;
mod executor_races;
mod executor_shutdown;
mod executor_spawner;
mod fairness;
mod future;
mod future_callbacks;
mod future_callbacks_nested;
mod future_callbacks_reentrant;
#[cfg(all(feature = "http", feature = "site"))]
mod http;
mod lock;
mod lock_cost;
mod panic;
mod park_token;
mod priority_queue;
mod promise;
mod queue;
mod queue_fairness;
mod queue_races;
mod queue_shutdown;
mod queue_task;
mod rlock;
mod run;
mod semaphore;
mod simple_queue;
#[cfg(feature = "site")]
mod site;
mod testing;
mod thread;
mod thread_end;
mod thread_process;
mod thread_run;
mod timer;
mod timer_process;
mod timer_service;
mod timer_workers;
mod wait;
mod wait_cost;

mod support;
