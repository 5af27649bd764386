//! `client preferences`: what a client is told, by which channel, and when.

use std::str::FromStr;

use clap::Args;
use serde::Serialize;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal::preferences::{self, Preferences};
use wavelaunch_shared::portal::{Switch, Topic, Way, ways};
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{left, moment, word};

/// What `client preferences` takes.
#[derive(Args, Debug)]
pub struct Wanted {
    /// Id, e-mail, or the start of the name
    client: String,
    /// Turn a topic or one of the four switches on or off, for instance milestone=off; may be given several times
    #[arg(long, value_name = "WHAT=on|off")]
    set: Vec<Setting>,
    /// Turn topics on or off by this channel alone
    #[arg(long, value_name = "telegram|discord|email", value_parser = channel, requires = "set")]
    by: Option<Channel>,
    /// Try this channel before all others
    #[arg(long, value_name = "telegram|discord|email", value_parser = channel)]
    first: Option<Channel>,
    /// Keep the studio's quiet hours, or let messages come at any hour
    #[arg(long, value_name = "on|off", value_parser = on_off)]
    quiet: Option<bool>,
}

/// One thing that is turned on or off.
#[derive(Clone, Copy, Debug)]
struct Setting {
    what: What,
    on: bool,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Switch(Switch),
    Topic(Topic),
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("write WHAT=on or WHAT=off")?;
        let switch = Switch::named(&name.trim().replace('-', "_").to_lowercase()).map(What::Switch);
        let what = switch.or_else(|| Topic::named(name).map(What::Topic)).ok_or_else(|| {
            let switches = Switch::ALL.map(Switch::as_str).join(", ");
            let topics = Topic::ALL.map(|topic| topic.as_str().to_lowercase()).join(", ");
            format!("there is nothing called {name:?}; the switches are {switches}, the topics {topics}")
        })?;
        Ok(Self { what, on: on_off(value)? })
    }
}

fn on_off(text: &str) -> Result<bool, String> {
    match text.trim() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".into()),
    }
}

fn channel(text: &str) -> Result<Channel, String> {
    let known = [Channel::Telegram, Channel::Discord, Channel::Email];
    let named = |channel: &Channel| channel.as_str().eq_ignore_ascii_case(&text.replace('-', ""));
    known.into_iter().find(named).ok_or_else(|| "choose telegram, discord or email".to_owned())
}

impl Wanted {
    pub fn changes(&self) -> bool {
        !self.set.is_empty() || self.first.is_some() || self.quiet.is_some()
    }
}

/// What there is to see.
#[derive(Serialize)]
struct Shown {
    client_id: ClientId,
    channels: Vec<Way>,
    quiet_hours: Option<String>,
    switches: Vec<SwitchShown>,
    topics: Vec<TopicShown>,
}

#[derive(Serialize)]
struct SwitchShown {
    name: &'static str,
    on: bool,
}

#[derive(Serialize)]
struct TopicShown {
    topic: Topic,
    /// The channels by which it comes, in the order in which they are tried.
    by: Vec<Channel>,
    /// Those on which the client has chosen otherwise than the topic's switch says.
    chosen: Vec<Channel>,
}

pub async fn run(wanted: Wanted, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    actor.require(Capability::View)?;
    let client = super::named(context, &wanted.client).await?;
    for Setting { what, on } in &wanted.set {
        match (what, wanted.by) {
            (What::Switch(switch), None) => preferences::set(studio, actor, &client.id, *switch, *on).await?,
            (What::Switch(switch), Some(by)) => {
                for topic in Topic::ALL.into_iter().filter(|topic| topic.preset() == *switch) {
                    preferences::set_topic(studio, actor, &client.id, topic, by, *on).await?;
                }
            }
            (What::Topic(topic), Some(by)) => {
                preferences::set_topic(studio, actor, &client.id, *topic, by, *on).await?;
            }
            (What::Topic(topic), None) => {
                for by in [Channel::Telegram, Channel::Discord, Channel::Email] {
                    preferences::set_topic(studio, actor, &client.id, *topic, by, *on).await?;
                }
            }
        }
    }
    if let Some(first) = wanted.first {
        preferences::prefer(studio, actor, &client.id, first).await?;
    }
    if let Some(quiet) = wanted.quiet {
        preferences::set_quiet(studio, actor, &client.id, quiet).await?;
    }
    let (chosen, channels) = ways(&mut studio.db.read().await?, studio, &client.id).await?;
    show(&client.id, &chosen, channels, context)
}

fn show(client: &ClientId, chosen: &Preferences, channels: Vec<Way>, context: &Context) -> Outcome {
    let all: Vec<Channel> = chosen.order.iter().filter(|channel| *channel != Channel::Console).collect();
    let topics = Topic::ALL.into_iter().map(|topic| TopicShown {
        topic,
        by: all.iter().copied().filter(|channel| chosen.wants(topic, *channel)).collect(),
        chosen: all.iter().copied().filter(|channel| chosen.choices.of(topic, *channel).is_some()).collect(),
    });
    let hours =
        chosen.quiet_hours.map(|hours| format!("{}-{}", hours.from.format("%H:%M"), hours.until.format("%H:%M")));
    let shown = Shown {
        client_id: client.clone(),
        quiet_hours: hours,
        switches: Switch::ALL.map(|switch| SwitchShown { name: switch.as_str(), on: chosen.on(switch) }).into(),
        topics: topics.collect(),
        channels,
    };
    if context.out.is_json() {
        return context.out.text(&shown, "");
    }
    let reached = shown.channels.iter().map(|way| match (way.unreachable_at, &way.unreachable_reason) {
        (None, _) => word(way.channel),
        (Some(since), reason) => {
            let reason = Foreign::new(reason.clone().unwrap_or_default()).line();
            format!("{} (nothing arrives since {}: {reason})", word(way.channel), moment(since))
        }
    });
    let reached = reached.collect::<Vec<_>>().join(", then ");
    let switches: Vec<String> =
        shown.switches.iter().map(|switch| format!("{} {}", switch.name, said(switch.on))).collect();
    let fields = [
        ("reached by", if reached.is_empty() { "nothing".into() } else { reached }),
        ("quiet hours", shown.quiet_hours.clone().unwrap_or_else(|| "none".into())),
        ("switches", switches.join(", ")),
    ];
    context.out.one(&shown, &fields)?;
    context.out.list(
        &shown.topics,
        [left("topic"), left("comes by")],
        |topic| {
            let by = topic.by.iter().map(|channel| word(*channel)).collect::<Vec<_>>().join(", ");
            [topic.topic.as_str().to_lowercase(), if by.is_empty() { "nothing".into() } else { by }]
        },
        "",
    )
}

fn said(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
