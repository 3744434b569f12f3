//! A primitive's own description, the same in every run.

use crate::threading::get_ident;
use std::fmt::Debug;

/// What `primitive` says of itself, with `name` in place of the calling thread's number, which may vary
/// from run to run.
///
/// ```
/// use common::demo::shown;
/// use common::threading::RLock;
///
/// let lock = RLock::new();
/// let _guard = lock.guard();
/// let expected = "RLock { held: true, owner: Some(main), level: 1, waiting: 0 }";
/// assert_eq!(shown(&lock, "main"), expected);
/// ```
pub fn shown(primitive: &impl Debug, name: &str) -> String {
    let number = format!("owner: Some({})", get_ident());
    format!("{primitive:?}").replace(&number, &format!("owner: Some({name})"))
}
