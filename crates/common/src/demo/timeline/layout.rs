//! Where the events of a recording stand on the picture: lanes with bars, texts and arrows in logical columns.
//!
//! A column is no time. An event follows the events of its thread and the signal that made it possible; a sleep has its
//! declared length. So runs with the same order of causes have the same picture, however fast their threads were. A
//! thread is drawn blocked from its call to the signal that it needs, if that follows the call.

use crate::trace::{Channel, Event, Verb};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::thread::ThreadId;

/// The columns that a timeout takes, and at least and at most a sleep, of which each `COLUMN` microseconds are one column.
const TIMEOUT: usize = 3;
const SLEEP: [usize; 2] = [2, 12];
const COLUMN: usize = 2_000;

/// Of a printed line, this many characters are shown; of the threads, the first ones.
const MOST_CHARACTERS: usize = 30;
const MOST_LANES: usize = 16;

/// The picture in logical columns.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) lanes: Vec<Lane>,
    /// A number is a bar that is as long as the number holds.
    pub(super) counters: Vec<Lane>,
    /// The column, the lane of the signal, and the lane of the thread that went on by it.
    pub(super) arrows: Vec<[usize; 3]>,
    /// The waits that are a cycle, each in a sentence.
    pub(super) deadlocks: Vec<String>,
    /// The column after the last one.
    pub(super) end: usize,
    threads: HashMap<ThreadId, usize>,
    /// The lanes of threads that were started, by the signal that started them.
    started: HashMap<Channel, usize>,
    /// The signals that no operation used, and the latest one. A signal has a lane and stands in the column after it;
    /// one in column 0 is for an operation that needs none.
    signals: HashMap<Channel, VecDeque<(usize, usize)>>,
    latest: HashMap<Channel, (usize, usize)>,
    /// The counters' names and channels; and by column what changes, where `usize::MAX` is -1.
    counts: Vec<(String, Range<usize>, &'static str)>,
    changes: Vec<(usize, Channel, usize)>,
    names: Vec<(Range<usize>, String)>,
    /// What is called, by column and lane of its first call in a draft of this layout.
    calls: Vec<(usize, usize, Channel)>,
    /// The number of calls so far.
    count: usize,
}

/// One thread, or one counter.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) marks: Vec<Mark>,
    now: usize,
    /// Where the bar begins that is not in `marks` yet.
    since: usize,
    holds: Vec<Channel>,
    /// The operation that has not ended, and how many calls came before it.
    call: Option<(Channel, String, usize)>,
    is_deadlocked: bool,
    is_ended: bool,
}

/// The columns of a bar with its label, or of a text. A bar may be empty.
pub(super) type Mark = (Range<usize>, Style, String);

/// How a part looks: its class in the SVG, and the block that fills a bar in the terminal. A text has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Style(pub(super) &'static str, pub(super) &'static str);

pub(super) const RUNS: Style = Style("runs", "▓");
pub(super) const HOLDS: Style = Style("holds", "█");
pub(super) const SLEEPS: Style = Style("sleeps", "┄");
pub(super) const BLOCKED: Style = Style("blocked", "░");
pub(super) const DEAD: Style = Style("dead", "▒");
pub(super) const COUNT: Style = Style("count", " ");
pub(super) const NAME: Style = Style("name", "");
pub(super) const PRINT: Style = Style("print", "");
pub(super) const NOTE: Style = Style("note", ""); // outcomes, lost notifications, deadlocks

impl Layout {
    pub(super) fn of(events: &[Event]) -> Self {
        let (mut layout, mut draft) = (Self::default(), Self::default().with(events));
        draft.calls.sort_by_key(|call| (call.0, call.1));
        layout.calls = draft.calls;
        layout.with(events)
    }

    /// Adds events in their order, but holds a thread back whose event was recorded before the signal that it needs.
    fn with(mut self, events: &[Event]) -> Self {
        let mut rest: Vec<&Event> = events.iter().collect();
        while !rest.is_empty() {
            let is_next = |at: &usize| {
                let (earlier, event) = (&rest[..*at], rest[*at]);
                let signals = self.signals.get(&event.channel);
                let is_possible = signals.map_or(event.count, VecDeque::len) > 0;
                let is_held = earlier.iter().any(|held| held.thread == event.thread);
                !is_held && (is_possible || event.verb != Verb::Proceed)
            };
            let next = (0..rest.len()).find(is_next);
            self.add(rest.remove(next.unwrap_or(0))); // the first one if its signal was not recorded at all
        }
        self.finish()
    }

    fn add(&mut self, event: &Event) {
        let (at, channel, text) = (self.lane(event), event.channel, &event.text);
        let objects = channel.object..channel.object + event.size;
        let lane = &mut self.lanes[at];
        match event.verb {
            Verb::Begin => {
                if !text.is_empty() {
                    lane.name.clone_from(text);
                }
                self.names.push((objects, lane.name.clone()));
                if let Some(&(column, starter)) = self.latest.get(&channel) {
                    self.arrows.push([column, starter, at]);
                }
            }
            Verb::Call => {
                self.count += 1;
                lane.call = Some((channel, text.clone(), self.count));
                if self.calls.iter().all(|call| call.2 != channel) {
                    self.calls.push((lane.now, at, channel));
                }
            }
            Verb::Proceed | Verb::Hold | Verb::ProceedAfterAll => self.proceed(at, event),
            Verb::GiveUp => {
                let end = lane.now + if event.count > 0 { TIMEOUT } else { 0 };
                self.unblock(at, end, false);
                self.lanes[at].text(NOTE, text);
            }
            Verb::Cancel => {
                lane.now += 1;
                let now = lane.now;
                if let Some(cancelled) = self.started.get(&channel) {
                    let lane = &mut self.lanes[*cancelled];
                    lane.bar(now.max(lane.now + 1), SLEEPS, "");
                    lane.text(NOTE, text);
                    lane.is_ended = true;
                }
            }
            Verb::Signal => self.signal(at, event),
            Verb::Count => self.changes.push((lane.now, channel, event.count)),
            Verb::Print => {
                let own = format!("{}:", lane.name);
                let text = text.strip_prefix(&own).unwrap_or(text).trim();
                let mut shown: String = text.chars().take(MOST_CHARACTERS).collect();
                if shown.len() < text.len() {
                    shown.push('…');
                }
                lane.text(PRINT, &shown);
                lane.now += 1;
            }
            Verb::Sleep => {
                let end = lane.now + (event.count / COLUMN).clamp(SLEEP[0], SLEEP[1]);
                lane.bar(end, SLEEPS, "");
            }
            Verb::Observe => {
                let is_idle = |lane: &&Lane| [lane.call.is_some(), lane.is_ended][event.count];
                let idle = self.lanes.iter().filter(is_idle);
                self.unblock(at, idle.map(|lane| lane.now).max().unwrap_or(0), true);
            }
            Verb::Name => self.names.push((objects, text.clone())),
            Verb::Counter => {
                self.signals
                    .insert(channel, vec![(0, 0); event.count].into());
                self.changes.push((0, channel, event.count));
                self.counts.push((text.clone(), objects, channel.kind));
            }
        }
    }

    /// The lane of the event's thread; one that begins takes the lane that was added when it was started.
    fn lane(&mut self, event: &Event) -> usize {
        let started = self.started.get(&event.channel);
        let started = started.filter(|_| event.verb == Verb::Begin);
        let known = started.or(self.threads.get(&event.thread)).copied();
        let lane = known.unwrap_or_else(|| self.add_lane());
        self.threads.insert(event.thread, lane);
        lane
    }

    fn add_lane(&mut self) -> usize {
        let number = self.lanes.len();
        self.lanes.push(Lane::default());
        self.lanes[number].name = match number {
            0 => "main".into(),
            _ => format!("thread {number}"),
        };
        number
    }

    fn proceed(&mut self, at: usize, event: &Event) {
        let unused = self.signals.entry(event.channel);
        let unused = unused.or_insert_with(|| vec![(0, 0); event.count].into());
        // A signal is for the oldest call. One whose end is not recorded yet has its signal nevertheless.
        let own = self.lanes[at].call.as_ref().map_or(0, |call| call.2);
        let calls = self.lanes.iter().filter_map(|lane| lane.call.as_ref());
        let older = calls.filter(|call| call.0 == event.channel && call.2 < own);
        let cause = match event.verb {
            Verb::ProceedAfterAll => self.latest.get(&event.channel).copied(),
            _ => unused.remove(older.count()).or_else(|| unused.pop_front()),
        };
        let (column, waker) = cause.unwrap_or_default();
        if column > self.lanes[at].now && waker != at {
            self.unblock(at, column, true);
            self.arrows.push([column, waker, at]);
        }
        let lane = &mut self.lanes[at];
        lane.call = None;
        if event.verb == Verb::Hold {
            lane.cut();
            lane.holds.push(event.channel);
            lane.now += 1; // so that it is seen to hold
        }
        self.changes.push((lane.now, event.channel, usize::MAX));
    }

    /// Ends the call of a lane, which was blocked until the column `to` if that is not past.
    fn unblock(&mut self, at: usize, to: usize, is_success: bool) {
        let is_blocked = self.lanes[at].now < to;
        let waits = self.cycle(at).filter(|_| is_blocked);
        for (lane, wait) in waits.unwrap_or_default() {
            self.lanes[lane].is_deadlocked = true;
            self.deadlocks.push(wait);
        }
        let call = self.lanes[at].call.take();
        let label = call.map(|(channel, text, _)| format!("{text} {}", self.name(channel)));
        let lane = &mut self.lanes[at];
        let is_dead = std::mem::take(&mut lane.is_deadlocked) && !is_success;
        if is_blocked {
            let style = if is_dead { DEAD } else { BLOCKED };
            lane.bar(to, style, label.unwrap_or_default().trim());
        }
    }

    fn signal(&mut self, at: usize, event: &Event) {
        let (lanes, channel) = (&mut self.lanes, event.channel);
        if event.count == 0 && channel.kind == "condition" {
            lanes[at].text(NOTE, &format!("{}: no waiter", event.text));
        }
        lanes[at].now += 1;
        if channel.kind == "end" {
            lanes[at].cut();
            lanes[at].is_ended = true;
        }
        let mut signal = (lanes[at].now, at);
        if channel.kind == "barrier" {
            // Whichever thread releases a barrier, the latest arrival is the cause.
            let mut arrivals = channel;
            arrivals.kind = "arrivals";
            signal = self.latest.get(&arrivals).copied().unwrap_or(signal);
        }
        let is_held = |lane: &Lane| lane.holds.contains(&channel);
        let own = is_held(&lanes[at]).then_some(at);
        let lock = (channel.kind == "lock").then(|| lanes.iter().position(is_held));
        if let Some(holder) = own.or(lock.flatten()) {
            lanes[holder].cut();
            lanes[holder].holds.retain(|held| *held != channel);
        }
        if channel.kind == "thread" {
            let started = self.add_lane();
            (self.lanes[started].now, self.lanes[started].since) = (signal.0, signal.0);
            self.started.insert(channel, started);
        }
        let signals = vec![signal; event.count];
        self.signals.entry(channel).or_default().extend(signals);
        let latest = self.latest.entry(channel).or_default();
        *latest = signal.max(*latest);
        self.changes.push((signal.0, channel, event.count));
    }

    /// Follows calls and holders of locks from a lane on. If they lead back to it, none of these lanes can go on.
    fn cycle(&self, start: usize) -> Option<BTreeMap<usize, String>> {
        let (mut at, mut waits) = (start, BTreeMap::new());
        while !waits.contains_key(&at) {
            let lock = self.lanes[at].call.as_ref()?.0;
            let is_holder = |lane: &Lane| lock.kind == "lock" && lane.holds.contains(&lock);
            let holder = self.lanes.iter().position(is_holder)?;
            let [one, other] = [at, holder].map(|lane| &self.lanes[lane].name);
            let wait = format!("{one} waits for {}, which {other} holds", self.name(lock));
            waits.insert(at, format!("deadlock: {wait}"));
            at = holder;
        }
        (at == start).then_some(waits)
    }

    /// The name of the object. One without a name is called by its kind, and numbered if there are several of them.
    fn name(&self, channel: Channel) -> String {
        let given = |of: &Channel| self.names.iter().rfind(|name| name.0.contains(&of.object));
        if let Some((_, name)) = given(&channel) {
            return name.clone();
        }
        let is_alike = |of: &&Channel| of.kind == channel.kind && given(of).is_none();
        let called = self.calls.iter().map(|call| &call.2);
        let alike: Vec<&Channel> = called.filter(is_alike).collect();
        match alike.iter().position(|of| **of == channel) {
            Some(before) if alike.len() > 1 => format!("{}-{}", channel.kind, before + 1),
            _ => channel.kind.into(),
        }
    }

    fn finish(mut self) -> Self {
        let end = self.lanes.iter().map(|lane| lane.now).max().unwrap_or(0) + 1;
        self.end = end;
        for at in 0..self.lanes.len() {
            if self.lanes[at].call.is_some() {
                self.unblock(at, end, false);
            } else if self.threads.values().any(|lane| *lane == at) && !self.lanes[at].is_ended {
                self.lanes[at].now = end;
                self.lanes[at].cut();
            }
        }
        self.changes.sort_by_key(|change| change.0);
        for (name, objects, kind) in &self.counts {
            let (mut lane, mut number) = (Lane::default(), 0_usize);
            for (column, channel, change) in &self.changes {
                if channel.kind == *kind && objects.contains(&channel.object) {
                    lane.bar(*column, COUNT, &number.to_string());
                    number = number.wrapping_add(*change);
                }
            }
            lane.bar(end, COUNT, &number.to_string());
            lane.name.clone_from(name);
            self.counters.push(lane);
        }
        self.lanes.truncate(MOST_LANES);
        self.arrows.retain(|&[_, a, b]| a.max(b) < MOST_LANES);
        self.arrows.sort_unstable(); // the order of independent events is not that of every run
        self
    }
}

impl Lane {
    /// Ends the bar that is not in `marks` yet: the thread ran, and may hold something.
    fn cut(&mut self) {
        let style = if self.holds.is_empty() { RUNS } else { HOLDS };
        self.marks
            .push((self.since..self.now, style, String::new()));
        self.since = self.now;
    }

    /// Goes to the column `to` with a bar that is no running.
    fn bar(&mut self, to: usize, style: Style, label: &str) {
        self.cut();
        self.marks.push((self.now..to, style, label.into()));
        (self.now, self.since) = (to, to);
    }

    /// A text, for which the present column gets as wide as it needs.
    fn text(&mut self, style: Style, text: &str) {
        self.marks
            .push((self.now..self.now + 1, style, text.into()));
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests;
