use super::{AGENT, readable};
use robotxt::Robots;

fn forbids(robots: &str, path: &str) -> bool {
    !Robots::parse(&readable(robots.as_bytes()), AGENT).is_allowed(path)
}

#[test]
fn group_is_matched_by_product_name_only() {
    for name in ["/0.1.0", " (a crawler)", "\t# comment", "/", " 7"] {
        let robots = format!("User-Agent: Python-Threads-in-Rust{name}\r\nDisallow: /private\n");
        assert!(forbids(&robots, "/private"), "{name}");
    }
    assert!(forbids(
        "user-agent : * all\rdisallow:/private",
        "/private/a"
    ));
    for name in [
        "python-threads-in-rust-2",
        "python",
        "other/python-threads-in-rust",
    ] {
        let robots = format!("User-agent: {name}\nDisallow: /private\n");
        assert!(!forbids(&robots, "/private"), "{name}");
    }
}

#[test]
fn dollar_is_special_only_at_the_end_of_a_rule() {
    assert!(forbids("User-agent: *\nDisallow: /a$b", "/a%24b"));
    assert!(forbids("User-agent: *\nDisallow: /a%24", "/a%24c"));
    let robots = "User-agent: *\nDisallow: *.pdf$ # files\n";
    assert!(forbids(robots, "/x.pdf") && !forbids(robots, "/x.pdf?y"));
}
