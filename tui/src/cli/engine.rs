//! `engine`: the machine that performs the programme.

use chrono::NaiveDate;
use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::clock::typed_day;
use wavelaunch_shared::delivery::{self, State};
use wavelaunch_shared::digest::{self, Digest};
use wavelaunch_shared::id::AutomationLogId;
use wavelaunch_shared::journey::{self, AutomationKind, LogFilter, LogStatus, Workload};
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::{Foreign, terminal_safe};

use super::client;
use super::context::Context;
use super::exit::{Failure, Outcome};
use super::output::{dash, day, left, moment, name, right, word};
use super::paging::Paging;

/// How this command signs the rows that it takes.
const WORKER: &str = "wavelaunch engine tick";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Do all that is due now (or at --now)
    Tick,
    /// What is due, what runs, what failed, what waits to be sent
    Status,
    /// What the engine did, the newest first
    Log {
        #[command(flatten)]
        narrowing: Narrowing,
        #[command(flatten)]
        paging: Paging,
    },
    /// The week in short: the latest digest
    Digest {
        /// The one that would be made now; nothing is kept or sent
        #[arg(long, conflicts_with = "all")]
        preview: bool,
        /// Every digest that was made, the newest first
        #[arg(long)]
        all: bool,
    },
}

/// Which part of the log to print.
#[derive(clap::Args, Debug)]
pub struct Narrowing {
    /// Only for this client: id, e-mail, or the start of the name
    #[arg(long)]
    client: Option<String>,
    /// Only what ended so
    #[arg(long, value_enum)]
    status: Option<Ended>,
    /// Only of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only of this day where the studio is, for instance 2026-12-01
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    day: Option<NaiveDate>,
}

/// What an automation does.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Kind {
    /// Writes a month's document
    Generate,
    /// Reminds a client, or the studio of a rejected draft
    Remind,
    /// Celebrates a month
    Celebrate,
    /// Brings a silent client before the studio
    Escalate,
    /// Tells of a delivery or another change
    Notify,
    /// Sums up the week
    Digest,
    /// Ends a hold
    Resume,
}

impl From<Kind> for AutomationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Generate => Self::GenerateDeliverable,
            Kind::Remind => Self::SendReminder,
            Kind::Celebrate => Self::SendCelebration,
            Kind::Escalate => Self::EscalateToAdmin,
            Kind::Notify => Self::SendNotification,
            Kind::Digest => Self::SendDigest,
            Kind::Resume => Self::ResumeJourney,
        }
    }
}

impl From<Ended> for LogStatus {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Success => Self::Success,
            Ended::Failed => Self::Failed,
            Ended::Skipped => Self::Skipped,
        }
    }
}

/// How an attempt ended.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Ended {
    /// It did what it was for
    Success,
    /// It did not
    Failed,
    /// There was nothing to do, or it must wait
    Skipped,
}

impl Verb {
    pub fn changes(&self) -> bool {
        matches!(self, Self::Tick)
    }
}

/// What `engine status` tells.
#[derive(Serialize)]
struct Status {
    now: chrono::DateTime<chrono::Utc>,
    #[serde(flatten)]
    workload: Workload,
    outbox: std::collections::BTreeMap<&'static str, i64>,
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::Tick => tick(context).await,
        Verb::Status => status(context).await,
        Verb::Log { narrowing, paging } => log(&narrowing, &paging, context).await,
        Verb::Digest { preview: true, .. } => {
            let (studio, actor) = (&context.studio, &context.actor);
            let digest = digest::preview(&mut studio.db.read().await?, studio, actor).await?;
            context.out.text(&digest, &digest_text(&digest, context)?)
        }
        Verb::Digest { all, .. } => digests(all, context).await,
    }
}

/// How many weeks are printed at most.
const WEEKS: i64 = 520;

async fn digests(all: bool, context: &Context) -> Outcome {
    let limit = if all { WEEKS } else { 1 };
    let digests = digest::list(&mut context.studio.db.read().await?, &context.actor, limit).await?;
    match (digests.first(), all) {
        (Some(latest), false) => context.out.text(latest, &digest_text(latest, context)?),
        (None, false) => Err(Failure::Missing(
            "no digest has been made yet; `wavelaunch engine digest --preview` shows what it would say".into(),
        )),
        (_, true) => context.out.list(
            &digests,
            [left("week"), right("done"), right("failed"), right("months"), right("behind")],
            |digest| {
                let figures = &digest.figures;
                [
                    day(digest.week),
                    figures.fired.to_string(),
                    figures.failed.to_string(),
                    figures.months_completed.to_string(),
                    figures.overdue_count.to_string(),
                ]
            },
            "No digest has been made yet.",
        ),
    }
}

fn digest_text(digest: &Digest, context: &Context) -> Outcome<String> {
    let worded = digest::worded(&context.studio, digest)?.worded();
    Ok(terminal_safe(&worded.to_plain()))
}

async fn tick(context: &Context) -> Outcome {
    context.actor.require(Capability::Edit)?;
    let report = journey::tick(&context.studio, WORKER).await?;
    let sentence = if report.is_idle() {
        "Nothing was due.".to_owned()
    } else {
        format!(
            "Done {}, skipped {}, to be tried again {}, failed {}, taken over {}, holds begun or ended {}, months moved {}, told {}.",
            report.done,
            report.skipped,
            report.retried,
            report.failed,
            report.recovered,
            report.holds_turned,
            report.months_moved,
            report.told
        )
    };
    context.out.done(&report, &sentence)
}

async fn status(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let now = context.studio.clock.now();
    let mut tx = context.studio.db.read().await?;
    let workload = journey::workload(&mut tx, now).await?;
    let counts = delivery::counts(&mut tx).await?;
    let outbox = State::ALL
        .into_iter()
        .map(|state| (state.as_str(), counts.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count)));
    let status = Status { now, workload, outbox: outbox.collect() };
    let Workload { due, oldest_due, running, failed, scheduled, next } = &status.workload;
    let since = oldest_due.map(|due| format!(", the oldest since {}", moment(due))).unwrap_or_default();
    let messages: Vec<String> = status
        .outbox
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    context.out.one(
        &status,
        &[
            ("now", moment(now)),
            ("due", format!("{due}{since}")),
            ("running", running.to_string()),
            ("failed", failed.to_string()),
            ("to come", scheduled.to_string()),
            ("next", dash(next.map(moment))),
            ("outbox", if messages.is_empty() { "empty".to_owned() } else { messages.join(", ") }),
        ],
    )
}

/// Prints the log; `journey log` is the same.
pub(super) async fn log(narrowing: &Narrowing, paging: &Paging, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let client = match &narrowing.client {
        Some(client) => Some(client::named(context, client).await?.id),
        None => None,
    };
    let mut wanted = LogFilter {
        client,
        status: narrowing.status.map(LogStatus::from),
        kind: narrowing.kind.map(AutomationKind::from),
        ..LogFilter::default()
    };
    if let Some(day) = narrowing.day {
        wanted.on_day(day, context.studio.zone()?);
    }
    let first = paging.after.as_deref().map(AutomationLogId::from_input);
    let rows = paging
        .gather(first, async |before, limit| {
            let filter = LogFilter { before, limit, ..wanted.clone() };
            let rows = journey::log(&mut context.studio.db.read().await?, &filter).await?;
            let next = rows.last().map(|row| row.id.clone());
            Ok((rows, next))
        })
        .await?;
    context.out.list(
        &rows,
        [left("when"), left("client"), left("what"), left("ended"), right("try"), left("why")],
        |row| {
            let error = row.error_message.as_deref().map(|error| Foreign::new(error).line());
            [
                moment(row.created_at),
                name(&row.full_name),
                row.action.clone(),
                word(row.status),
                row.attempt.to_string(),
                error.or(row.reason.map(word)).unwrap_or_default(),
            ]
        },
        "The engine has done nothing of the kind yet.",
    )
}
