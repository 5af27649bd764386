//! The planner: a start date, a zone and the settings in, the 32 time rows of a client out.
//!
//! Pure: no database, no clock. Dates are days of the client's calendar. What a client reads comes
//! at the send hour of that day in the client's zone; what the machine or an admin does begins at
//! 00:00 UTC of that date.

use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::kinds::{AutomationKind, Template};
use super::zone::{at_hour, plus_days, stored_date};
use crate::config::{JourneySettings, MonthStep};
use crate::programme::{MONTHS, Month};

/// Days from the reminder to the month's date.
pub const UPCOMING_DAYS: i64 = 3;
/// Days from a month's date, or its later delivery, to the nudge.
pub const OVERDUE_DAYS: i64 = 3;
/// Days from a month's date, or its later delivery, to the escalation.
pub const ESCALATE_DAYS: i64 = 7;
/// Days from a delivery to the celebration of a document that nobody opened.
pub const CELEBRATE_DAYS: i64 = 5;
/// Days from a rejection to the reminder for the studio.
pub const REVISION_DAYS: i64 = 3;
const STEP_DAYS: i64 = 30;

/// One row of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub kind: AutomationKind,
    /// For which month.
    pub month: Month,
    /// Which message, when it is one.
    pub template: Option<Template>,
    /// On which day of the client's calendar.
    pub date: NaiveDate,
    /// When exactly.
    pub at: DateTime<Utc>,
}

/// D(m): the day on which month `month` is promised.
#[must_use]
pub fn date_of(start: NaiveDate, month: Month, step: MonthStep) -> NaiveDate {
    steps_after(start, u32::from(month.number()) - 1, step)
}

/// The last day of the programme.
#[must_use]
pub fn end_date(start: NaiveDate, step: MonthStep) -> NaiveDate {
    let next = steps_after(start, u32::from(MONTHS), step);
    match step {
        MonthStep::Days30 => next,
        // Eight calendar months end on the eve of the ninth.
        MonthStep::CalendarMonth => plus_days(next, -1),
    }
}

fn steps_after(start: NaiveDate, steps: u32, step: MonthStep) -> NaiveDate {
    match step {
        MonthStep::Days30 => plus_days(start, STEP_DAYS * i64::from(steps)),
        MonthStep::CalendarMonth => start.checked_add_months(Months::new(steps)).unwrap_or(NaiveDate::MAX),
    }
}

/// Every time row of a client: four a month, in the order of the months.
#[must_use]
pub fn plan(start: NaiveDate, zone: Tz, settings: &JourneySettings) -> Vec<Step> {
    Month::all()
        .flat_map(|month| plan_month(month, date_of(start, month, settings.month_step), zone, settings))
        .collect()
}

/// The four rows of one month that is promised for `due`.
#[must_use]
pub fn plan_month(month: Month, due: NaiveDate, zone: Tz, settings: &JourneySettings) -> [Step; 4] {
    use AutomationKind::{EscalateToAdmin, GenerateDeliverable, SendReminder};
    let for_client = |template, date| Step {
        kind: SendReminder,
        month,
        template: Some(template),
        date,
        at: at_hour(date, settings.send_hour, zone),
    };
    let for_studio = |kind, date| Step { kind, month, template: None, date, at: stored_date(date) };
    [
        for_client(Template::Upcoming, plus_days(due, -UPCOMING_DAYS)),
        for_studio(GenerateDeliverable, plus_days(due, -lead_days(month, settings))),
        for_client(Template::Overdue, plus_days(due, OVERDUE_DAYS)),
        for_studio(EscalateToAdmin, plus_days(due, ESCALATE_DAYS)),
    ]
}

/// How many days before its date a month's draft is written. The first month has no days before.
fn lead_days(month: Month, settings: &JourneySettings) -> i64 {
    if month == Month::FIRST { 0 } else { i64::from(settings.generate_lead_days) }
}
