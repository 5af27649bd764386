//! The look-ups behind a client's package. Each names the client in its query.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::extract;
use crate::clients::{self, Client, questions};
use crate::db::Tx;
use crate::id::ClientId;
use crate::programme::{Month, Programme};
use crate::text::Foreign;
use crate::{Result, fetch_all, fetch_optional, social};

/// How many delivered documents and coming months go along.
const RECENT: i64 = 3;
/// How many days of social numbers go along.
const SOCIAL_DAYS: i64 = 30;

/// The answers that bear on most questions, the most telling first.
const ANSWERS: [&str; 12] = [
    "target_audience",
    "key_pain_points",
    "unique_value_props",
    "vision_for_venture",
    "hope_to_achieve",
    "differentiation",
    "current_channels",
    "emerging_competitors",
    "brand_values",
    "scaling_goals",
    "specific_deadlines",
    "additional_info",
];

/// What is known of the client, as label and text.
pub(super) async fn facts(tx: &mut Tx, client: &Client, now: DateTime<Utc>) -> Result<Vec<(String, String)>> {
    let known: [(&str, Option<&Foreign>); 9] = [
        ("Name", Some(&client.full_name)),
        ("Brand", client.brand_name.as_ref()),
        ("Niche", client.industry_niche.as_ref()),
        ("Country", client.country.as_ref()),
        ("Experience", client.experience_level.as_ref()),
        ("Income now", client.income_now.as_ref()),
        ("Income goal", client.income_goal.as_ref()),
        ("Instagram", client.instagram_handle.as_ref()),
        ("TikTok", client.tiktok_handle.as_ref()),
    ];
    let mut facts: Vec<(String, String)> = known
        .into_iter()
        .filter_map(|(label, text)| Some((label.to_owned(), text.filter(|text| !text.is_blank())?.raw().to_owned())))
        .collect();
    for (label, list) in [("Challenges", &client.challenges), ("Strengths", &client.strengths)] {
        let entries: Vec<&str> = list.iter().flatten().map(Foreign::raw).collect();
        if !entries.is_empty() {
            facts.push((label.to_owned(), entries.join("; ")));
        }
    }
    let readings = social::history(tx, &client.id, now - TimeDelta::days(SOCIAL_DAYS)).await?;
    facts.extend(extract::of_readings(&readings, SOCIAL_DAYS));
    let answers = clients::answers(tx, &client.id).await?;
    facts.extend(ANSWERS.iter().filter_map(|key| {
        let label = questions::find(key)?.label;
        Some((label.to_owned(), answers.get(*key)?.raw().to_owned()))
    }));
    Ok(facts)
}

/// The day on which the client's month began, by their calendar.
pub(super) async fn began(tx: &mut Tx, client: &Client) -> Result<Option<NaiveDate>> {
    let row = fetch_optional!(
        tx,
        (DateTime<Utc>,),
        "SELECT planned_date FROM journey_months WHERE client_id = $1 AND month = $2",
        &client.id,
        client.current_month
    )?;
    Ok(row.map(|(date,)| date.with_timezone(&client.zone()).date_naive()))
}

/// The next months that are neither delivered nor skipped.
pub(super) async fn milestones(tx: &mut Tx, programme: &Programme, client: &Client) -> Result<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (i64, DateTime<Utc>),
        "SELECT month, planned_date FROM journey_months
         WHERE client_id = $1 AND delivered_at IS NULL AND skipped_at IS NULL ORDER BY month LIMIT $2",
        &client.id,
        RECENT
    )?;
    rows.into_iter()
        .map(|(month, date)| {
            let title = programme.title(Month::new(month)?);
            Ok(format!("month {month}, {title}, {}", date.with_timezone(&client.zone()).format("%-d %B %Y")))
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct Takeaway {
    month: i64,
    title: Foreign,
    delivered_at: Option<DateTime<Utc>>,
    summary: Option<Foreign>,
    #[sqlx(json(nullable))]
    highlights: Option<Vec<String>>,
}

/// What the newest delivered documents say, oldest first: the takeaways that were kept when each was
/// released, else its summary.
pub(super) async fn takeaways(tx: &mut Tx, client: &Client) -> Result<Vec<String>> {
    let mut rows = fetch_all!(
        tx,
        Takeaway,
        "SELECT month, title, delivered_at, summary, highlights FROM deliverables
         WHERE client_id = $1 AND status = 'DELIVERED' AND type = 'MAIN' ORDER BY month DESC LIMIT $2",
        &client.id,
        RECENT
    )?;
    rows.reverse();
    Ok(rows.into_iter().map(|row| takeaway(client, row)).collect())
}

fn takeaway(client: &Client, row: Takeaway) -> String {
    let day = row.delivered_at.map(|at| at.with_timezone(&client.zone()).format(" of %-d %B %Y").to_string());
    let points = row.highlights.filter(|points| !points.is_empty()).map(|points| points.join("; "));
    let said = points.or(row.summary.map(|text| text.raw().to_owned())).unwrap_or_default();
    format!("month {}, {}{}: {said}", row.month, row.title.raw(), day.unwrap_or_default())
}

/// The newest plan that the client has received.
pub(super) async fn plan(tx: &mut Tx, client: &ClientId) -> Result<Option<String>> {
    let row = fetch_optional!(
        tx,
        (Foreign,),
        "SELECT content_markdown FROM business_plans WHERE client_id = $1 AND status = 'DELIVERED'
         ORDER BY version DESC LIMIT 1",
        client
    )?;
    Ok(row.map(|(text,)| text.raw().to_owned()))
}
