//! `outbox`: what is on its way to people, and what became of it.

use clap::{Args, Subcommand};
use wavelaunch_shared::delivery::{self, OutboxRow, Settlement, Shown, State};
use wavelaunch_shared::id::OutboxId;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::{Foreign, Reply};

use super::care::Care;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{dash, left, moment, name, right, word};
use super::paging::Paging;

const LOOK: &str = "`wavelaunch outbox list` names them all";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Outgoing messages, the newest first
    List {
        /// Only queued, leased, sent, `in_doubt`, dead or cancelled ones
        #[arg(long)]
        state: Option<State>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One message with its text
    Show {
        /// The message's id
        id: String,
    },
    /// Send a dead or cancelled message again
    Retry {
        /// The message's id
        id: String,
    },
    /// Say what became of a message in doubt
    Settle {
        /// The message's id
        id: String,
        #[command(flatten)]
        found: Found,
    },
    /// Withdraw a message that has not left
    Cancel {
        /// The message's id
        id: String,
        #[command(flatten)]
        care: Care,
    },
}

/// What an operator found out about a message in doubt.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct Found {
    /// It arrived
    #[arg(long)]
    sent: bool,
    /// It did not arrive: send it again
    #[arg(long)]
    not_sent: bool,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List { .. } | Self::Show { .. } => false,
            Self::Cancel { care, .. } => !care.dry_run,
            Self::Retry { .. } | Self::Settle { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    actor.require(Capability::View)?;
    match verb {
        Verb::List { state, paging } => list(state, &paging, context).await,
        Verb::Show { id } => show(&message(context, &id).await?, context),
        Verb::Retry { id } => {
            let id = OutboxId::from_input(&id);
            or_look(delivery::retry_dead(studio, actor, &id).await, LOOK)?;
            tell(context, &id, "is queued again").await
        }
        Verb::Settle { id, found } => {
            let id = OutboxId::from_input(&id);
            let (settlement, became) = if found.sent {
                (Settlement::Sent, "counts as sent")
            } else {
                (Settlement::NotSent, "is queued again")
            };
            or_look(delivery::settle(studio, actor, &id, settlement).await, LOOK)?;
            tell(context, &id, became).await
        }
        Verb::Cancel { id, care } => {
            let row = message(context, &id).await?.row;
            if care.dry_run {
                return context.out.done(&row, &format!("Would withdraw {} ({}).", row.id, word(row.state)));
            }
            care.ask(&format!("Withdraw the message {} ({})?", row.id, row.purpose))?;
            delivery::cancel(studio, actor, &row.id).await?;
            tell(context, &row.id, "is withdrawn").await
        }
    }
}

async fn list(state: Option<State>, paging: &Paging, context: &Context) -> Outcome {
    let first = paging.after.as_deref().map(OutboxId::from_input);
    let rows = paging
        .gather(first, async |after, limit| {
            let mut tx = context.studio.db.read().await?;
            let rows = delivery::list(&mut tx, state, after.as_ref(), limit).await?;
            let next = rows.last().map(|row| row.id.clone());
            Ok((rows, next))
        })
        .await?;
    context.out.list(
        &rows,
        [
            left("id"),
            left("state"),
            left("for"),
            left("channel"),
            left("what"),
            left("not before"),
            right("tries"),
            left("error"),
        ],
        |row| {
            [
                row.id.to_string(),
                word(row.state),
                dash(row.client_name.as_ref().or(row.admin_name.as_ref()).map(name)),
                word(row.channel),
                row.purpose.clone(),
                moment(row.not_before),
                row.attempts.to_string(),
                row.error.clone().map(Foreign::new).map(|error| error.line()).unwrap_or_default(),
            ]
        },
        "No such messages.",
    )
}

fn show(message: &Shown, context: &Context) -> Outcome {
    if context.out.is_json() {
        return context.out.text(message, "");
    }
    let OutboxRow {
        id, state, purpose, client_name, admin_name, channel, attempts, not_before, sent_at, error, ..
    } = &message.row;
    let text = serde_json::from_value::<Reply>(message.body.clone()).map(|body| body.text.to_plain());
    let fields = [
        ("id", id.to_string()),
        ("state", word(state)),
        ("for", dash(client_name.as_ref().or(admin_name.as_ref()).map(Foreign::line))),
        ("channel", word(channel)),
        ("what", purpose.clone()),
        ("tries", attempts.to_string()),
        ("not before", moment(*not_before)),
        ("sent", dash(sent_at.map(moment))),
        ("error", dash(error.clone().map(|error| Foreign::new(error).line()))),
    ];
    context.out.one(message, &fields)?;
    context.out.text(message, &format!("\n{}", Foreign::new(text.unwrap_or_default()).lines()))
}

async fn message(context: &Context, id: &str) -> Outcome<Shown> {
    let mut tx = context.studio.db.read().await?;
    or_look(delivery::show(&mut tx, &OutboxId::from_input(id)).await, LOOK)
}

/// Says what became of a message, as it is now.
async fn tell(context: &Context, id: &OutboxId, became: &str) -> Outcome {
    let row = message(context, id.as_str()).await?.row;
    context.out.done(&row, &format!("{id} {became}."))
}
