//! The rules of the moves: one journey as plain data, a move and the time in, every change out.
//!
//! Pure. The preview shows what comes out and the store writes it, so that the two cannot differ.

mod hold;
mod months;
mod outcome;
mod reopen;
mod shift;
mod start;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::change::Move;
use super::state::Journey;
use crate::clients::Status;
use crate::config::JourneySettings;
use crate::{Error, Result};

pub(super) use hold::end_moment;
pub(super) use outcome::{Outcome, Placed};
pub(super) use reopen::reopen;
pub(super) use shift::{is_for_client, moment_of};

/// Works out what a move does to a journey, or says why it cannot be made.
pub(in crate::journey) fn work_out(
    journey: &Journey,
    wanted: &Move,
    settings: &JourneySettings,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    require_running(journey)?;
    match wanted {
        Move::Pause { from, until, .. } => hold::place(journey, *from, *until, settings, now),
        Move::Resume => hold::end(journey, settings, now),
        Move::Extend { until } => hold::extend(journey, *until, settings, now),
        Move::AdjustStart { on } => start::adjust(journey, *on, settings, now),
        Move::Skip { month } => months::skip(journey, *month),
        Move::Unskip { month } => months::unskip(journey, *month, settings, now),
        Move::Replan => months::replan(journey, settings, now),
    }
}

/// Passes when there is a journey that can be moved.
fn require_running(journey: &Journey) -> Result<()> {
    let why = match (journey.start, journey.status) {
        (_, Status::Archived) => "this client is archived; restore them first",
        (_, Status::Churned) => "this client has left the programme",
        (_, Status::Completed) => "this client has completed the programme; there is nothing left to move",
        (None, _) => "this journey has not started; start it with `journey start`",
        (Some(_), _) => return Ok(()),
    };
    Err(Error::refused(why))
}
