# Recipes equal the steps of .ci/run.

default: check

# Everything that CI checks.
check:
    bash .ci/run

# Format the code.
fmt:
    cargo fmt --all

# Lints, as strict as CI.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings

# The reference of the crates.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# All tests.
test:
    cargo test --workspace

# A night's work: a million steps of random journeys, compared with the second reading of the rules.
model steps="1000000":
    WAVELAUNCH_MODEL_STEPS={{steps}} cargo test --release -p wavelaunch-shared --lib journey::model -- --nocapture

# The demonstration.
demo:
    cargo run --release -- demo

# Years of a studio's life with trouble everywhere, on both databases: a night's run of the rehearsal.
rehearse runs="40":
    WAVELAUNCH_REHEARSAL_RUNS={{runs}} cargo test --release -p wavelaunch-tests --test rehearsal -- --nocapture

# The figures of docs/figures.md, printed.
figures:
    cargo bench -p wavelaunch-tests --bench figures

# The README's picture, drawn by the program itself.
picture:
    cargo run --release -- picture docs/dashboard.svg
