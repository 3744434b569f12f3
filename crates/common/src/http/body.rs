//! Bodies: read in chunks and decoded, within limits, without keeping them in memory.

use super::coding::Decoder;
use super::deadline::Call;
use super::error::Error;
use std::io::Read;
use std::time::{Duration, Instant};
use ureq::Body;

/// The chunk of a body that is in memory.
const PIECE: usize = 16 * 1024;

/// The longest body that is read only to reuse its connection.
const DRAINED_BYTES: u64 = 64 * 1024;
const DRAINED_TIME: Duration = Duration::from_millis(500);

/// The limits of a body.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) timeout: Duration,
}

/// Decodes the body by these content codings, calls `each` with every chunk, and returns the decoded length.
pub(super) fn read(
    body: &mut Body,
    codings: &str,
    limits: Limits,
    mut each: impl FnMut(&[u8]),
) -> Result<u64, Error> {
    let limit = limits.bytes;
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(Error::TooLarge(limit));
    }
    let mut decoder = Decoder::new(body.as_reader(), codings)?;
    let mut piece = [0; PIECE];
    let mut size = 0;
    loop {
        let length = decoder.read(&mut piece, limits.timeout)?;
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
pub(super) fn beginning(
    body: &mut Body,
    codings: &str,
    limit: usize,
    timeout: Duration,
) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(body.as_reader(), codings)?;
    let mut piece = [0; PIECE];
    let mut bytes = Vec::new();
    while bytes.len() < limit {
        let most = PIECE.min(limit - bytes.len());
        match decoder.read(&mut piece[..most], timeout)? {
            0 => break,
            length => bytes.extend(&piece[..length]),
        }
    }
    Ok(bytes)
}

/// Reads the body if it is short, so that its connection can be reused; otherwise closes the connection. Returns the
/// length that the server sent, or else the number of bytes read.
pub(super) fn drain(mut body: Body) -> u64 {
    let announced = body.content_length();
    if let Some(length) = announced.filter(|&length| length > DRAINED_BYTES) {
        return length;
    }
    let soon = Instant::now() + DRAINED_TIME;
    Call::begin(Some(
        Call::deadline().map_or(soon, |deadline| deadline.min(soon)),
    ));
    let mut reader = body.as_reader();
    let mut piece = [0; PIECE];
    let mut size = 0;
    while size <= DRAINED_BYTES {
        match reader.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(length) => size += length as u64,
        }
    }
    announced.unwrap_or(size)
}
