//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const SEMAPHORE: Demo = Demo::at(env!("CARGO_BIN_EXE_semaphore"));

#[test]
fn demo_follows_the_conventions() {
    SEMAPHORE.follows_conventions(
        &[
            "counter",
            "value",
            "acquire",
            "release",
            "bounded",
            "pool",
            "full-pool",
            "plain-rust",
        ],
        &["--connections N", "--clients N", "--seed N"],
        &[
            "--connections 0",
            "--connections=-1",
            "--connections",
            "--clients 1001",
            "--clients many",
            "--seed -1",
        ],
    );
}

#[test]
fn run_prints_every_item_of_the_section() {
    let expected = [
        "§2.6 Counter · 内部计数器",
        "acquired: true",
        "acquired: true",
        "acquired: false",
        "acquired after a release: true",
        "ValueError: semaphore initial value must be >= 0",
        "one permit, try_acquire: true",
        "no permit,  try_acquire: false",
        "no permit,  acquire_timeout(20 ms): false",
        "no permit,  acquire: the thread blocks",
        "a release:  the thread acquires the permit",
        "three threads block: the counter is 0",
        "release_many(2): two threads acquire, one still blocks",
        "release_many(0): ValueError: n must be one or more",
        "Semaphore(1), acquired twice: true",
        "BoundedSemaphore(1), released: ValueError: Semaphore released too many times",
        "BoundedSemaphore(1), acquired twice: false",
        "clients served: 5",
        "more connections in use than there are: false",
        "connections in use: 2",
        "clients that block: 5",
        "the connections are returned: all clients are served",
        "clients served: 5",
        "connections in the channel: 2",
    ];
    assert_in_order(&SEMAPHORE.lines(&[]), &expected);
}

#[test]
fn pool_serves_all_clients_with_its_connections() {
    for (connections, clients) in [("1", "20"), ("3", "50"), ("4", "2")] {
        for seed in ["0", "1", "18446744073709551615"] {
            let sizes = ["--connections", connections, "--clients", clients];
            let ideas = ["pool", "full-pool", "plain-rust", "--seed", seed];
            let expected = [
                format!("clients served: {clients}"),
                "more connections in use than there are: false".to_owned(),
                format!("connections in use: {connections}"),
                format!("clients that block: {clients}"),
                format!("clients served: {clients}"),
                format!("connections in the channel: {connections}"),
            ];
            let printed = SEMAPHORE.lines(&[&sizes[..], &ideas].concat());
            assert_in_order(&printed, &expected.each_ref().map(String::as_str));
        }
    }
}

#[test]
fn run_prints_the_same_every_time() {
    SEMAPHORE.prints_the_same(&[], 20);
    let [one, two] = ["1", "2"].map(|seed| SEMAPHORE.lines(&["--seed", seed]));
    assert_eq!(one, two);
}
