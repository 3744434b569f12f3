//! What takes too long, sends too much, or breaks off.

use super::{IMPATIENT, PATIENT, client, size};
use common::http::Error;
use common::testing::hostile::{Hostile, LATE};

#[test]
fn what_never_ends_is_timed_out() {
    for path in ["/hang", "/drip-header", "/drip-body", "/slow-chunks"] {
        assert_eq!(
            size(path, IMPATIENT),
            Err(Error::TimedOut(IMPATIENT)),
            "{path}"
        );
    }
}

#[test]
fn the_deadline_is_one_for_header_body_and_redirects_together() {
    // Each part for itself is well within the time.
    let timeout = LATE * 3 / 2;
    assert_eq!(size("/late", timeout), Err(Error::TimedOut(timeout)));
    assert_eq!(size("/late", PATIENT), Ok(2));
}

#[test]
fn what_is_too_much_is_cut_off() {
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
fn the_limit_itself_is_allowed_and_one_byte_more_is_not() {
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
fn a_body_that_breaks_off_is_no_page() {
    for path in ["/too-long", "/gzip-cut"] {
        assert_eq!(size(path, PATIENT), Err(Error::Truncated), "{path}");
    }
    for path in ["/reset", "/reset-unsized"] {
        let error = size(path, PATIENT).expect_err(path);
        // Some systems take back with a reset what had arrived before it.
        let told = matches!(error, Error::Truncated | Error::Closed);
        assert!(
            told && (error == Error::Truncated || !cfg!(target_os = "linux")),
            "{error:?}"
        );
    }
    assert_eq!(size("/silent", PATIENT), Err(Error::Closed));
}

#[test]
fn a_body_longer_than_announced_ends_where_announced_and_spoils_nothing() {
    let hostile = Hostile::start();
    let client = client(PATIENT).build();
    assert_eq!(client.size(&hostile.url("/too-short")), Ok(500));
    assert_eq!(client.size(&hostile.url("/ok")), Ok(1000));
}

#[test]
fn a_status_is_named_in_the_words_of_the_standard() {
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
fn what_is_not_http_is_told_in_one_clean_line() {
    for path in ["/garbage", "/endless-header"] {
        let error = size(path, PATIENT).expect_err(path);
        assert!(matches!(error, Error::Protocol(_)), "{path}: {error:?}");
        assert!(
            !error.to_string().contains(char::is_control),
            "{path}: {error:?}"
        );
    }
}
