//! What a step comes to, as data: decided and worded before any of it is written.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::super::automation::{Automation, Payload};
use super::super::{AutomationKind, AutomationStatus, LogStatus, SkipReason, Template};
use super::decide::Decision;
use crate::delivery::Prepared;
use crate::events::{EventKind, NewEvent};
use crate::id::ClientId;
use crate::{Error, Result, Studio};

/// What a step came to, for the tick's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Note {
    Done,
    Skipped,
    Retried,
    Failed,
    /// Another worker had taken the row over; nothing was changed.
    Lost,
}

/// What becomes of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Ending {
    /// It is over.
    Completed,
    /// It is taken off.
    Cancelled(SkipReason),
    /// It comes again at another time.
    Later(DateTime<Utc>, NaiveDate),
    /// It waits behind a gate with its date.
    Held(DateTime<Utc>, SkipReason),
    /// It looks again then, behind a gate.
    Gated(DateTime<Utc>, SkipReason),
    /// It failed, for this reason, and is tried again then.
    Again(DateTime<Utc>, String),
    /// It failed for good.
    Failed(String),
}

/// What the log says of a step.
pub(in crate::journey) enum Said {
    Nothing,
    This(LogStatus, Option<SkipReason>),
    /// What becomes of this message.
    Sending(Box<Prepared>),
}

/// What a step writes into the client's months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Stamp {
    /// The studio has owned up to its delay of this month.
    Late(i64),
    /// This month is celebrated, and with it what was delivered before.
    Celebrated(i64),
}

/// All that a step comes to.
pub(in crate::journey) struct Outcome<'a> {
    pub row: &'a Automation,
    pub ending: Ending,
    /// Under which name the log says it.
    pub action: &'static str,
    pub said: Said,
    pub events: Vec<NewEvent>,
    pub stamp: Option<Stamp>,
}

impl<'a> Outcome<'a> {
    /// The row's end, and what the log says of it.
    pub(in crate::journey) fn new(row: &'a Automation, ending: Ending, said: Said) -> Self {
        Self { row, ending, action: action(row), said, events: Vec::new(), stamp: None }
    }

    /// The same with something that happened to the client.
    pub(in crate::journey) fn with_event(mut self, kind: EventKind, what: String, details: serde_json::Value) -> Self {
        let client: Option<ClientId> = Some(self.row.client_id.clone());
        self.events.push(NewEvent { kind, client, description: what, metadata: Some(details) });
        self
    }

    /// A step that failed. It is tried again after a quarter of an hour, three times; then, or at once when
    /// another try cannot help, the row has failed and the studio is told.
    pub(super) fn failure(studio: &Studio, row: &'a Automation, error: &Error, now: DateTime<Utc>) -> Self {
        let text: String = error.to_string().chars().take(500).collect();
        let attempts = row.retry_count + 1;
        let again = may_pass(error) && row.retry_count < row.max_retries;
        tracing::warn!(automation = %row.id, attempt = attempts, again, error = %text, "an automation failed");
        if again {
            let at = now + TimeDelta::minutes(studio.settings.journey.retry_minutes);
            return Self::new(row, Ending::Again(at, text), Said::This(LogStatus::Failed, None));
        }
        let month = row.month.map(|month| format!(" for month {month}")).unwrap_or_default();
        let what = format!("{} failed{month}: {text}; repair the cause, then retry it", action(row));
        let details = json!({ "automation_id": row.id, "month": row.month, "type": row.kind, "attempts": attempts });
        Self::new(row, Ending::Failed(text), Said::This(LogStatus::Failed, None)).with_event(
            EventKind::AutomationFailed,
            what,
            details,
        )
    }

    /// What it counts as, once it is known what the log says.
    pub(super) fn note(&self, said: Option<LogStatus>) -> Note {
        match (&self.ending, self.stamp, said) {
            (Ending::Again(..), ..) => Note::Retried,
            (Ending::Failed(_), ..) => Note::Failed,
            // The alert is what it was for, whether or not the client could be told.
            (_, Some(Stamp::Late(_)), _) | (_, _, Some(LogStatus::Success)) => Note::Done,
            _ => Note::Skipped,
        }
    }
}

/// What a decision comes to that does nothing.
pub(in crate::journey) fn leave(row: &Automation, decision: Decision) -> Result<Outcome<'_>> {
    let skipped = |reason| Said::This(LogStatus::Skipped, Some(reason));
    Ok(match decision {
        Decision::Skip(reason) => Outcome::new(row, Ending::Completed, skipped(reason)),
        Decision::Cancel(reason) => Outcome::new(row, Ending::Cancelled(reason), skipped(reason)),
        Decision::Hold(until) => wait(row, until, SkipReason::Paused),
        Decision::Move(at, date) => Outcome::new(row, Ending::Later(at, date), Said::Nothing),
        Decision::Block(until) => {
            let reason = SkipReason::BlockedPrevious;
            let outcome = Outcome::new(row, Ending::Gated(until, reason), skipped(reason));
            // Once, also where a hold came in between.
            if row.payload.told { outcome } else { blocked(outcome) }
        }
        Decision::AwaitPlan(until) => {
            let reason = SkipReason::AwaitingPlan;
            let said = if row.payload.gate == Some(reason) { Said::Nothing } else { skipped(reason) };
            Outcome::new(row, Ending::Gated(until, reason), said)
        }
        Decision::Do(_) | Decision::Unknown => {
            return Err(Error::refused(format!("this version has no rule for {}; cancel the row", action(row))));
        }
    })
}

/// It waits behind a gate. That is said once a row, however often it is looked at behind it.
pub(super) fn wait(row: &Automation, until: DateTime<Utc>, gate: SkipReason) -> Outcome<'_> {
    let known = row.payload.gate == Some(gate);
    let said = if known { Said::Nothing } else { Said::This(LogStatus::Skipped, Some(gate)) };
    Outcome::new(row, Ending::Held(until, gate), said)
}

fn blocked(outcome: Outcome<'_>) -> Outcome<'_> {
    let month = outcome.row.month.unwrap_or_default();
    let what = format!("Month {month} waits: month {} is neither delivered nor skipped", month - 1);
    let details = json!({ "automation_id": outcome.row.id, "month": month });
    outcome.with_event(EventKind::AutomationBlocked, what, details)
}

/// Whether time may mend it: an outage may, missing or wrong data may not.
fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Model(_) | Error::Db(_) | Error::Conflict(_) | Error::File { .. })
}

/// What a row does, in a word.
pub(in crate::journey) fn action(row: &Automation) -> &'static str {
    action_of(row.kind, row.template)
}

/// What rows of this kind do, in a word.
pub(in crate::journey) fn action_of(kind: AutomationKind, template: Option<Template>) -> &'static str {
    match (template, kind) {
        (Some(template), _) => template.as_str(),
        (None, AutomationKind::GenerateDeliverable) => "GENERATE",
        (None, AutomationKind::EscalateToAdmin) => "ESCALATE",
        (None, AutomationKind::SendCelebration) => Template::MonthComplete.as_str(),
        (None, kind) => kind.as_str(),
    }
}

impl Ending {
    /// The row as it stands afterwards.
    pub(super) fn after(&self, row: &Automation, now: DateTime<Utc>) -> Automation {
        let over = |status| Automation { status, executed_at: Some(now), held_until: None, ..row.clone() };
        let again = |gate, at, held_until| Automation {
            status: AutomationStatus::Scheduled,
            trigger_date: at,
            held_until,
            payload: Payload {
                gate,
                told: row.payload.told || gate == Some(SkipReason::BlockedPrevious),
                ..row.payload.clone()
            },
            ..row.clone()
        };
        match self {
            Self::Completed => Automation { error_message: None, ..over(AutomationStatus::Completed) },
            Self::Cancelled(reason) => {
                Automation { cancel_reason: Some(reason.as_str().to_owned()), ..over(AutomationStatus::Cancelled) }
            }
            Self::Later(at, _) => again(None, *at, None),
            Self::Held(until, gate) => again(Some(*gate), row.trigger_date, Some(*until)),
            Self::Gated(at, gate) => again(Some(*gate), *at, None),
            Self::Again(at, why) => Automation {
                status: AutomationStatus::Scheduled,
                trigger_date: *at,
                retry_count: row.retry_count + 1,
                error_message: Some(why.clone()),
                ..row.clone()
            },
            Self::Failed(why) => Automation { error_message: Some(why.clone()), ..over(AutomationStatus::Failed) },
        }
    }

    /// Why it failed.
    pub(super) fn why(&self) -> Option<&str> {
        match self {
            Self::Again(_, why) | Self::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// The day for which the row now stands, in the client's calendar, where that has changed.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::Later(_, date) => Some(*date),
            _ => None,
        }
    }
}
