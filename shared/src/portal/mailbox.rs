//! A client's e-mail address as one more way to reach them.
//!
//! It counts as theirs from the day on which they came in (domain 1.4), and is kept as an account beside those of
//! their chats: it follows every change of the address, and a bounce marks it like a blocked bot. Nothing comes in
//! by it, so it neither lets anybody in nor counts as a link.

use chrono::{DateTime, Utc};

use crate::clients::Client;
use crate::db::Tx;
use crate::id::{ClientId, IdentityId};
use crate::{Result, Studio, execute, fetch_optional, token};

/// The client has come in: their address is theirs.
pub(super) async fn open(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO chat_identities (id, client_id, platform, external_user_id, chat_id, linked_at)
         SELECT $1, $2, 'EMAIL', $3, $3, $4
         WHERE NOT EXISTS (SELECT 1 FROM chat_identities WHERE client_id = $2 AND platform = 'EMAIL' AND revoked_at IS NULL)",
        IdentityId::new(now),
        &client.id,
        &client.email,
        now
    )?;
    follow(tx, now, client).await
}

/// The client has another address: what bounced at the old one says nothing about it.
pub(crate) async fn follow(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    execute!(
        tx,
        "UPDATE chat_identities SET external_user_id = $2, chat_id = $2, linked_at = $3, unreachable_at = NULL,
             unreachable_reason = NULL
         WHERE client_id = $1 AND platform = 'EMAIL' AND revoked_at IS NULL AND external_user_id <> $2",
        &client.id,
        &client.email,
        now
    )?;
    execute!(
        tx,
        "UPDATE client_portal_users SET email = $2, updated_at = $3 WHERE client_id = $1 AND email <> $2",
        &client.id,
        &client.email,
        now
    )?;
    Ok(())
}

/// What stands in the links of a client's e-mails, by which a kind of them is turned off: nobody can guess it, and it
/// opens nothing else. `None` for someone who was never invited.
pub async fn unsubscribe_token(studio: &Studio, client: &ClientId) -> Result<Option<String>> {
    let known = stored_token(&mut studio.db.read().await?, client).await?;
    if known.is_some() {
        return Ok(known);
    }
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "UPDATE client_portal_users SET unsubscribe_token = $2 WHERE client_id = $1 AND unsubscribe_token IS NULL",
        client,
        token::fresh()
    )?;
    let now_known = stored_token(&mut tx, client).await?;
    tx.commit().await?;
    Ok(now_known)
}

async fn stored_token(tx: &mut Tx, client: &ClientId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = fetch_optional!(
        tx,
        (Option<String>,),
        "SELECT unsubscribe_token FROM client_portal_users WHERE client_id = $1",
        client
    )?;
    Ok(row.and_then(|(token,)| token))
}

/// The client whose e-mails have this in their links.
pub(super) async fn token_owner(tx: &mut Tx, token: &str) -> Result<Option<ClientId>> {
    let row: Option<(ClientId,)> = fetch_optional!(
        tx,
        (ClientId,),
        "SELECT client_id FROM client_portal_users WHERE unsubscribe_token = $1",
        token
    )?;
    Ok(row.map(|(client,)| client))
}
