//! The crawl on a site of the demo's own: pages that link in circles, a redirect, a missing page, a slow one.

use super::report::Report;
use super::{Crawl, visit};
use crate::options;
use common::demo::heading;
use common::http::url::Url;
use common::println;
use common::queue::{PutError, Queue};
use common::site::Site;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The pages, what they are called, and where they link to.
const PAGES: [(&str, &str, &str); 5] = [
    ("/", "Notes", "/threads /queues /old#end /missing"),
    ("/threads", "Threads", "/ /queues ../queues"),
    (
        "/queues",
        "Queues",
        "/threads /slow http://elsewhere.invalid/",
    ),
    ("/locks", "Locks", "/"),
    ("/last", "The last page", "/"),
];
const SLOW: (&str, &str, &str) = ("/slow", "A slow page", "/last");

/// Its one failure is its lesson; any other is a failure of the tour.
pub(crate) fn play() -> ExitCode {
    let as_planned = the_frontier_is_a_queue();
    a_frontier_with_a_limit();
    ExitCode::from(u8::from(!as_planned))
}

/// Five workers take URLs from the queue and add those they find. While one of them waits for the slow page the
/// queue is empty, and yet this is not the end: the slow page leads to one more.
fn the_frontier_is_a_queue() -> bool {
    heading("§4", "URL frontier", "URL 队列");
    println!("5 workers; the pages link in circles, and each is asked for once");
    let site = site();
    let start = Url::parse(&site.url("/")).expect("a URL");
    let mut crawl = Crawl::new(&options::Crawl::new(vec![start]));
    crawl.report = Report::sorted(site.url(""));
    let crawl = Arc::new(crawl);
    thread::scope(|scope| {
        scope.spawn(|| crawl.play(5, visit));
        // All but the last are known, and all but the slow one are done.
        while crawl.frontier.seen.claimed() < 7 {
            thread::yield_now();
        }
        let queue = &crawl.frontier.queue;
        while queue.unfinished_tasks() != 1 || queue.waiting() != 4 {
            thread::yield_now();
        }
        println!(
            "before the slow page comes: {} in the queue, {} unfinished: not the end",
            queue.qsize(),
            queue.unfinished_tasks()
        );
        site.release(SLOW.0);
    });
    crawl.report.finish(&crawl.frontier.seen) == ExitCode::FAILURE && crawl.report.failed() == 1
}

fn site() -> Site {
    let page = |(_, title, links): (&str, &str, &str)| {
        let links = links
            .split(' ')
            .map(|link| format!("<p><a href='{link}'>{link}</a>\n"));
        format!("<title>{title}</title>\n{}", links.collect::<String>())
    };
    let pages = PAGES.iter().fold(Site::builder(), |site, &described| {
        site.page(described.0, page(described))
    });
    let site = pages
        .held(SLOW.0, page(SLOW))
        .redirect("/old", "/locks")
        .start();
    site.expect("loopback has a free port")
}

/// Who takes from the frontier is who puts into it: when all of them wait for room, nobody makes any.
fn a_frontier_with_a_limit() {
    println!();
    heading("§4", "A frontier with a limit", "有界的 URL 队列");
    let frontier = Queue::bounded(2);
    frontier.put("/").expect("there is room");
    let page = frontier.get_task().expect("it is in there");
    println!("the only worker has taken {} and found three links", *page);
    for link in ["/threads", "/queues", "/locks"] {
        match frontier.put_timeout(link, Duration::from_millis(20)) {
            Ok(()) => println!("{link} is in the frontier"),
            Err(PutError::Full(link)) => {
                println!("{link} would wait for ever: nobody else takes links out");
            }
            Err(error) => println!("{link}: {error}"),
        }
    }
}
