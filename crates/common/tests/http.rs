//! The HTTP client, on the small site and on a hostile one.

#[path = "support/hostile.rs"]
mod hostile;

use common::http::{Builder, Client, Error};
use common::site::Site;
use hostile::Hostile;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for what ends by itself, however slow the machine.
const PATIENT: Duration = Duration::from_mins(1);
/// Short, for what does not.
const IMPATIENT: Duration = Duration::from_millis(400);

fn client(timeout: Duration) -> Builder {
    Client::builder().without_proxy().timeout(timeout)
}

fn size(path: &str, timeout: Duration) -> Result<u64, Error> {
    let hostile = Hostile::start();
    let client = client(timeout).max_body(100_000).build();
    let started = Instant::now();
    let size = client.size(&hostile.url(path));
    assert!(
        started.elapsed() < PATIENT / 2,
        "{path} took {:?}",
        started.elapsed()
    );
    size
}

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
    let timeout = hostile::LATE * 3 / 2;
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
    for path in ["/reset", "/reset-unsized", "/too-long", "/gzip-cut"] {
        assert_eq!(size(path, PATIENT), Err(Error::Truncated), "{path}");
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
fn redirects_lead_to_the_web_only_and_not_for_ever() {
    for (path, text) in [
        ("/redirect-loop", "redirect loop: more than 10 redirects"),
        ("/to-file", "redirect to file: refused"),
        (
            "/to-nonsense",
            "redirect to a malformed URL: invalid IPv6 address",
        ),
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

#[test]
fn https_to_a_server_without_it_is_no_page() {
    let hostile = Hostile::start();
    let url = hostile.url("/ok").replace("http:", "https:");
    let error = client(IMPATIENT)
        .build()
        .size(&url)
        .expect_err("it is not https");
    // What the server makes of the handshake differs: silence, plain text, or the end.
    let told = matches!(
        error,
        Error::Tls(_) | Error::TimedOut(_) | Error::Connect(_)
    );
    assert!(told, "{error:?}");
}

#[test]
fn malformed_urls_never_reach_the_network() {
    let client = client(PATIENT)
        .look_up(|host| panic!("looked up {host}"))
        .build();
    for (url, text) in [
        ("", "malformed URL: relative URL without a base"),
        (
            "example.org/page",
            "malformed URL: relative URL without a base",
        ),
        ("http://", "malformed URL: empty host"),
        (
            "http://a b/",
            "malformed URL: invalid international domain name",
        ),
        (
            "http://127.0.0.1:99999/",
            "malformed URL: invalid port number",
        ),
        (
            "ftp://example.org/",
            "cannot fetch ftp: URLs, only http: and https:",
        ),
        (
            "file:///etc/passwd",
            "cannot fetch file: URLs, only http: and https:",
        ),
    ] {
        assert_eq!(client.size(url).expect_err(url).to_string(), text, "{url}");
    }
}

#[test]
fn a_port_where_nobody_listens_refuses() {
    let error = client(PATIENT).build().size(&hostile::refused());
    assert_eq!(error, Err(Error::Connect(io::ErrorKind::ConnectionRefused)));
}

#[test]
fn pages_are_told_with_where_they_were_found() {
    let site = Site::builder()
        .page("/page", "Hello")
        .redirect("/old", "/older?a=b#there")
        .redirect("/older", "page")
        .start()
        .expect("a port is free");
    let mut body = Vec::<u8>::new();
    let page = client(PATIENT)
        .build()
        .fetch(&site.url("/old#here"), |piece| body.extend(piece));
    let page = page.expect("the page is there");
    assert_eq!((page.url, page.size), (site.url("/page"), 5));
    assert_eq!(body, b"Hello");
}

#[test]
fn characters_that_a_url_may_not_have_are_encoded() {
    let site = Site::builder()
        .page("/%C3%A9%20x", "1")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).build();
    assert_eq!(client.size(&site.url("/é x?q={|}^`\"[é]")), Ok(1));
}

#[test]
fn one_connection_serves_pages_errors_and_redirects_alike() {
    let site = Site::builder()
        .page("/", "Hello")
        .redirect("/home", "/")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).workers(1).build();
    for _ in 0..10 {
        assert_eq!(client.size(&site.url("/home")), Ok(5));
        assert_eq!(client.size(&site.url("/none")), Err(Error::Status(404)));
    }
    assert_eq!(site.connections(), 1);
}

#[test]
fn no_more_connections_than_workers() {
    let site = Site::builder()
        .page("/", "Hello")
        .start()
        .expect("a port is free");
    let client = client(PATIENT).workers(8).build();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| assert_eq!(client.size(&site.url("/")), Ok(5))));
        }
    });
    assert!(
        site.connections() <= 8,
        "{} connections",
        site.connections()
    );
}

#[test]
fn a_connection_that_the_server_gave_up_while_it_idled_is_replaced() {
    let hostile = Hostile::start();
    let client = client(PATIENT).workers(1).build();
    for _ in 0..3 {
        assert_eq!(client.size(&hostile.url("/once")), Ok(4));
    }
    assert_eq!(hostile.visits("/once"), 3);
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[test]
fn a_host_is_looked_up_once_for_all_who_ask() {
    let hostile = Hostile::start();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let client = client(PATIENT).look_up(move |host| {
        assert_eq!(host, "pages.test");
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(vec![LOOPBACK])
    });
    let client = client.build();
    let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(client.size(&url), Ok(1000)));
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_name_that_does_not_resolve_is_no_host() {
    let client = client(PATIENT)
        .look_up(|_| Err(io::ErrorKind::NotFound.into()))
        .build();
    let error = client
        .size("http://nobody.test/")
        .expect_err("there is no such host");
    assert_eq!(error.to_string(), "cannot find host nobody.test");
}

#[test]
fn a_look_up_that_hangs_holds_up_nobody_else() {
    let hostile = Hostile::start();
    let (asked, hears) = mpsc::channel();
    let client = client(Duration::from_secs(2))
        .look_up(move |host| {
            if host == "hangs.test" {
                asked.send(()).expect("the test listens");
                thread::park_timeout(PATIENT);
            }
            Ok(vec![LOOPBACK])
        })
        .build();
    thread::scope(|scope| {
        let waits = scope.spawn(|| client.size("http://hangs.test/"));
        hears.recv().expect("it is looked up");
        let url = hostile.url("/ok").replace("127.0.0.1", "pages.test");
        assert_eq!(client.size(&url), Ok(1000));
        let waited = waits.join().expect("it ends");
        assert_eq!(waited, Err(Error::TimedOut(Duration::from_secs(2))));
    });
}

#[test]
fn cancel_ends_all_that_is_in_flight_and_all_that_comes() {
    let hostile = Hostile::start();
    let (asked, hears) = mpsc::channel();
    let client = client(PATIENT * 10)
        .look_up(move |_| {
            asked.send(()).expect("the test listens");
            thread::park_timeout(PATIENT);
            Ok(vec![LOOPBACK])
        })
        .build();
    let paths = ["/hang", "/drip-header", "/drip-body", "/slow-chunks"];
    let mut urls = paths.map(|path| hostile.url(path)).to_vec();
    urls.push("http://hangs.test/".to_owned());
    let started = Instant::now();
    thread::scope(|scope| {
        let fetch = |url| client.size(url);
        let fetches: Vec<_> = urls
            .iter()
            .map(|url| scope.spawn(move || fetch(url)))
            .collect();
        hostile.until_all_visited(&paths);
        hears.recv().expect("it is looked up");
        client.cancel();
        for fetch in fetches {
            assert_eq!(fetch.join().expect("it ends"), Err(Error::Cancelled));
        }
    });
    assert!(started.elapsed() < PATIENT / 2);
    assert_eq!(client.size(&hostile.url("/ok")), Err(Error::Cancelled));
}
