//! What a writer is told: the client, their answers, the plan, the earlier months, why a draft was refused.

use std::collections::BTreeMap;

use super::store::{self, Earlier, Extract};
use crate::Result;
use crate::clients::{self, Client, questions};
use crate::coach::Operation;
use crate::db::Tx;
use crate::documents::{self, Document, Place};
use crate::id::DocumentId;
use crate::journey::automation::Automation;
use crate::journey::engine::Facts;
use crate::programme::{Month, Programme};
use crate::staff::Actor;
use crate::text::{Foreign, terminal_safe};

/// The longest part of one answer that a document quotes, in characters.
const QUOTED: usize = 400;

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// This version of the business plan.
    Plan(i64),
    /// This month's document.
    Month(Month),
    /// The extra of this title, beside the month's own document.
    Extra { month: Month, title: String, main: DocumentId },
}

/// Everything that a writer may know.
pub(super) struct Brief {
    pub client: Client,
    pub work: Work,
    pub answers: BTreeMap<String, Foreign>,
    /// What the approved plan says.
    pub plan: Option<Extract>,
    /// What the approved months before say.
    pub earlier: Vec<Earlier>,
    /// The refused draft in whose place the new one comes.
    pub refused: Option<Document>,
    /// It is the first month's document, and the plan that it should build on is still owed.
    pub lacks_plan: bool,
}

impl Brief {
    /// Gathers it for a row; `again` where the row writes a refused draft anew.
    pub(super) async fn gather(tx: &mut Tx, facts: Facts, row: &Automation, again: bool) -> Result<Self> {
        let lacks_plan = !again && row.month == Some(1) && !row.writes_extra() && facts.lacks_plan();
        let client = facts.client;
        let refused = match row.payload.document_id.as_ref().filter(|_| again) {
            Some(id) => Some(documents::get(tx, &Actor::System, id).await?),
            None => None,
        };
        let work = match (row.month, &row.payload.title, &refused) {
            (Some(month), Some(title), _) => {
                let month = Month::new(month)?;
                let main = documents::require_main(tx, &client.id, month).await?;
                Work::Extra { month, title: title.clone(), main }
            }
            (Some(month), None, _) => Work::Month(Month::new(month)?),
            (None, _, Some(plan)) => Work::Plan(plan.plan_version.unwrap_or_default()),
            (None, _, None) => Work::Plan(documents::next_plan(tx, &client.id).await?),
        };
        let answers = clients::answers(tx, &client.id).await?;
        let plan = store::plan(tx, &client.id).await?;
        let earlier = match &work {
            Work::Plan(_) => Vec::new(),
            Work::Month(month) => store::earlier(tx, &client.id, i64::from(month.number())).await?,
            // It builds on the month's own document as well.
            Work::Extra { month, .. } => store::earlier(tx, &client.id, i64::from(month.number()) + 1).await?,
        };
        Ok(Self { client, work, answers, plan, earlier, refused, lacks_plan })
    }

    /// Where it belongs.
    pub(super) fn place(&self) -> Place {
        match &self.work {
            Work::Plan(version) => Place::Plan(*version),
            Work::Month(month) => Place::Month(*month),
            Work::Extra { month, main, .. } => Place::Beside(*month, main.clone()),
        }
    }

    /// What the account of tokens calls its writing.
    pub(super) fn operation(&self) -> Operation {
        match self.work {
            Work::Plan(_) => Operation::GeneratePlan,
            Work::Month(_) | Work::Extra { .. } => Operation::GenerateDeliverable,
        }
    }

    /// Why the last draft was refused.
    pub(super) fn rejection(&self) -> Option<&Foreign> {
        self.refused.as_ref()?.rejection_reason.as_ref()
    }

    /// What the document is called.
    pub(super) fn title(&self, programme: &Programme) -> String {
        match &self.work {
            Work::Plan(version) => programme.plan.title_of(*version),
            Work::Month(month) => programme.title(*month).to_owned(),
            Work::Extra { title, .. } => title.clone(),
        }
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
