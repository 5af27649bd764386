//! One client's journey as plain data: what the rules of the moves look at.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::clients::Status;
use crate::id::{AutomationId, DocumentId, PauseId};
use crate::journey::automation::Payload;
use crate::journey::zone::local_date;
use crate::journey::{AutomationKind, AutomationStatus, Template};
use crate::programme::Month;

/// A journey as it stands.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Journey {
    pub status: Status,
    pub zone: Tz,
    /// The first day; `None` before the start.
    pub start: Option<NaiveDate>,
    /// The hold that is in force or planned.
    pub hold: Option<Hold>,
    /// By how many days the holds that are over have moved it.
    pub held_days: i64,
    /// In order; all eight once the journey has started.
    pub months: Vec<MonthFact>,
    /// By time.
    pub rows: Vec<RowFact>,
}

/// A hold that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::journey) struct Hold {
    pub id: PauseId,
    pub started_at: DateTime<Utc>,
    pub planned_end: Option<DateTime<Utc>>,
}

/// Days on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) struct Span {
    /// The first of them, in the client's calendar.
    pub first: NaiveDate,
    pub days: i64,
}

/// A month of the journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a month, each with a column or a query of its own")]
pub(in crate::journey) struct MonthFact {
    pub month: Month,
    pub due: NaiveDate,
    pub delivered: bool,
    pub skipped: bool,
    /// The studio has owned up to being late with it.
    pub late: bool,
    /// It has a main document, in whatever state.
    pub written: bool,
}

/// A row of the journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::journey) struct RowFact {
    pub id: AutomationId,
    pub kind: AutomationKind,
    pub template: Option<Template>,
    pub month: Option<i64>,
    /// When it is looked at next.
    pub trigger: DateTime<Utc>,
    /// The day that it is planned for, whatever it waits for.
    pub date: NaiveDate,
    pub status: AutomationStatus,
    pub retry_count: i64,
    pub cancel_reason: Option<String>,
    pub payload: Payload,
}

impl Hold {
    pub(in crate::journey) fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.started_at <= now
    }
}

impl Span {
    /// The days from a hold's beginning to its end: as many as the client's calendar shows between them, so that a
    /// date that moves by them stays a date and an hour the same hour.
    pub(in crate::journey) fn between(start: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> Self {
        let first = local_date(start, zone);
        Self { first, days: (local_date(end, zone) - first).num_days().max(0) }
    }
}

impl RowFact {
    /// Still to come, or under way.
    pub(in crate::journey) fn is_live(&self) -> bool {
        matches!(self.status, AutomationStatus::Scheduled | AutomationStatus::Running)
    }

    /// Which of a client's rows it is: at most one of each is live.
    pub(in crate::journey) fn slot(&self) -> Slot {
        slot_of(self.kind, self.template, self.month, &self.payload)
    }
}

/// What tells a client's live rows apart; news of deliveries by their documents, too.
pub(in crate::journey) type Slot = (AutomationKind, Option<Template>, Option<i64>, Option<DocumentId>);

pub(in crate::journey) fn slot_of(
    kind: AutomationKind,
    template: Option<Template>,
    month: Option<i64>,
    payload: &Payload,
) -> Slot {
    let news = payload.document_id.clone().filter(|_| template == Some(Template::Ready));
    (kind, template, month, news)
}
