//! Default names.

use crate::sync::global_atomic::{AtomicU64, Ordering::Relaxed};

/// One counter for all default names, as in Python; a thread that is named does not use it up.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// `Thread-N (f)` when the target is a function `f`, `Thread-N` when it is a closure.
pub(super) fn of_thread(target_type: &str) -> String {
    let number = NEXT.fetch_add(1, Relaxed);
    match function(target_type) {
        Some(function) => format!("Thread-{number} ({function})"),
        None => format!("Thread-{number}"),
    }
}

/// `Thread-N`, for what is no function.
pub(super) fn plain() -> String {
    format!("Thread-{}", NEXT.fetch_add(1, Relaxed))
}

pub(super) fn of_dummy() -> String {
    format!("Dummy-{}", NEXT.fetch_add(1, Relaxed))
}

/// The last segment of a function's path, without its type parameters; `None` when it is no function's.
fn function(target_type: &str) -> Option<&str> {
    let name = without_parameters(target_type).rsplit("::").next()?;
    let is_function = name.starts_with(|c: char| c.is_lowercase() || c == '_');
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_function && is_name).then_some(name)
}

/// Without the last pair of angle brackets, if it ends with one.
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
    fn a_function_is_named_by_its_last_segment_and_a_closure_not_at_all() {
        assert_eq!(function("demo::pages::fetch"), Some("fetch"));
        assert_eq!(
            function("demo::fetch<alloc::string::String>"),
            Some("fetch")
        );
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
