//! Thread names, given or default.

use crate::sync::Arc;
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};
use std::any::type_name;

pub(super) enum Name {
    Given(Arc<str>),
    /// A default name, formatted by the first `get`. The number is assigned when the thread is created.
    Numbered {
        kind: &'static str,
        number: u64,
        target_type: &'static str,
    },
}

impl Name {
    pub(super) fn given(name: &str) -> Self {
        Self::Given(Arc::from(name))
    }

    /// `Thread-N (f)` when the target is a function `f`, `Thread-N` when it is a closure.
    pub(super) fn of_target<F>() -> Self {
        Self::numbered("Thread", type_name::<F>())
    }

    /// `Thread-N`.
    pub(super) fn plain() -> Self {
        Self::numbered("Thread", "")
    }

    pub(super) fn of_dummy() -> Self {
        Self::numbered("Dummy", "")
    }

    /// One counter for all default names, as in Python; a thread with a given name does not advance it.
    fn numbered(kind: &'static str, target_type: &'static str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self::Numbered {
            kind,
            number: NEXT.fetch_add(1, Relaxed),
            target_type,
        }
    }

    pub(super) fn get(&mut self) -> Arc<str> {
        let name = match self {
            Self::Given(name) => Arc::clone(name),
            Self::Numbered {
                kind,
                number,
                target_type,
            } => match function(target_type) {
                Some(function) => Arc::from(format!("{kind}-{number} ({function})")),
                None => Arc::from(format!("{kind}-{number}")),
            },
        };
        *self = Self::Given(Arc::clone(&name));
        name
    }
}

/// The last segment of a function's path, without its type parameters; `None` when the type is not a function.
fn function(target_type: &str) -> Option<&str> {
    let name = without_parameters(target_type).rsplit("::").next()?;
    let is_function = name.starts_with(|c: char| c.is_lowercase() || c == '_');
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_function && is_name).then_some(name)
}

/// Removes the angle brackets at the end of the path, if any, with their contents.
fn without_parameters(path: &str) -> &str {
    let mut depth = 0;
    for (place, character) in path.char_indices().rev() {
        match character {
            '>' => depth += 1,
            '<' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if character == '<' {
                &path[..place]
            } else {
                path
            };
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn function_name_is_the_last_segment_and_closures_have_none() {
        assert_eq!(function("demo::pages::fetch"), Some("fetch"));
        assert_eq!(
            function("demo::fetch<alloc::string::String>"),
            Some("fetch")
        );
        assert_eq!(function("demo::fetch<alloc::vec::Vec<u8>>"), Some("fetch"));
        assert_eq!(
            function("demo::Page<alloc::string::String>::fetch"),
            Some("fetch")
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
