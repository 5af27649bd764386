//! A client's week in short, for those who want it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::store::{self, Subscriber};
use super::week;
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::delivery::{self, Notice, Queued, Urgency};
use crate::id::ClientId;
use crate::journey::{self, Overview};
use crate::programme::{MONTHS, Month};
use crate::social::{self, Reading};
use crate::staff::Actor;
use crate::staff::notices::store::{mark_told, was_told};
use crate::{Error, Result, Studio, documents, portal};

/// A summary that is later than this is not sent.
const STALE_AFTER: TimeDelta = TimeDelta::hours(24);
/// What it tells of.
const WEEK: TimeDelta = TimeDelta::days(7);

/// Sends every summary whose time has come. Answers how many were queued.
pub(super) async fn send_due(studio: &Studio) -> Result<u64> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let mut due = Vec::new();
    for Subscriber { client_id, timezone } in store::subscribers(&mut tx).await? {
        let zone = timezone.parse().unwrap_or(chrono_tz::UTC);
        let (monday, at) = week::last_due(now, zone, studio.settings.journey.send_hour);
        if now - at <= STALE_AFTER && !was_told(&mut tx, &occasion(&client_id, monday)).await? {
            due.push((client_id, monday));
        }
    }
    drop(tx);
    let mut queued = 0;
    for (client, monday) in due {
        match send(studio, &client, monday, now).await {
            Ok(sent) => queued += u64::from(sent),
            Err(error) if error.is_transient() => return Err(error),
            // One client's trouble keeps nobody else waiting.
            Err(error) => tracing::error!(%client, %error, "a weekly summary could not be made"),
        }
    }
    Ok(queued)
}

fn occasion(client: &ClientId, monday: NaiveDate) -> String {
    format!("summary:{client}:{monday}")
}

async fn send(studio: &Studio, client: &ClientId, monday: NaiveDate, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = studio.db.write().await?;
    if !mark_told(&mut tx, &occasion(client, monday), now).await? {
        return Ok(false);
    }
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let overview = journey::overview(&mut tx, studio, &client).await?;
    let told = match overview.current_month {
        Some(month) => {
            let notice = notice(&mut tx, studio, &client, &overview, month, monday, now).await?;
            let queued = delivery::notify(&mut tx, studio, &client, notice).await?;
            journey::log_summary(&mut tx, &client.id, &queued, now).await?;
            matches!(queued, Queued::Queued(_))
        }
        // Before the first day there is no week to sum up.
        None => false,
    };
    tx.commit().await?;
    Ok(told)
}

async fn notice(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    overview: &Overview,
    month: i64,
    monday: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Notice<'static>> {
    let mine = documents::list(tx, &Actor::Client(client.id.clone()), &client.id).await?;
    let unopened = mine.iter().filter(|document| document.first_opened_at.is_none()).count();
    let title = studio.programme.title(Month::new(month)?).to_owned();
    Ok(Notice {
        key: "weekly_summary",
        values: vec![
            ("client_name", client.full_name.raw().to_owned()),
            ("month", month.to_string()),
            ("month_title", title),
            ("progress_percent", overview.progress_percent.to_string()),
            ("next_line", journey::next_line(studio, overview)?),
            ("unread_messages", portal::unread(tx, &client.id).await?.to_string()),
            ("new_documents", unopened.to_string()),
            ("highlights", highlights(tx, studio, client, overview, now).await?),
        ],
        buttons: vec![studio.messages.buttons("weekly_summary", ["progress", "documents"])?],
        dedupe: occasion(&client.id, monday),
        urgency: Urgency::Digest,
        reference: None,
    })
}

/// What happened in the week, one line each.
async fn highlights(
    tx: &mut Tx,
    studio: &Studio,
    client: &Client,
    overview: &Overview,
    now: DateTime<Utc>,
) -> Result<String> {
    let since = now - WEEK;
    let mut lines = Vec::new();
    let phrase =
        |key: &str, values: &[(&str, String)]| -> Result<String> { Ok(studio.messages.body(key, values)?.to_plain()) };
    for month in overview.months.iter().filter(|month| month.delivered_at.is_some_and(|at| at > since)) {
        let values = [("month", month.month.to_string()), ("month_title", month.title.clone())];
        lines.push(phrase("summary_delivered", &values)?);
    }
    let questions = store::questions(tx, &client.id, since, now).await?;
    if questions > 0 {
        lines.push(phrase("summary_coach", &[("questions", questions.to_string())])?);
    }
    for (platform, followers, change) in growth(&social::history(tx, &client.id, since - WEEK).await?, since) {
        let values = [
            ("platform", platform.to_owned()),
            ("followers", followers.to_string()),
            ("change", format!("{change:+}")),
        ];
        lines.push(phrase("summary_social", &values)?);
    }
    if lines.is_empty() {
        return phrase("summary_quiet", &[("left", (i64::from(MONTHS) - overview.months_delivered).to_string())]);
    }
    Ok(lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"))
}

/// How each platform's followers changed: the newest count against the last one before `since`, or the first
/// one after it. A platform with a single count has no change to tell.
fn growth(readings: &[Reading], since: DateTime<Utc>) -> Vec<(&'static str, i64, i64)> {
    social::Platform::ALL
        .into_iter()
        .filter_map(|platform| {
            let mut of = readings.iter().filter(|reading| reading.platform == platform).collect::<Vec<_>>();
            of.sort_by_key(|reading| reading.date);
            let newest = of.last().filter(|reading| reading.date > since)?;
            let base = of.iter().rev().find(|reading| reading.date <= since).or(of.first())?;
            let change = newest.followers - base.followers;
            (change != 0).then(|| (platform.name(), newest.followers, change))
        })
        .collect()
}
