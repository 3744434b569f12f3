//! Redirects: each is an entry, and its target is another.

use crate::support::sites::{linking_to, links, site};
use crate::support::{Crawled, Entries, crawl, entries};
use common::testing::hostile::{Answer, Server};

#[test]
fn redirect_and_its_target_are_separate_entries() {
    let server = linking_to(&["/old"], |request| match &*request.target {
        "/old" => Answer::redirect("/new/place?q#there"),
        "/new/place?q" => Answer::html("<a href=next>"),
        _ => Answer::html(""),
    });
    let entries = entries(&server.url("/"), &[]);
    let url = |path| Some(server.url(path));
    let old = entries.of(&server.url("/old"));
    assert_eq!((old.status, &old.error, old.depth), (Some(302), &None, 1));
    assert_eq!(
        (&old.referrer, &old.redirect),
        (&url("/"), &url("/new/place?q"))
    );
    let new = entries.of(&server.url("/new/place?q"));
    assert_eq!(
        (new.status, new.depth, &new.referrer),
        (Some(200), 1, &url("/old"))
    );
    // Links are relative to the URL after redirects.
    let next = entries.of(&server.url("/new/next"));
    assert_eq!((next.depth, &next.referrer), (2, &url("/new/place?q")));
    assert_eq!(entries.0.len(), 4);
}

#[test]
fn every_redirect_status_is_followed() {
    let paths = ["/301", "/302", "/303", "/307", "/308"];
    let server = linking_to(&paths, |request| match &request.target[1..] {
        "" | "x" => Answer::html(""),
        status => Answer::page(&format!("{status} Moved"), "location:   x  \r\n", "moved"),
    });
    let entries = entries(&server.url("/"), &[]);
    for path in paths {
        let entry = entries.of(&server.url(path));
        assert_eq!(entry.redirect, Some(server.url("/x")), "{path}");
        assert_eq!(
            entry.status.map(|status| format!("/{status}")).as_deref(),
            Some(path)
        );
    }
    assert_eq!(entries.0.len(), 7);
    assert_eq!(server.visits("/x"), 1, "one request for all links");
}

#[test]
fn redirects_and_links_to_one_url_request_it_once() {
    let server = linking_to(
        &["/old", "/older", "/new", "/oldest"],
        |request| match &*request.target {
            "/old" => Answer::redirect("/new"),
            "/older" => Answer::redirect("/old"),
            "/oldest" => Answer::redirect("/older"),
            _ => Answer::html(links(["/", "/old", "/older"])),
        },
    );
    let Entries(entries) = entries(&server.url("/"), &[]);
    assert_eq!(entries.len(), 5);
    assert_eq!(server.asked(), ["/", "/new", "/old", "/older", "/oldest"]);
}

/// A chain of redirects that ends at `/0`.
fn chain() -> Server {
    Server::with(|request| match request.target[1..].parse::<u32>() {
        Ok(0) => Answer::html(""),
        Ok(left) => Answer::redirect(&format!("/{}", left - 1)),
        Err(_) => Answer::not_found(),
    })
}

#[test]
fn redirect_chain_is_limited_to_twenty() {
    let server = chain();
    let crawled = crawl(&["--json", &server.url("/20")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(crawled.entries().of(&server.url("/0")).status, Some(200));

    let server = chain();
    let crawled = crawl(&["--json", &server.url("/21")]);
    assert_eq!(crawled.code, Some(1), "{crawled:#?}");
    let Entries(entries) = crawled.entries();
    let errors: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.error.as_ref())
        .collect();
    assert!(
        errors.len() == 1 && errors[0].starts_with("redirect loop"),
        "{errors:?}"
    );
    assert_eq!(server.visits("/0"), 0);
}

#[test]
fn page_behind_too_long_a_chain_is_reached_by_a_shorter_one() {
    let server = Server::with(|request| match &*request.target {
        "/" => Answer::html("<a href=/r24><a href=/slow>"),
        // The link is found after the chain has failed.
        "/slow" => Answer::html("<a href=/r2>"),
        "/robots.txt" => Answer::not_found(),
        path => match path[2..].parse::<u32>() {
            Ok(0) => Answer::html(""),
            Ok(left) => Answer::redirect(&format!("/r{}", left - 1)),
            Err(_) => Answer::not_found(),
        },
    });
    let entries = entries(&server.url("/"), &["--workers=1"]);
    assert_eq!(server.visits("/r0"), 1, "{entries:#?}");
    assert_eq!(entries.failed(), 1, "{entries:#?}");
}

#[test]
fn redirect_out_of_scope_is_reported_and_not_followed() {
    let elsewhere = site(&[("/x", "")]);
    let target = elsewhere.url("/x");
    let away = target.clone();
    let server = linking_to(&["/away", "/b/c"], move |request| match &*request.target {
        "/away" => Answer::redirect(&away),
        _ => Answer::redirect("/a"),
    });
    let crawled = crawl(&["--json", "--exclude=/a$", &server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    let entries = crawled.entries();
    let away = entries.of(&server.url("/away"));
    assert_eq!(
        (away.status, &away.redirect),
        (Some(302), &Some(target.clone()))
    );
    assert_eq!(away.reason(), format!("redirect out of scope: {target}"));
    let excluded = entries.of(&server.url("/b/c"));
    assert_eq!(
        excluded.reason(),
        format!("redirect out of scope: {}", server.url("/a"))
    );
    assert_eq!(elsewhere.connections(), 0);
    assert_eq!(server.visits("/a"), 0);
    let broken = |line: &String| line.starts_with("broken:");
    assert!(!crawled.complaints.iter().any(broken), "{crawled:#?}");
}

#[test]
fn redirect_to_an_allowed_host_is_followed() {
    let elsewhere = site(&[("/x", "<a href=/y>"), ("/y", "")]);
    let target = elsewhere.url("/x");
    let server = linking_to(&["/away"], move |_| Answer::redirect(&target));
    let allowed = format!("--allow-host={}", elsewhere.host());
    let entries = entries(&server.url("/"), &[&allowed]);
    assert_eq!(elsewhere.asked(), ["/x", "/y"]);
    assert_eq!(entries.failed(), 0, "{entries:#?}");
}

#[test]
fn redirect_to_another_spelling_is_requested_as_spelled() {
    let server = linking_to(
        &["/~joe/", "/%e4", "/to/x", "/wall"],
        |request| match &*request.target {
            "/~joe/" => Answer::redirect("/%7Ejoe/"),
            "/%e4" => Answer::redirect("/%E4"),
            "/to/x" => Answer::redirect("/other"),
            "/other" => Answer::redirect("/to/%78"),
            "/%7Ejoe/" | "/%E4" | "/to/%78" => Answer::html(""),
            "/wall" => Answer::redirect("/wall"),
            _ => Answer::not_found(),
        },
    );
    let entries = entries(&server.url("/"), &[]);
    assert_eq!(entries.failed(), 1, "{entries:#?}");
    let wall = entries.of(&server.url("/wall"));
    assert!(wall.reason().starts_with("redirect loop"), "{wall:?}");
    let joe = entries.of(&server.url("/%7Ejoe/"));
    assert_eq!((joe.status, joe.depth), (Some(200), 1));
}

#[test]
fn redirects_between_two_spellings_are_a_loop() {
    let server = linking_to(&["/~a"], |request| match &*request.target {
        "/~a" => Answer::redirect("/%7Ea"),
        "/%7Ea" => Answer::redirect("/~a"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(1), "{crawled:#?}");
    assert!(server.visits("/~a") < 20);
}

#[test]
fn page_is_requested_as_its_link_is_spelled() {
    let server = linking_to(&["/%7Ejoe", "/%e4/%2f"], |request| match &*request.target {
        "/%7Ejoe" | "/%e4/%2f" => Answer::html("<a href=/~joe><a href=/%E4/%2F>"),
        _ => Answer::not_found(),
    });
    let entries = entries(&server.url("/"), &[]);
    assert_eq!((entries.0.len(), entries.failed()), (3, 0), "{entries:#?}");
}

#[test]
fn bytes_in_a_location_are_sent_back_unchanged() {
    let server = linking_to(&["/gbk", "/utf8"], |request| match &*request.target {
        "/gbk" => Answer::bytes(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\xd6\xd0?\xce\xc4\r\n\r\n",
        ),
        "/utf8" => Answer::page("302 Found", "Location: /\u{4e2d} x\r\n", ""),
        "/%D6%D0?%CE%C4" | "/%E4%B8%AD%20x" => Answer::html(""),
        _ => Answer::not_found(),
    });
    let entries = entries(&server.url("/"), &[]);
    assert_eq!((entries.0.len(), entries.failed()), (5, 0), "{entries:#?}");
}

#[test]
fn redirect_to_mailto_or_tel_is_not_a_broken_link() {
    let server = linking_to(&["/write", "/call"], |request| match &*request.target {
        "/write" => Answer::redirect("mailto:me@here.test"),
        "/call" => Answer::redirect("tel:+491234"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    assert_eq!(
        crawled.result_of(&server.url("/call")),
        "redirect to tel: refused"
    );
}

#[test]
fn broken_link_is_reported_with_the_page_that_contains_it() {
    let server = linking_to(&["/a", "/b"], |request| match &*request.target {
        "/a" => Answer::html("<a href=/old>"),
        "/b" => Answer::html("<a href=/older>"),
        "/older" => Answer::redirect("/old"),
        "/old" => Answer::redirect("/gone"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&[server.url("/")]);
    let url = |path: &str| server.url(path);
    for (link, page) in [("/old", "/a"), ("/older", "/b")] {
        let line = format!("  as {} on {}", url(link), url(page));
        assert!(crawled.lines.contains(&line), "{line} in {crawled:#?}");
    }
}

#[test]
fn redirect_to_a_missing_page_is_a_broken_link() {
    let server = linking_to(&["/old"], |request| match &*request.target {
        "/old" => Answer::redirect("/gone"),
        _ => Answer::not_found(),
    });
    let crawled = crawl(&[server.url("/")]);
    assert_eq!(crawled.code, Some(1));
    let told = format!("redirect to {}", server.url("/gone"));
    assert_eq!(crawled.result_of(&server.url("/old")), told);
    assert_eq!(
        crawled.result_of(&server.url("/gone")),
        "HTTP 404 Not Found"
    );
    let broken = format!("broken: {}: HTTP 404 Not Found", server.url("/gone"));
    let at = crawled.lines.iter().position(|line| *line == broken);
    let at = at.unwrap_or_else(|| panic!("{crawled:#?}"));
    assert_eq!(
        crawled.lines[at + 1],
        format!("  as {} on {}", server.url("/old"), server.url("/"))
    );
}
