//! One-time invitations (domain 1.4). The code is shown once; only its hash is kept.

use chrono::{DateTime, TimeDelta, Utc};

use super::account;
use super::deactivating::{is_let_in, is_switched_off};
use crate::clients::{self, Client, Status};
use crate::db::Tx;
use crate::delivery::{self, Channel};
use crate::events::{self, EventKind};
use crate::id::{ClientId, InviteId};
use crate::staff::{Actor, Capability};
use crate::text::{Foreign, Reply};
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional, fetch_scalar, token};

/// A fresh invitation. This is the only time that the code can be seen.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Invite {
    /// Whom it lets in.
    pub client_id: ClientId,
    /// What `/link` takes in Discord and the deep link carries: 43 characters.
    pub code: String,
    /// The deep link, when the bot's name is set.
    pub telegram_link: Option<String>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// The address to which it is mailed as well, if the studio sends e-mail.
    #[serde(skip)]
    pub mailed_to: Option<String>,
}

/// Why a code does not let anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// Its days are over, or a newer one replaced it.
    Expired,
    /// It was used before.
    Used,
    /// No invitation has this code.
    Unknown,
    /// The client has left the programme since, or their access is switched off.
    Archived,
    /// The chat account belongs to another client.
    OtherAccount,
}

/// An invitation that nobody has used yet.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct PendingInvite {
    /// Whom it lets in.
    pub client_id: ClientId,
    /// Their name.
    pub full_name: Foreign,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Who issued an invitation, where no admin is named.
const LOCAL: &str = "local";

/// Invites a client to the portal; an earlier invitation of theirs stops working.
pub async fn invite(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<Invite> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if !may_enter(&client) {
        return Err(Error::refused("this client is archived or has left the programme; restore them first"));
    }
    if is_switched_off(&mut tx, &client.id).await? {
        return Err(Error::refused("this client's access is switched off; switch it on again first"));
    }
    if client.status == Status::Lead {
        clients::require_room(&mut tx, studio).await?;
    }
    throttle(&mut tx, studio, actor, now).await?;
    account::ensure(&mut tx, now, actor, &client).await?;
    execute!(
        tx,
        "UPDATE client_portal_users SET invited_at = $2, invited_by = $3, updated_at = $2 WHERE client_id = $1",
        &client.id,
        now,
        actor.id()
    )?;
    execute!(
        tx,
        "UPDATE portal_invites SET revoked_at = $2 WHERE client_id = $1 AND used_at IS NULL AND revoked_at IS NULL",
        &client.id,
        now
    )?;
    let code = token::fresh();
    let expires_at = now + TimeDelta::days(studio.settings.portal.invite_days);
    execute!(
        tx,
        "INSERT INTO portal_invites (id, client_id, token_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        InviteId::new(now),
        &client.id,
        token::hash(&code),
        actor.id().unwrap_or(LOCAL),
        now,
        expires_at
    )?;
    if client.status == Status::Lead {
        clients::change_status(&mut tx, now, actor, &client, Status::Onboarding, "invited to the portal").await?;
    }
    let what = "Invited to the portal";
    events::record(&mut tx, now, actor, EventKind::PortalInvited, Some(&client.id), what, None).await?;
    let bot = &studio.settings.telegram.bot_username;
    let telegram_link = (!bot.is_empty()).then(|| format!("https://t.me/{bot}?start={code}"));
    let mailed_to = studio.settings.email.is_set().then(|| client.email.clone());
    let invite = Invite { client_id: client.id.clone(), code, telegram_link, expires_at, mailed_to };
    if let Some(address) = &invite.mailed_to {
        mail(&mut tx, studio, &client, &invite, address).await?;
    }
    tx.commit().await?;
    Ok(invite)
}

/// Sends an invitation to the client's address. One before it that has not left is withdrawn: its code works no longer.
async fn mail(tx: &mut Tx, studio: &Studio, client: &Client, invite: &Invite, address: &str) -> Result<()> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'CANCELLED', error = 'a newer invitation replaced it'
         WHERE client_id = $1 AND purpose IN ('invitation', 'invitation_code') AND state = 'QUEUED'",
        &client.id
    )?;
    let until = invite.expires_at.with_timezone(&client.zone()).format("%-d %B %Y").to_string();
    let mut values = vec![
        ("client_name", client.full_name.raw().to_owned()),
        ("studio_name", studio.settings.studio.name.clone()),
        ("code", invite.code.clone()),
        ("expiry_date", until),
    ];
    let (key, rendered) = match &invite.telegram_link {
        Some(link) => {
            values.push(("link", link.clone()));
            ("invitation", studio.messages.render("invitation", &values)?)
        }
        None => ("invitation_code", studio.messages.render("invitation_code", &values)?),
    };
    let dedupe = format!("invitation:{}", token::hash(&invite.code));
    let to = (Channel::Email, address);
    delivery::send_to(tx, studio, &client.id, to, &Reply::new(rendered.worded()), &dedupe, key).await.map(drop)
}

/// Whom a code would let in, without using it.
pub async fn peek_invite(tx: &mut Tx, code: &str, now: DateTime<Utc>) -> Result<Result<Client, LinkRefusal>> {
    Ok(open(tx, code, now).await?.map(|(client, _)| client))
}

/// The client and the row of a code that works at `now`.
pub(super) async fn open(
    tx: &mut Tx,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<(Client, InviteId), LinkRefusal>> {
    let Some(row) = find(tx, code).await? else { return Ok(Err(LinkRefusal::Unknown)) };
    let Some(client) = clients::get(tx, &row.client_id).await? else { return Ok(Err(LinkRefusal::Unknown)) };
    Ok(if row.used_at.is_some() {
        Err(LinkRefusal::Used)
    } else if !is_let_in(tx, &client).await? {
        Err(LinkRefusal::Archived)
    } else if row.revoked_at.is_some() || now > row.expires_at {
        Err(LinkRefusal::Expired)
    } else {
        Ok((client, row.id))
    })
}

/// Somebody who holds an expired code asks for a new one: the studio sees it. A code that expired
/// is proof enough to ask, once a day.
pub async fn request_new_invite(studio: &Studio, code: &str) -> Result<()> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let Some(row) = find(&mut tx, code).await?.filter(|row| row.used_at.is_none()) else { return Ok(()) };
    let asked = execute!(
        tx,
        "UPDATE portal_invites SET requested_at = $2 WHERE id = $1 AND (requested_at IS NULL OR requested_at <= $3)",
        &row.id,
        now,
        now - TimeDelta::days(1)
    )?;
    if asked == 1 {
        let actor = Actor::Client(row.client_id.clone());
        let what = "Opened an expired invitation and asks for a new one";
        events::record(&mut tx, now, &actor, EventKind::PortalInvited, Some(&row.client_id), what, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Invitations that still work and that nobody has used, the soonest to expire first.
pub async fn pending_invites(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<PendingInvite>> {
    fetch_all!(
        tx,
        PendingInvite,
        "SELECT i.client_id, c.full_name, i.created_at, i.expires_at
         FROM portal_invites i JOIN clients c ON c.id = i.client_id
         WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at >= $1 AND c.deleted_at IS NULL
         ORDER BY i.expires_at, i.id",
        now
    )
}

#[derive(sqlx::FromRow)]
struct Row {
    id: InviteId,
    client_id: ClientId,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

async fn find(tx: &mut Tx, code: &str) -> Result<Option<Row>> {
    fetch_optional!(
        tx,
        Row,
        "SELECT id, client_id, expires_at, used_at, revoked_at FROM portal_invites WHERE token_hash = $1",
        token::hash(code.trim())
    )
}

pub(super) fn may_enter(client: &Client) -> bool {
    client.deleted_at.is_none() && !client.status.has_left()
}

async fn throttle(tx: &mut Tx, studio: &Studio, actor: &Actor, now: DateTime<Utc>) -> Result<()> {
    let limit = studio.settings.portal.invites_per_hour;
    let recent: i64 = fetch_scalar!(
        tx,
        i64,
        "SELECT COUNT(*) FROM portal_invites WHERE created_by = $1 AND created_at > $2",
        actor.id().unwrap_or(LOCAL),
        now - TimeDelta::hours(1)
    )?;
    if recent < limit {
        return Ok(());
    }
    Err(Error::refused(format!(
        "you have issued {limit} invitations within an hour, which is the most; wait a little, or raise \
         portal.invites_per_hour"
    )))
}
