//! What a due row comes to: every gate of the journey in one pure function.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::automation::Automation;
use super::super::plan::{ESCALATE_DAYS, OVERDUE_DAYS};
use super::super::zone::{at_hour, local_date, plus_days, stored_date};
use super::super::{AutomationKind, SkipReason, Template};
use super::facts::{Facts, MonthNow, PlanNow};
use crate::clients::{Client, Status};
use crate::config::JourneySettings;
use crate::documents::DocumentStatus;

/// What to do with a due row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Decision {
    /// What the row is for.
    Do(Deed),
    /// Nothing, for good.
    Skip(SkipReason),
    /// Nothing, and the row goes with the client or the month.
    Cancel(SkipReason),
    /// Nothing while the hold lasts; the row keeps its date.
    Hold(DateTime<Utc>),
    /// Its base has moved: it is due later.
    Move(DateTime<Utc>, NaiveDate),
    /// The month before is not done; look again then.
    Block(DateTime<Utc>),
    /// The business plan is not approved; look again then.
    AwaitPlan(DateTime<Utc>),
    /// No rule for this kind.
    Unknown,
}

/// Something that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::journey) enum Deed {
    /// Writes the month's document, the plan, or an extra.
    Generate,
    /// Writes a rejected document anew.
    Regenerate,
    /// Reminds of the month's date.
    Upcoming,
    /// Nudges a client who has not opened a document.
    Overdue,
    /// Owns up to a delay of the studio; the row then waits for the delivery.
    StudioLate(NaiveDate),
    /// Tells the studio of a client who stays silent.
    Escalate,
    /// Reminds the studio of a rejected draft.
    Revision,
    /// Tells of a delivery that was made during a hold.
    Ready,
    /// Celebrates a month.
    Celebrate,
    /// Tells that the hold ends, and when.
    ResumeSoon(DateTime<Utc>),
}

/// How long a reminder may be late before it is better not sent.
const STALE_AFTER: TimeDelta = TimeDelta::hours(24);
/// How long a generation waits behind a gate before it looks again.
const BLOCKED_FOR: TimeDelta = TimeDelta::hours(24);
/// How long a held row waits before it looks again, at most.
const HELD_FOR: TimeDelta = TimeDelta::hours(24);

/// Decides a due row.
pub(in crate::journey) fn decide(
    row: &Automation,
    facts: &Facts,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Decision {
    let client = &facts.client;
    if client.status.has_left() || client.deleted_at.is_some() {
        return Decision::Cancel(SkipReason::ClientInactive);
    }
    if (row.kind, row.template) == (AutomationKind::SendReminder, Some(Template::ResumeSoon)) {
        return resume_soon(row, client, now);
    }
    // Neither is one of the journey's rows: no hold keeps the studio from writing them.
    if row.writes_plan() {
        return write_plan(row, facts.plan);
    }
    if row.writes_extra() {
        return write_extra(row, facts.extra);
    }
    // An admin may send what a hold would keep back.
    if is_held(client, now) && !row.payload.force {
        let end = client.pause_end_date.filter(|end| *end > now).unwrap_or(now + HELD_FOR);
        return Decision::Hold(end.min(now + HELD_FOR));
    }
    let Some(month) = &facts.month else {
        return without_month(row, facts.plan);
    };
    if month.skipped_at.is_some() {
        return Decision::Cancel(SkipReason::Skipped);
    }
    let timing = Timing { row, month, settings, zone: client.zone(), now };
    match (row.kind, row.template) {
        (AutomationKind::GenerateDeliverable, _) => match wait_for_plan(row, facts, month, settings, now) {
            Some(until) => Decision::AwaitPlan(until),
            None => generate(row, month, now),
        },
        (AutomationKind::SendReminder, Some(Template::Upcoming)) => timing.upcoming(),
        (AutomationKind::SendReminder, Some(Template::Overdue)) => timing.overdue(),
        (AutomationKind::SendReminder, Some(Template::Revision)) => revision(month.document),
        (AutomationKind::EscalateToAdmin, _) => timing.escalate(),
        (AutomationKind::SendNotification, Some(Template::Ready)) => Decision::Do(Deed::Ready),
        (AutomationKind::SendCelebration, _) => celebrate(month),
        _ => Decision::Unknown,
    }
}

/// A new version, unless the studio still works on the last one; or a rejected one anew.
fn write_plan(row: &Automation, plan: PlanNow) -> Decision {
    match plan.latest {
        Some(DocumentStatus::Rejected) if row.payload.document_id.is_some() => Decision::Do(Deed::Regenerate),
        None | Some(DocumentStatus::Approved | DocumentStatus::Delivered) => Decision::Do(Deed::Generate),
        Some(_) => Decision::Skip(SkipReason::AlreadyExists),
    }
}

/// Once a title, or a rejected one anew.
fn write_extra(row: &Automation, extra: Option<DocumentStatus>) -> Decision {
    match extra {
        None => Decision::Do(Deed::Generate),
        Some(DocumentStatus::Rejected) if row.payload.document_id.is_some() => Decision::Do(Deed::Regenerate),
        Some(_) => Decision::Skip(SkipReason::AlreadyExists),
    }
}

/// What else concerns the plan: its rejected draft, and news of it.
fn without_month(row: &Automation, plan: PlanNow) -> Decision {
    match (row.kind, row.template) {
        (AutomationKind::SendReminder, Some(Template::Revision)) => revision(plan.latest),
        (AutomationKind::SendNotification, Some(Template::Ready)) => Decision::Do(Deed::Ready),
        _ => Decision::Cancel(SkipReason::Superseded),
    }
}

/// Until when the first month waits for a plan that is owed and not approved. It waits some days from its own, and no
/// longer; nothing waits for a plan that was never asked for.
fn wait_for_plan(
    row: &Automation,
    facts: &Facts,
    month: &MonthNow,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let concerned = row.month == Some(1) && month.document.is_none() && !row.payload.force;
    if !concerned || !facts.lacks_plan() {
        return None;
    }
    let last = stored_date(plus_days(month.due(), i64::from(settings.plan_wait_days)));
    (now < last).then(|| last.min(now + BLOCKED_FOR))
}

/// A rejected draft that nobody has taken up.
fn revision(document: Option<DocumentStatus>) -> Decision {
    match document {
        Some(DocumentStatus::Rejected | DocumentStatus::Draft) => Decision::Do(Deed::Revision),
        _ => Decision::Skip(SkipReason::NotNeeded),
    }
}

/// Whether a hold is in force, even where no worker has noted yet that its time has come.
fn is_held(client: &Client, now: DateTime<Utc>) -> bool {
    let begun = client.pause_start_date.is_some_and(|start| start <= now);
    client.is_paused || (client.status == Status::Active && begun)
}

/// The one message that belongs to a hold.
fn resume_soon(row: &Automation, client: &Client, now: DateTime<Utc>) -> Decision {
    match client.pause_end_date {
        Some(end) if end > now && now - row.trigger_date <= STALE_AFTER => Decision::Do(Deed::ResumeSoon(end)),
        Some(_) => Decision::Skip(SkipReason::Stale),
        None => Decision::Skip(SkipReason::NotNeeded),
    }
}

fn generate(row: &Automation, month: &MonthNow, now: DateTime<Utc>) -> Decision {
    let again = row.payload.document_id.is_some();
    match month.document {
        Some(DocumentStatus::Rejected) if again => Decision::Do(Deed::Regenerate),
        Some(_) => Decision::Skip(SkipReason::AlreadyExists),
        None if month.previous_open && !row.payload.force => Decision::Block(now + BLOCKED_FOR),
        None => Decision::Do(Deed::Generate),
    }
}

fn celebrate(month: &MonthNow) -> Decision {
    if month.delivered_at.is_none() || month.celebrated_at.is_some() {
        Decision::Skip(SkipReason::NotNeeded)
    } else if month.later_to_celebrate {
        Decision::Skip(SkipReason::Superseded)
    } else {
        Decision::Do(Deed::Celebrate)
    }
}

/// A row that is a matter of days.
struct Timing<'a> {
    row: &'a Automation,
    month: &'a MonthNow,
    settings: &'a JourneySettings,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
}

impl Timing<'_> {
    fn upcoming(&self) -> Decision {
        if self.month.delivered_at.is_some() {
            Decision::Skip(SkipReason::NotNeeded)
        } else if self.is_stale(self.row.trigger_date) || self.today() > self.month.due() {
            Decision::Skip(SkipReason::Stale)
        } else {
            Decision::Do(Deed::Upcoming)
        }
    }

    /// Undelivered, the studio is late; delivered, the client is, once three days have passed.
    fn overdue(&self) -> Decision {
        let Some(delivered) = self.month.delivered_at else {
            return self.wait_for_delivery();
        };
        if self.month.first_opened_at.is_some() {
            return Decision::Skip(SkipReason::NotNeeded);
        }
        let date = plus_days(local_date(delivered, self.zone), OVERDUE_DAYS);
        let due = at_hour(date, self.settings.send_hour, self.zone);
        if self.now < due {
            Decision::Move(due, date)
        } else if self.is_stale(self.row.trigger_date.max(due)) {
            Decision::Skip(SkipReason::Stale)
        } else {
            Decision::Do(Deed::Overdue)
        }
    }

    fn escalate(&self) -> Decision {
        let Some(delivered) = self.month.delivered_at else {
            return self.look_tomorrow(stored_date);
        };
        if self.month.first_opened_at.is_some() {
            return Decision::Skip(SkipReason::NotNeeded);
        }
        let date = plus_days(local_date(delivered, self.zone).max(self.month.due()), ESCALATE_DAYS);
        let due = stored_date(date);
        if self.now < due { Decision::Move(due, date) } else { Decision::Do(Deed::Escalate) }
    }

    /// Three days after the date the studio owns up, once; then the row waits day by day, and a
    /// delivery times it anew.
    fn wait_for_delivery(&self) -> Decision {
        let (hour, zone) = (self.settings.send_hour, self.zone);
        let honest = plus_days(self.month.due(), OVERDUE_DAYS);
        if self.month.late_at.is_some() {
            self.look_tomorrow(|date| at_hour(date, hour, zone))
        } else if self.today() < honest {
            Decision::Move(at_hour(honest, hour, zone), honest)
        } else {
            Decision::Do(Deed::StudioLate(self.month.due()))
        }
    }

    fn look_tomorrow(&self, at: impl Fn(NaiveDate) -> DateTime<Utc>) -> Decision {
        let tomorrow = plus_days(self.today(), 1);
        let next = at(tomorrow);
        // West of Greenwich, midnight UTC of tomorrow's date may be past in the evening.
        if next > self.now {
            Decision::Move(next, tomorrow)
        } else {
            Decision::Move(next + TimeDelta::days(1), tomorrow)
        }
    }

    fn today(&self) -> NaiveDate {
        local_date(self.now, self.zone)
    }

    fn is_stale(&self, since: DateTime<Utc>) -> bool {
        self.now - since > STALE_AFTER
    }
}
