use super::retry_after;
use std::time::{Duration, SystemTime};

fn wait(fields: &[&str]) -> Duration {
    retry_after(fields.iter())
}

#[test]
fn retry_after_takes_the_longest_of_several_fields() {
    assert_eq!(wait(&["1"]), Duration::from_secs(1));
    assert_eq!(wait(&[" 1.5 "]), Duration::from_millis(1500));
    assert_eq!(wait(&["1, 3", "2"]), Duration::from_secs(3));
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
    assert!(wait(&["1", &date]) > Duration::from_secs(80));
    assert_eq!(
        wait(&[&format!("{}", u128::MAX)]).as_secs() >> 60,
        Duration::MAX.as_secs() >> 60
    );
    assert_eq!(wait(&[&"9".repeat(400)]), Duration::MAX);
}

#[test]
fn retry_after_in_the_past_or_malformed_is_ignored() {
    for field in [
        "",
        "0",
        "-1",
        "soon",
        "1e9",
        "inf",
        "NaN",
        ".",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Wed, 99 Foo 9999",
    ] {
        assert_eq!(wait(&[field]), Duration::ZERO, "{field}");
    }
    assert_eq!(wait(&[]), Duration::ZERO);
}
