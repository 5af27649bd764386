//! The eight months, as a time line and as a card.

use wavelaunch_shared::journey::{self, MonthState, MonthView, Overview};
use wavelaunch_shared::programme::{MONTHS, Month};
use wavelaunch_shared::{Result, text};

use super::Output;
use super::action::Action;
use super::home::current;
use super::turn::Turn;
use super::words::{day, day_of, phrase, reply};

/// The time line, with a word of encouragement.
pub(super) async fn timeline(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let overview = overview(turn).await?;
    if overview.months.is_empty() {
        let titles = Month::all().map(|month| format!("- {month}. {}", turn.studio.programme.title(month)));
        let month_list = ("month_list", titles.collect::<Vec<_>>().join("\n"));
        return turn.say("progress_not_started", &[month_list], &[Action::Write]);
    }
    let encouragement = match overview.progress_percent {
        100 => "encouragement_done",
        50.. => "encouragement_half",
        _ => "encouragement_start",
    };
    let values = [
        ("progress_bar", bar(&overview)),
        ("progress_line", line(turn, &overview)?),
        ("timeline", entries(turn, &overview)?),
        ("encouragement", phrase(turn.studio, encouragement, &[])?),
    ];
    turn.say("progress", &values, &[Action::Documents, Action::Write])
}

/// The journey in one card.
pub(super) async fn card(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let overview = overview(turn).await?;
    let stand = [("progress_bar", bar(&overview)), ("progress_line", line(turn, &overview)?)];
    let Some(month) = current(&overview) else {
        return match overview.months.first() {
            Some(_) if overview.next_month().is_none() => titled(turn, "journey_card_finished", &stand),
            Some(first) => {
                let date = day(first.planned_date.date_naive());
                titled(turn, "journey_card_starts", &[("start_date", date)])
            }
            None => titled(turn, "journey_card_not_started", &[]),
        };
    };
    let mut values = vec![("month", month.month.to_string()), ("month_title", month.title.clone())];
    values.extend(stand);
    if overview.is_paused {
        values.push(("resume_line", resume_line(turn)?));
        return titled(turn, "journey_card_paused", &values);
    }
    let focus = Month::new(month.month).map(|month| turn.studio.programme.month(month).focus.clone())?;
    values.extend([
        ("month_focus", focus),
        ("timeline", entries(turn, &overview)?),
        ("next_line", journey::next_line(turn.studio, &overview)?),
    ]);
    titled(turn, "journey_card", &values)
}

async fn overview(turn: &Turn<'_>) -> Result<Overview> {
    journey::overview(&mut turn.studio.db.read().await?, turn.studio, &turn.client).await
}

fn titled(turn: &Turn<'_>, key: &str, values: &[(&str, String)]) -> Result<Vec<Output>> {
    let mut card = reply(turn.studio, key, values, &[])?;
    if let Some(subject) = turn.studio.messages.render(key, values)?.subject {
        card.text.0.insert(0, text::Block::Heading(2, vec![text::Span::plain(subject)]));
    }
    Ok(vec![Output::Say(card)])
}

/// One square a month: filled when it is delivered or left out.
pub(super) fn bar(overview: &Overview) -> String {
    let done = overview.months_delivered + overview.months_skipped;
    (0..i64::from(MONTHS)).map(|month| if month < done { '■' } else { '□' }).collect()
}

/// How many months are done.
pub(super) fn line(turn: &Turn<'_>, overview: &Overview) -> Result<String> {
    let mut values = vec![
        ("months_delivered", overview.months_delivered.to_string()),
        ("progress_percent", overview.progress_percent.to_string()),
    ];
    if overview.months_skipped == 0 {
        return phrase(turn.studio, "progress_line", &values);
    }
    values.push(("months_skipped", overview.months_skipped.to_string()));
    phrase(turn.studio, "progress_line_skipped", &values)
}

/// When a journey on hold goes on.
pub(super) fn resume_line(turn: &Turn<'_>) -> Result<String> {
    match turn.client.pause_end_date {
        Some(end) => phrase(turn.studio, "resume_line", &[("resume_date", day_of(end, &turn.client))]),
        None => phrase(turn.studio, "resume_line_open", &[]),
    }
}

fn entries(turn: &Turn<'_>, overview: &Overview) -> Result<String> {
    let lines: Vec<String> = overview.months.iter().map(|month| entry(turn, month)).collect::<Result<_>>()?;
    Ok(lines.join("\n"))
}

fn entry(turn: &Turn<'_>, month: &MonthView) -> Result<String> {
    let (mark, state) = match month.client_state {
        MonthState::Completed => ("✅", "state_completed"),
        MonthState::InProgress => ("🔵", "state_in_progress"),
        MonthState::Upcoming => ("⚪", "state_upcoming"),
        // A client sees a blocked month as late: why it is blocked is the studio's affair.
        MonthState::Delayed | MonthState::Blocked => ("🟡", "state_delayed"),
        MonthState::Skipped => ("⏭", "state_skipped"),
        MonthState::Paused => ("⏸", "state_paused"),
    };
    let date = match month.delivered_at {
        Some(delivered) => super::words::day_of(delivered, &turn.client),
        None => day(month.planned_date.date_naive()),
    };
    let values = [
        ("state_mark", mark.to_owned()),
        ("month", month.month.to_string()),
        ("month_title", month.title.clone()),
        ("state", phrase(turn.studio, state, &[])?),
        ("date", date),
    ];
    Ok(format!("- {}", phrase(turn.studio, "timeline_entry", &values)?))
}
