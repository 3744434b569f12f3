//! The crawl of a local demo site: pages that link in cycles, a redirect, a missing page, a slow page.

use super::report::Report;
use super::{Crawl, options, visit};
use crate::Options;
use common::demo::{fail, or_fail, until};
use common::http::url::Url;
use common::println;
use common::queue::{PutError, Queue};
use common::site::Site;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The pages: path, title, and link target.
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

/// Five workers take URLs from the queue and add the URLs they find. While one worker waits for the slow page, the
/// queue is empty but the crawl has not ended: the slow page links to one more page.
pub(crate) fn url_frontier(_: &Options) {
    println!("5 workers; the pages link in circles, and each is asked for once");
    let site = demo_site();
    let start = Url::parse(&site.url("/")).expect("a URL");
    let mut crawl = Crawl::new(options::Crawl::new(vec![start]));
    crawl.report = Report::sorted(site.url(""));
    let crawl = Arc::new(crawl);
    thread::scope(|scope| {
        scope.spawn(|| crawl.play(5, visit));
        // All pages but the last are known, and all but the slow one are done.
        let queue = &crawl.frontier.queue;
        until(|| crawl.frontier.seen.claimed() == 7);
        until(|| queue.unfinished_tasks() == 1 && queue.waiting() == 4);
        println!(
            "before the slow page comes: {} in the queue, {} unfinished: not the end",
            queue.qsize(),
            queue.unfinished_tasks()
        );
        site.release(SLOW.0);
    });
    crawl.report.finish(&crawl.frontier.seen);
    if crawl.report.failed() != 1 {
        fail("more pages failed than the missing one");
    }
}

/// The site of the demo; its page `/slow` is answered once it is released.
pub(crate) fn demo_site() -> Site {
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
    or_fail(site)
}

/// The workers that take links from the frontier also put links into it: when all of them block in `put`, no worker
/// makes room.
pub(crate) fn bounded_frontier(_: &Options) {
    let frontier = Queue::bounded(2);
    frontier.put("/").expect("there is room");
    let page = frontier.get_task().expect("it is in there");
    println!("the only worker has taken {} and found three links", *page);
    for link in ["/threads", "/queues", "/locks"] {
        match frontier.put_timeout(link, Duration::from_millis(20)) {
            Ok(()) => println!("{link} is in the frontier"),
            Err(PutError::Full(link)) => {
                println!("{link} would block for good: no other worker takes links out");
            }
            Err(error) => println!("{link}: {error}"),
        }
    }
}
