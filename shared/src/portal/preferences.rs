//! What a client wants to be told, and when not.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::account;
use super::choices::{ChannelOrder, Choices};
use super::mailbox;
use super::topics::Topic;
use crate::clients;
use crate::config::QuietHours;
use crate::db::Tx;
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::journey;
use crate::staff::Actor;
use crate::{Error, Result, Studio, execute, fetch_optional};

/// One of the four switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A document is ready.
    NewDeliverable,
    /// The studio has written.
    NewMessage,
    /// Reminders and milestones.
    MilestoneReminder,
    /// The week in short.
    WeeklySummary,
}

/// What a client has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the seed's four switches, each independent of the others")]
pub struct Preferences {
    /// Tell of documents.
    pub new_deliverable: bool,
    /// Tell of messages.
    pub new_message: bool,
    /// Remind, and celebrate.
    pub milestone_reminder: bool,
    /// Sum up the week.
    pub weekly_summary: bool,
    /// When only urgent messages come, in the client's zone; none if they come at any hour.
    pub quiet_hours: Option<QuietHours>,
    /// What is different on one channel.
    pub choices: Choices,
    /// In which order channels are tried.
    pub order: ChannelOrder,
}

impl Switch {
    /// All four, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::NewDeliverable, Self::NewMessage, Self::MilestoneReminder, Self::WeeklySummary];

    /// The catalogue's name of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewDeliverable => "new_deliverable",
            Self::NewMessage => "new_message",
            Self::MilestoneReminder => "milestone_reminder",
            Self::WeeklySummary => "weekly_summary",
        }
    }

    /// The switch with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|switch| switch.as_str() == name)
    }
}

impl Preferences {
    /// Whether a switch is on.
    #[must_use]
    pub fn on(&self, switch: Switch) -> bool {
        match switch {
            Switch::NewDeliverable => self.new_deliverable,
            Switch::NewMessage => self.new_message,
            Switch::MilestoneReminder => self.milestone_reminder,
            Switch::WeeklySummary => self.weekly_summary,
        }
    }

    /// Whether news of `topic` is wanted on `channel`.
    #[must_use]
    pub fn wants(&self, topic: Topic, channel: Channel) -> bool {
        self.choices.wants(topic, channel, self.on(topic.preset()))
    }
}

/// The columns of it; none where the client never came in.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    new_deliverable: Option<bool>,
    new_message: Option<bool>,
    milestone_reminder: Option<bool>,
    weekly_summary: Option<bool>,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
    choices: Option<String>,
    channel_order: Option<String>,
}

/// The columns of [`Row`] for a client `c` and the portal row `u`, but for the client's own quiet hours.
macro_rules! preference_columns {
    () => {
        "u.notify_new_deliverable AS new_deliverable, u.notify_new_message AS new_message,
         u.notify_milestone_reminder AS milestone_reminder, u.notify_weekly_summary AS weekly_summary,
         (SELECT string_agg(p.event || ':' || p.channel || CASE WHEN p.enabled THEN ':on' ELSE ':off' END, ',')
          FROM notification_preferences p WHERE p.client_id = c.id) AS choices, u.channel_order"
    };
}
pub(crate) use preference_columns;

/// What a client has chosen; the defaults where they never came in.
pub async fn get(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<Preferences> {
    let row = fetch_optional!(
        tx,
        Row,
        concat!(
            "SELECT c.quiet_from, c.quiet_until, ",
            preference_columns!(),
            " FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id WHERE c.id = $1"
        ),
        client
    )?
    .ok_or(Error::NotFound("client"))?;
    Ok(row.into_preferences(studio))
}

impl Row {
    /// With the defaults where nothing was chosen.
    pub(super) fn into_preferences(self, studio: &Studio) -> Preferences {
        Preferences {
            new_deliverable: self.new_deliverable.unwrap_or(true),
            new_message: self.new_message.unwrap_or(true),
            milestone_reminder: self.milestone_reminder.unwrap_or(true),
            weekly_summary: self.weekly_summary.unwrap_or(false),
            quiet_hours: effective_quiet(studio, self.quiet_from, self.quiet_until),
            choices: Choices::read(self.choices.as_deref()),
            order: ChannelOrder::read(self.channel_order.as_deref()),
        }
    }
}

/// The client's choice: equal ends mean never, nothing stored means the studio's hours.
pub(crate) fn effective_quiet(studio: &Studio, from: Option<String>, until: Option<String>) -> Option<QuietHours> {
    let own = from.zip(until).and_then(|(from, until)| format!("{from}-{until}").parse::<QuietHours>().ok());
    let hours = own.unwrap_or(studio.settings.delivery.quiet_hours);
    (hours.from != hours.until).then_some(hours)
}

/// Turns one switch on or off, on all channels: what was chosen for one of them gives way.
pub async fn set(studio: &Studio, actor: &Actor, client: &ClientId, switch: Switch, on: bool) -> Result<()> {
    actor.require_owner_or_edit(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, now, actor, &row).await?;
    for topic in Topic::ALL.into_iter().filter(|topic| topic.preset() == switch) {
        execute!(
            tx,
            "DELETE FROM notification_preferences WHERE client_id = $1 AND event = $2",
            client,
            topic.as_str()
        )?;
    }
    macro_rules! turn {
        ($column:literal) => {
            execute!(
                tx,
                concat!("UPDATE client_portal_users SET ", $column, " = $2, updated_at = $3 WHERE client_id = $1"),
                client,
                on,
                now
            )?
        };
    }
    match switch {
        Switch::NewDeliverable => turn!("notify_new_deliverable"),
        Switch::NewMessage => turn!("notify_new_message"),
        Switch::MilestoneReminder => turn!("notify_milestone_reminder"),
        Switch::WeeklySummary => turn!("notify_weekly_summary"),
    };
    let what = format!("Turned {} {}", switch.as_str(), if on { "on" } else { "off" });
    changed(&mut tx, now, actor, client, &what).await?;
    tx.commit().await
}

/// Turns one topic on or off on one channel, whatever its switch says.
pub async fn set_topic(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    topic: Topic,
    channel: Channel,
    on: bool,
) -> Result<()> {
    actor.require_owner_or_edit(client, "client")?;
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, studio.clock.now(), actor, &row).await?;
    choose(&mut tx, studio.clock.now(), actor, client, (topic, channel), on).await?;
    tx.commit().await
}

/// Turns a topic's e-mails off for whoever holds the link of one. False when nobody's link has this token.
pub async fn unsubscribe(studio: &Studio, token: &str, topic: Topic) -> Result<bool> {
    let mut tx = studio.db.write().await?;
    let Some(client) = mailbox::token_owner(&mut tx, token).await? else { return Ok(false) };
    let actor = Actor::Client(client.clone());
    choose(&mut tx, studio.clock.now(), &actor, &client, (topic, Channel::Email), false).await?;
    tx.commit().await?;
    Ok(true)
}

async fn choose(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &ClientId,
    (topic, channel): (Topic, Channel),
    on: bool,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO notification_preferences (client_id, event, channel, enabled, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (client_id, event, channel) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at",
        client,
        topic.as_str(),
        channel,
        on,
        now
    )?;
    let word = if on { "on" } else { "off" };
    changed(tx, now, actor, client, &format!("Turned {} {word} for {}", topic.as_str(), channel.name())).await
}

/// Tries `channel` before all others from now on.
pub async fn prefer(studio: &Studio, actor: &Actor, client: &ClientId, channel: Channel) -> Result<()> {
    actor.require_owner_or_edit(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, now, actor, &row).await?;
    let order = get(&mut tx, studio, client).await?.order.with_first(channel);
    execute!(
        tx,
        "UPDATE client_portal_users SET channel_order = $2, updated_at = $3 WHERE client_id = $1",
        client,
        order.stored(),
        now
    )?;
    changed(&mut tx, now, actor, client, &format!("Wants messages by {} first", channel.name())).await?;
    tx.commit().await
}

/// Keeps the studio's quiet hours for this client, or lets messages come at any hour.
pub async fn set_quiet(studio: &Studio, actor: &Actor, client: &ClientId, quiet: bool) -> Result<()> {
    actor.require_owner_or_edit(client, "client")?;
    let now = studio.clock.now();
    let never = (!quiet).then_some("00:00");
    let mut tx = studio.db.write().await?;
    let found = execute!(
        tx,
        "UPDATE clients SET quiet_from = $2, quiet_until = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        client,
        never,
        now
    )?;
    if found == 0 {
        return Err(Error::NotFound("client"));
    }
    delivery::follow_quiet_hours(&mut tx, studio, client).await?;
    changed(&mut tx, now, actor, client, if quiet { "Turned quiet hours on" } else { "Turned quiet hours off" })
        .await?;
    tx.commit().await
}

/// Lets a client choose the clock that their messages follow.
pub async fn set_timezone(studio: &Studio, actor: &Actor, client: &ClientId, zone: Tz) -> Result<()> {
    actor.require_owner_of(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let before = row.zone();
    execute!(
        tx,
        "UPDATE clients SET timezone = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        client,
        zone.name(),
        now
    )?;
    journey::follow_zone(&mut tx, studio, client, before, now).await?;
    delivery::follow_quiet_hours(&mut tx, studio, client).await?;
    account::ensure(&mut tx, now, actor, &row).await?;
    execute!(tx, "UPDATE client_portal_users SET timezone_chosen_at = $2 WHERE client_id = $1", client, now)?;
    changed(&mut tx, now, actor, client, &format!("Chose the time zone {}", zone.name())).await?;
    tx.commit().await
}

async fn changed(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, client: &ClientId, what: &str) -> Result<()> {
    events::record(tx, now, actor, EventKind::PreferencesChanged, Some(client), what, None).await
}
