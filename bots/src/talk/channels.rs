//! By which channels messages come, in which order, and what comes by each.

use wavelaunch_shared::Result;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::{Topic, preferences, ways};
use wavelaunch_shared::text::{Button, Reply};

use super::Output;
use super::action::Action;
use super::turn::Turn;
use super::words::{day_of, phrase, reply};

/// How many buttons stand beside each other.
const BESIDE: usize = 2;

/// The client's channels, the first that is tried first.
pub(super) async fn show(turn: &Turn<'_>) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(card(turn).await?)])
}

/// Tries this channel before all others from now on.
pub(super) async fn prefer(turn: &Turn<'_>, channel: Channel) -> Result<Vec<Output>> {
    preferences::prefer(turn.studio, &turn.actor(), &turn.client.id, channel).await?;
    let toast = phrase(turn.studio, "channels_saved", &[("platform", channel.name().to_owned())])?;
    Ok(vec![Output::Replace(card(turn).await?), Output::Toast(toast)])
}

async fn card(turn: &Turn<'_>) -> Result<Reply> {
    let (_, ways) = ways(&mut turn.studio.db.read().await?, turn.studio, &turn.client.id).await?;
    let mut lines = Vec::new();
    let (mut first, mut topics) = (Vec::new(), Vec::new());
    for (place, way) in ways.iter().enumerate() {
        let platform = ("platform", way.channel.name().to_owned());
        let standing = match way.unreachable_at {
            Some(since) => {
                phrase(turn.studio, "channels_broken", &[platform.clone(), ("date", day_of(since, &turn.client))])?
            }
            None => phrase(turn.studio, "channels_working", std::slice::from_ref(&platform))?,
        };
        lines.push(format!("- {standing}"));
        if place > 0 {
            let label = phrase(turn.studio, "channels_first", std::slice::from_ref(&platform))?;
            first.push(Button::new(label, Action::Prefer(way.channel).to_string()));
        }
        let label = phrase(turn.studio, "channels_topics", std::slice::from_ref(&platform))?;
        topics.push(Button::new(label, Action::Topics(way.channel).to_string()));
    }
    let mut shown = reply(turn.studio, "channels", &[("channel_list", lines.join("\n"))], &[])?;
    for row in [first, topics] {
        shown.buttons.extend(row.chunks(BESIDE).map(<[Button]>::to_vec));
    }
    shown.buttons.push(turn.studio.messages.buttons("channels", [Action::Settings.to_string()])?);
    Ok(shown)
}

/// What comes by one channel, with a button for each topic.
pub(super) async fn topics(turn: &Turn<'_>, channel: Channel) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(topics_card(turn, channel).await?)])
}

/// Turns one topic on or off there.
pub(super) async fn set(turn: &Turn<'_>, topic: Topic, channel: Channel, on: bool) -> Result<Vec<Output>> {
    preferences::set_topic(turn.studio, &turn.actor(), &turn.client.id, topic, channel, on).await?;
    let values = [("setting", name(turn, topic)?), ("value", on_off(turn, on)?)];
    let toast = phrase(turn.studio, "settings_saved", &values)?;
    Ok(vec![Output::Replace(topics_card(turn, channel).await?), Output::Toast(toast)])
}

async fn topics_card(turn: &Turn<'_>, channel: Channel) -> Result<Reply> {
    let chosen = preferences::get(&mut turn.studio.db.read().await?, turn.studio, &turn.client.id).await?;
    let (mut lines, mut buttons) = (Vec::new(), Vec::new());
    for topic in Topic::ALL {
        let (name, on) = (name(turn, topic)?, chosen.wants(topic, channel));
        lines.push(format!("- {name}: {}", on_off(turn, on)?));
        buttons.push(Button::new(name, Action::SetTopic(topic, channel, !on).to_string()));
    }
    let values = [("platform", channel.name().to_owned()), ("topic_list", lines.join("\n"))];
    let mut shown = reply(turn.studio, "channel_topics", &values, &[])?;
    shown.buttons = buttons.chunks(BESIDE).map(<[Button]>::to_vec).collect();
    shown.buttons.push(turn.studio.messages.buttons("channel_topics", [Action::Channels.to_string()])?);
    Ok(shown)
}

/// What a topic is called.
fn name(turn: &Turn<'_>, topic: Topic) -> Result<String> {
    phrase(turn.studio, &format!("topic_{}", topic.as_str().to_lowercase()), &[])
}

fn on_off(turn: &Turn<'_>, on: bool) -> Result<String> {
    phrase(turn.studio, if on { "settings_on" } else { "settings_off" }, &[])
}
