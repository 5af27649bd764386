//! The command line: everything that the dashboard does to data, as words.
//!
//! One file a noun. A noun parses, calls the same function of `wavelaunch-shared` that the
//! dashboard calls, and prints; it decides nothing about the programme. Names of options, keys of
//! JSON and exit codes are what scripts rely on: tests pin them.

mod admin;
mod care;
mod client;
mod coach;
mod context;
mod db;
mod demo;
mod doctor;
mod document;
mod engine;
mod exit;
mod journey;
mod messages;
mod options;
mod outbox;
mod output;
mod pages;
mod paging;
mod paper;
mod picture;
mod plan;
mod social;
mod thread;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use tracing_subscriber::EnvFilter;

use context::Context;
use exit::{Failure, Outcome};
use options::Options;

/// Runs a creator agency's eight-month brand-launch programme: the dashboard and the operator's commands.
#[derive(Parser, Debug)]
#[command(name = "wavelaunch", version, infer_long_args = false, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found.")]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    noun: Option<Noun>,
}

#[derive(Subcommand, Debug)]
enum Noun {
    #[command(flatten)]
    Work(Work),
    /// The database: schema, backups
    #[command(subcommand)]
    Db(db::Verb),
    /// The dashboard on a throw-away studio of sixty invented clients, which unfolds while you watch
    Demo(demo::Demonstration),
    /// Draw a screen of the demonstration into an SVG file
    #[command(hide = true)]
    Picture(picture::Picture),
    /// Check settings, database, tokens, clock and terminal, and say how to mend each
    Doctor,
    /// Print a shell's completion script
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
    /// Print the manual page, of one noun if it is named
    Man {
        /// The noun whose page to print
        noun: Option<String>,
    },
}

/// The nouns that work on an open, current studio.
#[derive(Subcommand, Debug)]
enum Work {
    /// The studio's staff: who may do what
    #[command(subcommand)]
    Admin(admin::Verb),
    /// The people of the programme
    #[command(subcommand)]
    Client(client::Verb),
    /// A client's eight months
    #[command(subcommand)]
    Journey(journey::Verb),
    /// A client's business plan, which precedes the eight months
    #[command(subcommand)]
    Plan(plan::Verb),
    /// What the studio makes for a client: the plan, a document a month, extras
    #[command(subcommand)]
    Document(document::Verb),
    /// What clients and the studio write to each other
    #[command(subcommand)]
    Thread(thread::Verb),
    /// What clients ask the coach, and when it calls for a person
    #[command(subcommand)]
    Coach(coach::Verb),
    /// What moved on clients' social accounts
    #[command(subcommand)]
    Social(social::Verb),
    /// What is on its way to people, and what became of it
    #[command(subcommand)]
    Outbox(outbox::Verb),
    /// The machine that performs the programme
    #[command(subcommand)]
    Engine(engine::Verb),
    /// The words of every message, and how each channel shows them
    #[command(subcommand)]
    Messages(messages::Verb),
}

impl Noun {
    /// Whether it would change something, and so is refused with `--read-only`.
    fn changes(&self) -> bool {
        match self {
            Self::Db(verb) => verb.changes(),
            Self::Work(work) => work.changes(),
            Self::Demo(_) | Self::Picture(_) | Self::Doctor | Self::Completions { .. } | Self::Man { .. } => false,
        }
    }
}

impl Work {
    fn changes(&self) -> bool {
        match self {
            Self::Admin(verb) => verb.changes(),
            Self::Client(verb) => verb.changes(),
            Self::Journey(verb) => verb.changes(),
            Self::Plan(verb) => verb.changes(),
            Self::Document(verb) => verb.changes(),
            Self::Thread(verb) => verb.changes(),
            Self::Engine(verb) => verb.changes(),
            Self::Messages(_) => false,
            Self::Coach(verb) => verb.changes(),
            Self::Social(verb) => verb.changes(),
            Self::Outbox(verb) => verb.changes(),
        }
    }

    async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Admin(verb) => admin::run(verb, context).await,
            Self::Client(verb) => client::run(verb, context).await,
            Self::Journey(verb) => journey::run(verb, context).await,
            Self::Plan(verb) => plan::run(verb, context).await,
            Self::Document(verb) => document::run(verb, context).await,
            Self::Thread(verb) => thread::run(verb, context).await,
            Self::Engine(verb) => engine::run(verb, context).await,
            Self::Messages(verb) => messages::run(verb, context).await,
            Self::Coach(verb) => coach::run(verb, context).await,
            Self::Social(verb) => social::run(verb, context).await,
            Self::Outbox(verb) => outbox::run(verb, context).await,
        }
    }
}

/// Does what the command line says, and gives the exit code.
pub async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            // Help and version come this way too; clap knows the stream and the exit code of each.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    exit::conclude(run(cli).await)
}

async fn run(Cli { options, noun }: Cli) -> Outcome {
    let Some(noun) = noun else { return dashboard(&options).await };
    listen_to_warnings();
    if options.read_only && noun.changes() {
        return Err(Failure::Refused("this would change something; leave out --read-only to do it".into()));
    }
    match noun {
        Noun::Completions { shell } => pages::completions(shell, Cli::command()),
        Noun::Man { noun } => pages::manual(Cli::command(), noun.as_deref()),
        Noun::Demo(demonstration) => demo::run(demonstration, &options).await,
        Noun::Picture(picture) => picture::run(&picture, &options).await,
        Noun::Doctor => doctor::run(&options).await,
        Noun::Db(verb) => db::run(verb, &options).await,
        Noun::Work(work) => Context::with(&options, async |context| work.run(context).await).await,
    }
}

/// The dashboard on this terminal, until the person leaves.
async fn dashboard(options: &Options) -> Outcome {
    let look = crate::Options { read_only: options.read_only, ..crate::Options::default() };
    Context::with(options, async |context| {
        let shown = crate::run_dashboard(&context.studio, &context.actor, look).await;
        shown.map_err(|error| Failure::Refused(format!("the dashboard cannot be shown: {error}")))
    })
    .await
}

/// Warnings of the libraries go to standard error; `RUST_LOG` asks for more.
fn listen_to_warnings() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

#[cfg(test)]
mod tests;
