//! Putting messages into the outbox: preference, channel, quiet hours, and never the same twice.

use std::collections::HashSet;

use chrono::{DateTime, Days, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::{Channel, Queued, Urgency};
use crate::clients::{self, Client};
use crate::config::QuietHours;
use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::events::{self, EventKind, NewEvent};
use crate::id::{ClientId, OutboxId};
use crate::portal::notifications::{self, Entry};
use crate::portal::{Route, Standing, Topic, standing};
use crate::staff::Actor;
use crate::text::{Button, Reply};
use crate::{Error, Result, Studio, execute};

/// News for a client, from the catalogue.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// The catalogue's key.
    pub key: &'a str,
    /// The values that its text names.
    pub values: Vec<(&'a str, String)>,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// What must not be sent twice: purpose, client and occasion.
    pub dedupe: String,
    /// How soon.
    pub urgency: Urgency,
    /// What it tells of, as kind and id.
    pub reference: Option<(&'static str, String)>,
}

/// Tells a client something, unless they have turned this kind off: one outgoing message, and an
/// entry in their notice centre.
pub async fn notify(tx: &mut Tx, studio: &Studio, client: &Client, notice: Notice<'_>) -> Result<Queued> {
    let standing = standing(tx, studio, &client.id).await?;
    let prepared = prepare(studio, client, &standing, notice)?;
    Ok(post(tx, vec![prepared], studio.clock.now()).await?.pop().unwrap_or(Queued::PreferenceOff))
}

/// A notice as it will be written.
pub(crate) enum Prepared {
    /// The client has turned this kind off.
    Unwanted,
    /// Nothing reaches the client, which comes before the studio; it stands in their notice centre where they have one.
    Unreachable { alert: NewEvent, entry: Option<Entry> },
    /// A message, and an entry where the client has a notice centre.
    Wanted { letter: Letter, entry: Option<Entry> },
}

/// Words a notice for a client who can be written to like this. Nothing is written yet.
pub(crate) fn prepare(studio: &Studio, client: &Client, standing: &Standing, notice: Notice<'_>) -> Result<Prepared> {
    let preference = studio.messages.get(notice.key)?.preference;
    let route = standing.route(Topic::of(notice.key, preference));
    if route == Route::Unwanted {
        return Ok(Prepared::Unwanted);
    }
    let rendered = studio.messages.render(notice.key, &notice.values)?;
    let body = Reply { text: rendered.worded(), buttons: notice.buttons, private: true, ..Reply::default() };
    let parcel = Parcel {
        body: &body,
        dedupe: &notice.dedupe,
        urgency: notice.urgency,
        purpose: notice.key,
        reference: notice.reference,
    };
    let letter = address(studio, client, standing, route, parcel)?;
    // A client who was never invited has no centre to enter it into.
    let entry = standing.user.as_ref().map(|user| {
        let sent_as = letter.as_ref().map(|letter| &letter.id);
        Entry::new(studio.clock.now(), user, notice.key, preference, &rendered, sent_as).leading_to(&body.buttons)
    });
    Ok(match letter {
        Some(letter) => Prepared::Wanted { letter, entry },
        None => Prepared::Unreachable { alert: nobody_told(client, notice.key), entry },
    })
}

/// A client whom nothing reaches comes before the studio.
fn nobody_told(client: &Client, key: &str) -> NewEvent {
    NewEvent {
        kind: EventKind::DeliveryFailed,
        client: Some(client.id.clone()),
        description: format!(
            "Nobody could be told ({key}): no account is linked that takes messages; invite the client again"
        ),
        metadata: Some(json!({ "purpose": key })),
    }
}

/// Writes notices, and answers in their order what became of each.
pub(crate) async fn post(tx: &mut Tx, notices: Vec<Prepared>, now: DateTime<Utc>) -> Result<Vec<Queued>> {
    let (mut letters, mut alerts, mut entries, mut outcomes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for notice in notices {
        let (outcome, entry) = match notice {
            Prepared::Unwanted => (Queued::PreferenceOff, None),
            Prepared::Unreachable { alert, entry } => {
                alerts.push(alert);
                (Queued::NoChannel, entry)
            }
            Prepared::Wanted { letter, entry } => {
                let queued = Queued::Queued(letter.id.clone());
                letters.push(letter);
                (queued, entry)
            }
        };
        outcomes.push(outcome);
        entries.push(entry);
    }
    let repeated = insert(tx, letters, now).await?;
    for (outcome, entry) in outcomes.iter_mut().zip(&mut entries) {
        if matches!(outcome, Queued::Queued(id) if repeated.contains(id)) {
            (*outcome, *entry) = (Queued::Duplicate, None);
        }
    }
    events::record_all(tx, now, &Actor::System, alerts).await?;
    notifications::enter(tx, entries.into_iter().flatten(), now).await?;
    Ok(outcomes)
}

/// Queues a message of any content for a client, on the best channel that reaches them.
#[expect(clippy::too_many_arguments, reason = "each is a different fact of one row")]
pub async fn send(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    body: &Reply,
    dedupe: &str,
    urgency: Urgency,
    purpose: &str,
    reference: Option<(&'static str, String)>,
) -> Result<Queued> {
    let standing = standing(tx, studio, &client.id).await?;
    let parcel = Parcel { body, dedupe, urgency, purpose, reference };
    match address(studio, client, &standing, standing.route(None), parcel)? {
        Some(letter) => queue(tx, letter, studio.clock.now()).await,
        None => Ok(Queued::NoChannel),
    }
}

/// Queues a message for one address that is no longer, or not yet, the client's own.
pub async fn send_to(
    tx: &mut Tx,
    studio: &Studio,
    client: &ClientId,
    (channel, recipient): (Channel, &str),
    body: &Reply,
    dedupe: &str,
    purpose: &str,
) -> Result<Queued> {
    let now = studio.clock.now();
    let parcel = Parcel { body, dedupe, urgency: Urgency::Transactional, purpose, reference: None };
    let letter = Letter { recipient: Some(recipient.to_owned()), ..Letter::new(now, client, channel, parcel)? };
    queue(tx, letter, now).await
}

/// Adds one letter to the outbox.
async fn queue(tx: &mut Tx, letter: Letter, now: DateTime<Utc>) -> Result<Queued> {
    let id = letter.id.clone();
    let repeated = insert(tx, vec![letter], now).await?;
    Ok(if repeated.is_empty() { Queued::Queued(id) } else { Queued::Duplicate })
}

/// Times a client's waiting messages anew whose quiet hours, or whose clock, have changed.
pub(crate) async fn follow_quiet_hours(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<()> {
    let now = studio.clock.now();
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    let not_before = match standing(tx, studio, &client.id).await?.preferences.quiet_hours {
        Some(quiet) => after_quiet(now, quiet, client.zone()),
        None => now,
    };
    // One that has been tried already waits for its next try.
    execute!(
        tx,
        "UPDATE outbox SET not_before = $2
         WHERE client_id = $1 AND state = 'QUEUED' AND attempts = 0 AND priority >= $3",
        &client.id,
        not_before,
        Urgency::Notice.priority()
    )?;
    Ok(())
}

/// What is sent, whoever it goes to.
struct Parcel<'a> {
    body: &'a Reply,
    dedupe: &'a str,
    urgency: Urgency,
    purpose: &'a str,
    reference: Option<(&'static str, String)>,
}

/// A message on its way into the outbox.
pub(crate) struct Letter {
    id: OutboxId,
    dedupe: String,
    purpose: String,
    client: ClientId,
    channel: Channel,
    /// Where it goes, when that is not the client's own account.
    recipient: Option<String>,
    /// JSON.
    body: String,
    priority: i64,
    not_before: DateTime<Utc>,
    reference: Option<(&'static str, String)>,
}

impl Letter {
    fn new(now: DateTime<Utc>, client: &ClientId, channel: Channel, parcel: Parcel<'_>) -> Result<Self> {
        let body = serde_json::to_string(parcel.body).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        Ok(Self {
            id: OutboxId::new(now),
            dedupe: parcel.dedupe.to_owned(),
            purpose: parcel.purpose.to_owned(),
            client: client.clone(),
            channel,
            recipient: None,
            body,
            priority: parcel.urgency.priority(),
            not_before: now,
            reference: parcel.reference,
        })
    }
}

/// Puts it on its way, for after the client's quiet hours where it respects them. `None` when there is no way.
fn address(
    studio: &Studio,
    client: &Client,
    standing: &Standing,
    route: Route,
    parcel: Parcel<'_>,
) -> Result<Option<Letter>> {
    let Route::By(channel) = route else { return Ok(None) };
    let now = studio.clock.now();
    let quiet = standing.preferences.quiet_hours.filter(|_| parcel.urgency.respects_quiet_hours());
    let mut letter = Letter::new(now, &client.id, channel, parcel)?;
    if let Some(quiet) = quiet {
        letter.not_before = after_quiet(now, quiet, client.zone());
    }
    Ok(Some(letter))
}

/// Adds letters, and answers which of them were there already.
async fn insert(tx: &mut Tx, letters: Vec<Letter>, now: DateTime<Utc>) -> Result<HashSet<OutboxId>> {
    let mut ids: Vec<OutboxId> = Vec::with_capacity(letters.len());
    let mut rows = Rows::new([
        ("id", Holds::Text),
        ("dedupe_key", Holds::Text),
        ("purpose", Holds::Text),
        ("client_id", Holds::Text),
        ("channel", Holds::Text),
        ("recipient", Holds::Text),
        ("body", Holds::Json),
        ("priority", Holds::Int),
        ("not_before", Holds::Time),
        ("ref_kind", Holds::Text),
        ("ref_id", Holds::Text),
        ("created_at", Holds::Time),
    ]);
    for letter in letters {
        let (ref_kind, ref_id) = letter.reference.unzip();
        rows.add([
            letter.id.as_str().into(),
            letter.dedupe.into(),
            letter.purpose.into(),
            letter.client.as_str().into(),
            letter.channel.as_str().into(),
            letter.recipient.into(),
            letter.body.into(),
            letter.priority.into(),
            letter.not_before.into(),
            ref_kind.into(),
            ref_id.into(),
            now.into(),
        ]);
        ids.push(letter.id);
    }
    let added = rows
        .execute(
            tx,
            "INSERT INTO outbox (id, dedupe_key, purpose, client_id, channel, recipient, body, priority, not_before,
                 ref_kind, ref_id, created_at)
             SELECT id, dedupe_key, purpose, client_id, channel, recipient, body, priority, not_before,
                 ref_kind, ref_id, created_at FROM r WHERE TRUE
             ON CONFLICT (dedupe_key) DO NOTHING",
        )
        .await?;
    if usize::try_from(added).is_ok_and(|added| added == ids.len()) {
        return Ok(HashSet::new());
    }
    let mut rows = Rows::new([("id", Holds::Text)]);
    for id in &ids {
        rows.add([id.as_str().into()]);
    }
    let there = rows.fetch_all::<(OutboxId,)>(tx, "SELECT o.id FROM r JOIN outbox o ON o.id = r.id").await?;
    let there: HashSet<OutboxId> = there.into_iter().map(|(id,)| id).collect();
    Ok(ids.into_iter().filter(|id| !there.contains(id)).collect())
}

/// `now`, or the end of the quiet hours that it falls in, in the client's zone.
pub(crate) fn after_quiet(now: DateTime<Utc>, quiet: QuietHours, zone: Tz) -> DateTime<Utc> {
    let local = now.with_timezone(&zone);
    if !quiet.contains(local.time()) {
        return now;
    }
    let ends_today = local.time() < quiet.until;
    let day = if ends_today { Some(local.date_naive()) } else { local.date_naive().checked_add_days(Days::new(1)) };
    day.and_then(|day| first_valid(zone, day.and_time(quiet.until))).unwrap_or(now).max(now)
}

/// The moment of a local time; where the clock jumps over it, the first one after the jump.
fn first_valid(zone: Tz, local: chrono::NaiveDateTime) -> Option<DateTime<Utc>> {
    (0..=180).find_map(|minutes| {
        let candidate = local + chrono::TimeDelta::minutes(minutes);
        zone.from_local_datetime(&candidate).earliest().map(|at| at.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;
    use rstest::rstest;

    #[rstest]
    #[case("2026-03-30T12:00:00Z", "UTC", "2026-03-30T12:00:00Z")]
    #[case("2026-03-30T21:00:00Z", "UTC", "2026-03-31T08:00:00Z")]
    #[case("2026-03-30T07:59:59Z", "UTC", "2026-03-30T08:00:00Z")]
    #[case("2026-03-30T12:00:00Z", "America/Los_Angeles", "2026-03-30T15:00:00Z")]
    #[case("2026-03-30T12:00:00Z", "Asia/Kathmandu", "2026-03-30T12:00:00Z")]
    #[case("2026-03-30T16:00:00Z", "Asia/Kathmandu", "2026-03-31T02:15:00Z")]
    fn a_notice_waits_for_the_end_of_the_quiet_hours(#[case] now: &str, #[case] zone: &str, #[case] expected: &str) {
        let quiet: QuietHours = "21:00-08:00".parse().unwrap();
        let now: DateTime<Utc> = now.parse().unwrap();
        assert_eq!(after_quiet(now, quiet, zone.parse().unwrap()), expected.parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn quiet_hours_within_a_day_end_on_it() {
        let quiet = QuietHours { from: time(12), until: time(14) };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(after_quiet(at("2026-03-30T13:00:00Z"), quiet, Tz::UTC), at("2026-03-30T14:00:00Z"));
        assert_eq!(after_quiet(at("2026-03-30T14:00:00Z"), quiet, Tz::UTC), at("2026-03-30T14:00:00Z"));
    }

    fn time(hour: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
    }
}
