//! Sites for the crawler.

use super::command;
use common::testing::hostile::{Answer, Request, Server};
use common::testing::{Run, Running};
use std::collections::HashMap;
use std::fmt::Display;

/// A site of these HTML pages, without a robots.txt.
pub(crate) fn site(pages: &[(&str, &str)]) -> Server {
    let owned = |&(path, html): &(&str, &str)| (path.to_owned(), html.to_owned());
    let pages: HashMap<_, _> = pages.iter().map(owned).collect();
    Server::with(move |request| match pages.get(&request.target) {
        Some(html) => Answer::html(html),
        None => Answer::not_found(),
    })
}

/// A site whose start page links to `paths`, which are answered by `answers`.
pub(crate) fn linking_to(
    paths: &[&str],
    answers: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> Server {
    let start = links(paths);
    Server::with(move |request| match &*request.target {
        "/" => Answer::html(&start),
        "/robots.txt" => Answer::not_found(),
        _ => answers(request),
    })
}

/// HTML with a link to each target.
pub(crate) fn links(targets: impl IntoIterator<Item = impl Display>) -> String {
    let link = |target| format!("<a href=\"{target}\">there</a>\n");
    targets.into_iter().map(link).collect()
}

/// A proxy that serves every host.
pub(crate) struct EveryHost(pub(crate) Server);

impl EveryHost {
    /// Runs a crawl through the proxy, with JSON entries.
    pub(crate) fn crawl(&self, arguments: &[&str]) -> Run {
        let mut command = command(&[&["--json"], arguments].concat());
        command.env("all_proxy", self.0.url("/"));
        Running::start(&mut command).end()
    }

    /// The requested URLs, sorted, without robots.txt.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.0.requests().into_iter();
        let pages = requests.filter(|request| request.target != "/robots.txt");
        let mut urls: Vec<_> = pages
            .map(|page| page.host().to_owned() + &page.target)
            .collect();
        urls.sort_unstable();
        urls
    }
}
