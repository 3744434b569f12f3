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

pub(super) fn of_dummy() -> String {
    format!("Dummy-{}", NEXT.fetch_add(1, Relaxed))
}

/// The last segment of a function's path, without its type parameters.
fn function(target_type: &str) -> Option<&str> {
    let path = target_type.split('<').next()?;
    let name = path.rsplit("::").next()?;
    let is_function = name.starts_with(|c: char| c.is_lowercase() || c == '_');
    is_function.then_some(name)
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
        assert_eq!(function("demo::main::{{closure}}"), None);
        assert_eq!(function("alloc::boxed::Box<dyn FnOnce()>"), None);
    }
}
