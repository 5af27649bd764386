//! `social`: what moved on clients' accounts.

use clap::Subcommand;
use wavelaunch_shared::id::AlertId;
use wavelaunch_shared::social::{self, Alert};
use wavelaunch_shared::staff::Capability;

use super::client;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{left, moment, name};
use super::paging::Paging;

/// How many alerts are looked at; whoever leaves more unread has another problem.
const MOST: i64 = 1000;

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// What deserves a person's attention, unread first
    Alerts {
        /// Only this client's: id, e-mail, or the start of the name
        client: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Mark an alert as seen
    Seen {
        /// The alert's id
        id: String,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        matches!(self, Self::Seen { .. })
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::Alerts { client, paging } => alerts(client.as_deref(), &paging, context).await,
        Verb::Seen { id } => {
            let id = AlertId::from_input(&id);
            let marked = social::mark_alert_read(&context.studio, &context.actor, &id).await;
            or_look(marked, "`wavelaunch social alerts` names them")?;
            context.out.done(&serde_json::json!({ "id": id, "is_read": true }), "Seen.")
        }
    }
}

async fn alerts(client: Option<&str>, paging: &Paging, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let client = match client {
        Some(client) => Some(client::found(&mut tx, client).await?.id),
        None => None,
    };
    let rows = social::alerts(&mut tx, client.as_ref(), MOST).await?;
    let rows = paging.cut(rows, |row: &Alert| row.id.as_str());
    context.out.list(
        &rows,
        [left("id"), left("when"), left("client"), left("what"), left("")],
        |row| {
            let seen = if row.is_read { "seen" } else { "new" };
            [row.id.to_string(), moment(row.created_at), name(&row.full_name), row.title.clone(), seen.to_owned()]
        },
        "Nothing has moved yet.",
    )
}
