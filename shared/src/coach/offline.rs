//! The coach without a model: the best passage of the playbooks and of the client's own documents.
//!
//! It says plainly where its words come from. What the coach does not answer stands among the
//! playbooks too, so that a question about it meets the boundary and the offer of a person.

use super::context;
use super::escalation::insults;
use super::flagged::{Flag, Proposal};
use super::playbooks::{self, Passage, Source, best_of};
use crate::clients::Client;
use crate::db::Tx;
use crate::id::ClientId;
use crate::messages::Catalogue;
use crate::text::Foreign;
use crate::{Result, fetch_all};

/// The name under which offline answers are stored.
pub const OFFLINE: &str = "offline";

/// What was found.
pub(super) struct Found {
    /// The answer, as Markdown.
    pub text: String,
    /// False when nothing fits, and the text only says so.
    pub is_answer: bool,
    /// What the passage offers to do.
    pub flag: Option<Flag>,
}

/// Answers a question of this client, or of nobody in particular.
pub(super) async fn answer(
    tx: &mut Tx,
    messages: &Catalogue,
    client: Option<&Client>,
    question: &str,
) -> Result<Found> {
    let own = match client {
        Some(client) => documents(tx, &client.id).await?,
        None => Vec::new(),
    };
    let month = client.and_then(context::month_of);
    let found = best_of(playbooks::passages().iter().chain(&own), question, month);
    if let Some(best) = found.first() {
        let label = messages.body("coach_offline_label", &[])?.to_plain();
        let text = format!("{}\n\n*{label}*", introduced(best.passage));
        let flag = best.passage.offers.map(|offer| match offer {
            Proposal::Break => Flag::Break,
            Proposal::Message => Flag::Message,
        });
        return Ok(Found { text, is_answer: true, flag });
    }
    let key = if insults(question) { "coach_rude" } else { "coach_offline_none" };
    Ok(Found { text: messages.body(key, &[])?.to_plain(), is_answer: false, flag: None })
}

fn introduced(passage: &Passage) -> String {
    match passage.source {
        Source::Document(month) => {
            format!("Your document of month {month} says under *{}*:\n\n{}", passage.heading, passage.text)
        }
        _ => passage.text.clone(),
    }
}

/// The sections of what was delivered to the client, as passages.
async fn documents(tx: &mut Tx, client: &ClientId) -> Result<Vec<Passage>> {
    let rows = fetch_all!(
        tx,
        (i64, Foreign),
        "SELECT month, content_markdown FROM deliverables WHERE client_id = $1 AND status = 'DELIVERED' ORDER BY month",
        client
    )?;
    Ok(rows.iter().flat_map(|(month, text)| playbooks::document_passages(*month, text.raw())).collect())
}
