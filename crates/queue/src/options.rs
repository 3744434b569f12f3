//! Which part, and with which figures.

mod crawl;

pub(crate) use crawl::Crawl;

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§4 Queue: the kinds of queue, workers that take items from one, a buffer between threads, and a crawler.

Usage: queue                                    all parts, one after the other
       queue kinds                              which item comes next, and who waits
       queue worker [--items N] [--workers N]   threads that work off what is in a queue
       queue buffer [--maxsize N]               a queue between producer and consumer
       queue crawl                              URLs in a queue: a site of its own
       queue crawl [OPTIONS] URL...             real ones; see queue crawl --help

  --items N     how many items there are to work on (30)
  --workers N   how many threads work on them (1)
  --maxsize N   how many items the buffer has room for (3)";

/// What the buffer has room for when nothing else is said.
pub(crate) const MAXSIZE: usize = 3;

/// What to play.
pub(crate) enum Part {
    All,
    Kinds,
    Worker(Team),
    Buffer {
        maxsize: usize,
    },
    /// The crawl of the demo's own site.
    Site,
    Crawl(Box<Crawl>),
}

/// Who is to do how much.
#[derive(Clone, Copy)]
pub(crate) struct Team {
    pub(crate) items: u32,
    pub(crate) workers: usize,
}

impl Default for Team {
    /// As in the notes.
    fn default() -> Self {
        let (items, workers) = (30, 1);
        Self { items, workers }
    }
}

pub(crate) fn read() -> Part {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Part, lexopt::Error> {
    let word = match arguments.next()? {
        None => return Ok(Part::All),
        Some(Value(word)) => word,
        Some(Long("help") | Short('h')) => help(HELP),
        Some(other) => return Err(other.unexpected()),
    };
    match word.to_str() {
        Some("kinds") => no_more(arguments).map(|()| Part::Kinds),
        Some("worker") => team(arguments).map(Part::Worker),
        Some("buffer") => maxsize(arguments).map(|maxsize| Part::Buffer { maxsize }),
        Some("crawl") => Ok(match crawl::parse(arguments)? {
            Some(job) => Part::Crawl(Box::new(job)),
            None => Part::Site,
        }),
        _ => Err(Value(word).unexpected()),
    }
}

fn no_more(mut arguments: lexopt::Parser) -> Result<(), lexopt::Error> {
    match arguments.next()? {
        None => Ok(()),
        Some(Long("help") | Short('h')) => help(HELP),
        Some(other) => Err(other.unexpected()),
    }
}

fn team(mut arguments: lexopt::Parser) -> Result<Team, lexopt::Error> {
    let mut team = Team::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("items") => team.items = number("--items", &arguments.value()?, 1..=1_000_000)?,
            Long("workers") => team.workers = number("--workers", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(team)
}

fn maxsize(mut arguments: lexopt::Parser) -> Result<usize, lexopt::Error> {
    let mut maxsize = MAXSIZE;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("maxsize") => maxsize = number("--maxsize", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(maxsize)
}
