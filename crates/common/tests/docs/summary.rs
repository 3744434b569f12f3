//! The tables of contents, from which mdBook makes a book of each language: every page is in its SUMMARY.md, once.

use super::links::{links, resolve};
use super::page::Page;

pub(crate) fn is_summary(page: &Page) -> bool {
    page.path.ends_with("/SUMMARY.md")
}

/// The pages that a table of contents names, in its order: line and path.
pub(crate) fn named(summary: &Page) -> Vec<(usize, String)> {
    let links = links(summary).into_iter();
    links
        .filter_map(|link| Some((link.line, resolve(summary, &link.target?))))
        .collect()
}

/// The faults in the tables of contents: page, line and reason.
pub(crate) fn faults(pages: &[Page]) -> Vec<(&Page, usize, String)> {
    let mut faults = Vec::new();
    for page in pages.iter().filter(|page| !is_summary(page)) {
        let Some((directory, _)) = page.path.rsplit_once('/') else {
            continue; // the README of the repository is no page of a book
        };
        let path = format!("{directory}/SUMMARY.md");
        let summary = pages.iter().find(|summary| summary.path == path);
        let times = summary.map_or(0, |summary| {
            let named = named(summary);
            named.iter().filter(|(_, path)| *path == page.path).count()
        });
        if times != 1 {
            faults.push((page, 0, format!("{path} names this page {times} times")));
        }
    }
    faults
}
