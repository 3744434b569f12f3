//! Thread names, given or default.

use crate::sync::Arc;
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};
use std::any::type_name;

/// A given name, or a default name, which is formatted by the first `get`.
pub(super) struct Name {
    text: Option<Arc<str>>,
    kind: &'static str,
    /// Assigned when the thread is created.
    number: u64,
    target_type: &'static str,
}

impl Name {
    pub(super) fn given(name: &str) -> Self {
        Self {
            text: Some(Arc::from(name)),
            kind: "",
            number: 0,
            target_type: "",
        }
    }

    /// `Thread-N (f)` when the target is a function `f`, `Thread-N` when it is a closure.
    pub(super) fn of_target<F>() -> Self {
        Self::numbered("Thread", type_name::<F>())
    }

    /// `Thread-N` or `Dummy-N`.
    pub(super) fn of_kind(kind: &'static str) -> Self {
        Self::numbered(kind, "")
    }

    /// One counter for all default names, as in Python; a thread with a given name does not advance it.
    fn numbered(kind: &'static str, target_type: &'static str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            text: None,
            kind,
            number: NEXT.fetch_add(1, Relaxed),
            target_type,
        }
    }

    pub(super) fn get(&mut self) -> Arc<str> {
        let Self { kind, number, .. } = self;
        let text = self.text.get_or_insert_with(|| {
            let default = match function(self.target_type) {
                Some(function) => format!("{kind}-{number} ({function})"),
                None => format!("{kind}-{number}"),
            };
            Arc::from(default)
        });
        Arc::clone(text)
    }
}

/// The last segment of a function's path, without its type parameters; `None` when the type is not a function.
fn function(target_type: &str) -> Option<String> {
    let mut depth = 0;
    let mut path = target_type.to_owned();
    path.retain(|character| {
        depth += i32::from(character == '<');
        let is_outside = depth == 0;
        depth -= i32::from(character == '>');
        is_outside
    });
    let name = path.rsplit("::").next()?;
    let is_function = name.starts_with(|c: char| c.is_lowercase() || c == '_');
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_function && is_name).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn function_name_is_the_last_segment_and_closures_have_none() {
        assert_eq!(function("demo::pages::fetch"), Some("fetch".to_owned()));
        assert_eq!(
            function("demo::fetch<alloc::string::String>"),
            Some("fetch".to_owned())
        );
        assert_eq!(
            function("demo::fetch<alloc::vec::Vec<u8>>"),
            Some("fetch".to_owned())
        );
        assert_eq!(
            function("demo::Page<alloc::string::String>::fetch"),
            Some("fetch".to_owned())
        );
        assert_eq!(function("demo::main::{{closure}}"), None);
        assert_eq!(
            function("demo::main<alloc::string::String>::{{closure}}"),
            None
        );
        assert_eq!(function("fn()"), None);
        assert_eq!(function("alloc::boxed::Box<dyn FnOnce()>"), None);
    }
}
