//! When a week's account is due: pure rules over a calendar.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::journey::zone::{at_hour, local_date, plus_days};

/// The last Monday whose `hour` has come in `zone`, and that moment.
pub(super) fn last_due(now: DateTime<Utc>, zone: Tz, hour: u32) -> (NaiveDate, DateTime<Utc>) {
    let today = local_date(now, zone);
    let monday = plus_days(today, -i64::from(today.weekday().num_days_from_monday()));
    let due = at_hour(monday, hour, zone);
    if due <= now {
        return (monday, due);
    }
    let before = plus_days(monday, -7);
    (before, at_hour(before, hour, zone))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::before_the_hour("2026-03-30T08:59:59Z", "UTC", "2026-03-23")]
    #[case::at_the_hour("2026-03-30T09:00:00Z", "UTC", "2026-03-30")]
    #[case::on_sunday("2026-04-05T23:59:59Z", "UTC", "2026-03-30")]
    #[case::monday_comes_early_in_the_east("2026-03-29T20:00:00Z", "Pacific/Auckland", "2026-03-30")]
    #[case::and_late_in_the_west("2026-03-30T12:00:00Z", "America/Los_Angeles", "2026-03-23")]
    #[case::summer_time_has_begun("2026-03-30T07:00:00Z", "Europe/Berlin", "2026-03-30")]
    fn a_week_is_due_on_monday_morning(#[case] now: &str, #[case] zone: &str, #[case] monday: &str) {
        let (week, due) = last_due(now.parse().unwrap(), zone.parse().unwrap(), 9);
        assert_eq!(week.to_string(), monday);
        assert_eq!(due.with_timezone(&zone.parse::<Tz>().unwrap()).format("%a %H:%M").to_string(), "Mon 09:00");
    }

    proptest! {
        #[test]
        fn every_moment_lies_within_a_week_of_its_due_time(
            seconds in 1_577_836_800i64..2_208_988_800,
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
            hour in 0u32..24,
        ) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let (week, due) = last_due(now, zone, hour);
            prop_assert_eq!(week.weekday(), chrono::Weekday::Mon);
            // A change of the clocks makes a week up to a day longer or shorter.
            prop_assert!(due <= now && now - due < TimeDelta::days(8), "{} {}", due, now);
        }
    }
}
