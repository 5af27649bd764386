//! `client show`.

use std::collections::BTreeMap;

use serde::Serialize;
use wavelaunch_shared::clients::{self, Client, questions};
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{ago, dash, date, day};

/// A client with what they answered.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    client: Client,
    answers: BTreeMap<String, Foreign>,
}

pub async fn run(client: &str, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let client = super::found(&mut tx, client).await?;
    let answers = clients::answers(&mut tx, &client.id).await?;
    let now = context.studio.clock.now();
    let shown = Shown { client, answers };
    let mut fields = about(&shown.client, now);
    fields.extend(questions::all().iter().filter_map(|question| {
        let answer = shown.answers.get(question.key)?;
        Some((question.label, answer.line()))
    }));
    context.out.one(&shown, &fields)
}

/// A hold may lie ahead.
fn on_hold(client: &Client) -> &'static str {
    if client.is_paused { "paused since" } else { "pause planned" }
}

fn until(client: &Client) -> String {
    client.pause_end_date.map_or_else(|| "open".to_owned(), |end| date(end, client.zone()))
}

fn about(client: &Client, now: chrono::DateTime<chrono::Utc>) -> Vec<(&'static str, String)> {
    let zone = client.zone();
    let text = |value: &Option<Foreign>| value.as_ref().map(Foreign::line);
    let every = [
        ("id", Some(client.id.to_string())),
        ("name", Some(client.full_name.line())),
        ("e-mail", Some(client.email.clone())),
        ("brand", text(&client.brand_name)),
        ("niche", text(&client.industry_niche)),
        ("country", text(&client.country)),
        ("zone", Some(client.timezone.clone())),
        ("age", client.age.map(|age| age.to_string())),
        ("Instagram", text(&client.instagram_handle)),
        ("TikTok", text(&client.tiktok_handle)),
        ("telephone", text(&client.phone)),
        ("website", text(&client.website)),
        ("status", Some(client.status.to_string())),
        ("started", Some(dash(client.program_start_date.map(|at| day(at.date_naive()))))),
        ("month", Some(dash(client.current_month))),
        (on_hold(client), client.pause_start_date.map(|at| date(at, zone))),
        ("until", client.pause_start_date.map(|_| until(client))),
        ("because", text(&client.pause_reason)),
        ("last seen", Some(dash(client.last_seen_at.map(|at| ago(at, now))))),
        ("archived", client.deleted_at.map(|at| date(at, zone))),
    ];
    every.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
