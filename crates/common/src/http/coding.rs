//! Content codings (RFC 9110, 8.4): gzip and deflate, by any of their names.

use super::error::Error;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Read};
use std::time::Duration;

/// Reads a body and decodes it.
pub(super) struct Decoder<'a> {
    reader: Box<dyn Read + 'a>,
    codings: &'a str,
}

impl<'a> Decoder<'a> {
    /// # Errors
    ///
    /// If one of the codings is unknown.
    pub(super) fn new(body: impl Read + 'a, codings: &'a str) -> Result<Self, Error> {
        let mut reader: Box<dyn Read + 'a> = Box::new(body);
        // The field lists them in the order in which they were applied.
        for coding in codings.rsplit(',') {
            let member: fn(Encoded<'a>, u8) -> Member<'a> = match &*coding
                .trim()
                .to_ascii_lowercase()
            {
                // The names after the first two are errors of servers, which browsers ignore.
                "" | "identity" | "none" | "binary" | "utf-8" | "utf8" | "aws-chunked" => continue,
                "gzip" | "x-gzip" => |encoded, _| Member::Gzip(GzDecoder::new(encoded)),
                // Some servers omit the zlib header that the standard requires.
                "deflate" => |encoded, first| match first & 0x8f {
                    0x08 => Member::Zlib(ZlibDecoder::new(encoded)),
                    _ => Member::Deflate(DeflateDecoder::new(encoded)),
                },
                other => return Err(Error::Coding(other.to_owned())),
            };
            reader = Box::new(Decoded {
                member,
                state: State::New(BufReader::new(reader)),
            });
        }
        Ok(Self { reader, codings })
    }

    pub(super) fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, Error> {
        use io::ErrorKind::{InvalidData, InvalidInput};
        self.reader.read(bytes).map_err(|error| match error.kind() {
            InvalidInput | InvalidData => {
                Error::Protocol(format!("its body is not {}", self.codings.trim()))
            }
            _ => Error::in_body(error, timeout),
        })
    }
}

type Encoded<'a> = BufReader<Box<dyn Read + 'a>>;

enum Member<'a> {
    Gzip(GzDecoder<Encoded<'a>>),
    Zlib(ZlibDecoder<Encoded<'a>>),
    Deflate(DeflateDecoder<Encoded<'a>>),
}

impl Member<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(bytes),
            Self::Zlib(decoder) => decoder.read(bytes),
            Self::Deflate(decoder) => decoder.read(bytes),
        }
    }
}

impl<'a> Member<'a> {
    fn into_inner(self) -> Encoded<'a> {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Deflate(decoder) => decoder.into_inner(),
        }
    }
}

/// Data of one coding: a sequence of members. An empty input is empty data, and bytes after the last member are
/// ignored.
struct Decoded<'a> {
    /// Starts a member with this first byte.
    member: fn(Encoded<'a>, u8) -> Member<'a>,
    state: State<'a>,
}

enum State<'a> {
    New(Encoded<'a>),
    Within(Member<'a>),
    End,
}

impl Read for Decoded<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::New(mut encoded) => {
                    if let Some(&first) = encoded.fill_buf()?.first() {
                        self.state = State::Within((self.member)(encoded, first));
                    }
                }
                State::Within(mut member) => {
                    let length = member.read(bytes)?;
                    if length > 0 {
                        self.state = State::Within(member);
                        return Ok(length);
                    }
                    let mut encoded = member.into_inner();
                    // Every member of gzip data begins with this byte.
                    if encoded.fill_buf()?.first() == Some(&0x1f) {
                        self.state = State::New(encoded);
                    } else {
                        // Reads the input to its end, so that the connection can be reused.
                        io::copy(&mut encoded, &mut io::sink())?;
                    }
                }
            }
        }
    }
}
