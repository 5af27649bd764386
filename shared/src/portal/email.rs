//! Another e-mail address: the client asks, and somebody finds out that it is theirs (domain 1.12).
//!
//! Asking and taking over are two steps. What stands between them is the proof: a code that was sent to the new address,
//! where the studio sends e-mail, or an admin who says yes.

use chrono::{DateTime, TimeDelta, Utc};

use super::account;
use crate::clients::{self, Client, ClientEdit, normal_email};
use crate::db::Tx;
use crate::delivery::{self, Channel, Notice, Urgency};
use crate::events::{self, EventKind};
use crate::id::{ClientId, cuid};
use crate::staff::{Actor, Capability};
use crate::text::{Foreign, Reply};
use crate::{Error, Result, Studio, execute, fetch_optional, token};

/// How long a code can be given.
const CODE_LASTS: TimeDelta = TimeDelta::hours(1);
/// How often one may be given wrongly; then the studio decides.
const CODE_TRIES: i64 = 5;

/// What became of a code that a client gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was right: the address is theirs.
    Right,
    /// It was not.
    Wrong,
    /// It is too late, or was wrong too often: the studio decides.
    Spent,
}

/// What the studio says to a wish for another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is theirs.
    Approve,
    /// It stays as it is.
    Decline,
}

/// A wish that nobody has decided.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct EmailChange {
    /// Row id.
    pub id: String,
    /// Whose.
    pub client_id: ClientId,
    /// The wanted address.
    pub email: String,
    /// Since when.
    pub requested_at: DateTime<Utc>,
}

/// A client asks for another address; a newer wish takes an older one's place. The address as it
/// will be stored. Whether it is free is not told: that would tell whose addresses are known.
pub async fn request_email(studio: &Studio, actor: &Actor, client: &ClientId, text: &Foreign) -> Result<String> {
    actor.require_owner_or_edit(client, "client")?;
    let email = normal_email(text.raw())?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if row.email == email {
        return Ok(email);
    }
    let again = open_email_change(&mut tx, client).await?.is_some_and(|open| open.email == email);
    if again {
        return Ok(email);
    }
    execute!(
        tx,
        "INSERT INTO email_changes (id, client_id, email, requested_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client_id) WHERE status = 'OPEN'
         DO UPDATE SET email = excluded.email, requested_at = excluded.requested_at",
        cuid(now),
        client,
        &email,
        now
    )?;
    if studio.settings.email.is_set() {
        send_code(&mut tx, studio, &row, &email).await?;
    }
    let what = "Asked for another e-mail address";
    events::record(&mut tx, now, actor, EventKind::EmailChangeRequested, Some(client), what, None).await?;
    tx.commit().await?;
    Ok(email)
}

/// Sends a code to a wanted address. Only whoever reads there can give it back.
async fn send_code(tx: &mut Tx, studio: &Studio, client: &Client, email: &str) -> Result<()> {
    let now = studio.clock.now();
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    execute!(
        tx,
        "UPDATE email_changes SET code_hash = $2, code_expires_at = $3, code_tries = 0
         WHERE client_id = $1 AND status = 'OPEN'",
        &client.id,
        hashed(&client.id, &code),
        now + CODE_LASTS
    )?;
    let values = [("studio_name", studio.settings.studio.name.clone()), ("code", code)];
    let body = Reply::new(studio.messages.render("email_code", &values)?.worded());
    let dedupe = format!("email_code:{}:{}", client.id, now.timestamp_millis());
    delivery::send_to(tx, studio, &client.id, (Channel::Email, email), &body, &dedupe, "email_code").await.map(drop)
}

fn hashed(client: &ClientId, code: &str) -> String {
    token::hash(&format!("{client}:{code}"))
}

/// A client gives the code that was sent to the address that they want.
pub async fn prove_email(studio: &Studio, client: &ClientId, code: &Foreign) -> Result<Proof> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    // Counted before it is looked at: whoever guesses has five guesses, whatever they do at once.
    let open = execute!(
        tx,
        "UPDATE email_changes SET code_tries = code_tries + 1
         WHERE client_id = $1 AND status = 'OPEN' AND code_expires_at > $2 AND code_tries < $3",
        client,
        now,
        CODE_TRIES
    )?;
    if open == 0 {
        return Ok(Proof::Spent);
    }
    let digits: String = code.raw().chars().filter(char::is_ascii_digit).collect();
    let right: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM email_changes WHERE client_id = $1 AND status = 'OPEN' AND code_hash = $2",
        client,
        hashed(client, &digits)
    )?;
    if right.is_none() {
        tx.commit().await?;
        return Ok(Proof::Wrong);
    }
    let wish = open_email_change(&mut tx, client).await?.ok_or(Error::NotFound("request"))?;
    let row = take_over(&mut tx, studio, &Actor::Client(client.clone()), &wish).await?;
    tell(&mut tx, studio, &row, &wish, Decision::Approve).await?;
    tx.commit().await?;
    Ok(Proof::Right)
}

/// A client's wish that nobody has decided, if there is one.
pub async fn open_email_change(tx: &mut Tx, client: &ClientId) -> Result<Option<EmailChange>> {
    fetch_optional!(
        tx,
        EmailChange,
        "SELECT id, client_id, email, requested_at FROM email_changes WHERE client_id = $1 AND status = 'OPEN'",
        client
    )
}

/// The studio decides a client's wish; the client is told. The client as they are then.
pub async fn decide_email(studio: &Studio, actor: &Actor, client: &ClientId, decision: Decision) -> Result<Client> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let wish = open_email_change(&mut tx, client).await?.ok_or_else(|| {
        Error::refused("this client has asked for no other e-mail address; `client edit` changes it all the same")
    })?;
    let row = match decision {
        Decision::Approve => take_over(&mut tx, studio, actor, &wish).await?,
        Decision::Decline => {
            settle(&mut tx, now, actor, &wish, "DECLINED").await?;
            let what = "Declined another e-mail address";
            events::record(&mut tx, now, actor, EventKind::EmailChangeDeclined, Some(client), what, None).await?;
            row
        }
    };
    tell(&mut tx, studio, &row, &wish, decision).await?;
    tx.commit().await?;
    Ok(row)
}

/// The wanted address becomes the client's: it was found to be theirs.
async fn take_over(tx: &mut Tx, studio: &Studio, actor: &Actor, wish: &EmailChange) -> Result<Client> {
    let now = studio.clock.now();
    let edit = ClientEdit { email: Some(wish.email.clone()), ..ClientEdit::default() };
    let client = clients::apply(tx, studio, actor, &wish.client_id, edit).await?;
    account::follow_email(tx, now, &client).await?;
    settle(tx, now, actor, wish, "DONE").await?;
    Ok(client)
}

async fn settle(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, wish: &EmailChange, status: &str) -> Result<()> {
    let settled = execute!(
        tx,
        "UPDATE email_changes SET status = $2, settled_at = $3, settled_by = $4 WHERE id = $1 AND status = 'OPEN'",
        &wish.id,
        status,
        now,
        actor.admin_id()
    )?;
    if settled == 1 { Ok(()) } else { Err(Error::Conflict("this request".into())) }
}

async fn tell(tx: &mut Tx, studio: &Studio, client: &Client, wish: &EmailChange, decision: Decision) -> Result<()> {
    let key = match decision {
        Decision::Approve => "email_changed",
        Decision::Decline => "email_declined",
    };
    let notice = Notice {
        key,
        values: vec![("email", wish.email.clone()), ("studio_name", studio.settings.studio.name.clone())],
        buttons: vec![studio.messages.buttons(key, ["message"])?],
        dedupe: format!("{}|EMAIL|{}", client.id, wish.id),
        urgency: Urgency::Transactional,
        reference: None,
    };
    delivery::notify(tx, studio, client, notice).await.map(drop)
}
