//! The welcome tour: four cards, offered once.

use wavelaunch_shared::{Result, Studio, staff};

use super::Output;
use super::action::Action;
use super::home;
use super::turn::Turn;
use super::words;

/// The cards, in their order.
const CARDS: [&str; 4] = ["tour_journey", "tour_progress", "tour_team", "tour_plan"];

/// The first card, for somebody who has never been shown it.
pub(super) async fn offer(turn: &Turn<'_>) -> Result<Vec<Output>> {
    if !wavelaunch_shared::portal::begin_tour(turn.studio, &turn.client).await? {
        return Ok(Vec::new());
    }
    let card = card(turn, 0).await?;
    Ok(vec![Output::Say(card)])
}

/// Another card in the place of the one before; home after the last.
pub(super) async fn turn_to(turn: &Turn<'_>, number: usize) -> Result<Vec<Output>> {
    if number >= CARDS.len() {
        return home::card(turn).await;
    }
    Ok(vec![Output::Replace(card(turn, number).await?)])
}

async fn card(turn: &Turn<'_>, number: usize) -> Result<wavelaunch_shared::text::Reply> {
    let key = CARDS[number];
    let mut values = vec![("card", (number + 1).to_string())];
    if key == "tour_team" {
        values.push(("contact_name", contact(turn).await?));
        values.push(turn.studio_name());
    }
    words::reply(turn.studio, key, &values, &[Action::Tour(number + 1)])
}

/// The person at the studio whom the client knows, or the studio.
pub(super) async fn contact(turn: &Turn<'_>) -> Result<String> {
    let studio: &Studio = turn.studio;
    let Some(id) = &turn.client.assigned_admin_id else { return Ok(turn.studio_name().1) };
    let admins = staff::list(&mut studio.db.read().await?).await?;
    let name = admins.into_iter().find(|admin| admin.id == *id).map(|admin| admin.name.raw().to_owned());
    Ok(name.unwrap_or_else(|| turn.studio_name().1))
}
