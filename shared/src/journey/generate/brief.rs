//! What a writer is told: the client, their answers, the earlier months, why a draft was refused.

use std::collections::BTreeMap;

use super::store::{self, Earlier};
use crate::Result;
use crate::clients::{self, Client, questions};
use crate::db::Tx;
use crate::documents;
use crate::id::DocumentId;
use crate::journey::automation::Automation;
use crate::programme::Month;
use crate::staff::Actor;
use crate::text::{Foreign, terminal_safe};

/// The longest part of one answer that a document quotes, in characters.
const QUOTED: usize = 400;

/// Everything that a writer may know.
pub(super) struct Brief {
    pub client: Client,
    pub month: Month,
    pub answers: BTreeMap<String, Foreign>,
    pub earlier: Vec<Earlier>,
    /// Why the last draft was refused.
    pub rejection: Option<Foreign>,
}

impl Brief {
    pub(super) async fn gather(
        tx: &mut Tx,
        client: Client,
        row: &Automation,
        replaces: Option<&DocumentId>,
    ) -> Result<Self> {
        let month = Month::new(row.month.unwrap_or_default())?;
        let rejection = match replaces {
            Some(id) => documents::get(tx, &Actor::System, id).await?.rejection_reason,
            None => None,
        };
        let answers = clients::answers(tx, &client.id).await?;
        let earlier = store::earlier(tx, &client.id, i64::from(month.number())).await?;
        Ok(Self { client, month, answers, earlier, rejection })
    }

    /// An answer as one clean line: a choice by its label, a long text cut. `None` when there is none.
    pub(super) fn answer(&self, key: &str) -> Option<String> {
        let raw = self.answers.get(key).filter(|answer| !answer.is_blank())?.raw();
        let chosen = questions::find(key).and_then(|question| question.choice(raw));
        Some(chosen.map_or_else(|| one_line(raw), |choice| choice.label.to_lowercase()))
    }
}

/// One line without anything unseen, cut between words.
pub(super) fn one_line(text: &str) -> String {
    let line = terminal_safe(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        None => line,
        Some((end, _)) => {
            let short = &line[..end];
            format!("{}…", short.rsplit_once(' ').map_or(short, |(before, _)| before))
        }
    }
}
