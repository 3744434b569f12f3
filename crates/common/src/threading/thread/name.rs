//! Thread names, given or default.

use crate::sync::Arc;
use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};

/// The name of a thread.
pub(super) enum Name {
    Text(Arc<str>),
    /// The default name, with its number and the target's type: `Thread-N`, or `Thread-N (f)` when that is the type of
    /// a function `f`. `get` formats it, because a program with many timers does not ask for their names.
    Numbered(u64, &'static str),
}

impl Name {
    pub(super) fn numbered(target_type: &'static str) -> Self {
        Self::Numbered(next_number(), target_type)
    }

    pub(super) fn get(&self) -> Arc<str> {
        match self {
            Self::Text(text) => Arc::clone(text),
            Self::Numbered(number, target_type) => match function(target_type) {
                Some(function) => Arc::from(format!("Thread-{number} ({function})")),
                None => Arc::from(format!("Thread-{number}")),
            },
        }
    }
}

/// The next number for the default name of a thread or dummy. As in Python, a thread with a given name takes no number.
pub(super) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
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
