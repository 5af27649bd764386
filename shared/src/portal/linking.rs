//! Binding a chat account to a client.

use chrono::{DateTime, Utc};

use super::identities::{self, Identity};
use super::{LinkRefusal, account, invites, mailbox, onboarding};
use crate::clients::Client;
use crate::db::{Tx, unique_violation};
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::id::IdentityId;
use crate::staff::Actor;
use crate::text::{Foreign, Reply};
use crate::{Error, Result, Studio, execute};

/// A chat account as the platform presents it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The platform.
    pub platform: Channel,
    /// The platform's number of the account: the only thing that is believed.
    pub external_user_id: String,
    /// Where to write to.
    pub chat_id: String,
    /// Shown, never believed.
    pub username: Option<Foreign>,
    /// Shown, never believed.
    pub display_name: Option<Foreign>,
}

/// Uses a code up and binds the account to its client. An account that the client had linked on the
/// same platform before is let go, with a notice to it.
pub async fn link(studio: &Studio, code: &str, account: &Account) -> Result<Result<Client, LinkRefusal>> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let (client, invite) = match invites::open(&mut tx, code, now).await? {
        Ok(open) => open,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let used = execute!(
        tx,
        "UPDATE portal_invites SET used_at = $2, used_on = $3 WHERE id = $1 AND used_at IS NULL",
        &invite,
        now,
        account.platform.as_str()
    )?;
    if used == 0 {
        return Ok(Err(LinkRefusal::Used));
    }
    match bind(&mut tx, studio, &client, account).await {
        Ok(()) => {}
        Err(Bind::Taken) => return Ok(Err(LinkRefusal::OtherAccount)),
        Err(Bind::Failed(error)) => return Err(error),
    }
    activate(&mut tx, now, &client).await?;
    tx.commit().await?;
    Ok(Ok(client))
}

/// Lets a terminal stand for a client, without a code: whoever can run it owns the database.
pub async fn link_console(studio: &Studio, client: &Client) -> Result<Account> {
    let account = Account {
        platform: Channel::Console,
        external_user_id: client.id.to_string(),
        chat_id: client.id.to_string(),
        username: None,
        display_name: Some(client.full_name.clone()),
    };
    let mut tx = studio.db.write().await?;
    match bind(&mut tx, studio, client, &account).await {
        Ok(()) => tx.commit().await.map(|()| account),
        Err(Bind::Taken) => Err(Error::Conflict("the console".into())),
        Err(Bind::Failed(error)) => Err(error),
    }
}

enum Bind {
    Taken,
    Failed(Error),
}

impl From<Error> for Bind {
    fn from(error: Error) -> Self {
        if unique_violation(&error) { Self::Taken } else { Self::Failed(error) }
    }
}

async fn bind(tx: &mut Tx, studio: &Studio, client: &Client, account: &Account) -> Result<(), Bind> {
    let now = studio.clock.now();
    if let Some(identity) = identities::live(tx, account.platform, &account.external_user_id).await? {
        if identity.client_id != client.id {
            return Err(Bind::Taken);
        }
        refresh(tx, &identity.id, account).await?;
        return Ok(());
    }
    let before = identities::live_identities(tx, &client.id).await?;
    if let Some(old) = before.iter().find(|identity| identity.platform == account.platform) {
        replace(tx, studio, client, old).await?;
    }
    execute!(
        tx,
        "INSERT INTO chat_identities (id, client_id, platform, external_user_id, chat_id, username, display_name,
             linked_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        IdentityId::new(now),
        &client.id,
        account.platform,
        &account.external_user_id,
        &account.chat_id,
        &account.username,
        &account.display_name,
        now
    )?;
    if account.platform != Channel::Console {
        let what = format!("Linked an account on {}", account.platform.name());
        let actor = Actor::Client(client.id.clone());
        events::record(tx, now, &actor, EventKind::ChatLinked, Some(&client.id), &what, None).await?;
    }
    Ok(())
}

/// The same account once more: what can change about it is brought up to date.
async fn refresh(tx: &mut Tx, id: &IdentityId, account: &Account) -> Result<()> {
    execute!(
        tx,
        "UPDATE chat_identities SET chat_id = $2, username = $3, display_name = $4, unreachable_at = NULL,
             unreachable_reason = NULL
         WHERE id = $1",
        id,
        &account.chat_id,
        &account.username,
        &account.display_name
    )?;
    Ok(())
}

async fn replace(tx: &mut Tx, studio: &Studio, client: &Client, old: &Identity) -> Result<()> {
    let now = studio.clock.now();
    let date = now.with_timezone(&client.zone()).format("%-d %B %Y").to_string();
    let values = [("platform", old.platform.name().to_owned()), ("date", date)];
    let text = studio.messages.body("link_replaced", &values)?;
    let address = old.chat_id.as_deref().unwrap_or(&old.external_user_id);
    let dedupe = format!("link_replaced:{}", old.id);
    let body = Reply::new(text);
    delivery::send_to(tx, studio, &client.id, (old.platform, address), &body, &dedupe, "link_replaced").await?;
    revoke(tx, now, old, None).await
}

/// Ends a link; `reason` stays with the row.
pub(super) async fn revoke(tx: &mut Tx, now: DateTime<Utc>, identity: &Identity, reason: Option<&str>) -> Result<()> {
    execute!(
        tx,
        "UPDATE chat_identities SET revoked_at = $2, unreachable_reason = COALESCE($3, unreachable_reason)
         WHERE id = $1",
        &identity.id,
        now,
        reason
    )?;
    execute!(
        tx,
        "DELETE FROM chat_states WHERE platform = $1 AND external_user_id = $2",
        identity.platform,
        &identity.external_user_id
    )?;
    Ok(())
}

async fn activate(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    let actor = Actor::Client(client.id.clone());
    account::ensure(tx, now, &actor, client).await?;
    let first = execute!(
        tx,
        "UPDATE client_portal_users SET activated_at = $2 WHERE client_id = $1 AND activated_at IS NULL",
        &client.id,
        now
    )?;
    mark_active(tx, now, client).await?;
    onboarding::complete_with_profile(tx, now, client).await?;
    crate::clients::saw(tx, &client.id, now).await?;
    if first == 1 {
        let what = "Came into the portal";
        events::record(tx, now, &actor, EventKind::PortalActivated, Some(&client.id), what, None).await?;
    }
    Ok(())
}

pub(super) async fn mark_active(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    execute!(
        tx,
        "UPDATE client_portal_users SET is_active = TRUE, email_verified = TRUE, last_login_at = $2, updated_at = $2
         WHERE client_id = $1",
        &client.id,
        now
    )?;
    mailbox::open(tx, now, client).await
}
