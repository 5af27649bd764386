//! The SQL of `clients`.

use chrono::{DateTime, Utc};

use super::validate::Checked;
use super::{Client, Status};
use crate::db::Tx;
use crate::id::ClientId;
use crate::{Result, execute, fetch_all, fetch_optional, fetch_scalar};

/// The columns of [`Client`].
macro_rules! columns {
    () => {
        "id, full_name, brand_name, email, timezone, locale, status, industry_niche, country, age,
         instagram_handle, tiktok_handle, phone, website, program_start_date, current_month, is_paused,
         pause_start_date, pause_end_date, pause_reason, documents_locked, assigned_admin_id,
         coach_daily_token_override, coach_daily_message_override, experience_level, income_now, income_goal,
         challenges, strengths, quiet_from, quiet_until,
         onboarded_at, plan_due_at, last_seen_at, created_at, updated_at, deleted_at, version"
    };
}
pub(crate) use columns;

/// The beginning of every query for clients.
pub(super) const SELECT: &str = concat!("SELECT ", columns!(), " FROM clients");

pub(super) async fn insert(tx: &mut Tx, id: &ClientId, client: &Checked, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO clients (id, full_name, name_key, email, timezone, brand_name, industry_niche, country, age,
                              instagram_handle, tiktok_handle, phone, website, status, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'LEAD', $14, $14)",
        id,
        &client.full_name,
        &client.name_key,
        &client.email,
        &client.timezone,
        client.brand_name.as_deref(),
        client.industry_niche.as_deref(),
        client.country.as_deref(),
        client.age,
        client.instagram_handle.as_deref(),
        client.tiktok_handle.as_deref(),
        client.phone.as_deref(),
        client.website.as_deref(),
        now
    )?;
    Ok(())
}

pub(super) async fn by_id(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>> {
    fetch_optional!(tx, Client, concat!("SELECT ", columns!(), " FROM clients WHERE id = $1"), id)
}

pub(super) async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Client>> {
    fetch_optional!(tx, Client, concat!("SELECT ", columns!(), " FROM clients WHERE email = $1"), email)
}

/// The first clients, by name, whose folded name begins with `start`; archived ones after all others.
pub(super) async fn by_name_start(tx: &mut Tx, start: &str, limit: i64) -> Result<Vec<Client>> {
    let end = format!("{start}\u{10ffff}");
    fetch_all!(
        tx,
        Client,
        concat!(
            "SELECT ",
            columns!(),
            " FROM clients WHERE name_key >= $1 AND name_key < $2
              ORDER BY CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END, name_key, id LIMIT $3"
        ),
        start,
        &end,
        limit
    )
}

/// A client's own allowance with the coach.
pub(super) struct CoachDaily {
    pub tokens: Option<i64>,
    pub messages: Option<i64>,
}

/// Writes every field that [`edit`](super::edit) may change, unless the row moved on from `version`.
pub(super) async fn update(
    tx: &mut Tx,
    id: &ClientId,
    version: i64,
    client: &Checked,
    documents_locked: bool,
    coach: CoachDaily,
    now: DateTime<Utc>,
) -> Result<u64> {
    execute!(
        tx,
        "UPDATE clients SET full_name = $3, name_key = $4, email = $5, timezone = $6, brand_name = $7,
                industry_niche = $8, country = $9, age = $10, instagram_handle = $11, tiktok_handle = $12,
                phone = $13, website = $14, documents_locked = $15, coach_daily_token_override = $16,
                coach_daily_message_override = $17, updated_at = $18, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        &client.full_name,
        &client.name_key,
        &client.email,
        &client.timezone,
        client.brand_name.as_deref(),
        client.industry_niche.as_deref(),
        client.country.as_deref(),
        client.age,
        client.instagram_handle.as_deref(),
        client.tiktok_handle.as_deref(),
        client.phone.as_deref(),
        client.website.as_deref(),
        documents_locked,
        coach.tokens,
        coach.messages,
        now
    )
}

/// Moves a client from one status to another, unless it has another one by now.
pub(super) async fn set_status(
    tx: &mut Tx,
    id: &ClientId,
    from: Status,
    to: Status,
    now: DateTime<Utc>,
) -> Result<u64> {
    let deleted_at = (to == Status::Archived).then_some(now);
    let before = (to == Status::Archived).then_some(from);
    execute!(
        tx,
        "UPDATE clients SET status = $3, status_before = $4, deleted_at = $5, updated_at = $6, version = version + 1
         WHERE id = $1 AND status = $2",
        id,
        from,
        to,
        before,
        deleted_at,
        now
    )
}

pub(super) async fn status_before(tx: &mut Tx, id: &ClientId) -> Result<Option<Status>> {
    fetch_scalar!(tx, Option<Status>, "SELECT status_before FROM clients WHERE id = $1", id)
}

pub(super) async fn is_paused(tx: &mut Tx, id: &ClientId) -> Result<bool> {
    fetch_scalar!(tx, bool, "SELECT is_paused FROM clients WHERE id = $1", id)
}

/// Whether a month of the client's journey is neither delivered nor skipped.
pub(super) async fn has_open_month(tx: &mut Tx, id: &ClientId) -> Result<bool> {
    fetch_scalar!(
        tx,
        bool,
        "SELECT EXISTS (SELECT 1 FROM journey_months
                        WHERE client_id = $1 AND delivered_at IS NULL AND skipped_at IS NULL)",
        id
    )
}

/// How many clients take a place in the programme.
pub(super) async fn places_taken(tx: &mut Tx) -> Result<i64> {
    fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM clients WHERE status IN ('ONBOARDING', 'ACTIVE', 'PAUSED')")
}

/// Ends everything that would still reach somebody who has left: planned automations, unsent
/// messages, linked accounts, open invitations. What was done stays as it is.
pub(super) async fn let_go(tx: &mut Tx, id: &ClientId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE automation_schedules SET status = 'CANCELLED', cancel_reason = $2, updated_at = $3
         WHERE client_id = $1 AND status = 'SCHEDULED'",
        id,
        reason,
        now
    )?;
    execute!(
        tx,
        "UPDATE outbox SET state = 'CANCELLED', error = $2, settled_at = $3 WHERE client_id = $1 AND state = 'QUEUED'",
        id,
        reason,
        now
    )?;
    execute!(tx, "UPDATE chat_identities SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL", id, now)?;
    execute!(
        tx,
        "UPDATE portal_invites SET revoked_at = $2 WHERE client_id = $1 AND used_at IS NULL AND revoked_at IS NULL",
        id,
        now
    )?;
    execute!(tx, "UPDATE client_portal_users SET is_active = FALSE, updated_at = $2 WHERE client_id = $1", id, now)?;
    Ok(())
}

/// Notes that a client did something. It is no change of the client: the version stays.
pub(super) async fn touch(tx: &mut Tx, id: &ClientId, now: DateTime<Utc>) -> Result<()> {
    execute!(
        tx,
        "UPDATE clients SET last_seen_at = $2 WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)",
        id,
        now
    )?;
    Ok(())
}

/// When the questionnaire was finished.
pub(super) async fn set_onboarded(
    tx: &mut Tx,
    id: &ClientId,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE clients SET onboarded_at = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        id,
        at,
        now
    )?;
    Ok(())
}
