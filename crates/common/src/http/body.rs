//! Bodies: read piece by piece, within bounds, never kept.

use super::deadline::Call;
use super::error::Error;
use std::io::Read;
use std::time::{Duration, Instant};
use ureq::Body;

/// The piece of a body that is in memory.
const PIECE: usize = 16 * 1024;

/// The rest of an answer is worth this much, because reading it saves the connection.
const DRAINED_BYTES: usize = 64 * 1024;
const DRAINED_TIME: Duration = Duration::from_millis(500);

/// What a body may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) timeout: Duration,
}

/// Hands the decoded body to `each`, and says how long it was.
pub(super) fn read(
    body: &mut Body,
    limits: Limits,
    mut each: impl FnMut(&[u8]),
) -> Result<u64, Error> {
    let limit = limits.bytes;
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(Error::TooLarge(limit));
    }
    // ureq's own limit would count the compressed bytes.
    let mut reader = body.as_reader();
    let mut piece = [0; PIECE];
    let mut size = 0;
    loop {
        let length = reader
            .read(&mut piece)
            .map_err(|error| Error::in_body(error, limits.timeout))?;
        size += length as u64;
        if size > limit {
            return Err(Error::TooLarge(limit));
        }
        if length == 0 {
            return Ok(size);
        }
        each(&piece[..length]);
    }
}

/// The first `limit` decoded bytes of the body.
pub(super) fn beginning(body: &mut Body, limit: u64, timeout: Duration) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = body.as_reader().take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Error::in_body(error, timeout))?;
    Ok(bytes)
}

/// Reads what is left of an answer that nobody wants, so that its connection can be used again;
/// gives up, and the connection too, when that is not quickly done.
pub(super) fn drain(mut body: Body) {
    let soon = Instant::now() + DRAINED_TIME;
    Call::begin(Some(
        Call::deadline().map_or(soon, |deadline| deadline.min(soon)),
    ));
    let mut reader = body.as_reader();
    let mut piece = [0; PIECE];
    let mut size = 0;
    while size <= DRAINED_BYTES {
        match reader.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(length) => size += length,
        }
    }
}
