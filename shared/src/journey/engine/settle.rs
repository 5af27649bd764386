//! Writing what steps come to: messages, months, events, log and the rows' ends, in few statements however many
//! steps there are.

use chrono::{DateTime, Utc};

use super::super::automation::Automation;
use super::super::effects;
use super::super::store::{self, Entry};
use super::super::{LogStatus, SkipReason};
use super::outcome::{Note, Outcome, Said, Stamp};
use crate::db::Tx;
use crate::db::rows::{Cell, Holds, Rows};
use crate::delivery;
use crate::events;
use crate::staff::Actor;
use crate::{Error, Result, Studio};

/// Writes one step's outcome and commits; [`Note::Lost`], and nothing is written, when the row is no longer as it was
/// taken.
pub(in crate::journey) async fn settle(mut tx: Tx, outcome: Outcome<'_>, now: DateTime<Utc>) -> Result<Note> {
    let Some(mut notes) = write(&mut tx, vec![outcome], now).await? else { return Ok(Note::Lost) };
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::BeforeCommit);
    tx.commit().await?;
    #[cfg(test)]
    crate::fault::pass(crate::fault::Point::AfterCommit);
    Ok(notes.pop().unwrap_or(Note::Lost))
}

/// Notes that a step of a claimed row failed.
pub(super) async fn fail(studio: &Studio, row: &Automation, error: &Error) -> Result<Note> {
    let now = studio.clock.now();
    settle(studio.db.write().await?, Outcome::failure(studio, row, error, now), now).await
}

/// Writes everything, and answers what each step counts as; `None` when one of the rows is no longer as it was taken.
pub(super) async fn write(
    tx: &mut Tx,
    mut outcomes: Vec<Outcome<'_>>,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Note>>> {
    let said = post(tx, &mut outcomes, now).await?;
    stamp_months(tx, &outcomes, now).await?;
    let happened = outcomes.iter_mut().flat_map(|outcome| std::mem::take(&mut outcome.events));
    events::record_all(tx, now, &Actor::System, happened.collect::<Vec<_>>()).await?;
    let lines: Vec<Entry<'_>> = outcomes.iter().zip(&said).filter_map(|(outcome, said)| line(outcome, *said)).collect();
    store::log_all(tx, &lines, now).await?;
    let notes = outcomes.iter().zip(&said).map(|(outcome, said)| outcome.note(said.map(|(status, _)| status)));
    let notes: Vec<Note> = notes.collect();
    Ok(end(tx, &outcomes, now).await?.then_some(notes))
}

/// Sends the messages off, and answers what the log says of each step.
async fn post(
    tx: &mut Tx,
    outcomes: &mut [Outcome<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<Option<(LogStatus, Option<SkipReason>)>>> {
    let mut messages = Vec::new();
    let mut said: Vec<_> = Vec::with_capacity(outcomes.len());
    for (at, outcome) in outcomes.iter_mut().enumerate() {
        said.push(match std::mem::replace(&mut outcome.said, Said::Nothing) {
            Said::Nothing => None,
            Said::This(status, reason) => Some((status, reason)),
            Said::Sending(message) => {
                messages.push((at, *message));
                None
            }
        });
    }
    let (places, messages): (Vec<usize>, Vec<_>) = messages.into_iter().unzip();
    let queued = delivery::post(tx, messages, now).await?;
    for (at, queued) in places.into_iter().zip(&queued) {
        said[at] = Some(effects::outcome(queued));
    }
    Ok(said)
}

/// What the log says of a step, if anything.
fn line<'a>(outcome: &'a Outcome<'_>, said: Option<(LogStatus, Option<SkipReason>)>) -> Option<Entry<'a>> {
    let (status, reason) = said?;
    let error = match status {
        LogStatus::Failed => outcome.ending.why(),
        _ => None,
    };
    Some(Entry {
        client: &outcome.row.client_id,
        automation: Some(&outcome.row.id),
        kind: outcome.row.kind,
        action: outcome.action,
        status,
        reason,
        error,
        attempt: outcome.row.retry_count + 1,
    })
}

async fn stamp_months(tx: &mut Tx, outcomes: &[Outcome<'_>], now: DateTime<Utc>) -> Result<()> {
    let columns = [("client_id", Holds::Text), ("month", Holds::Int), ("at", Holds::Time)];
    let (mut late, mut celebrated) = (Rows::new(columns), Rows::new(columns));
    for outcome in outcomes {
        let client = outcome.row.client_id.as_str();
        match outcome.stamp {
            Some(Stamp::Late(month)) => late.add([client.into(), month.into(), now.into()]),
            Some(Stamp::Celebrated(month)) => celebrated.add([client.into(), month.into(), now.into()]),
            None => {}
        }
    }
    late.defer(
        tx,
        "UPDATE journey_months SET late_at = r.at, updated_at = r.at FROM r
         WHERE journey_months.client_id = r.client_id AND journey_months.month = r.month",
    )
    .await?;
    // Months that were delivered together are celebrated together, in the highest one's name.
    celebrated
        .defer(
            tx,
            "UPDATE journey_months SET celebrated_at = r.at, updated_at = r.at FROM r
             WHERE journey_months.client_id = r.client_id AND journey_months.month <= r.month
               AND delivered_at IS NOT NULL AND celebrated_at IS NULL",
        )
        .await
}

/// Writes how the rows stand afterwards; false when one of them is no longer as it was taken.
async fn end(tx: &mut Tx, outcomes: &[Outcome<'_>], now: DateTime<Utc>) -> Result<bool> {
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("was", Holds::Text),
        ("epoch", Holds::Int),
        ("status", Holds::Text),
        ("trigger_date", Holds::Time),
        ("local_date", Holds::Text),
        ("held_until", Holds::Time),
        ("payload", Holds::Json),
        ("executed_at", Holds::Time),
        ("error_message", Holds::Text),
        ("cancel_reason", Holds::Text),
        ("retry_count", Holds::Int),
        ("updated_at", Holds::Time),
    ]);
    for outcome in outcomes {
        let after = outcome.ending.after(outcome.row, now);
        // A writer notes its job there meanwhile: that stays.
        let payload = if after.payload == outcome.row.payload { Cell::none() } else { Cell::json(&after.payload)? };
        rows.add([
            after.id.as_str().into(),
            outcome.row.status.as_str().into(),
            outcome.row.claim_epoch.into(),
            after.status.as_str().into(),
            after.trigger_date.into(),
            outcome.ending.day().map(|day| day.to_string()).into(),
            after.held_until.into(),
            payload,
            after.executed_at.into(),
            after.error_message.into(),
            after.cancel_reason.into(),
            after.retry_count.into(),
            now.into(),
        ]);
    }
    let ended = rows
        .execute(
            tx,
            "UPDATE automation_schedules SET status = r.status, trigger_date = r.trigger_date,
                    local_date = COALESCE(r.local_date, automation_schedules.local_date), held_until = r.held_until,
                    payload = COALESCE(r.payload, automation_schedules.payload), executed_at = r.executed_at, error_message = r.error_message,
                    cancel_reason = r.cancel_reason, retry_count = r.retry_count, updated_at = r.updated_at,
                    claimed_by = NULL, claimed_until = NULL
             FROM r WHERE automation_schedules.id = r.id AND automation_schedules.status = r.was
               AND automation_schedules.claim_epoch = r.epoch",
        )
        .await?;
    Ok(usize::try_from(ended).is_ok_and(|ended| ended == outcomes.len()))
}
