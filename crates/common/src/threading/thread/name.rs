//! Thread names, given or default.

use crate::sync::Arc;
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};

/// The name of a thread.
pub(super) enum Name {
    /// A given name, or a default name that was formatted by the first `get`.
    Text(Arc<str>),
    Default {
        kind: &'static str,
        number: u64,
        target_type: &'static str,
    },
}

impl Name {
    pub(super) fn given(name: &str) -> Self {
        Self::Text(Arc::from(name))
    }

    /// `Thread-N`, `Dummy-N`, or `Thread-N (f)` when the type of the target is that of a function `f`. One counter for all
    /// default names, as in Python; a thread with a given name does not advance it.
    pub(super) fn numbered(kind: &'static str, target_type: &'static str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self::Default {
            kind,
            number: NEXT.fetch_add(1, Relaxed),
            target_type,
        }
    }

    pub(super) fn get(&mut self) -> Arc<str> {
        let text = match self {
            Self::Text(text) => Arc::clone(text),
            Self::Default {
                kind,
                number,
                target_type,
            } => {
                let function = function(target_type).map(|name| format!(" ({name})"));
                Arc::from(format!("{kind}-{number}{}", function.unwrap_or_default()))
            }
        };
        *self = Self::Text(Arc::clone(&text));
        text
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
