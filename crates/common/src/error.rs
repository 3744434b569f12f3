//! What the error types share.

/// Implements `Display` or `Debug` by one text or value to display for each pattern.
///
/// ```text
/// show! {
///     Display for GetError { Self::Empty => "queue is empty", Self::ShutDown => "queue is shut down" }
///     Debug for ShutDown<T> { _ => "ShutDown(..)" }
/// }
/// ```
macro_rules! show {
    ($($as:ident for $error:ident $(<$parameter:ident>)? { $($pattern:pat => $shown:expr),+ $(,)? })+) => {$(
        impl $(<$parameter>)? std::fmt::$as for $error $(<$parameter>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $($pattern => std::fmt::Display::fmt(&$shown, f)),+ }
            }
        }
    )+};
}
