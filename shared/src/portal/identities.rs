//! Linked chat accounts: the rows of `chat_identities`.

use chrono::{DateTime, TimeDelta, Utc};

use super::unlinking;
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::delivery::Channel;
use crate::events::{self, EventKind};
use crate::id::{ClientId, IdentityId};
use crate::staff::Actor;
use crate::text::{Foreign, terminal_safe};
use crate::{Result, Studio, execute, fetch_all, fetch_optional, fetch_scalar};

/// A chat account that stands for a client.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Identity {
    /// Row id.
    pub id: IdentityId,
    /// Whose account it is.
    pub client_id: ClientId,
    /// On which platform.
    pub platform: Channel,
    /// The platform's number of the account.
    pub external_user_id: String,
    /// Where to write to.
    pub chat_id: Option<String>,
    /// Shown, never believed.
    pub username: Option<Foreign>,
    /// Shown, never believed.
    pub display_name: Option<Foreign>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Since when messages no longer arrive.
    pub unreachable_at: Option<DateTime<Utc>>,
    /// Why not.
    pub unreachable_reason: Option<String>,
    /// When the person last wrote or pressed something.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when nobody was heard of there, until they confirm that it is still they.
    pub silent_since: Option<DateTime<Utc>>,
}

/// After this long a silence nobody's documents are shown before they have said who they are.
const SILENCE: TimeDelta = TimeDelta::days(30);

/// Stays with a link that somebody disowned: they are not the client.
const DISOWNED: &str = "DISOWNED";

/// The client behind a chat account, if it is linked. An archived client's account is still
/// linked: whoever asks decides what it may do.
pub async fn identity(tx: &mut Tx, platform: Channel, external_user_id: &str) -> Result<Option<(Client, Identity)>> {
    let Some(identity) = live(tx, platform, external_user_id).await? else { return Ok(None) };
    let client = clients::get(tx, &identity.client_id).await?;
    Ok(client.map(|client| (client, identity)))
}

/// The live row of a chat account.
pub(super) async fn live(tx: &mut Tx, platform: Channel, external_user_id: &str) -> Result<Option<Identity>> {
    fetch_optional!(
        tx,
        Identity,
        "SELECT id, client_id, platform, external_user_id, chat_id, username, display_name, linked_at, unreachable_at,
             unreachable_reason, last_seen_at, silent_since
         FROM chat_identities WHERE platform = $1 AND external_user_id = $2 AND revoked_at IS NULL",
        platform,
        external_user_id
    )
}

/// Every chat account that is linked to a client, in the studio's order of channels.
pub async fn live_identities(tx: &mut Tx, client: &ClientId) -> Result<Vec<Identity>> {
    let mut identities = fetch_all!(
        tx,
        Identity,
        "SELECT id, client_id, platform, external_user_id, chat_id, username, display_name, linked_at, unreachable_at,
             unreachable_reason, last_seen_at, silent_since
         FROM chat_identities WHERE client_id = $1 AND platform <> 'EMAIL' AND revoked_at IS NULL",
        client
    )?;
    identities.sort_by_key(|identity| Channel::PREFERRED.iter().position(|channel| *channel == identity.platform));
    Ok(identities)
}

/// Notes that a channel no longer reaches a client, once.
pub(crate) async fn mark_unreachable(
    tx: &mut Tx,
    now: DateTime<Utc>,
    client: &ClientId,
    platform: Channel,
    reason: &str,
) -> Result<()> {
    let changed = execute!(
        tx,
        "UPDATE chat_identities SET unreachable_at = $3, unreachable_reason = $4
         WHERE client_id = $1 AND platform = $2 AND revoked_at IS NULL AND unreachable_at IS NULL",
        client,
        platform,
        now,
        terminal_safe(reason)
    )?;
    if changed == 1 {
        let what = format!("Can no longer be reached through {}", platform.name());
        events::record(tx, now, &Actor::System, EventKind::ChatBlocked, Some(client), &what, None).await?;
    }
    Ok(())
}

/// Notes that the person wrote or pressed something. Whoever writes to a Telegram bot can be
/// written to; on Discord that does not follow. Answers since when nobody was heard of there, if that
/// was too long to take the person for granted.
pub async fn seen(studio: &Studio, identity: &Identity) -> Result<Option<DateTime<Utc>>> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let silent_since = fetch_scalar!(
        tx,
        Option<DateTime<Utc>>,
        "UPDATE chat_identities SET last_seen_at = $2,
             silent_since = CASE WHEN silent_since IS NULL AND last_seen_at <= $3 THEN last_seen_at
                 ELSE silent_since END,
             unreachable_at = CASE WHEN platform = 'DISCORD' THEN unreachable_at END,
             unreachable_reason = CASE WHEN platform = 'DISCORD' THEN unreachable_reason END
         WHERE id = $1 RETURNING silent_since",
        &identity.id,
        now,
        now - SILENCE
    )?;
    execute!(tx, "UPDATE client_portal_users SET last_login_at = $2 WHERE client_id = $1", &identity.client_id, now)?;
    clients::saw(&mut tx, &identity.client_id, now).await?;
    tx.commit().await?;
    Ok(silent_since)
}

/// The person says that it is still they.
pub async fn confirm(studio: &Studio, identity: &Identity) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(tx, "UPDATE chat_identities SET silent_since = NULL WHERE id = $1", &identity.id)?;
    tx.commit().await
}

/// The person says that they are not the client: the link ends, and the studio sees why.
pub async fn disown(studio: &Studio, identity: &Identity) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let actor = Actor::Client(identity.client_id.clone());
    unlinking::end(&mut tx, studio, &actor, identity, Some(DISOWNED)).await?;
    let what = format!("The person at the account on {} says that they are not the client", identity.platform.name());
    let now = studio.clock.now();
    events::record(&mut tx, now, &actor, EventKind::AccessDenied, Some(&identity.client_id), &what, None).await?;
    tx.commit().await
}
