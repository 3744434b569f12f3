//! Answers that take too long, are too large, or break off.

use super::{IMPATIENT, PATIENT, client, size};
use common::http::Error;
use common::testing::hostile::{Hostile, LATE};

#[test]
fn endless_answers_time_out() {
    for path in ["/hang", "/drip-header", "/drip-body", "/slow-chunks"] {
        assert_eq!(
            size(path, IMPATIENT),
            Err(Error::TimedOut(IMPATIENT)),
            "{path}"
        );
    }
}

#[test]
fn deadline_covers_header_body_and_redirects_together() {
    // Each part alone takes less than the timeout.
    let timeout = LATE * 3 / 2;
    assert_eq!(size("/late", timeout), Err(Error::TimedOut(timeout)));
    assert_eq!(size("/late", PATIENT), Ok(2));
}

#[test]
fn bodies_above_the_limit_are_errors() {
    for path in ["/endless", "/endless-chunks", "/bomb", "/too-big"] {
        let hostile = Hostile::start();
        let client = client(PATIENT).max_body(50_000).build();
        assert_eq!(
            client.size(&hostile.url(path)),
            Err(Error::TooLarge(50_000)),
            "{path}"
        );
    }
}

#[test]
fn body_of_exactly_the_limit_is_allowed() {
    let hostile = Hostile::start();
    for (path, length) in [("/ok", 1000), ("/gzip", 5000)] {
        let within = client(PATIENT).max_body(length).build();
        assert_eq!(within.size(&hostile.url(path)), Ok(length), "{path}");
        let beyond = client(PATIENT).max_body(length - 1).build();
        assert_eq!(
            beyond.size(&hostile.url(path)),
            Err(Error::TooLarge(length - 1)),
            "{path}"
        );
    }
}

#[test]
fn body_that_breaks_off_is_an_error() {
    for path in ["/too-long", "/gzip-cut"] {
        assert_eq!(size(path, PATIENT), Err(Error::Truncated), "{path}");
    }
    for path in ["/reset", "/reset-unsized"] {
        let error = size(path, PATIENT).expect_err(path);
        // On some systems a reset discards data that arrived before it.
        let expected = matches!(error, Error::Truncated | Error::Closed);
        assert!(
            expected && (error == Error::Truncated || !cfg!(target_os = "linux")),
            "{error:?}"
        );
    }
    assert_eq!(size("/silent", PATIENT), Err(Error::Closed));
}

#[test]
fn body_longer_than_content_length_ends_there() {
    let hostile = Hostile::start();
    let client = client(PATIENT).build();
    assert_eq!(client.size(&hostile.url("/too-short")), Ok(500));
    assert_eq!(client.size(&hostile.url("/ok")), Ok(1000));
}

#[test]
fn status_error_has_the_reason_phrase_of_the_standard() {
    for (path, text) in [
        ("/404", "HTTP 404 Not Found"),
        ("/500", "HTTP 500 Internal Server Error"),
        ("/404-endless", "HTTP 404 Not Found"),
        ("/404-hang", "HTTP 404 Not Found"),
        ("/nowhere", "HTTP 302 Found"),
    ] {
        assert_eq!(size(path, PATIENT).expect_err(path).to_string(), text);
    }
}

#[test]
fn response_that_is_not_http_is_an_error_of_one_clean_line() {
    let error = size("/garbage", PATIENT).expect_err("it is not HTTP");
    assert!(matches!(error, Error::Protocol(_)), "{error:?}");
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}

#[test]
fn response_head_above_the_limit_is_an_error() {
    let error = size("/endless-header", PATIENT).expect_err("it is too long");
    assert_eq!(error, Error::HeadTooLong(256 * 1024));
}
