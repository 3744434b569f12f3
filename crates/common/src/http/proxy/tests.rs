use super::{Exceptions, parse};
use url::Url;

fn is_exception(exceptions: &str, host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}:8080/")).unwrap();
    Exceptions(exceptions.to_owned()).contains(&url)
}

#[test]
fn no_proxy_is_parsed_as_curl_parses_it() {
    for names in [
        "site.test",
        ".site.test",
        "a.test, site.test",
        " site.test ",
        "SITE.test",
        "site.test.",
        "a site.test",
        "*",
    ] {
        assert!(is_exception(names, "site.test"), "{names}");
        assert!(is_exception(names, "www.site.test"), "{names}");
        assert!(is_exception(names, "www.site.test."), "{names}");
    }
    for names in [
        "",
        ",",
        ".",
        "site",
        "test.site",
        "www.site.test",
        "ite.test",
        "*.site.test",
        "site.test:8080",
        "*, a",
    ] {
        assert!(!is_exception(names, "site.test"), "{names}");
    }
}

#[test]
fn no_proxy_accepts_addresses_and_networks() {
    for names in ["10.1.2.3", "10.0.0.0/8", "a, 10.1.2.0/24", "0.0.0.0/0"] {
        assert!(is_exception(names, "10.1.2.3"), "{names}");
    }
    for names in ["10.1.2.4", "11.0.0.0/8", ".3", "10.1.2.0/32", "::/0"] {
        assert!(!is_exception(names, "10.1.2.3"), "{names}");
    }
    assert!(is_exception("fd00::/8", "[fd00::1]") && is_exception("[fd00::1]", "[fd00::1]"));
    assert!(!is_exception("fd00::2", "[fd00::1]"));
}

#[test]
fn malformed_proxy_url_is_an_error_that_hides_the_password() {
    for value in [
        "://nonsense",
        "http://",
        "gopher://me:secret@proxy/",
        "http://me:secret@pro xy/",
    ] {
        let error = parse(("http_proxy", value.to_owned()))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("proxy: http_proxy ") && !error.contains("secret"),
            "{error}"
        );
    }
    for value in [
        "proxy",
        "proxy:3128",
        "me:secret@proxy:3128",
        " http://proxy ",
        "socks5h://proxy",
    ] {
        let url = parse(("http_proxy", value.to_owned())).unwrap();
        assert_eq!(url.host_str(), Some("proxy"));
    }
}
