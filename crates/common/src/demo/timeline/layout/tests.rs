//! The layout of recordings that are written down here.

use super::super::{drawing::Drawing, terminal};
use super::Layout;
use crate::trace::{Channel, Event, Verb};
use std::thread::ThreadId;

/// The ids of two threads.
fn threads() -> [ThreadId; 2] {
    [(); 2].map(|()| {
        std::thread::spawn(|| std::thread::current().id())
            .join()
            .unwrap()
    })
}

fn event(thread: ThreadId, verb: Verb, kind: &'static str, text: &str, count: usize) -> Event {
    let (object, text) = (kind.len(), text.to_owned());
    let channel = Channel { object, kind };
    Event {
        thread,
        verb,
        channel,
        size: 1,
        text,
        count,
    }
}

fn lines(events: &[Event]) -> Vec<String> {
    let drawn = terminal::draw(&Drawing::of(&Layout::of(events), 80));
    drawn
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[test]
fn operation_is_blocked_from_its_call_to_the_signal_that_it_needs() {
    let [one, two] = threads();
    let events = [
        event(one, Verb::Print, "", "first", 0),
        event(two, Verb::Call, "items", "get", 0),
        event(one, Verb::Signal, "items", "put", 1),
        event(two, Verb::Proceed, "items", "", 0),
        event(two, Verb::Print, "", "got", 0),
    ];
    let expected = [
        "main      ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓",
        "           first",
        "thread 1  ░get items░▓▓▓▓▓▓",
        "                     ▼got",
    ];
    assert_eq!(lines(&events)[..4], expected);
}

#[test]
fn signal_recorded_after_its_effect_is_drawn_before_it() {
    let [one, two] = threads();
    let mut events = vec![
        event(one, Verb::Print, "", "first", 0),
        event(two, Verb::Call, "items", "get", 0),
        event(one, Verb::Signal, "items", "put", 1),
        event(two, Verb::Proceed, "items", "", 0),
        event(two, Verb::Print, "", "got", 0),
    ];
    let in_order = lines(&events);
    let signal = events.remove(2);
    events.push(signal);
    assert_eq!(lines(&events), in_order);
}

#[test]
fn threads_that_wait_for_each_other_in_vain_are_named() {
    let [one, two] = threads();
    let mut events = Vec::new();
    for (thread, held, wanted) in [(two, "a lock", "lock"), (one, "lock", "a lock")] {
        let call = |kind| {
            let mut call = event(thread, Verb::Call, "lock", "acquire", 0);
            call.channel.object = str::len(kind);
            call
        };
        let hold = Event {
            verb: Verb::Hold,
            count: 1,
            ..call(held)
        };
        events.splice(0..0, [call(held), hold]);
        events.push(call(wanted));
    }
    events.extend([one, two].map(|thread| event(thread, Verb::GiveUp, "", "false", 1)));
    let cycle = [
        "deadlock: main waits for lock-2, which thread 1 holds",
        "deadlock: thread 1 waits for lock-1, which main holds",
    ];
    let lines = lines(&events);
    assert_eq!(lines[lines.len() - 3..][..2], cycle, "{lines:#?}");
}

#[test]
fn thread_released_by_the_timeout_of_another_is_not_deadlocked() {
    let threads = threads();
    let lock = |thread: usize, verb, object, count| {
        let mut event = event(threads[thread], verb, "lock", "acquire", count);
        event.channel.object = object;
        event
    };
    let events = [
        lock(0, Verb::Hold, 10, 1),
        lock(1, Verb::Hold, 20, 1),
        lock(0, Verb::Call, 20, 0),
        lock(1, Verb::Call, 10, 0),
        lock(0, Verb::GiveUp, 20, 1),
        lock(0, Verb::Signal, 10, 1),
        lock(1, Verb::Hold, 10, 1),
    ];
    let lines = lines(&events);
    assert_eq!(
        lines[0], "main      █▒acquire lock-1▒█████████▓▓",
        "{lines:#?}"
    );
    assert_eq!(
        lines[3], "thread 1  █░acquire lock-2░░░░░░░░░░██",
        "{lines:#?}"
    );
}

#[test]
fn thread_that_waits_for_itself_is_no_deadlock_if_another_thread_releases() {
    let [one, two] = threads();
    let events = [
        event(one, Verb::Hold, "lock", "", 1),
        event(one, Verb::Call, "lock", "acquire", 0),
        event(two, Verb::Print, "", "releases", 0),
        event(two, Verb::Signal, "lock", "release", 1),
        event(one, Verb::Hold, "lock", "", 1),
    ];
    assert!(!lines(&events).join("\n").contains("deadlock:"));
}

#[test]
fn signal_is_for_the_oldest_call_whichever_end_is_recorded_first() {
    let [one, two] = threads();
    let third = std::thread::spawn(|| std::thread::current().id());
    let three = third.join().unwrap();
    let events = [
        event(one, Verb::Print, "", "first", 0),
        event(two, Verb::Call, "semaphore", "acquire", 0),
        event(three, Verb::Call, "semaphore", "acquire", 0),
        event(one, Verb::Signal, "semaphore", "release", 1),
        event(one, Verb::Print, "", "second", 0),
        event(one, Verb::Signal, "semaphore", "release", 1),
        event(three, Verb::Hold, "semaphore", "", 0),
        event(two, Verb::Hold, "semaphore", "", 0),
    ];
    let lines = lines(&events);
    let blocked = |name: &str| {
        let line = lines.iter().find(|line| line.starts_with(name)).unwrap();
        line.matches('░').count()
    };
    assert!(blocked("thread 1") < blocked("thread 2"), "{lines:#?}");
}

#[test]
fn counter_begins_with_its_count_and_changes_with_signals_and_operations() {
    let [one, _] = threads();
    let events = [
        event(one, Verb::Counter, "permit", "permits", 2),
        event(one, Verb::Hold, "permit", "", 0),
        event(one, Verb::Print, "", "held", 0),
        event(one, Verb::Signal, "permit", "release", 1),
    ];
    let expected = [
        "permits   2  1      2",
        "main     ██████████▓▓▓",
        "             held",
    ];
    assert_eq!(lines(&events)[..3], expected);
}

#[test]
fn picture_that_is_too_wide_is_cut_into_bands_that_repeat_labels() {
    let [one, two] = threads();
    let mut events = vec![event(two, Verb::Call, "items", "get", 0)];
    events.extend([(); 4].map(|()| event(one, Verb::Print, "", "一行有二十二格的文字哦", 0)));
    let expected = [
        "main      ░get items░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "",
        "thread 1  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓",
        "           一行有二十二格的文字哦  一行有二十二格的文字哦",
    ];
    assert_eq!(lines(&events)[..4], expected);
    assert!(lines(&events)[5].starts_with("main      ░get items░"));
}

#[test]
fn note_of_a_thread_without_a_bar_in_the_band_is_drawn() {
    let [one, _] = threads();
    let long = "a line that fills its band wholly";
    let events = [
        event(one, Verb::Signal, "thread", "start", 1),
        event(one, Verb::Print, "", long, 0),
        event(one, Verb::Print, "", long, 0),
        event(one, Verb::Print, "", long, 0),
        event(one, Verb::Cancel, "thread", "cancelled", 0),
        event(one, Verb::Print, "", long, 0),
    ];
    for width in 40..80 {
        let drawn = terminal::draw(&Drawing::of(&Layout::of(&events), width));
        assert!(drawn.contains("cancelled"), "{width}:\n{drawn}");
    }
}
