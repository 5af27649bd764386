//! What a client is told, and when.

use chrono_tz::{TZ_VARIANTS, Tz};
use wavelaunch_shared::portal::preferences::{self, Switch};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Result, clients, staff};

use super::Output;
use super::action::Action;
use super::state::State;
use super::turn::Turn;
use super::words::{label, phrase, reply};

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
    let contact = match &client.assigned_admin_id {
        Some(id) => staff::list(&mut tx).await?.into_iter().find(|admin| admin.id == *id).map(|admin| admin.name),
        None => None,
    };
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
    values.push(("contact_name", contact.map_or_else(|| turn.studio_name().1, |name| name.raw().to_owned())));
    actions.extend([Action::Quiet(chosen.quiet_hours.is_none()), Action::Timezone]);
    reply(turn.studio, "settings", &values, &actions)
}

/// Asks for a city.
pub(super) async fn ask_timezone(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.enter(&State::Timezone).await?;
    turn.say("settings_timezone_ask", &[("timezone", turn.client.timezone.clone())], &[Action::Cancel])
}

/// Takes the city, or the name of a zone.
pub(super) async fn timezone(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    let Some(zone) = zone_named(text.raw()) else {
        return turn.say("settings_timezone_unknown", &[("text", label(text.raw()))], &[]);
    };
    preferences::set_timezone(turn.studio, &turn.actor(), &turn.client.id, zone).await?;
    turn.leave().await?;
    let local_time = turn.studio.clock.now().with_timezone(&zone).format("%H:%M").to_string();
    turn.say("settings_timezone_saved", &[("timezone", zone.name().to_owned()), ("local_time", local_time)], &[])
}

fn on_off(turn: &Turn<'_>, on: bool) -> Result<String> {
    phrase(turn.studio, if on { "settings_on" } else { "settings_off" }, &[])
}

/// The zone of this name, or of the city of this name.
fn zone_named(text: &str) -> Option<Tz> {
    let wanted = text.trim().replace(' ', "_");
    let is_city = |zone: &&Tz| {
        zone.name().contains('/')
            && zone.name().rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&wanted))
    };
    let exact = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&wanted));
    exact.or_else(|| TZ_VARIANTS.iter().find(is_city)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Lisbon", Some(Tz::Europe__Lisbon))]
    #[case(" new york ", Some(Tz::America__New_York))]
    #[case("europe/london", Some(Tz::Europe__London))]
    #[case("UTC", Some(Tz::UTC))]
    #[case("Atlantis", None)]
    #[case("\u{1b}[2J", None)]
    fn a_city_or_a_zone_is_understood(#[case] text: &str, #[case] zone: Option<Tz>) {
        assert_eq!(zone_named(text), zone);
    }
}
