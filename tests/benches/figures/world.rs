//! A studio in which, at nine in the morning, one reminder is due for each client.
//!
//! It is made by the functions that the surfaces call, so that every row looks as it does in a studio at work.

use std::path::Path;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use wavelaunch_shared::clients::{self, NewClient};
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::config::Settings;
use wavelaunch_shared::db::{self, Db, Url};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Studio, execute, journey};

/// Days from a start to the reminder of the second month.
const DAYS_IN: i64 = 27;

/// Shortly before the reminders are due.
fn eve() -> Result<DateTime<Utc>> {
    Utc.with_ymd_and_hms(2026, 3, 30, 8, 50, 0).single().context("a minute of that day")
}

/// When the reminders are due.
pub fn morning() -> Result<DateTime<Utc>> {
    Ok(eve()? + TimeDelta::minutes(15))
}

/// Settings under which nothing keeps a studio of this size from being made.
pub fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.studio.client_limit = u32::MAX;
    settings.portal.invites_per_hour = i64::MAX;
    settings
}

/// Opens the studio in `file` at the time at which the reminders are due.
pub async fn open(file: &Path, settings: Settings) -> Result<Studio> {
    open_at(file, settings, morning()?).await
}

/// Opens the studio in `file` at another time.
pub async fn open_at(file: &Path, settings: Settings, at: DateTime<Utc>) -> Result<Studio> {
    let db = Db::open(&Url::Sqlite(file.to_owned())).await?;
    db::migrate(&db).await?;
    Ok(Studio::with_db(db, settings, Clock::driven(at))?)
}

/// Makes the studio in `file`, with `clients` who can be reached on Telegram.
pub async fn make(file: &Path, clients: u32) -> Result<()> {
    let studio = open_at(file, settings(), eve()?).await?;
    for number in 0..clients {
        add(&studio, number).await?;
    }
    // The drafts of these journeys are another figure's matter.
    let mut tx = studio.db.write().await?;
    execute!(tx, "UPDATE automation_schedules SET status = 'CANCELLED' WHERE type = 'GENERATE_DELIVERABLE'")?;
    tx.commit().await?;
    studio.db.close().await;
    Ok(())
}

/// Adds a client who can be reached on Telegram, and whose second month is announced on the morning.
async fn add(studio: &Studio, number: u32) -> Result<()> {
    let client = join(studio, number).await?;
    let start = studio.clock.now().date_naive() - TimeDelta::days(DAYS_IN);
    journey::start(studio, &Actor::local_owner(), &client, Some(start)).await?;
    Ok(())
}

/// Adds a client who can be reached on Telegram.
pub async fn join(studio: &Studio, number: u32) -> Result<ClientId> {
    let owner = Actor::local_owner();
    let new = NewClient {
        full_name: format!("Client {number}"),
        email: format!("client{number}@example.com"),
        timezone: "UTC".into(),
        ..NewClient::default()
    };
    let client = clients::add(studio, &owner, new).await?;
    let invite = portal::invite(studio, &owner, &client.id).await?;
    let account = Account {
        platform: Channel::Telegram,
        external_user_id: (1_000_000 + number).to_string(),
        chat_id: (1_000_000 + number).to_string(),
        username: None,
        display_name: None,
    };
    let linked = portal::link(studio, &invite.code, &account).await?;
    anyhow::ensure!(linked.is_ok(), "the invitation of {} was refused", client.email);
    Ok(client.id)
}
