//! `db`: the schema and the safety copies.

mod copies;

use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::db::{self, Db, MigrationStatus, Url};
use wavelaunch_shared::files::{self, Sweep};
use wavelaunch_shared::seed;

use super::care::Care;
use super::context::{Context, open_database};
use super::exit::Outcome;
use super::options::Options;
use super::output::left;

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Bring the schema up to date; makes the database if there is none
    Migrate,
    /// Which database this is, and which steps of the schema it has
    Status,
    /// Add invented clients with whole stories, for rehearsals and figures
    Seed {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        clients: u64,
        /// Which: the same number invents the same people
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Remove files from the store that nothing in this database speaks of
    ///
    /// The place must belong to this studio alone: what another database keeps there looks forgotten from here.
    Sweep(Care),
    #[command(flatten)]
    Copies(copies::Verb),
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Migrate | Self::Seed { .. } => true,
            Self::Status => false,
            Self::Sweep(care) => !care.dry_run,
            Self::Copies(verb) => verb.changes(),
        }
    }
}

/// What `db status` tells.
#[derive(Serialize)]
struct Status {
    database: String,
    kind: &'static str,
    up_to_date: bool,
    migrations: Vec<MigrationStatus>,
}

pub async fn run(verb: Verb, options: &Options) -> Outcome {
    let settings = options.settings()?;
    let url = settings.database_url()?;
    match verb {
        Verb::Migrate => {
            let db = open_database(&settings, false).await?;
            db::migrate(&db).await?;
            let status = status(&url, &db).await?;
            db.close().await;
            options.out().done(&status, &format!("{} is up to date.", status.database))
        }
        Verb::Status => {
            let db = open_database(&settings, true).await?;
            let status = status(&url, &db).await?;
            db.close().await;
            show(&status, options)
        }
        Verb::Seed { clients, seed } => {
            Context::with(options, async |context| invent(clients, seed, context).await).await
        }
        Verb::Sweep(care) => Context::with(options, async |context| sweep(care, context).await).await,
        Verb::Copies(verb) => Context::with(options, async |context| copies::run(verb, context).await).await,
    }
}

async fn invent(clients: u64, seed: u64, context: &Context) -> Outcome {
    let made = seed::seed(&context.studio, &context.actor, clients, seed).await?;
    context.out.done(&made, &format!("{} clients are invented, with {} rows in all.", made.clients, made.rows))
}

async fn sweep(care: Care, context: &Context) -> Outcome {
    let Context { studio, actor, out } = context;
    let found = files::sweep(studio, actor, Sweep::Look).await?;
    let size = format!("{} files of {} KB in {}", found.contents, found.bytes.div_ceil(1000), studio.files);
    if care.dry_run || found.contents == 0 {
        return out.done(&found, &format!("{size} are in no document and no message."));
    }
    care.ask(&format!("Remove {size}, which are in no document and no message of this database?"))?;
    let swept = files::sweep(studio, actor, Sweep::Remove).await?;
    out.done(&swept, &format!("{} files are removed.", swept.contents))
}

async fn status(url: &Url, db: &Db) -> Outcome<Status> {
    let migrations = db::status(db).await?;
    Ok(Status {
        database: url.to_string(),
        kind: match db.kind() {
            db::Kind::Sqlite => "sqlite",
            db::Kind::Postgres => "postgres",
        },
        up_to_date: migrations.iter().all(|step| step.applied),
        migrations,
    })
}

fn show(status: &Status, options: &Options) -> Outcome {
    let out = options.out();
    if out.is_json() {
        return out.text(status, "");
    }
    out.list(
        &status.migrations,
        [left("step"), left("name"), left("state")],
        |step| {
            let state = if step.applied { "applied" } else { "to do: `wavelaunch db migrate`" };
            [format!("{:04}", step.version), step.name.clone(), state.to_owned()]
        },
        "no steps",
    )
}
