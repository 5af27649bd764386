//! Making, changing, archiving and restoring clients, and the one way to change a status.

use chrono::{DateTime, Utc};

use super::validate::{self, Checked, check};
use super::{Client, ClientEdit, CoachLimit, Move, NewClient, Status, store};
use crate::db::{Tx, unique_violation};
use crate::delivery;
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::journey;
use crate::portal::mailbox;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// Adds a client as a lead. A lead takes no place in the programme: see [`require_room`].
pub async fn add(studio: &Studio, actor: &Actor, new: NewClient) -> Result<Client> {
    actor.require(Capability::Edit)?;
    let checked = check(&new)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let id = insert(&mut tx, now, actor, &checked).await?;
    let client = store::by_id(&mut tx, &id).await?.ok_or(Error::NotFound("client"))?;
    tx.commit().await?;
    Ok(client)
}

/// Writes a checked client and its event.
pub(super) async fn insert(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, checked: &Checked) -> Result<ClientId> {
    let id = ClientId::new(now);
    // Asked first: a failed INSERT would spoil PostgreSQL's whole transaction.
    if store::by_email(tx, &checked.email).await?.is_some() {
        return Err(email_taken(&checked.email));
    }
    store::insert(tx, &id, checked, now).await.map_err(|error| name_clash(error, &checked.email))?;
    events::record(tx, now, actor, EventKind::ClientCreated, Some(&id), "Added the client", None).await?;
    Ok(id)
}

/// Passes while the programme has a place left (`studio.client_limit`). Whatever brings a client
/// into the programme asks this first, in the same transaction: invitation, start, restore.
pub async fn require_room(tx: &mut Tx, studio: &Studio) -> Result<()> {
    let limit = i64::from(studio.settings.studio.client_limit);
    if store::places_taken(tx).await? < limit {
        return Ok(());
    }
    Err(Error::refused(format!(
        "all {limit} places of the programme are taken; archive somebody or raise studio.client_limit"
    )))
}

/// Changes what is given; the rest stays.
pub async fn edit(studio: &Studio, actor: &Actor, id: &ClientId, edit: ClientEdit) -> Result<Client> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    let client = apply(&mut tx, studio, actor, id, edit).await?;
    tx.commit().await?;
    Ok(client)
}

/// Changes what is given, whoever may ask for it: the caller has found that out.
pub(crate) async fn apply(
    tx: &mut Tx,
    studio: &Studio,
    actor: &Actor,
    id: &ClientId,
    edit: ClientEdit,
) -> Result<Client> {
    let now = studio.clock.now();
    let client = store::by_id(tx, id).await?.ok_or(Error::NotFound("client"))?;
    let checked = check(&merged(&client, &edit))?;
    if checked.email != client.email && store::by_email(tx, &checked.email).await?.is_some() {
        return Err(email_taken(&checked.email));
    }
    let changed = store::update(
        tx,
        id,
        edit.version.unwrap_or(client.version),
        &checked,
        edit.documents_locked.unwrap_or(client.documents_locked),
        store::CoachDaily {
            tokens: edit.coach_daily_token_override.map_or(client.coach_daily_token_override, CoachLimit::own),
            messages: edit.coach_daily_message_override.map_or(client.coach_daily_message_override, CoachLimit::own),
        },
        now,
    )
    .await
    .map_err(|error| name_clash(error, &checked.email))?;
    if changed == 0 {
        return Err(Error::Conflict("this client".into()));
    }
    if checked.timezone != client.timezone {
        journey::follow_zone(tx, studio, id, client.zone(), now).await?;
        delivery::follow_quiet_hours(tx, studio, id).await?;
    }
    let edited = store::by_id(tx, id).await?.ok_or(Error::NotFound("client"))?;
    if edited.email != client.email {
        mailbox::follow(tx, now, &edited).await?;
    }
    let fields = serde_json::json!({ "fields": edit.fields() });
    events::record(tx, now, actor, EventKind::ClientUpdated, Some(id), "Changed the client", Some(fields)).await?;
    Ok(edited)
}

/// Notes when the questionnaire was finished, or that it is open once more.
pub(crate) async fn set_onboarded(
    tx: &mut Tx,
    now: DateTime<Utc>,
    id: &ClientId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    store::set_onboarded(tx, id, at, now).await
}

/// The client as it would be after the edit.
fn merged(client: &Client, edit: &ClientEdit) -> NewClient {
    let text = |new: &Option<String>, old: &Option<crate::text::Foreign>| {
        new.clone().or_else(|| old.as_ref().map(|old| old.raw().to_owned()))
    };
    NewClient {
        full_name: edit.full_name.clone().unwrap_or_else(|| client.full_name.raw().to_owned()),
        email: edit.email.clone().unwrap_or_else(|| client.email.clone()),
        timezone: edit.timezone.clone().unwrap_or_else(|| client.timezone.clone()),
        brand_name: text(&edit.brand_name, &client.brand_name),
        industry_niche: text(&edit.industry_niche, &client.industry_niche),
        country: text(&edit.country, &client.country),
        age: edit.age.or(client.age),
        instagram_handle: text(&edit.instagram_handle, &client.instagram_handle),
        tiktok_handle: text(&edit.tiktok_handle, &client.tiktok_handle),
        phone: text(&edit.phone, &client.phone),
        website: text(&edit.website, &client.website),
    }
}

impl ClientEdit {
    /// The columns that this edit writes: all that the record of it tells, for values are personal.
    fn fields(&self) -> Vec<&'static str> {
        [
            ("full_name", self.full_name.is_some()),
            ("email", self.email.is_some()),
            ("timezone", self.timezone.is_some()),
            ("brand_name", self.brand_name.is_some()),
            ("industry_niche", self.industry_niche.is_some()),
            ("country", self.country.is_some()),
            ("age", self.age.is_some()),
            ("instagram_handle", self.instagram_handle.is_some()),
            ("tiktok_handle", self.tiktok_handle.is_some()),
            ("phone", self.phone.is_some()),
            ("website", self.website.is_some()),
            ("documents_locked", self.documents_locked.is_some()),
            ("coach_daily_token_override", self.coach_daily_token_override.is_some()),
            ("coach_daily_message_override", self.coach_daily_message_override.is_some()),
        ]
        .into_iter()
        .filter_map(|(field, given)| given.then_some(field))
        .collect()
    }
}

/// Hides a client and ends all that would reach them. [`restore`] brings them back.
pub async fn archive(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::by_id(&mut tx, id).await?.ok_or(Error::NotFound("client"))?;
    if client.status == Status::Archived {
        return Err(Error::refused("this client is archived already"));
    }
    change_status(&mut tx, now, actor, &client, Status::Archived, "archived by the studio").await?;
    tx.commit().await
}

/// A client leaves the programme: what would reach them ends, what there is of them stays. There is no way back.
pub async fn churn(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::by_id(&mut tx, id).await?.ok_or(Error::NotFound("client"))?;
    if client.status.has_left() {
        return Err(Error::refused(format!("this client is {} already", client.status)));
    }
    change_status(&mut tx, now, actor, &client, Status::Churned, "left the programme").await?;
    tx.commit().await
}

/// Returns an archived client to the status before. Cancelled automations and unlinked accounts
/// stay so: the journey is planned again and the client invited again on purpose.
pub async fn restore(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::by_id(&mut tx, id).await?.ok_or(Error::NotFound("client"))?;
    if client.status != Status::Archived {
        return Err(Error::refused("this client is not archived"));
    }
    let status = store::status_before(&mut tx, id).await?.unwrap_or(Status::Lead);
    if status.takes_a_place() {
        require_room(&mut tx, studio).await?;
    }
    store::set_status(&mut tx, id, Status::Archived, status, now).await?;
    let what = format!("Restored the client as {status}");
    events::record(&mut tx, now, actor, EventKind::ClientRestored, Some(id), &what, None).await?;
    tx.commit().await
}

/// Moves a client to another status, as [`Status::to`] allows, with its event. `why` is in our
/// words. `PAUSED` is never set by hand: the move only follows a hold that was placed or lifted.
/// Whoever leaves (`CHURNED`, `ARCHIVED`) is let go of: automations, messages, links.
pub async fn change_status(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &Client,
    to: Status,
    why: &str,
) -> Result<()> {
    match client.status.to(to) {
        Move::Free => {}
        Move::MirrorsPause if store::is_paused(tx, &client.id).await? == (to == Status::Paused) => {}
        Move::MirrorsPause => {
            return Err(Error::refused("a hold is placed with `journey pause` and lifted with `journey resume`"));
        }
        Move::Reopens if store::has_open_month(tx, &client.id).await? => {}
        Move::Reopens => {
            return Err(Error::refused("a completed programme goes on when a delivered document is taken back"));
        }
        Move::Forbidden => {
            return Err(Error::refused(format!("a client cannot go from {} to {to}", client.status)));
        }
    }
    if store::set_status(tx, &client.id, client.status, to, now).await? == 0 {
        return Err(Error::Conflict("this client's status".into()));
    }
    if to.has_left() {
        store::let_go(tx, &client.id, &format!("CLIENT_{to}"), now).await?;
    }
    let kind = match to {
        Status::Archived => EventKind::ClientArchived,
        _ => EventKind::ClientStatusChanged,
    };
    let moved = serde_json::json!({ "from": client.status, "to": to });
    let what = format!("{} is now {to}: {why}", client.status);
    events::record(tx, now, actor, kind, Some(&client.id), &what, Some(moved)).await
}

/// Notes that a client did something on some surface.
pub async fn saw(tx: &mut Tx, id: &ClientId, now: DateTime<Utc>) -> Result<()> {
    store::touch(tx, id, now).await
}

pub(super) fn email_taken(email: &str) -> Error {
    Error::refused(format!("{} belongs to another client already", validate::shown(email)))
}

/// Two writers may pass the question at once; the index decides.
fn name_clash(error: Error, email: &str) -> Error {
    if unique_violation(&error) { email_taken(email) } else { error }
}
