//! Ending a chat link: by the studio, by the client, by a block.

use super::identities::{self, Identity, live_identities};
use super::linking::{mark_active, revoke};
use super::{invites, linking};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Reply;
use crate::{Error, Result, Studio, execute, fetch_optional};

/// Stays with a link that its owner ended, who may take it up again without a new code.
const STOPPED: &str = "STOPPED";

/// The studio ends a client's link on a platform, or all of them, with a notice to each account.
/// Answers how many there were.
pub async fn unlink(studio: &Studio, actor: &Actor, client: &ClientId, platform: Option<Channel>) -> Result<usize> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let mut ended = live_identities(&mut tx, client).await?;
    ended.retain(|identity| platform.is_none_or(|platform| identity.platform == platform));
    for identity in &ended {
        let values = [("studio_name", studio.settings.studio.name.clone())];
        let body = Reply::new(studio.messages.body("link_revoked", &values)?);
        let address = identity.chat_id.as_deref().unwrap_or(&identity.external_user_id);
        let dedupe = format!("link_revoked:{}:{}", identity.id, now.timestamp_millis());
        let to = (identity.platform, address);
        delivery::send_to(&mut tx, studio, client, to, &body, &dedupe, "link_revoked").await?;
        end(&mut tx, studio, actor, identity, None).await?;
    }
    tx.commit().await?;
    Ok(ended.len())
}

/// A client ends the link of the account that they write from. It can be taken up again with
/// [`resume`].
pub async fn stop(studio: &Studio, identity: &Identity) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let actor = Actor::Client(identity.client_id.clone());
    end(&mut tx, studio, &actor, identity, Some(STOPPED)).await?;
    tx.commit().await
}

/// Takes up a link that its owner ended, unless the client has linked another account meanwhile or
/// has left the programme.
pub async fn resume(studio: &Studio, platform: Channel, external_user_id: &str) -> Result<Option<Client>> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let stopped: Option<(String, ClientId, Option<String>)> = fetch_optional!(
        tx,
        (String, ClientId, Option<String>),
        "SELECT id, client_id, unreachable_reason FROM chat_identities
         WHERE platform = $1 AND external_user_id = $2 ORDER BY linked_at DESC, id DESC LIMIT 1",
        platform,
        external_user_id
    )?;
    let Some((id, client, _)) = stopped.filter(|(.., reason)| reason.as_deref() == Some(STOPPED)) else {
        return Ok(None);
    };
    let Some(client) = clients::get(&mut tx, &client).await?.filter(invites::may_enter) else { return Ok(None) };
    if live_identities(&mut tx, &client.id).await?.iter().any(|identity| identity.platform == platform) {
        return Ok(None);
    }
    execute!(
        tx,
        "UPDATE chat_identities SET revoked_at = NULL, unreachable_at = NULL, unreachable_reason = NULL,
             last_seen_at = $2
         WHERE id = $1",
        &id,
        now
    )?;
    mark_active(&mut tx, now, &client).await?;
    let actor = Actor::Client(client.id.clone());
    let what = format!("Wants messages through {} again", platform.name());
    events::record(&mut tx, now, &actor, EventKind::ChatLinked, Some(&client.id), &what, None).await?;
    tx.commit().await?;
    Ok(Some(client))
}

/// The platform says that an account no longer takes our messages.
pub async fn blocked(studio: &Studio, platform: Channel, external_user_id: &str, reason: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    if let Some(identity) = identities::live(&mut tx, platform, external_user_id).await? {
        let now = studio.clock.now();
        identities::mark_unreachable(&mut tx, now, &identity.client_id, platform, reason).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The platform says that an account takes our messages again.
pub async fn unblocked(studio: &Studio, platform: Channel, external_user_id: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "UPDATE chat_identities SET unreachable_at = NULL, unreachable_reason = NULL
         WHERE platform = $1 AND external_user_id = $2 AND revoked_at IS NULL",
        platform,
        external_user_id
    )?;
    tx.commit().await
}

/// The terminal that stood for a client is closed.
pub async fn unlink_console(studio: &Studio, account: &linking::Account) -> Result<()> {
    let mut tx = studio.db.write().await?;
    if let Some(identity) = identities::live(&mut tx, Channel::Console, &account.external_user_id).await? {
        revoke(&mut tx, studio.clock.now(), &identity, None).await?;
        execute!(
            tx,
            "UPDATE outbox SET state = 'CANCELLED', error = 'the terminal was closed'
             WHERE client_id = $1 AND channel = 'CONSOLE' AND state = 'QUEUED'",
            &identity.client_id
        )?;
    }
    tx.commit().await
}

pub(super) async fn end(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    identity: &Identity,
    reason: Option<&str>,
) -> Result<()> {
    let now = studio.clock.now();
    revoke(tx, now, identity, reason).await?;
    if live_identities(tx, &identity.client_id).await?.is_empty() {
        execute!(
            tx,
            "UPDATE client_portal_users SET is_active = FALSE, updated_at = $2 WHERE client_id = $1",
            &identity.client_id,
            now
        )?;
    }
    let what = format!("Ended the link on {}", identity.platform.name());
    events::record(tx, now, actor, EventKind::ChatUnlinked, Some(&identity.client_id), &what, None).await
}
