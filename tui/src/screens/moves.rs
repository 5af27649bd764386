//! What an admin changes about a journey: the day or the reason is asked for here, the preview shows
//! what it comes to.

use chrono::{DateTime, Days, NaiveDate, Utc};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::clock::typed_day;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{MonthState, MonthView, Move, zone};
use wavelaunch_shared::programme::Month;

use super::Place;
use crate::app::Wish;
use crate::app::overlay::{Overlay, Write};
use crate::verbs::VerbId;

const NO_DAY: &str = "This is no day: write year-month-day, such as 2026-12-01, or a number of days.";

/// Does a verb of [`crate::verbs::Scope::Moves`].
pub fn act(verb: VerbId, client: &Client, now: DateTime<Utc>) -> Vec<Wish> {
    let sheet = match verb {
        VerbId::Pause => pause(client, now),
        VerbId::Extend => extend(client, now),
        VerbId::AdjustStart => adjust(client),
        VerbId::Resume => return vec![preview(&client.id, Move::Resume)],
        VerbId::Replan => return vec![preview(&client.id, Move::Replan)],
        _ => return Vec::new(),
    };
    vec![Wish::Show(Overlay::Write(sheet))]
}

/// Leaves a month out, or takes it in again.
pub fn skip(client: &ClientId, month: &MonthView) -> Option<Wish> {
    let number = Month::new(month.month).ok()?;
    let wanted = match month.state {
        MonthState::Skipped => Move::Unskip { month: number },
        _ => Move::Skip { month: number },
    };
    Some(preview(client, wanted))
}

fn preview(client: &ClientId, wanted: Move) -> Wish {
    Wish::Go(Place::Move(client.clone(), Box::new(wanted)))
}

fn pause(client: &Client, now: DateTime<Utc>) -> Write {
    let (id, tz) = (client.id.clone(), client.zone());
    let today = zone::local_date(now, tz);
    let title = format!("Pause {}: until which day?", client.full_name.line());
    let hint = "a day, 14 days, or from + until; empty: open";
    Write::line(title, hint, move |text| {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let (from, until) = match parts.as_slice() {
            [] => (None, None),
            [until] => (None, Some(day(until, today)?)),
            [from, until] => {
                let from = day(from, today)?;
                (Some(from), Some(day(until, from)?))
            }
            _ => return Err(NO_DAY.into()),
        };
        let from = from.map(|day| zone::at_hour(day, 0, tz));
        Ok(Wish::Show(Overlay::Write(reason(id.clone(), from, until))))
    })
}

fn reason(client: ClientId, from: Option<DateTime<Utc>>, until: Option<NaiveDate>) -> Write {
    Write::line("Why the pause?", "a few words for the record; may stay empty", move |text| {
        let reason = Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
        Ok(preview(&client, Move::Pause { from, until, reason }))
    })
}

fn extend(client: &Client, now: DateTime<Utc>) -> Write {
    let (id, today) = (client.id.clone(), zone::local_date(now, client.zone()));
    let title = format!("The pause of {} ends on which day?", client.full_name.line());
    Write::line(title, "a day, or days from today; empty: open", move |text| {
        let until = Some(text.trim()).filter(|text| !text.is_empty()).map(|text| day(text, today)).transpose()?;
        Ok(preview(&id, Move::Extend { until }))
    })
}

fn adjust(client: &Client) -> Write {
    let id = client.id.clone();
    let start = client.program_start_date.map(|start| start.date_naive().to_string()).unwrap_or_default();
    let title = format!("The journey of {} starts on which day?", client.full_name.line());
    let sheet = Write::line(title, "the first day of month 1", move |text| {
        let on = typed_day(text.trim()).map_err(|_| "This is no day: write year-month-day, such as 2026-12-01.")?;
        Ok(preview(&id, Move::AdjustStart { on }))
    });
    sheet.with(&start)
}

/// A day, or a number of days after `since`.
fn day(text: &str, since: NaiveDate) -> Result<NaiveDate, String> {
    match text.parse::<u64>() {
        Ok(days) if days <= 3660 => since.checked_add_days(Days::new(days)).ok_or_else(|| NO_DAY.into()),
        _ => typed_day(text).map_err(|_| NO_DAY.into()),
    }
}
