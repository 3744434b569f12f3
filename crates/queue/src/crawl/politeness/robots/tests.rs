use super::{AGENT, readable};
use robotxt::Robots;

fn forbids(robots: &str, path: &str) -> bool {
    !Robots::parse(&readable(robots.as_bytes()), AGENT).is_allowed(path)
}

#[test]
fn a_group_is_named_by_the_product_whatever_follows() {
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
fn a_dollar_inside_a_rule_is_literal_and_one_at_its_end_is_not() {
    assert!(forbids("User-agent: *\nDisallow: /a$b", "/a%24b"));
    assert!(forbids("User-agent: *\nDisallow: /a%24", "/a%24c"));
    let robots = "User-agent: *\nDisallow: *.pdf$ # files\n";
    assert!(forbids(robots, "/x.pdf") && !forbids(robots, "/x.pdf?y"));
}
