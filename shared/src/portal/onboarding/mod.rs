//! The questionnaire as a client goes through it: what is asked next, each answer kept at once, the
//! end of it (domain 0.6).
//!
//! The form itself is a pure value ([`Form`]) over what the database knows. Finishing is one
//! transaction and happens once. A client who came with a profile, because they were converted from
//! an application or imported, is spared it; the studio may open it again for anybody.

mod finish;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub(super) use finish::complete_with_profile;
pub use finish::{Finish, finish, reopen};

use super::account;
use crate::clients::questions::{Form, Standing};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::id::ClientId;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio, fetch_optional};

#[derive(Default, sqlx::FromRow)]
struct Row {
    completed_onboarding: bool,
    onboarding_reopened_at: Option<DateTime<Utc>>,
    timezone_chosen_at: Option<DateTime<Utc>>,
}

/// Where a client stands in the questionnaire.
pub async fn form(tx: &mut Tx, client: &Client) -> Result<Form> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT completed_onboarding, onboarding_reopened_at, timezone_chosen_at
         FROM client_portal_users WHERE client_id = $1",
        &client.id
    )?
    .unwrap_or_default();
    let answers = clients::answers(tx, &client.id).await?;
    let finished = row.completed_onboarding || (row.onboarding_reopened_at.is_none() && client.onboarded_at.is_some());
    let standing = if finished && clients::has_plan(tx, &client.id).await? {
        Standing::Planned
    } else if finished && !answers.is_empty() {
        Standing::Finished
    } else if finished || (row.onboarding_reopened_at.is_none() && has_profile(client, &answers)) {
        Standing::Spared
    } else {
        Standing::Open
    };
    let since = row.onboarding_reopened_at.unwrap_or(DateTime::UNIX_EPOCH);
    let settled = clients::settled(tx, &client.id, since).await?;
    Ok(Form { standing, zone_chosen: row.timezone_chosen_at.is_some(), answers, settled })
}

/// Whether the client came with what the questionnaire asks for: a niche that is no answer to it.
fn has_profile(client: &Client, answers: &BTreeMap<String, Foreign>) -> bool {
    client.industry_niche.is_some() && !answers.contains_key("industry_niche")
}

/// Keeps an answer; the form after it.
pub async fn answer(studio: &Studio, actor: &Actor, client: &ClientId, key: &str, text: &Foreign) -> Result<Form> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, now, actor, &row).await?;
    clients::save_answer(&mut tx, now, actor, client, key, text).await?;
    let form = form(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(form)
}

/// Leaves an optional question out; the form after it.
pub async fn skip(studio: &Studio, actor: &Actor, client: &ClientId, key: &str) -> Result<Form> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    clients::skip_question(&mut tx, now, actor, client, key).await?;
    let form = form(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(form)
}

#[cfg(test)]
mod tests;
