//! Messages to the staff: at a fixed account of a member, at any hour, never the same twice.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Channel, Queued, Urgency};
use crate::db::Tx;
use crate::id::{AdminId, OutboxId};
use crate::text::Reply;
use crate::{Result, execute};

/// A message to a member of staff.
pub struct StaffLetter<'a> {
    /// Whom it is for.
    pub admin: &'a AdminId,
    /// Where it goes.
    pub channel: Channel,
    /// The platform's address of their account.
    pub chat_id: &'a str,
    /// What it says.
    pub body: &'a Reply,
    /// Why it is sent: the catalogue's key.
    pub purpose: &'a str,
    /// What must not be sent twice.
    pub dedupe: String,
    /// How soon.
    pub urgency: Urgency,
}

/// Queues it.
pub async fn send_to_staff(tx: &mut Tx, now: DateTime<Utc>, letter: &StaffLetter<'_>) -> Result<Queued> {
    let id = OutboxId::new(now);
    let added = execute!(
        tx,
        "INSERT INTO outbox (id, dedupe_key, purpose, admin_id, channel, recipient, body, priority, not_before, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
         ON CONFLICT (dedupe_key) DO NOTHING",
        &id,
        &letter.dedupe,
        letter.purpose,
        letter.admin,
        letter.channel,
        letter.chat_id,
        Json(letter.body),
        letter.urgency.priority(),
        now
    )?;
    Ok(if added == 1 { Queued::Queued(id) } else { Queued::Duplicate })
}
