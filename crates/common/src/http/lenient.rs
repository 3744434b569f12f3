//! Malformed answers, rewritten for ureq's parser.
//!
//! Browsers and curl accept heads with folded lines, odd names, or hundreds of fields, and chunks with extensions;
//! ureq refuses them. This transport reads the head itself, up to a limit, and passes on the few fields that the
//! client uses. It passes on chunks without their extensions. Any other body is passed on unchanged.

use super::error::Error;
use std::io::Write;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// The longest head of an answer in bytes.
pub(super) const LONGEST_HEAD: usize = 256 * 1024;

/// The fields that the client uses.
const FIELDS: [&[u8]; 8] = [
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"location",
    b"refresh",
    b"retry-after",
    b"transfer-encoding",
];

/// A name and a value.
type Field = (&'static [u8], Vec<u8>);

/// A transport that rewrites its input so that ureq can parse it.
#[derive(Debug)]
pub(super) struct Lenient<T> {
    inner: T,
    state: State,
    /// The head received so far.
    head: Vec<u8>,
    rewritten: Rewritten,
}

#[derive(Debug)]
enum State {
    /// The bytes are passed on as they are.
    Raw,
    /// A head is expected, or has begun.
    Head,
    Chunks(Chunk),
}

/// The next part of a chunked body.
#[derive(Clone, Copy, Debug)]
enum Chunk {
    /// The digits of a size; `None` before the first digit, then their value.
    Size(Option<u64>),
    /// The rest of the line after this size.
    Extension(u64),
    /// This many bytes of data, and the end of their line.
    Data(u64),
    /// A field after the last chunk; whether its line is empty so far.
    Trailer(bool),
    End,
}

impl<T: Transport> Lenient<T> {
    pub(super) fn new(inner: T) -> Self {
        Self {
            inner,
            state: State::Raw,
            head: Vec::new(),
            rewritten: Rewritten::default(),
        }
    }

    /// Moves the lines of the head out of the input. Returns whether the head is complete.
    fn take_head(&mut self) -> Result<bool, ureq::Error> {
        loop {
            let buffers = self.inner.buffers();
            let input = buffers.input();
            let line = match input.iter().position(|&byte| byte == b'\n') {
                Some(end) => &input[..=end],
                None => input,
            };
            let (length, is_whole) = (line.len(), line.ends_with(b"\n"));
            // An empty line before the head is skipped.
            if !(self.head.is_empty() && line.trim_ascii().is_empty()) {
                self.head.extend(line);
            }
            buffers.input_consume(length);
            let is_empty = self.head.ends_with(b"\n\r\n") || self.head.ends_with(b"\n\n");
            let start = self.head.len().min(5);
            if self.head[..start] != b"HTTP/"[..start] {
                return Err(Error::Protocol("it is not HTTP".to_owned()).into());
            }
            if self.head.len() > LONGEST_HEAD {
                return Err(Error::HeadTooLong(LONGEST_HEAD).into());
            }
            if is_empty || !is_whole {
                return Ok(is_empty);
            }
        }
    }

    /// Passes the head on, rewritten.
    fn rewrite_head(&mut self) {
        let head = std::mem::take(&mut self.head);
        let (status, fields) = parse(&head);
        let bytes = self.rewritten.begin();
        bytes.extend(status);
        bytes.extend(b"\r\n");
        let mut is_chunked = false;
        for (name, value) in fields {
            if name != b"transfer-encoding" {
                bytes.extend([name, b": ", &value, b"\r\n"].concat());
            } else if value.to_ascii_lowercase().ends_with(b"chunked") && !is_chunked {
                is_chunked = !status.starts_with(b"HTTP/1.0");
                bytes.extend(b"transfer-encoding: chunked\r\n");
            }
        }
        bytes.extend(b"\r\n");
        self.state = match status.get(9..12) {
            Some(b"101" | b"204" | b"304") => State::Raw,
            // Another head follows.
            Some([b'1', ..]) => State::Head,
            _ if is_chunked => State::Chunks(Chunk::Size(None)),
            _ => State::Raw,
        };
    }

    /// Passes on the received part of a chunked body.
    fn rewrite_chunks(&mut self, mut chunk: Chunk) -> Result<(), ureq::Error> {
        let buffers = self.inner.buffers();
        let input = buffers.input();
        let bytes = self.rewritten.begin();
        let mut used = 0;
        while used < input.len() && !matches!(chunk, Chunk::End) {
            let rest = &input[used..];
            used += chunk.data(rest, bytes);
            if let Some(&byte) = input.get(used) {
                chunk = chunk.next(byte, bytes)?;
                used += 1;
            }
        }
        buffers.input_consume(used);
        self.state = match chunk {
            Chunk::End => State::Raw,
            chunk => State::Chunks(chunk),
        };
        Ok(())
    }
}

impl Chunk {
    /// Passes on data of the chunk, and returns its length.
    fn data(&mut self, input: &[u8], bytes: &mut Vec<u8>) -> usize {
        let Self::Data(left) = self else {
            return 0;
        };
        let most = usize::try_from(*left).unwrap_or(usize::MAX);
        let length = most.min(input.len());
        bytes.extend(&input[..length]);
        *left -= length as u64;
        length
    }

    /// The next part after this byte, which is not data.
    fn next(self, byte: u8, bytes: &mut Vec<u8>) -> Result<Self, Error> {
        let is_line_end = byte == b'\n';
        let digit = char::from(byte).to_digit(16).map(u64::from);
        Ok(match (self, digit) {
            (Self::Size(size), Some(digit)) if size.unwrap_or_default() < 1 << 59 => {
                Self::Size(Some(size.unwrap_or_default() * 16 + digit))
            }
            (Self::Size(Some(size)) | Self::Extension(size), None) if is_line_end => {
                write!(bytes, "{size:x}\r\n").expect("writing to a Vec cannot fail");
                if size == 0 {
                    Self::Trailer(true)
                } else {
                    Self::Data(size)
                }
            }
            (Self::Size(Some(size)), None) | (Self::Extension(size), _) => Self::Extension(size),
            (Self::Size(_), _) => {
                return Err(Error::Protocol("a chunk without its size".to_owned()));
            }
            (Self::Data(_), _) if is_line_end => {
                bytes.extend(b"\r\n");
                Self::Size(None)
            }
            (Self::Data(_), _) if byte == b'\r' => self,
            (Self::Data(_), _) => {
                return Err(Error::Protocol("a chunk longer than its size".to_owned()));
            }
            (Self::Trailer(true), _) if is_line_end => {
                bytes.extend(b"\r\n");
                Self::End
            }
            (Self::Trailer(_), _) if is_line_end => Self::Trailer(true),
            (Self::Trailer(is_empty), _) => Self::Trailer(is_empty && byte == b'\r'),
            (Self::End, _) => self,
        })
    }
}

/// The status line, and the fields that the client uses: the name in lower case, the value unfolded.
fn parse(head: &[u8]) -> (&[u8], Vec<Field>) {
    let mut lines = head.split(|&byte| byte == b'\n');
    let status = lines.next().unwrap_or_default();
    // The text after the code is ignored.
    let status = status.get(..12).unwrap_or(status).trim_ascii_end();
    let mut fields: Vec<Field> = Vec::new();
    let mut is_kept = false;
    for line in lines {
        let text = |text: &[u8]| -> Vec<u8> {
            let text = text.trim_ascii().iter().copied();
            text.filter(|byte| !byte.is_ascii_control()).collect()
        };
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let (true, Some((_, value))) = (is_kept, fields.last_mut()) {
                value.push(b' ');
                value.extend(text(line));
            }
            continue;
        }
        let colon = line
            .iter()
            .position(|&byte| byte == b':')
            .unwrap_or_default();
        let name = line[..colon].trim_ascii();
        let known = FIELDS.iter().find(|field| field.eq_ignore_ascii_case(name));
        is_kept = known.is_some();
        fields.extend(known.map(|&name| (name, text(&line[colon + 1..]))));
    }
    (status, fields)
}

impl<T: Transport> Transport for Lenient<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        if matches!(self.state, State::Raw) && self.rewritten.input().is_empty() {
            self.inner.buffers()
        } else {
            &mut self.rewritten
        }
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        // A tunnel carries other bytes too.
        if self.inner.buffers().output().starts_with(b"GET ") {
            self.state = State::Head;
        }
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        loop {
            let has_input = !self.inner.buffers().input().is_empty();
            match self.state {
                State::Raw => return self.inner.await_input(timeout),
                State::Head if has_input => {
                    if self.take_head()? {
                        self.rewrite_head();
                        return Ok(true);
                    }
                }
                State::Chunks(chunk) if has_input => {
                    self.rewrite_chunks(chunk)?;
                    if !self.rewritten.input().is_empty() {
                        return Ok(true);
                    }
                }
                State::Head | State::Chunks(_) => {}
            }
            if !self.inner.await_input(timeout)? {
                return Ok(false);
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.state = State::Raw;
        self.rewritten.begin();
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Input that was rewritten.
#[derive(Debug, Default)]
struct Rewritten {
    bytes: Vec<u8>,
    used: usize,
    /// Whether the parser consumed some of the last input.
    progress: bool,
}

impl Rewritten {
    /// Removes the consumed input, and reads more.
    fn begin(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.used);
        self.used = 0;
        self.progress = true;
        &mut self.bytes
    }
}

impl Buffers for Rewritten {
    fn input(&self) -> &[u8] {
        &self.bytes[self.used..]
    }

    fn input_consume(&mut self, amount: usize) {
        self.used += amount;
        self.progress = amount > 0;
    }

    fn can_use_input(&self) -> bool {
        self.progress && !self.input().is_empty()
    }

    // The output buffer is not used while an answer is read.

    fn output(&mut self) -> &mut [u8] {
        &mut []
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        &mut []
    }

    fn input_appended(&mut self, _: usize) {}

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        (&mut [], &mut [])
    }
}
