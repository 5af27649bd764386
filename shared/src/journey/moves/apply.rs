//! Writing what a move comes to: rows, months, the client, the hold, the events and the messages.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::change::{Effect, Move};
use super::requests;
use super::rules::{Outcome, Placed};
use super::state::{Journey, RowFact};
use super::store::{self, Moved, NewHold};
use crate::clients::{self, Client, Status};
use crate::db::Tx;
use crate::delivery::Notice;
use crate::events::{self, EventKind};
use crate::journey::automation::Payload;
use crate::journey::effects;
use crate::journey::engine::action_of;
use crate::journey::store::{self as journey_store, Entry, NewAutomation};
use crate::journey::zone::{local_date, stored_date};
use crate::journey::{LogStatus, SkipReason, current_month, notices};
use crate::programme::Month;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio};

/// A move that is being made.
pub(super) struct Making<'a> {
    pub studio: &'a Studio,
    pub actor: &'a Actor,
    pub client: &'a Client,
    pub journey: &'a Journey,
    pub outcome: &'a Outcome,
    pub now: DateTime<Utc>,
}

impl Making<'_> {
    pub(super) async fn write(&self, tx: &mut Tx, wanted: &Move) -> Result<()> {
        self.write_rows(tx).await?;
        match wanted {
            Move::Pause { reason, .. } => self.place_hold(tx, reason.as_ref()).await,
            Move::Extend { .. } => self.move_hold_end(tx).await,
            Move::Resume => self.end_hold(tx).await,
            Move::AdjustStart { on } => self.adjust_start(tx, *on).await,
            Move::Skip { month } => self.leave_out(tx, *month).await,
            Move::Unskip { month } => self.take_in(tx, *month).await,
            Move::Replan => self.note_replan(tx).await,
        }
    }

    /// The month is open again; a programme that was complete goes on.
    pub(super) async fn reopen(&self, tx: &mut Tx, month: Month) -> Result<()> {
        self.write_rows(tx).await?;
        store::reopen_month(tx, &self.client.id, month, self.now).await?;
        store::touch(tx, &self.client.id, self.now).await?;
        let was_delivered = self.journey.months.iter().any(|fact| fact.month == month && fact.delivered);
        if was_delivered && self.client.status == Status::Completed {
            let why = format!("month {month} is open again");
            clients::change_status(tx, self.now, self.actor, self.client, Status::Active, &why).await?;
        }
        Ok(())
    }

    async fn write_rows(&self, tx: &mut Tx) -> Result<()> {
        let (mut moved, mut restored, mut cancelled) = (Vec::new(), Vec::new(), Vec::new());
        for (row, placed) in self.journey.rows.iter().zip(&self.outcome.rows) {
            match placed.change.effect {
                Effect::Shifted => moved.push(self.moved(row, placed)),
                Effect::Restored => restored.push(self.moved(row, placed)),
                Effect::Cancelled(reason) => cancelled.push((row, reason)),
                // What waited behind the hold's gate goes on with its date.
                Effect::Kept if row.payload.gate == Some(SkipReason::Paused) && self.outcome.opens_gate => {
                    moved.push(self.moved(row, placed));
                }
                Effect::Kept | Effect::Held | Effect::Added | Effect::Done => {}
            }
        }
        store::move_rows(tx, &moved, self.now).await?;
        store::restore_rows(tx, &restored, self.now).await?;
        let ids: Vec<_> = cancelled.iter().map(|(row, reason)| (&row.id, *reason)).collect();
        store::cancel_rows(tx, &ids, self.actor, self.now).await?;
        let lines: Vec<_> = cancelled.iter().map(|(row, reason)| self.line(row, *reason)).collect();
        journey_store::log_all(tx, &lines, self.now).await?;
        for placed in self.outcome.rows.iter().skip(self.journey.rows.len()) {
            self.add_row(tx, placed).await?;
        }
        Ok(())
    }

    fn moved<'r>(&self, row: &'r RowFact, placed: &Placed) -> Moved<'r> {
        let at = placed.change.after.unwrap_or(row.trigger);
        let payload = if self.outcome.opens_gate && placed.change.effect != Effect::Restored {
            ungated(row)
        } else {
            planned_anew(row)
        };
        Moved { id: &row.id, at, date: placed.date, payload }
    }

    fn line<'r>(&'r self, row: &'r RowFact, reason: SkipReason) -> Entry<'r> {
        Entry {
            client: &self.client.id,
            automation: Some(&row.id),
            kind: row.kind,
            action: action_of(row.kind, row.template),
            status: LogStatus::Skipped,
            reason: Some(reason),
            error: None,
            attempt: row.retry_count + 1,
        }
    }

    async fn add_row(&self, tx: &mut Tx, placed: &Placed) -> Result<()> {
        let Some(at) = placed.change.after else { return Ok(()) };
        let row = NewAutomation {
            client: &self.client.id,
            kind: placed.change.kind,
            payload: placed.payload.clone(),
            at,
            date: Some(placed.date),
            cancelled: None,
            actor: self.actor.id(),
        };
        journey_store::insert(tx, &row, self.now).await?;
        Ok(())
    }

    async fn place_hold(&self, tx: &mut Tx, reason: Option<&Foreign>) -> Result<()> {
        let (start, end) = self.hold()?;
        let new = NewHold { client: &self.client.id, start, end, reason };
        store::insert_hold(tx, &new, self.actor, self.now).await?;
        if start <= self.now {
            begin(tx, self.actor, self.client, self.journey, self.now).await?;
        }
        requests::settle_granted(tx, self.actor, &self.client.id, self.now).await?;
        let first = local_date(start, self.journey.zone);
        let until = end.map(|end| local_date(end, self.journey.zone));
        let open = until.map_or_else(|| "open-ended".to_owned(), |day| format!("until {day}"));
        let details = json!({ "from": start, "until": end, "days": self.outcome.held.map(|span| span.days) });
        self.event(tx, EventKind::JourneyPaused, &format!("Put the journey on hold from {first}, {open}"), details)
            .await?;
        self.tell_hold(tx, first, until).await
    }

    async fn move_hold_end(&self, tx: &mut Tx) -> Result<()> {
        let (start, end) = self.hold()?;
        store::move_hold_end(tx, &self.client.id, end, self.now).await?;
        let until = end.map(|end| local_date(end, self.journey.zone));
        let what = until.map_or_else(
            || "Left the end of the hold open".to_owned(),
            |day| format!("Moved the end of the hold to {day}"),
        );
        self.event(tx, EventKind::JourneyPaused, &what, json!({ "from": start, "until": end })).await?;
        self.tell_hold(tx, local_date(start, self.journey.zone), until).await
    }

    async fn end_hold(&self, tx: &mut Tx) -> Result<()> {
        let (start, end) = self.hold()?;
        let end = end.unwrap_or(self.now);
        self.write_months(tx).await?;
        store::end_hold(tx, &self.client.id, (end, self.outcome.days), self.month_on(self.now), self.now).await?;
        if self.client.status == Status::Paused {
            clients::change_status(tx, self.now, self.actor, self.client, Status::Active, "the hold is over").await?;
        }
        let days = self.outcome.days;
        let what = if start > self.now {
            "Called off the planned hold".to_owned()
        } else {
            format!("Ended the hold; the dates move by {days} days")
        };
        let details = json!({ "from": start, "until": end, "days": days });
        self.event(tx, EventKind::JourneyResumed, &what, details).await?;
        if start > self.now {
            self.tell_dates(tx, &format!("HOLD_OFF|{}", self.client.version)).await?;
        } else if let Some(timeline) = self.timeline() {
            let notice = notices::welcome_back(self.studio, self.client, timeline, start)?;
            self.tell(tx, notice, "WELCOME_BACK").await?;
        }
        self.complete(tx).await
    }

    async fn adjust_start(&self, tx: &mut Tx, on: NaiveDate) -> Result<()> {
        self.write_months(tx).await?;
        // During a hold the month stands still on the day on which it began.
        let reached = match &self.journey.hold {
            Some(hold) if self.client.is_paused => self.month_on(hold.started_at),
            _ => self.month_on(self.now),
        };
        journey_store::set_started(tx, &self.client.id, stored_date(on), reached, self.now).await?;
        let before = self.journey.start;
        let was = before.map(|day| day.to_string()).unwrap_or_default();
        let details = json!({ "from": before, "to": on, "days": self.outcome.days });
        self.event(tx, EventKind::JourneyAdjusted, &format!("Moved the start from {was} to {on}"), details).await?;
        self.tell_dates(tx, &format!("START|{on}|{}", self.client.version)).await
    }

    async fn leave_out(&self, tx: &mut Tx, month: Month) -> Result<()> {
        self.write_months(tx).await?;
        store::touch(tx, &self.client.id, self.now).await?;
        if let Some(next) = month.next().filter(|_| !self.client.is_paused) {
            journey_store::release_generation(tx, &self.client.id, i64::from(next.number()), self.now).await?;
        }
        let what = format!("Left month {month} out");
        self.event(tx, EventKind::JourneyMonthSkipped, &what, json!({ "month": month })).await?;
        self.complete(tx).await
    }

    async fn take_in(&self, tx: &mut Tx, month: Month) -> Result<()> {
        self.write_months(tx).await?;
        store::touch(tx, &self.client.id, self.now).await?;
        let what = format!("Took month {month} in again");
        self.event(tx, EventKind::JourneyMonthRestored, &what, json!({ "month": month })).await
    }

    async fn note_replan(&self, tx: &mut Tx) -> Result<()> {
        store::touch(tx, &self.client.id, self.now).await?;
        let planned = |row: &&Placed| matches!(row.change.effect, Effect::Restored | Effect::Added);
        let rows = self.outcome.rows.iter().filter(planned).count();
        let what = format!("Planned {rows} automations again");
        self.event(tx, EventKind::JourneyAdjusted, &what, json!({ "rows": rows })).await
    }

    fn hold(&self) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        self.outcome.hold.ok_or(Error::NotFound("hold"))
    }

    async fn write_months(&self, tx: &mut Tx) -> Result<()> {
        let changed = self.journey.months.iter().zip(&self.outcome.months).filter(|(before, after)| before != after);
        for (_, month) in changed {
            store::write_month(tx, &self.client.id, month, self.now).await?;
        }
        Ok(())
    }

    /// The month that a moment falls in, by the days afterwards.
    fn month_on(&self, at: DateTime<Utc>) -> Option<Month> {
        let dates: Vec<NaiveDate> = self.outcome.months.iter().map(|month| month.due).collect();
        current_month(&dates, local_date(at, self.journey.zone))
    }

    /// The months that are still to come, with their days; `None` where there is none.
    fn timeline(&self) -> Option<String> {
        let open = self.outcome.months.iter().filter(|month| !month.delivered && !month.skipped);
        let days: Vec<(Month, NaiveDate)> = open.map(|month| (month.month, month.due)).collect();
        (!days.is_empty()).then(|| notices::timeline(self.studio, &days))
    }

    async fn tell_hold(&self, tx: &mut Tx, first: NaiveDate, until: Option<NaiveDate>) -> Result<()> {
        let timeline = self.timeline().unwrap_or_default();
        let notice = notices::paused(self.studio, self.client, first, until, timeline)?;
        self.tell(tx, notice, "PAUSED").await
    }

    async fn tell_dates(&self, tx: &mut Tx, occasion: &str) -> Result<()> {
        let Some(timeline) = self.timeline() else { return Ok(()) };
        let notice = notices::adjusted(self.studio, self.client, timeline, occasion)?;
        self.tell(tx, notice, "ADJUSTED").await
    }

    async fn tell(&self, tx: &mut Tx, notice: Notice<'_>, action: &str) -> Result<()> {
        effects::tell(tx, self.studio, self.client, notice, action, self.now).await
    }

    async fn event(&self, tx: &mut Tx, kind: EventKind, what: &str, details: serde_json::Value) -> Result<()> {
        events::record(tx, self.now, self.actor, kind, Some(&self.client.id), what, Some(details)).await
    }

    /// Ends the programme where nothing is left to come.
    async fn complete(&self, tx: &mut Tx) -> Result<()> {
        let client = clients::get(tx, &self.client.id).await?.ok_or(Error::NotFound("client"))?;
        effects::complete_programme(tx, self.now, self.actor, &client).await
    }
}

/// Brings a hold into force whose time has come.
pub(super) async fn begin(
    tx: &mut Tx,
    actor: &Actor,
    client: &Client,
    journey: &Journey,
    now: DateTime<Utc>,
) -> Result<()> {
    let dates: Vec<NaiveDate> = journey.months.iter().map(|month| month.due).collect();
    let first = journey.hold.as_ref().map_or(now, |hold| hold.started_at);
    let month = current_month(&dates, local_date(first, journey.zone));
    store::begin_hold(tx, &client.id, month, now).await?;
    clients::change_status(tx, now, actor, client, Status::Paused, "the journey is on hold").await
}

/// What a row needs to know, without the gate that it waited behind.
fn ungated(row: &RowFact) -> Payload {
    Payload { gate: None, ..row.payload.clone() }
}

/// The same for another day: if it must wait for the month before then, the studio hears of it then.
fn planned_anew(row: &RowFact) -> Payload {
    Payload { told: false, ..ungated(row) }
}
