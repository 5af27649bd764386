//! The pure planner: one client's 32 rows.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use chrono_tz::Tz;
use wavelaunch_shared::config::JourneySettings;
use wavelaunch_shared::journey::plan;

use super::figure::{Figure, millis, quantile};

/// Zones with and without summer time, on both sides of Greenwich.
const ZONES: [Tz; 5] =
    [Tz::UTC, Tz::America__New_York, Tz::Asia__Kolkata, Tz::Europe__London, Tz::Australia__Lord_Howe];
/// Start days of each round.
const DAYS: u16 = 366;
const ROUNDS: usize = 21;

/// What it takes to plan for one client: the median of many rounds over a year of start days.
pub fn measure() -> Result<Figure> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).context("the first of January")?;
    let settings = JourneySettings::default();
    let mut rounds: Vec<f64> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut clients = 0;
        for (zone, start) in
            ZONES.iter().flat_map(|zone| first.iter_days().take(DAYS.into()).map(move |day| (zone, day)))
        {
            black_box(plan(black_box(start), *zone, &settings));
            clients += 1;
        }
        rounds.push(millis(begun.elapsed()) / f64::from(clients));
    }
    let median = quantile(&mut rounds, 0.5).context("no round was measured")?;
    Ok(Figure::at_most("planning one client's 32 rows", median, 1.0, "ms"))
}
