//! The moves of a journey: each can be looked at first, row by row.

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::clock::typed_day;
use wavelaunch_shared::journey::zone::{at_hour, local_date};
use wavelaunch_shared::journey::{self, Effect, Move, Pause, Preview, RowChange};
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use crate::cli::care::Care;
use crate::cli::client;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{dash, date, day, left, moment, name, preview as shortened, word};

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Hold a client's journey: nothing is lost, everything comes later by the hold's length
    Pause {
        #[command(flatten)]
        hold: NewHold,
        /// Why, for the staff
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// End a client's hold now, or call a planned one off
    Resume(Whom),
    /// Give a client's hold another end
    Extend {
        #[command(flatten)]
        whom: Whom,
        /// The day on which the journey goes on
        #[arg(long, value_name = "DATE", value_parser = typed_day, required_unless_present = "open")]
        until: Option<NaiveDate>,
        /// Leave the end open
        #[arg(long, conflicts_with = "until")]
        open: bool,
    },
    /// Move a client's first day, and everything that counts from it
    Adjust {
        #[command(flatten)]
        whom: Whom,
        /// The new first day
        #[arg(long, value_name = "DATE", value_parser = typed_day)]
        start: NaiveDate,
    },
    /// Leave a month out
    Skip {
        #[command(flatten)]
        whom: Whom,
        /// The month, 1 to 8
        #[arg(value_parser = typed_month)]
        month: Month,
    },
    /// Take a month in again that was left out
    Unskip {
        #[command(flatten)]
        whom: Whom,
        /// The month, 1 to 8
        #[arg(value_parser = typed_month)]
        month: Month,
    },
    /// Plan what is missing again, for a client who was archived and restored
    Replan(Whom),
    /// A client's holds, the newest first
    Pauses {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Who has asked for a break
    Requests,
    /// Grant a client the break that they asked for
    Grant(NewHold),
    /// Decline a client's request for a break
    Decline {
        /// Id, e-mail, or the start of the name
        client: String,
        /// What the client reads
        #[arg(long, value_name = "TEXT")]
        message: String,
    },
}

/// Whose journey, and how carefully.
#[derive(Args, Debug)]
pub struct Whom {
    /// Id, e-mail, or the start of the name
    client: String,
    #[command(flatten)]
    care: Care,
}

/// A hold to be placed.
#[derive(Args, Debug)]
pub struct NewHold {
    #[command(flatten)]
    whom: Whom,
    /// The first day of the hold (else now)
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    from: Option<NaiveDate>,
    /// The day on which the journey goes on (else it is open)
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    until: Option<NaiveDate>,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Pauses { .. } | Self::Requests => false,
            Self::Decline { .. } => true,
            Self::Resume(whom)
            | Self::Replan(whom)
            | Self::Pause { hold: NewHold { whom, .. }, .. }
            | Self::Grant(NewHold { whom, .. })
            | Self::Extend { whom, .. }
            | Self::Adjust { whom, .. }
            | Self::Skip { whom, .. }
            | Self::Unskip { whom, .. } => !whom.care.dry_run,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::Pause { hold, reason } => pause(&hold, reason.map(Foreign::new), context).await,
        Verb::Grant(hold) => grant(&hold, context).await,
        Verb::Resume(whom) => make(&whom, Move::Resume, context).await,
        Verb::Extend { whom, until, .. } => make(&whom, Move::Extend { until }, context).await,
        Verb::Adjust { whom, start } => make(&whom, Move::AdjustStart { on: start }, context).await,
        Verb::Skip { whom, month } => make(&whom, Move::Skip { month }, context).await,
        Verb::Unskip { whom, month } => make(&whom, Move::Unskip { month }, context).await,
        Verb::Replan(whom) => make(&whom, Move::Replan, context).await,
        Verb::Pauses { client } => pauses(&client, context).await,
        Verb::Requests => requests(context).await,
        Verb::Decline { client, message } => decline(&client, message, context).await,
    }
}

async fn pause(hold: &NewHold, reason: Option<Foreign>, context: &Context) -> Outcome {
    let client = client::named(context, &hold.whom.client).await?;
    let from = hold.from.and_then(|day| begins(day, &client, context.studio.clock.now()));
    let wanted = Move::Pause { from, until: hold.until, reason };
    move_client(&client, hold.whom.care, &wanted, context).await
}

/// The first moment of a day where the client is; of today, that is now.
fn begins(day: NaiveDate, client: &Client, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone = client.zone();
    (day != local_date(now, zone)).then(|| at_hour(day, 0, zone))
}

/// A hold for the reason that the client gave.
async fn grant(hold: &NewHold, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let client = client::named(context, &hold.whom.client).await?;
    let open = journey::pause_requests(&mut context.studio.db.read().await?).await?;
    let request = open.into_iter().find(|request| request.client_id == client.id);
    let request = request.ok_or_else(|| {
        wavelaunch_shared::Error::refused("this client has not asked for a break; `journey pause` holds them anyway")
    })?;
    pause(hold, request.reason, context).await
}

async fn make(whom: &Whom, wanted: Move, context: &Context) -> Outcome {
    let client = client::named(context, &whom.client).await?;
    move_client(&client, whom.care, &wanted, context).await
}

/// Shows the move, or asks where there is somebody to ask, and makes it.
async fn move_client(client: &Client, care: Care, wanted: &Move, context: &Context) -> Outcome {
    let Context { studio, actor, out } = context;
    actor.require(Capability::View)?;
    let looked = journey::preview(&mut studio.db.read().await?, studio, &client.id, wanted).await?;
    let what = format!("{}: {}", client.full_name.line(), verb(wanted));
    if care.dry_run {
        return out.text(&looked, &drawn(&what, &looked));
    }
    care.ask_if_heard(&format!("{what}? {}.", looked.proof))?;
    let made = journey::make(studio, actor, &client.id, wanted, Some(looked.version)).await?;
    let end = made.end.map(|end| format!(" The programme ends on {}.", day(end))).unwrap_or_default();
    out.done(&made, &format!("{what}. Done: {}.{end}", made.proof))
}

/// What is done to the journey.
fn verb(wanted: &Move) -> String {
    let end = |until: &Option<NaiveDate>| {
        until.map_or_else(|| "with no end set".to_owned(), |on| format!("until {}", day(on)))
    };
    match wanted {
        Move::Pause { until, .. } => format!("hold {}", end(until)),
        Move::Resume => "end the hold".into(),
        Move::Extend { until } => format!("go on holding {}", end(until)),
        Move::AdjustStart { on } => format!("start on {}", day(*on)),
        Move::Skip { month } => format!("leave month {month} out"),
        Move::Unskip { month } => format!("take month {month} in again"),
        Move::Replan => "plan again what is missing".into(),
    }
}

/// Every row before and after, the months that move, and the proof.
fn drawn(what: &str, preview: &Preview) -> String {
    let rows = preview.rows.iter().map(row);
    let months = preview.months.iter().filter(|month| month.before != month.after).map(|month| {
        let [before, after] = [month.before, month.after].map(|date| dash(date.map(day)));
        format!("  month {}  {before:>11} -> {after}", month.month)
    });
    let on_hold = match preview.paused_days {
        0 => String::new(),
        days => format!(" Days on hold: {days}."),
    };
    let end = preview.end.map(|end| format!("The programme ends on {}.{on_hold}", day(end))).unwrap_or_default();
    let head = [what.to_owned(), String::new()].into_iter();
    let foot = [String::new(), end, format!("{}.", preview.proof)];
    head.chain(rows).chain([String::new()]).chain(months).chain(foot).collect::<Vec<_>>().join("\n")
}

fn row(row: &RowChange) -> String {
    let what = row.template.map_or_else(|| word(row.kind), word);
    let month = row.month.map(|month| format!("M{month}")).unwrap_or_default();
    let [before, after] = [row.before, row.after].map(|at| dash(at.map(moment)));
    format!("  {what:<20}  {month:<2}  {before:>17} -> {after:<17}  {}", became(row.effect))
}

fn became(effect: Effect) -> String {
    match effect {
        Effect::Kept => "stays".into(),
        Effect::Held => "held".into(),
        Effect::Shifted => "moved".into(),
        Effect::Cancelled(reason) => format!("taken off ({})", word(reason)),
        Effect::Restored => "planned again".into(),
        Effect::Added => "added".into(),
        Effect::Done => "over".into(),
    }
}

async fn pauses(client: &str, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let zone = client.zone();
    let pauses: Vec<Pause> = journey::pauses(&mut tx, &client.id).await?;
    context.out.list(
        &pauses,
        [left("from"), left("planned end"), left("ended"), left("by"), left("why")],
        |pause| {
            [
                date(pause.started_at, zone),
                pause.planned_end.map_or_else(|| "open".to_owned(), |end| date(end, zone)),
                dash(pause.ended_at.map(|end| date(end, zone))),
                dash(pause.created_by_name.as_deref().map(|name| Foreign::new(name).line())),
                pause.reason.as_ref().map(shortened).unwrap_or_default(),
            ]
        },
        "This journey was never on hold.",
    )
}

async fn requests(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let open = journey::pause_requests(&mut context.studio.db.read().await?).await?;
    context.out.list(
        &open,
        [left("asked"), left("client"), left("why"), left("id")],
        |request| {
            let why = request.reason.as_ref().map(shortened).unwrap_or_default();
            [moment(request.requested_at), name(&request.full_name), why, request.client_id.to_string()]
        },
        "Nobody has asked for a break.",
    )
}

async fn decline(client: &str, message: String, context: &Context) -> Outcome {
    let client = client::named(context, client).await?;
    journey::decline_break(&context.studio, &context.actor, &client.id, &Foreign::new(message)).await?;
    context.out.done(&client, &format!("Declined; {} is told why.", client.full_name.line()))
}

fn typed_month(text: &str) -> Result<Month, String> {
    let number =
        text.trim_start_matches(['M', 'm']).parse().map_err(|_| "write a month's number, 1 to 8".to_owned())?;
    Month::new(number).map_err(|error| error.to_string())
}
