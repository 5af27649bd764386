//! `journey`: a client's eight months.

mod health;
mod moves;
mod shown;
mod timeline;
mod why;

use chrono::NaiveDate;
use clap::Subcommand;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::clock::typed_day;
use wavelaunch_shared::id::AutomationId;
use wavelaunch_shared::journey::{self, Automation};
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::{Result, journey::Overview};

use super::care::Care;
use super::context::{Context, or_look};
use super::exit::{Failure, Outcome};
use super::output::{left, moment, right, word};
use super::paging::Paging;
use super::{client, engine};
use shown::Journey;

const LOOK: &str = "`wavelaunch journey show CLIENT --json` names a client's automations";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Start a client's journey
    Start {
        /// Id, e-mail, or the start of the name
        client: String,
        /// The first day, for instance 2026-12-01 (else today where the client is)
        #[arg(long, value_name = "DATE", value_parser = typed_day)]
        on: Option<NaiveDate>,
        /// Print the plan, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The eight months as a time line, and what comes next
    Show {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    #[command(flatten)]
    Move(moves::Verb),
    /// Make a waiting automation due now
    Run {
        /// The automation's id
        automation: String,
        /// Even though the month before is not done
        #[arg(long)]
        force: bool,
    },
    /// Give a failed automation its tries back
    Retry {
        /// The automation's id
        automation: String,
    },
    /// Take a waiting or failed automation off
    Cancel {
        /// The automation's id
        automation: String,
        #[command(flatten)]
        care: Care,
    },
    /// Why an automation stands as it does
    Why {
        /// The automation's id
        automation: String,
    },
    /// What the engine did, the newest first
    Log {
        #[command(flatten)]
        narrowing: engine::Narrowing,
        #[command(flatten)]
        paging: Paging,
    },
    /// How the engine does: today, lately, and in the next seven days
    Health,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Show { .. } | Self::Why { .. } | Self::Log { .. } | Self::Health => false,
            Self::Move(verb) => verb.changes(),
            Self::Start { dry_run, .. } | Self::Cancel { care: Care { dry_run, .. }, .. } => !dry_run,
            Self::Run { .. } | Self::Retry { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        Verb::Start { client, on, dry_run } => {
            let client = client::named(context, &client).await?;
            if dry_run {
                return plan(&client, on, context);
            }
            let overview = journey::start(studio, actor, &client.id, on).await?;
            show(&client, &overview, context)
        }
        Verb::Show { client } => {
            actor.require(Capability::View)?;
            let mut tx = studio.db.read().await?;
            let client = client::found(&mut tx, &client).await?;
            let overview = journey::overview(&mut tx, studio, &client).await?;
            show(&client, &overview, context)
        }
        Verb::Move(verb) => moves::run(verb, context).await,
        Verb::Run { automation, force } => {
            let id = id_of(&automation);
            let row = if force {
                journey::force_now(studio, actor, &id).await
            } else {
                journey::run_now(studio, actor, &id).await
            };
            tell(&found(row)?, "is due now; the engine takes it at its next look (`wavelaunch engine tick`)", context)
        }
        Verb::Retry { automation } => {
            tell(&found(journey::retry(studio, actor, &id_of(&automation)).await)?, "has its tries back", context)
        }
        Verb::Cancel { automation, care } => cancel(&automation, care, context).await,
        Verb::Why { automation } => why::tell(&automation, context).await,
        Verb::Log { narrowing, paging } => engine::log(&narrowing, &paging, context).await,
        Verb::Health => health::tell(context).await,
    }
}

fn show(client: &Client, overview: &Overview, context: &Context) -> Outcome {
    let text = timeline::draw(client, overview, context.studio.clock.now(), timeline::Signs::of_this_terminal());
    context.out.text(&Journey::of(overview), &text)
}

/// What a start would plan.
fn plan(client: &Client, on: Option<NaiveDate>, context: &Context) -> Outcome {
    if client.program_start_date.is_some() {
        return Err(Failure::Refused("this journey has started already; `journey show` shows it".into()));
    }
    let zone = client.zone();
    let today = context.studio.clock.now().with_timezone(&zone).date_naive();
    let steps = journey::plan(on.unwrap_or(today), zone, &context.studio.settings.journey);
    let steps: Vec<shown::Planned> = steps.iter().map(shown::Planned::of).collect();
    context.out.list(
        &steps,
        [left("when"), left("what"), left(""), right("M")],
        |step| {
            let message = step.template.map(word).unwrap_or_default();
            [moment(step.trigger_date), word(step.kind), message, month(step.month)]
        },
        "Nothing would be planned.",
    )
}

fn month(month: Month) -> String {
    month.number().to_string()
}

async fn cancel(automation: &str, care: Care, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    let id = id_of(automation);
    let row = found(journey::why(&mut studio.db.read().await?, studio, &id).await)?.automation;
    if care.dry_run {
        return tell(&row, "would be taken off", context);
    }
    care.ask(&format!("Take {} off, due {}?", what(&row), moment(row.trigger_date)))?;
    tell(&found(journey::cancel(studio, actor, &id).await)?, "is taken off", context)
}

/// An automation in a few words.
fn what(row: &Automation) -> String {
    let what = row.template.map_or_else(|| word(row.kind), word);
    row.month.map_or_else(|| what.clone(), |month| format!("{what} of month {month}"))
}

fn tell(row: &Automation, became: &str, context: &Context) -> Outcome {
    context.out.done(&shown::Row::of(row), &format!("{} {became}.", what(row)))
}

fn id_of(text: &str) -> AutomationId {
    AutomationId::from_input(text)
}

fn found<T>(result: Result<T>) -> Outcome<T> {
    or_look(result, LOOK)
}
