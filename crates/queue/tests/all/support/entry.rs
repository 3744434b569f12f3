//! A line of `--json`.

use serde::Deserialize;
use serde_json::{Map, Value};

/// The report of the crawler on one request: exactly these ten fields.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) url: String,
    pub(crate) status: Option<u16>,
    pub(crate) bytes: u64,
    pub(crate) title: Option<String>,
    pub(crate) depth: u64,
    pub(crate) links: u64,
    pub(crate) referrer: Option<String>,
    pub(crate) attempts: u64,
    pub(crate) redirect: Option<String>,
    pub(crate) error: Option<String>,
}

impl Entry {
    pub(crate) fn parse(line: &str) -> Self {
        let fields: Map<String, Value> = serde_json::from_str(line).expect(line);
        assert_eq!(fields.len(), 10, "a field is missing in {line}");
        serde_json::from_value(fields.into()).expect(line)
    }

    /// The reason of the failure, or the empty string.
    pub(crate) fn reason(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }
}

/// The entries of a crawl.
#[derive(Debug)]
pub(crate) struct Entries(pub(crate) Vec<Entry>);

impl Entries {
    /// The entry of `url`. Panics unless there is exactly one.
    pub(crate) fn of(&self, url: &str) -> &Entry {
        let found = self.0.iter().filter(|entry| entry.url == url);
        let found: Vec<_> = found.collect();
        assert_eq!(found.len(), 1, "{url} in {self:#?}");
        found[0]
    }

    /// All URLs, sorted.
    pub(crate) fn urls(&self) -> Vec<&str> {
        let mut urls: Vec<_> = self.0.iter().map(|entry| &*entry.url).collect();
        urls.sort_unstable();
        urls
    }

    /// The number of failed requests.
    pub(crate) fn failed(&self) -> usize {
        let failed = self.0.iter().filter(|entry| entry.error.is_some());
        failed.count()
    }
}
