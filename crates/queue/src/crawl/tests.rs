use super::options;
use super::report::Report;
use super::{Crawl, Page};
use common::http::url::Url;
use common::site::Site;
use std::sync::Arc;

/// Crawls `site` from its root with this `visit`.
fn crawl(site: &Site, visit: super::Visit) -> Arc<Crawl> {
    let start = Url::parse(&site.url("/")).unwrap();
    let mut crawl = Crawl::new(options::Crawl::new(vec![start]));
    crawl.report = Report::sorted(site.url(""));
    let crawl = Arc::new(crawl);
    crawl.play(2, visit);
    crawl
}

fn broken(crawl: &Crawl, site: &Site) -> Vec<String> {
    let broken = crawl.frontier.seen.broken().into_iter();
    broken
        .map(|broken| format!("{}: {}", broken.url, broken.reason).replace(&site.url(""), ""))
        .collect()
}

fn site() -> Site {
    let site = Site::builder()
        .page(
            "/",
            "<title>Start</title><a href=/bad>bad</a> <a href=/good>good</a>",
        )
        .page("/bad", "<title>Bad</title><a href=/behind>behind</a>")
        .page("/good", "<title>Good</title>")
        .page("/behind", "<title>Behind</title>");
    site.start().unwrap()
}

#[test]
fn panic_in_visit_fails_that_page_only() {
    fn visit(page: &Page) -> Option<String> {
        assert!(
            !page.html.contains("Bad"),
            "no price on {}",
            page.url.path()
        );
        page.title.clone()
    }
    let site = site();
    let crawl = crawl(&site, visit);
    assert_eq!(
        broken(&crawl, &site),
        ["/bad: visit panicked: no price on /bad"]
    );
    assert_eq!((crawl.report.done(), crawl.report.failed()), (4, 1));
}

#[test]
fn crawl_ends_when_visit_panics_on_every_page() {
    fn visit(_: &Page) -> Option<String> {
        panic!("always")
    }
    let site = site();
    let crawl = crawl(&site, visit);
    assert_eq!(broken(&crawl, &site).len(), 4);
    assert_eq!(crawl.frontier.queue.unfinished_tasks(), 0);
}
