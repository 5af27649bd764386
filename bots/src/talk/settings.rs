//! What a client is told, and when.

use chrono_tz::Tz;
use wavelaunch_shared::clients::questions::{Standing, Step};
use wavelaunch_shared::portal::preferences::{self, Switch};
use wavelaunch_shared::text::{Button, Foreign, Reply};
use wavelaunch_shared::{Result, clients};

use super::action::Action;
use super::state::State;
use super::tour::contact;
use super::turn::Turn;
use super::words::{label, phrase, reply};
use super::zones::{self, Search};
use super::{Manner, Output, onboarding};

/// The settings, with a button for each.
pub(super) async fn show(turn: &Turn<'_>) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(card(turn).await?)])
}

/// Turns a switch, and shows where things stand now.
pub(super) async fn set(turn: &Turn<'_>, switch: Switch, on: bool) -> Result<Vec<Output>> {
    preferences::set(turn.studio, &turn.actor(), &turn.client.id, switch, on).await?;
    saved(turn, Switch::ALL.iter().position(|other| *other == switch).unwrap_or_default(), on).await
}

/// Turns the quiet hours on or off.
pub(super) async fn quiet(turn: &Turn<'_>, on: bool) -> Result<Vec<Output>> {
    preferences::set_quiet(turn.studio, &turn.actor(), &turn.client.id, on).await?;
    saved(turn, Switch::ALL.len(), on).await
}

async fn saved(turn: &Turn<'_>, button: usize, on: bool) -> Result<Vec<Output>> {
    let setting = turn.studio.messages.get("settings")?.buttons.get(button).cloned().unwrap_or_default();
    let values = [("setting", setting), ("value", on_off(turn, on)?)];
    let toast = phrase(turn.studio, "settings_saved", &values)?;
    Ok(vec![Output::Replace(card(turn).await?), Output::Toast(toast)])
}

async fn card(turn: &Turn<'_>) -> Result<Reply> {
    let mut tx = turn.studio.db.read().await?;
    let chosen = preferences::get(&mut tx, turn.studio, &turn.client.id).await?;
    let client = clients::get(&mut tx, &turn.client.id).await?.unwrap_or_else(|| turn.client.clone());
    drop(tx);
    let mut values = vec![turn.name(), ("timezone", client.timezone)];
    let mut actions = Vec::new();
    for switch in Switch::ALL {
        values.push((switch.as_str(), on_off(turn, chosen.on(switch))?));
        actions.push(Action::Set(switch, !chosen.on(switch)));
    }
    let quiet_hours = match chosen.quiet_hours {
        Some(hours) => format!("{}–{}", hours.from.format("%H:%M"), hours.until.format("%H:%M")),
        None => on_off(turn, false)?,
    };
    values.push(("quiet_hours", quiet_hours));
    values.push(("contact_name", contact(turn).await?));
    actions.extend([Action::Quiet(chosen.quiet_hours.is_none()), Action::Channels, Action::Timezone, Action::Profile]);
    reply(turn.studio, "settings", &values, &actions)
}

/// Asks for a city, and offers what phones show beside it.
pub(super) async fn ask_timezone(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.enter(&State::Timezone).await?;
    let values = [("timezone", turn.client.timezone.clone())];
    let mut asked = reply(turn.studio, "settings_timezone_ask", &values, &[Action::Zone(turn.client.zone())])?;
    asked.buttons.extend(clocks(turn)?);
    Ok(vec![Output::Say(asked)])
}

/// The first question of all: which clock is theirs. One that the studio knows already is confirmed.
pub(super) async fn ask_first_timezone(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.enter(&State::Timezone).await?;
    let zone = turn.client.zone();
    if zone != Tz::UTC {
        let local_time = turn.studio.clock.now().with_timezone(&zone).format("%H:%M").to_string();
        let values = [("local_time", local_time), ("city", zones::city(zone))];
        return turn.say("zone_confirm", &values, &[Action::Zone(zone), Action::Timezone]);
    }
    let mut asked = reply(turn.studio, "zone_ask", &[], &[])?;
    asked.buttons = clocks(turn)?;
    Ok(vec![Output::Say(asked)])
}

/// Buttons for every offset, and one that takes a city where nobody can simply write.
fn clocks(turn: &Turn<'_>) -> Result<Vec<Vec<Button>>> {
    let offsets: Vec<Button> = zones::offsets(turn.studio.clock.now())
        .into_iter()
        .map(|minutes| Button::new(zones::offset_label(minutes), Action::UtcOffset(minutes).to_string()))
        .collect();
    let mut rows: Vec<Vec<Button>> = offsets.chunks(4).map(<[Button]>::to_vec).collect();
    if turn.person.platform.manner() == Manner::Discord {
        let label = phrase(turn.studio, "zone_form_label", &[])?;
        rows.push(vec![Button::new(label, Action::City.to_string())]);
    }
    Ok(rows)
}

/// An offset was pressed: which of its places is it?
pub(super) fn places(turn: &Turn<'_>, minutes: i32) -> Result<Vec<Output>> {
    let found = zones::places(minutes, turn.studio.clock.now());
    if found.is_empty() {
        return turn.say("button_expired", &[], &[]);
    }
    let mut asked = reply(turn.studio, "zone_places", &[("offset", zones::offset_label(minutes))], &[])?;
    asked.buttons = cities(&found);
    Ok(vec![Output::Replace(asked)])
}

fn cities(zones: &[Tz]) -> Vec<Vec<Button>> {
    let buttons: Vec<Button> =
        zones.iter().map(|zone| Button::new(zones::city(*zone), Action::Zone(*zone).to_string())).collect();
    buttons.chunks(2).map(<[Button]>::to_vec).collect()
}

/// Takes the city, or the name of a zone.
pub(super) async fn timezone(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    match zones::search(text.raw()) {
        Search::One(zone) => choose(turn, zone).await,
        Search::Several(found) => {
            let mut asked = reply(turn.studio, "zone_several", &[("text", label(text.raw()))], &[])?;
            asked.buttons = cities(&found);
            Ok(vec![Output::Say(asked)])
        }
        Search::Nothing => turn.say("settings_timezone_unknown", &[("text", label(text.raw()))], &[]),
    }
}

/// Follows a clock from now on. Whoever was asked for it first is asked what comes next.
pub(super) async fn choose(turn: &Turn<'_>, zone: Tz) -> Result<Vec<Output>> {
    let first = onboarding::form(turn).await?;
    let asked_first = first.standing() == Standing::Open && first.next() == Step::Timezone;
    preferences::set_timezone(turn.studio, &turn.actor(), &turn.client.id, zone).await?;
    turn.leave().await?;
    let local_time = turn.studio.clock.now().with_timezone(&zone).format("%H:%M").to_string();
    let values = [("timezone", zone.name().to_owned()), ("local_time", local_time)];
    let mut outputs = turn.replace("settings_timezone_saved", &values, &[])?;
    if asked_first {
        outputs.extend(onboarding::go_on(turn).await?);
    }
    Ok(outputs)
}

fn on_off(turn: &Turn<'_>, on: bool) -> Result<String> {
    phrase(turn.studio, if on { "settings_on" } else { "settings_off" }, &[])
}
