//! Replies from the catalogue.

use chrono::{DateTime, NaiveDate, Utc};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::text::{Button, Reply};
use wavelaunch_shared::{Result, Studio};

use super::Output;
use super::action::Action;

/// How many buttons stand beside each other.
const BESIDE: usize = 2;

/// A message of the catalogue, with what its buttons do, in their order.
pub(super) fn reply(studio: &Studio, key: &str, values: &[(&str, String)], actions: &[Action]) -> Result<Reply> {
    let rendered = studio.messages.render(key, values)?;
    // What a button does is a matter of its place; a list makes its own buttons and gives none here.
    debug_assert!(actions.is_empty() || actions.len() == rendered.buttons.len(), "the buttons of {key}");
    let buttons: Vec<Button> = rendered
        .buttons
        .iter()
        .zip(actions)
        .map(|(label, action)| Button::new(label.clone(), action.to_string()))
        .collect();
    Ok(Reply { buttons: buttons.chunks(BESIDE).map(<[Button]>::to_vec).collect(), ..Reply::new(rendered.body) })
}

/// The same, as the one thing that comes back.
pub(super) fn say(studio: &Studio, key: &str, values: &[(&str, String)], actions: &[Action]) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(reply(studio, key, values, actions)?)])
}

/// The same, in the place of the message whose button was pressed.
pub(super) fn replace(
    studio: &Studio,
    key: &str,
    values: &[(&str, String)],
    actions: &[Action],
) -> Result<Vec<Output>> {
    Ok(vec![Output::Replace(reply(studio, key, values, actions)?)])
}

/// A short text of the catalogue that is put into another one.
pub(super) fn phrase(studio: &Studio, key: &str, values: &[(&str, String)]) -> Result<String> {
    studio.messages.plain(key, values)
}

/// A day as people say it.
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// The client's day of a moment.
pub(super) fn day_of(at: DateTime<Utc>, client: &Client) -> String {
    day(at.with_timezone(&client.zone()).date_naive())
}

/// A button's label from somebody's words: one line, cut where it gets long.
pub(super) fn label(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = wavelaunch_shared::text::terminal_safe(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}
