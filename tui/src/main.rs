//! The command `wavelaunch`: the dashboard without a noun, else everything that it does as words.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    wavelaunch_tui::cli::main().await
}
