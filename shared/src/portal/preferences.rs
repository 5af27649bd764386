//! What a client wants to be told, and when not.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::account;
use crate::clients;
use crate::config::QuietHours;
use crate::db::Tx;
use crate::delivery;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Whether notices under this switch are wanted; what no switch turns off always is.
    #[must_use]
    pub fn wants(&self, switch: Option<Switch>) -> bool {
        switch.is_none_or(|switch| self.on(switch))
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
}

/// What a client has chosen; the defaults where they never came in.
pub async fn get(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<Preferences> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT u.notify_new_deliverable AS new_deliverable, u.notify_new_message AS new_message,
             u.notify_milestone_reminder AS milestone_reminder, u.notify_weekly_summary AS weekly_summary,
             c.quiet_from, c.quiet_until
         FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id WHERE c.id = $1",
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
        }
    }
}

/// The client's choice: equal ends mean never, nothing stored means the studio's hours.
pub(crate) fn effective_quiet(studio: &Studio, from: Option<String>, until: Option<String>) -> Option<QuietHours> {
    let own = from.zip(until).and_then(|(from, until)| format!("{from}-{until}").parse::<QuietHours>().ok());
    let hours = own.unwrap_or(studio.settings.delivery.quiet_hours);
    (hours.from != hours.until).then_some(hours)
}

/// Turns one switch on or off.
pub async fn set(studio: &Studio, actor: &Actor, client: &ClientId, switch: Switch, on: bool) -> Result<()> {
    actor.require_owner_of(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, now, actor, &row).await?;
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

/// Keeps the studio's quiet hours for this client, or lets messages come at any hour.
pub async fn set_quiet(studio: &Studio, actor: &Actor, client: &ClientId, quiet: bool) -> Result<()> {
    actor.require_owner_of(client, "client")?;
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
