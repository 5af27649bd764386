//! The coach without a model: the best passage of the playbooks and of the client's own documents.
//!
//! It says plainly where its words come from. What the coach does not answer stands among the
//! playbooks too, so that a question about it meets the boundary and the offer of a person.

use super::playbooks::{self, Passage, Source, best_of};
use crate::db::Tx;
use crate::id::ClientId;
use crate::messages::Catalogue;
use crate::programme::Month;
use crate::text::Foreign;
use crate::{Result, fetch_all};

/// The name under which offline answers are stored.
pub const OFFLINE: &str = "offline";

/// Answers `question` as Markdown.
pub(super) async fn answer(
    tx: &mut Tx,
    messages: &Catalogue,
    client: &ClientId,
    month: Option<Month>,
    question: &str,
) -> Result<String> {
    let own = documents(tx, client).await?;
    let found = best_of(playbooks::passages().iter().chain(&own), question, month);
    let Some(best) = found.first() else { return Ok(messages.body("coach_offline_none", &[])?.to_plain()) };
    let label = messages.body("coach_offline_label", &[])?.to_plain();
    Ok(format!("{}\n\n*{label}*", introduced(best.passage)))
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
