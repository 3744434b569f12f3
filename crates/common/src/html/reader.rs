//! The text of a page for the tokenizer, which spends most of its time looking for the next `<` or quote.

use html5gum::Reader;
use std::convert::Infallible;

/// As html5gum's own reader of text, but that it looks at many bytes at once.
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl Reader for Text<'_> {
    type Error = Infallible;

    #[inline]
    fn read_byte(&mut self) -> Result<Option<u8>, Infallible> {
        Ok(self.0.split_off_first().copied())
    }

    #[inline]
    fn try_read_string(&mut self, wanted: &[u8], case_sensitive: bool) -> Result<bool, Infallible> {
        let Some((next, rest)) = self.0.split_at_checked(wanted.len()) else {
            return Ok(false);
        };
        let is_next = next == wanted || (!case_sensitive && next.eq_ignore_ascii_case(wanted));
        if is_next {
            self.0 = rest;
        }
        Ok(is_next)
    }

    #[inline]
    fn read_until<'b>(
        &'b mut self,
        needles: &[u8],
        _: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Infallible> {
        let found = match *needles {
            [one, two, three] => memchr::memchr3(one, two, three, self.0),
            _ => self.0.iter().position(|byte| needles.contains(byte)),
        };
        // A needle comes alone, and what is before it comes first.
        let length = found.map_or(self.0.len(), |at| at.max(1));
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok((!piece.is_empty()).then_some(piece))
    }
}
