//! The command `wavelaunch-bots`: `run`, `chat` and `check`.
//!
//! It parses, opens the studio, calls, and words the exit code; it decides nothing. Messages go to
//! standard error; standard output holds what a script may read.

mod chat;
mod check;
mod exit;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use wavelaunch_shared::Studio;
use wavelaunch_shared::clock::{Clock, typed_moment};
use wavelaunch_shared::config::{Settings, environment};
use wavelaunch_shared::db::Url;

use exit::{Outcome, conclude};

/// Talks with creators on Discord and clients on Telegram, and does the programme's background work.
#[derive(Parser, Debug)]
#[command(name = "wavelaunch-bots", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found.")]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Talk on every platform that has a token, and do the background work
    Run(run::Arguments),
    /// Have a client's conversation in this terminal, without any token
    Chat(chat::Arguments),
    /// Say which platforms are set up, and what is missing
    Check,
}

/// Options that may stand before or after the verb.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
struct Options {
    /// Where the data is: `sqlite://path` or `postgres://host/name` (else `DATABASE_URL`, else the settings)
    #[arg(long, global = true, value_name = "URL", value_parser = database_address)]
    database: Option<String>,
    /// The settings file (else wavelaunch.toml in the current folder)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Act as if it were this time, for instance 2026-03-30T12:00:00Z
    #[arg(long, global = true, value_name = "RFC3339", value_parser = typed_moment)]
    now: Option<DateTime<Utc>>,
    /// Print JSON on standard output, and nothing else
    #[arg(long, global = true)]
    json: bool,
}

impl Options {
    /// The settings: file, environment, and `--database` over both.
    fn settings(&self) -> Outcome<Settings> {
        let mut settings = Settings::load(self.config.as_deref(), &environment())?;
        if let Some(address) = &self.database {
            settings.database.url.clone_from(address);
        }
        Ok(settings)
    }

    /// An open, current studio at the time that this run believes in.
    async fn studio(&self) -> Outcome<Studio> {
        let clock = self.now.map_or_else(Clock::system, Clock::driven);
        Ok(Studio::open(self.settings()?, clock).await?)
    }
}

/// Runs the command line.
pub async fn main() -> ExitCode {
    // Two of our libraries bring TLS with different defaults; only the first call counts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    conclude(act(cli).await)
}

async fn act(Cli { options, verb }: Cli) -> Outcome {
    log(&options.settings()?);
    match verb {
        Verb::Run(arguments) => run::run(&options, &arguments).await,
        Verb::Chat(arguments) => chat::chat(&options, &arguments).await,
        Verb::Check => check::check(&options).await,
    }
}

/// Logs go to standard error. `RUST_LOG` comes first; a filter that cannot be read is left for the
/// default, since a wrong one must not keep the bots from running.
fn log(settings: &Settings) {
    let wanted = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(&settings.log.filter));
    let filter = wanted.unwrap_or_else(|_| EnvFilter::new("info"));
    // Whoever embeds this may log already.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

fn database_address(text: &str) -> Result<String, wavelaunch_shared::Error> {
    text.parse::<Url>()?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_may_stand_on_either_side_of_the_verb() {
        let cli = Cli::try_parse_from(["wavelaunch-bots", "--json", "check", "--now", "2026-03-30T12:00:00Z"]).unwrap();
        assert!(cli.options.json && cli.options.now.is_some());
        assert!(Cli::try_parse_from(["wavelaunch-bots", "check", "--now", "today"]).is_err());
        assert!(Cli::try_parse_from(["wavelaunch-bots", "check", "--database", "mysql://x"]).is_err());
        assert!(Cli::try_parse_from(["wavelaunch-bots", "run", "--only", "discord,fax"]).is_err());
    }
}
