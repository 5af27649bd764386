//! The command `wavelaunch-bots`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    wavelaunch_bots::cli::main().await
}
