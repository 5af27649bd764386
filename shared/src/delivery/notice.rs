//! Putting messages into the outbox: preference, channel, quiet hours, and never the same twice.

use chrono::{DateTime, Days, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::json;
use sqlx::types::Json;

use super::{Channel, Queued, Urgency};
use crate::clients::{self, Client};
use crate::config::QuietHours;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, OutboxId};
use crate::messages::Rendered;
use crate::portal::{Standing, notifications, standing};
use crate::staff::Actor;
use crate::text::{Block, Button, Reply, Rich, Span};
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
    if !standing.preferences.wants(&studio.messages.get(notice.key)?.preference) {
        return Ok(Queued::PreferenceOff);
    }
    let rendered = studio.messages.render(notice.key, &notice.values)?;
    let parcel = Parcel {
        body: &Reply { text: worded(&rendered), buttons: notice.buttons, private: true, ..Reply::default() },
        dedupe: &notice.dedupe,
        urgency: notice.urgency,
        purpose: notice.key,
        reference: notice.reference,
    };
    let queued = queue(tx, studio, client, &standing, parcel).await?;
    let sent_as = match &queued {
        Queued::Queued(id) => Some(id),
        Queued::NoChannel => None,
        Queued::Duplicate | Queued::PreferenceOff => return Ok(queued),
    };
    if queued == Queued::NoChannel {
        tell_studio(tx, studio, client, notice.key).await?;
    }
    // A client who was never invited has no centre to enter it into.
    if let Some(user) = &standing.user {
        notifications::add(tx, studio, user, notice.key, &rendered, sent_as).await?;
    }
    Ok(queued)
}

/// A client whom nothing reaches comes before the studio.
async fn tell_studio(tx: &mut Tx, studio: &Studio, client: &Client, key: &str) -> Result<()> {
    let what =
        format!("Nobody could be told ({key}): no account is linked that takes messages; invite the client again");
    let details = json!({ "purpose": key });
    let (now, kind) = (studio.clock.now(), EventKind::DeliveryFailed);
    events::record(tx, now, &Actor::System, kind, Some(&client.id), &what, Some(details)).await
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
    queue(tx, studio, client, &standing, Parcel { body, dedupe, urgency, purpose, reference }).await
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
    let address = Address { client, channel, recipient: Some(recipient) };
    let parcel = Parcel { body, dedupe, urgency: Urgency::Transactional, purpose, reference: None };
    insert(tx, now, &address, parcel, now).await
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

/// Puts it on the client's channel, for after their quiet hours where it respects them.
async fn queue(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    standing: &Standing,
    parcel: Parcel<'_>,
) -> Result<Queued> {
    let Some(channel) = standing.channel else { return Ok(Queued::NoChannel) };
    let now = studio.clock.now();
    let not_before = match standing.preferences.quiet_hours {
        Some(quiet) if parcel.urgency.respects_quiet_hours() => after_quiet(now, quiet, client.zone()),
        _ => now,
    };
    insert(tx, now, &Address { client: &client.id, channel, recipient: None }, parcel, not_before).await
}

struct Address<'a> {
    client: &'a ClientId,
    channel: Channel,
    recipient: Option<&'a str>,
}

async fn insert(
    tx: &mut Tx,
    now: DateTime<Utc>,
    to: &Address<'_>,
    parcel: Parcel<'_>,
    not_before: DateTime<Utc>,
) -> Result<Queued> {
    let id = OutboxId::new(now);
    let (ref_kind, ref_id) = parcel.reference.unzip();
    let added = execute!(
        tx,
        "INSERT INTO outbox (id, dedupe_key, purpose, client_id, channel, recipient, body, priority, not_before,
             ref_kind, ref_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (dedupe_key) DO NOTHING",
        &id,
        parcel.dedupe,
        parcel.purpose,
        to.client,
        to.channel,
        to.recipient,
        Json(parcel.body),
        parcel.urgency.priority(),
        not_before,
        ref_kind,
        &ref_id,
        now
    )?;
    Ok(if added == 1 { Queued::Queued(id) } else { Queued::Duplicate })
}

/// The subject stands above the text in bold.
fn worded(rendered: &Rendered) -> Rich {
    let subject = rendered.subject.iter().map(|subject| Block::Paragraph(vec![Span::bold(subject)]));
    Rich(subject.chain(rendered.body.0.iter().cloned()).collect())
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
