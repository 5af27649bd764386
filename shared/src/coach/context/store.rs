//! The look-ups behind a client's package. Each names the client in its query.

use chrono::{DateTime, Utc};

use crate::clients::{self, Client, questions};
use crate::db::Tx;
use crate::id::ClientId;
use crate::programme::{Month, Programme};
use crate::text::Foreign;
use crate::{Result, fetch_all, fetch_optional};

/// How many delivered documents and coming months go along.
const RECENT: i64 = 3;

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
pub(super) async fn facts(tx: &mut Tx, client: &Client) -> Result<Vec<(String, String)>> {
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
    let answers = clients::answers(tx, &client.id).await?;
    facts.extend(ANSWERS.iter().filter_map(|key| {
        let label = questions::find(key)?.label;
        Some((label.to_owned(), answers.get(*key)?.raw().to_owned()))
    }));
    Ok(facts)
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

/// What the newest delivered documents say, oldest first.
pub(super) async fn takeaways(tx: &mut Tx, client: &ClientId) -> Result<Vec<String>> {
    let mut rows = fetch_all!(
        tx,
        (i64, Foreign, Option<Foreign>),
        "SELECT month, title, summary FROM deliverables
         WHERE client_id = $1 AND status = 'DELIVERED' AND type = 'MAIN' ORDER BY month DESC LIMIT $2",
        client,
        RECENT
    )?;
    rows.reverse();
    Ok(rows
        .into_iter()
        .map(|(month, title, summary)| {
            let summary = summary.map(|text| text.raw().to_owned()).unwrap_or_default();
            format!("month {month}, {}. {summary}", title.raw())
        })
        .collect())
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
