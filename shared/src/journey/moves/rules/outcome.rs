//! What a move comes to, and the count over it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::config::{JourneySettings, MonthStep};
use crate::journey::automation::Payload;
use crate::journey::moves::change::{Effect, MonthChange, Preview, Proof, RowChange};
use crate::journey::moves::state::{Journey, MonthFact, RowFact, Slot, Span, slot_of};
use crate::journey::plan::{Step, end_date};
use crate::journey::zone::plus_days;
use crate::journey::{AutomationKind, SkipReason};

/// Everything that a move changes.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Outcome {
    /// One for each row of the journey in its order, then those that are added.
    pub rows: Vec<Placed>,
    /// The months afterwards.
    pub months: Vec<MonthFact>,
    /// The first day afterwards.
    pub start: Option<NaiveDate>,
    /// By how many days the dates move.
    pub days: i64,
    /// The hold that the move places, moves or ends: its beginning, and its end as far as it is known.
    pub hold: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// The days of that hold.
    pub held: Option<Span>,
    /// What waits behind the hold's gate goes on.
    pub opens_gate: bool,
}

/// A row's place afterwards.
#[derive(Clone, Debug)]
pub(in crate::journey) struct Placed {
    pub change: RowChange,
    /// The day that it is planned for.
    pub date: NaiveDate,
    /// What an added row needs to know.
    pub payload: Payload,
}

impl Placed {
    fn as_it_is(row: &RowFact) -> Self {
        let effect = if row.is_live() { Effect::Kept } else { Effect::Done };
        let change = RowChange {
            id: Some(row.id.clone()),
            kind: row.kind,
            template: row.template,
            month: row.month,
            before: Some(row.trigger),
            after: Some(row.trigger),
            effect,
        };
        Self { change, date: row.date, payload: row.payload.clone() }
    }

    pub(super) fn put(&mut self, effect: Effect, at: DateTime<Utc>, date: NaiveDate) {
        self.change.effect = effect;
        self.change.after = Some(at);
        self.date = date;
    }

    pub(super) fn cancel(&mut self, reason: SkipReason) {
        self.change.effect = Effect::Cancelled(reason);
        self.change.after = None;
    }

    fn slot(&self) -> Slot {
        slot_of(self.change.kind, self.change.template, self.change.month, &self.payload)
    }

    /// Whether it is to come afterwards.
    fn is_live(&self) -> bool {
        !matches!(self.change.effect, Effect::Done | Effect::Cancelled(_))
    }
}

impl Outcome {
    /// Nothing changed yet.
    pub(super) fn of(journey: &Journey) -> Self {
        Self {
            rows: journey.rows.iter().map(Placed::as_it_is).collect(),
            months: journey.months.clone(),
            start: journey.start,
            days: 0,
            hold: None,
            held: None,
            opens_gate: false,
        }
    }

    /// Adds one of the four rows of a month.
    pub(super) fn add_step(&mut self, step: &Step) {
        let payload = Payload::planned(step.kind, step.template, Some(i64::from(step.month.number())));
        self.add(step.kind, payload, step.at, step.date);
    }

    /// Adds a row.
    pub(super) fn add(&mut self, kind: AutomationKind, payload: Payload, at: DateTime<Utc>, date: NaiveDate) {
        let change = RowChange {
            id: None,
            kind,
            template: payload.template,
            month: payload.month,
            before: None,
            after: Some(at),
            effect: Effect::Added,
        };
        self.rows.push(Placed { change, date, payload });
    }

    /// The move as it is shown.
    pub(in crate::journey) fn preview(&self, journey: &Journey, settings: &JourneySettings, version: i64) -> Preview {
        let shown = |month: &MonthFact| (!month.skipped).then_some(month.due);
        let months = journey.months.iter().zip(&self.months).map(|(before, after)| MonthChange {
            month: before.month,
            before: shown(before),
            after: shown(after),
        });
        Preview {
            rows: self.rows.iter().map(|row| row.change.clone()).collect(),
            months: months.collect(),
            paused_days: self.held_days(journey),
            end: self.end(journey, settings.month_step),
            proof: self.proof(journey),
            version,
        }
    }

    fn held_days(&self, journey: &Journey) -> i64 {
        journey.held_days + self.held.map_or(0, |span| span.days)
    }

    /// The programme's last day: as far after its start as planned, and later by every day on hold.
    fn end(&self, journey: &Journey, step: MonthStep) -> Option<NaiveDate> {
        Some(plus_days(end_date(self.start?, step), self.held_days(journey)))
    }

    /// Counts what was to come before against what comes afterwards.
    fn proof(&self, journey: &Journey) -> Proof {
        let mut coming: HashMap<Slot, usize> = HashMap::new();
        for row in self.rows.iter().filter(|row| row.is_live()) {
            *coming.entry(row.slot()).or_default() += 1;
        }
        let taken_off = |row: &RowFact| {
            self.rows.iter().any(|after| {
                after.change.id.as_ref() == Some(&row.id) && matches!(after.change.effect, Effect::Cancelled(_))
            })
        };
        let live = journey.rows.iter().filter(|row| row.is_live());
        Proof {
            rows: journey.rows.len(),
            lost: live.filter(|row| !coming.contains_key(&row.slot()) && !taken_off(row)).count(),
            doubled: coming.values().filter(|&&times| times > 1).count(),
            shift: TimeDelta::try_days(self.days).unwrap_or_default(),
        }
    }
}
