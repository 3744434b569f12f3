# The commands of this repository; `just` alone lists them.

set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

[private]
default:
    @{{ quote(just_executable()) }} --list --unsorted

# Run the demo of a topic: `just run lock --threads 4`
[group('demos')]
[no-exit-message]
[positional-arguments]
[unix]
run TOPIC *ARGS:
    @shift && cargo run --quiet --package {{ TOPIC }} -- "$@"

# Run the demo of a topic: `just run lock --threads 4`
[group('demos')]
[windows]
run TOPIC *ARGS:
    @cargo run --quiet --package {{ TOPIC }} -- {{ ARGS }}

# Run the Python and the Rust of a page of docs/ in two columns: `just compare lock`
[group('demos')]
[no-exit-message]
[unix]
compare TOPIC:
    @COLUMNS="${COLUMNS:-$(tput cols 2>/dev/null)}" cargo run --quiet --package common --example compare {{ TOPIC }}

# Run the Python and the Rust of a page of docs/ in two columns: `just compare lock`
[group('demos')]
[no-exit-message]
[windows]
compare TOPIC:
    @cargo run --quiet --package common --example compare {{ TOPIC }}

# Format the code
[group('checks')]
fmt:
    cargo fmt --all

# Fix what can be fixed automatically: lints, format, excerpts and outputs of the pages
[group('checks')]
fix: _lint-fix fmt docs

_lint-fix:
    cargo clippy --fix --workspace --all-targets --all-features --allow-dirty --allow-staged

# All checks before a change is merged, fast checks first; every test runs once
[group('checks')]
test-all: fmt-check lint api-docs docs-check (_test '--skip every_page_is_true')

# All tests, also the test of the pages
[group('checks')]
test: (_test '')

_test ARGS:
    cargo test --workspace -- {{ ARGS }}

# Check the format
[group('checks')]
fmt-check:
    cargo fmt --all --check

# Run Clippy; a warning is an error
[group('checks')]
lint:
    cargo clippy --workspace --all-targets --all-features -- --deny warnings

# Build the API documentation; a warning is an error
[group('checks')]
api-docs: (_api-docs '--deny warnings')

_api-docs $RUSTDOCFLAGS:
    cargo doc --workspace --all-features --no-deps

# Build `common` and its tests without features, and with each feature alone
[group('checks')]
[unix]
features:
    #!/usr/bin/env bash
    set -euo pipefail
    features=$(sed -n '/^\[features\]/,/^\[dep/s/^\([a-z]*\) = .*/\1/p' crates/common/Cargo.toml)
    for feature in '' $features; do
        echo "feature: ${feature:-none}"
        cargo clippy --quiet --package common --features "$feature" -- --deny warnings
        cargo clippy --quiet --package common --all-targets --features "$feature" -- --deny warnings
    done

# Check `common`, its examples, and the demos without network with the oldest Rust; needs rustup
[group('checks')]
oldest VERSION='1.85':
    cargo +{{ VERSION }} check --package common --features demo,interrupt,site
    cargo +{{ VERSION }} check --package common --examples
    cargo +{{ VERSION }} check --package barrier --package condition --package daemon --package event --package join
    cargo +{{ VERSION }} check --package lock --package rlock --package semaphore --package threads --package timer

# Repeat the tests N times, every other round with all processors busy
[group('checks')]
[unix]
stress N='20':
    #!/usr/bin/env bash
    set -euo pipefail
    cargo test --workspace --tests --no-run
    busy=()
    trap '[ ${#busy[@]} = 0 ] || kill "${busy[@]}"' EXIT
    for round in $(seq {{ N }}); do
        state=quiet
        if [ $((round % 2)) = 0 ]; then
            state=busy
            for _ in $(seq "$(getconf _NPROCESSORS_ONLN)"); do
                while :; do :; done &
                busy+=($!)
            done
        fi
        if ! output=$(cargo test --workspace --tests --quiet -- --skip every_page_is_true 2>&1); then
            printf '%s\n' "$output"
            echo "round $round of {{ N }} ($state): failed"
            exit 1
        fi
        echo "round $round of {{ N }} ($state): ok"
        [ ${#busy[@]} = 0 ] || kill "${busy[@]}"
        busy=()
    done

# Check the primitives with shuttle (COUNT schedules for each case) and loom; every planted fault must be found
[group('checks')]
[unix]
explore COUNT='20000':
    #!/usr/bin/env bash
    set -euo pipefail
    # Optimized, because the schedulers take most of the time; with the assertions of a debug build.
    export CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true SCHEDULES={{ COUNT }} RUST_BACKTRACE=0
    # A run takes a minute: link-time optimization would take longer than it saves.
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    for scheduler in shuttle loom; do
        RUSTFLAGS="--cfg $scheduler" cargo test --release --package common --lib \
            --target-dir target/explore explore::
    done

# Measure `common` beside other crates: the lines whose name contains FILTER, or all; also --rounds N, --json, --list
[group('checks')]
bench *ARGS:
    cargo run --release --manifest-path crates/bench/Cargo.toml -- {{ ARGS }}

# Format, Clippy and tests of the benchmarks, which stand outside the workspace
[group('checks')]
bench-check:
    cargo fmt --manifest-path crates/bench/Cargo.toml --check
    cargo clippy --manifest-path crates/bench/Cargo.toml --all-targets -- --deny warnings
    cargo test --manifest-path crates/bench/Cargo.toml

# Rewrite the excerpts and outputs in README.md and docs/
[group('docs')]
docs: (_docs 'overwrite')

_docs $DOCS:
    cargo test --quiet --workspace --test docs -- --nocapture every_page_is_true

# Check README.md and docs/: excerpts, outputs, links, both languages
[group('docs')]
docs-check:
    cargo test --workspace --test docs -- every_page_is_true

# Render docs/ and docs/zh/ as books into target/book/docs with mdBook, which is installed into target/ if it is missing
[group('docs')]
[unix]
book:
    #!/usr/bin/env bash
    set -euo pipefail
    PATH=$PATH:$PWD/target/mdbook/bin
    command -v mdbook >/dev/null || cargo install mdbook --version '^0.5' --locked --root target/mdbook
    mdbook build docs # this empties the output directory, so it runs first
    mdbook build docs/zh
    # The targets of links outside of docs/.
    for linked in crates .github LICENSE-MIT LICENSE-APACHE; do
        ln -sfn "../../$linked" "target/book/$linked"
    done
    echo '<meta http-equiv="refresh" content="0; url=docs/index.html">' >target/book/README.html
