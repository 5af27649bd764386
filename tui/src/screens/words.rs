//! Ages, dates and counts in a few characters.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use wavelaunch_shared::journey::{Automation, SkipReason};

/// How long ago, or how long until: `4 min`, `6 h`, `1 d 4 h`, `12 d`.
#[must_use]
pub fn span(length: TimeDelta) -> String {
    let length = length.abs();
    let (days, hours, minutes) = (length.num_days(), length.num_hours(), length.num_minutes());
    match (days, hours, minutes) {
        (0, 0, 0) => "now".into(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => format!("{hours} h"),
        (1..=2, hours, _) if hours % 24 > 0 => format!("{days} d {} h", hours % 24),
        (days, ..) => format!("{days} d"),
    }
}

/// The same from then until now.
#[must_use]
pub fn age(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    span(now - then)
}

/// An age of one unit, for narrow columns: `4 min`, `6 h`, `12 d`.
#[must_use]
pub fn short_age(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let length = (now - then).abs();
    if length.num_days() > 0 {
        return format!("{} d", length.num_days());
    }
    span(length)
}

/// A day as people write it beside others: `today`, `tomorrow`, `Thu` within a
/// week, `30 Mar` within the year, `30 Mar 2025` otherwise.
#[must_use]
pub fn day(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    use chrono::Datelike as _;
    let (then, today) = (at.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    match (then - today).num_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        2..=6 => then.format("%a").to_string(),
        _ if then.year() == today.year() => then.format("%-d %b").to_string(),
        _ => then.format("%-d %b %Y").to_string(),
    }
}

/// A time of day when it is today, otherwise the day.
#[must_use]
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    if local.date_naive() == now.with_timezone(&zone).date_naive() {
        return local.format("%H:%M").to_string();
    }
    day(at, now, zone)
}

/// The time of day with its day when that is not today: `09:30`, `28 Mar 09:30`, ` 3 Mar 09:30`.
#[must_use]
pub fn stamp(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    if local.date_naive() == now.with_timezone(&zone).date_naive() {
        return local.format("%H:%M").to_string();
    }
    local.format("%e %b %H:%M").to_string()
}

/// An automation's type as lists show it.
#[must_use]
pub fn automation(kind: &str) -> &str {
    match kind {
        "GENERATE_DELIVERABLE" => "GENERATE",
        "SEND_REMINDER" => "REMIND",
        "SEND_CELEBRATION" => "CELEBRATE",
        "ESCALATE_TO_ADMIN" => "ESCALATE",
        "UPDATE_STATUS" => "STATUS",
        "SEND_NOTIFICATION" => "NOTIFY",
        "SEND_DIGEST" => "DIGEST",
        "RESUME_JOURNEY" => "RESUME",
        other => other,
    }
}

/// Which document it is, after its client's name: `Maya Okonkwo M3`, `Maya Okonkwo, business plan`.
#[must_use]
pub fn paper(client: &str, month: Option<i64>) -> String {
    month.map_or_else(|| format!("{client}, business plan"), |month| format!("{client} M{month}"))
}

/// The number of a document's month, for a column of its own; a plan has none.
#[must_use]
pub fn month(month: Option<i64>) -> String {
    month.map(|month| month.to_string()).unwrap_or_default()
}

/// Until when something is promised: `due in 31 h`, `overdue 2 d`.
#[must_use]
pub fn promise(due: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if due < now { format!("overdue {}", span(due - now)) } else { format!("due in {}", span(due - now)) }
}

/// What a planned step does, as lists show it: the message's name, else the type's.
#[must_use]
pub fn step(row: &Automation) -> &str {
    row.template.map_or_else(|| automation(row.kind.as_str()), |template| template.as_str())
}

/// Why the machine did nothing, in words.
#[must_use]
pub fn skipped(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Paused => "the journey is paused",
        SkipReason::AlreadyExists => "there already",
        SkipReason::NotNeeded => "no longer needed",
        SkipReason::PreferenceOff => "the client switched such messages off",
        SkipReason::NoChannel => "no chat is linked",
        SkipReason::ClientInactive => "the client is not active",
        SkipReason::Superseded => "something newer took its place",
        SkipReason::BlockedPrevious => "the month before is not delivered",
        SkipReason::BudgetSpent => "the budget for the model is used up; it looks again tomorrow",
        SkipReason::AwaitingPlan => "the business plan is not approved",
        SkipReason::Stale => "too old to be of use",
        SkipReason::OneADay => "one message a day is enough; it comes tomorrow",
        SkipReason::CatchUp => "many were late at once; it comes within minutes",
        SkipReason::Skipped => "the month was skipped",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(20, "now")]
    #[case(4 * 60, "4 min")]
    #[case(6 * 3600 + 59, "6 h")]
    #[case(28 * 3600, "1 d 4 h")]
    #[case(48 * 3600, "2 d")]
    #[case(12 * 86400, "12 d")]
    fn spans_are_short(#[case] seconds: i64, #[case] expected: &str) {
        assert_eq!(span(TimeDelta::seconds(seconds)), expected);
        assert_eq!(span(TimeDelta::seconds(-seconds)), expected);
    }

    #[rstest]
    #[case(0, "today")]
    #[case(1, "tomorrow")]
    #[case(3, "Fri")]
    #[case(20, "20 Apr")]
    #[case(-31, "28 Feb")]
    #[case(400, "5 May 2027")]
    fn days_are_named_as_people_do(#[case] days: i64, #[case] expected: &str) {
        let tuesday = Utc.with_ymd_and_hms(2026, 3, 31, 12, 0, 0).unwrap();
        assert_eq!(day(tuesday + TimeDelta::days(days), tuesday, Tz::UTC), expected);
    }
}
