//! The rows of connections, snapshots and alerts.

use chrono::{DateTime, NaiveTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::{Platform, milestone_crossed};
use crate::clients::Client;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{AlertId, ClientId, ConnectionId, cuid};
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional};

/// One day's follower count of one account.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Reading {
    /// Where.
    pub platform: Platform,
    /// The UTC day, at midnight.
    pub date: DateTime<Utc>,
    /// Followers at that day's last reading.
    pub followers: i64,
    /// Engagement in per cent, where known.
    pub engagement: Option<f64>,
}

/// Something about an account that deserves a person's attention.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Alert {
    /// Row id.
    pub id: AlertId,
    /// Whose account.
    pub client_id: ClientId,
    /// The client's name.
    pub full_name: Foreign,
    /// MILESTONE and so on.
    #[sqlx(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// INFO, WARNING or CRITICAL.
    pub severity: String,
    /// One line.
    pub title: String,
    /// What is behind it.
    pub message: String,
    /// Whether somebody has seen it.
    pub is_read: bool,
    /// When it was raised.
    pub created_at: DateTime<Utc>,
}

/// Enters today's follower count of a client's account, made on first use, and raises what it means.
pub async fn record(
    studio: &Studio,
    actor: &Actor,
    client: &Client,
    platform: Platform,
    followers: i64,
    engagement: Option<f64>,
) -> Result<()> {
    actor.require(Capability::Edit)?;
    if followers < 0 {
        return Err(Error::invalid("the number of followers cannot be below 0"));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let connection = connection_of(&mut tx, client, platform, now).await?;
    let best = fetch_optional!(
        tx,
        (Option<i64>,),
        "SELECT MAX(followers) FROM social_snapshots WHERE connection_id = $1",
        &connection
    )?
    .and_then(|(best,)| best);
    save_reading(&mut tx, &connection, followers, engagement, now).await?;
    if let Some(step) = best.and_then(|best| milestone_crossed(best, followers)) {
        raise_milestone(&mut tx, client, &connection, platform, step, followers, now).await?;
    }
    events::record(
        &mut tx,
        now,
        actor,
        EventKind::SocialRecorded,
        Some(&client.id),
        &format!("Recorded {followers} followers on {}", platform.name()),
        None,
    )
    .await?;
    tx.commit().await
}

async fn connection_of(tx: &mut Tx, client: &Client, platform: Platform, now: DateTime<Utc>) -> Result<ConnectionId> {
    const FIND: &str = "SELECT id FROM social_connections WHERE client_id = $1 AND platform = $2";
    if let Some((id,)) = fetch_optional!(tx, (ConnectionId,), FIND, &client.id, platform)? {
        return Ok(id);
    }
    let id = ConnectionId::new(now);
    let handle = match platform {
        Platform::Tiktok => client.tiktok_handle.clone(),
        _ => client.instagram_handle.clone(),
    };
    // No token: the numbers of this connection are entered by hand until the account is authorised.
    execute!(
        tx,
        "INSERT INTO social_connections (id, client_id, platform, platform_user_id, platform_username, access_token,
             connected_at, updated_at) VALUES ($1, $2, $3, $4, $5, '', $6, $6)",
        &id,
        &client.id,
        platform,
        &id,
        handle.unwrap_or_default(),
        now
    )?;
    Ok(id)
}

async fn save_reading(
    tx: &mut Tx,
    connection: &ConnectionId,
    followers: i64,
    engagement: Option<f64>,
    now: DateTime<Utc>,
) -> Result<()> {
    let day = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    execute!(
        tx,
        "INSERT INTO social_snapshots (id, connection_id, date, followers, engagement, metrics, created_at, source)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'MANUAL')
         ON CONFLICT (connection_id, date) DO UPDATE SET followers = excluded.followers, engagement = excluded.engagement",
        cuid(now),
        connection,
        day,
        followers,
        engagement,
        Json(json!({})),
        now
    )?;
    execute!(tx, "UPDATE social_connections SET last_sync_at = $2, updated_at = $2 WHERE id = $1", connection, now)?;
    Ok(())
}

async fn raise_milestone(
    tx: &mut Tx,
    client: &Client,
    connection: &ConnectionId,
    platform: Platform,
    step: i64,
    followers: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO social_alerts (id, client_id, connection_id, type, severity, title, message, created_at, dedupe_key)
         VALUES ($1, $2, $3, 'MILESTONE', 'INFO', $4, $5, $6, $7) ON CONFLICT (dedupe_key) DO NOTHING",
        AlertId::new(now),
        &client.id,
        connection,
        format!("{} passed {}", platform.name(), short_count(step)),
        format!("{followers} followers now. Worth a message, and a post in the wins channel if they like."),
        now,
        format!("milestone|{connection}|{step}")
    )?;
    Ok(())
}

/// 1K, 2.5K, 3M: how people write such numbers.
fn short_count(count: i64) -> String {
    match count {
        2_500 => "2.5K".to_owned(),
        count if count >= 1_000_000 => format!("{}M", count / 1_000_000),
        count => format!("{}K", count / 1_000),
    }
}

/// The newest alerts, unread first.
pub async fn alerts(tx: &mut Tx, client: Option<&ClientId>, limit: i64) -> Result<Vec<Alert>> {
    fetch_all!(
        tx,
        Alert,
        "SELECT a.id, a.client_id, c.full_name, a.type, a.severity, a.title, a.message, a.is_read, a.created_at
         FROM social_alerts a JOIN clients c ON c.id = a.client_id
         WHERE $1 IS NULL OR a.client_id = $1
         ORDER BY a.is_read, a.created_at DESC, a.id DESC LIMIT $2",
        client.map(ClientId::as_str),
        limit
    )
}

/// Marks an alert as seen.
pub async fn mark_alert_read(studio: &Studio, actor: &Actor, alert: &AlertId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    if execute!(tx, "UPDATE social_alerts SET is_read = TRUE WHERE id = $1", alert)? == 0 {
        return Err(Error::NotFound("alert"));
    }
    tx.commit().await
}

/// A client's readings of the last `days` days, oldest first.
pub async fn history(tx: &mut Tx, client: &ClientId, since: DateTime<Utc>) -> Result<Vec<Reading>> {
    fetch_all!(
        tx,
        Reading,
        "SELECT c.platform, s.date, s.followers, s.engagement
         FROM social_snapshots s JOIN social_connections c ON c.id = s.connection_id
         WHERE c.client_id = $1 AND s.date >= $2 ORDER BY s.date, c.platform",
        client,
        since
    )
}
