//! The end of the questionnaire, and a new beginning of it.

use chrono::{DateTime, Utc};

use super::form;
use crate::clients::questions::{Question, Standing};
use crate::clients::{self, Client, Status};
use crate::db::Tx;
use crate::delivery::{self, Notice, Urgency};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::portal::account;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, execute, journey};

/// What became of the wish to finish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It is finished now.
    Done,
    /// It was finished before, or never needed; nothing was changed.
    Already,
    /// These required questions have no answer yet.
    Missing(Vec<&'static Question>),
}

/// Finishes a client's questionnaire: the client, their portal access, the event, the wish for a business plan and
/// the welcome, in one transaction and once.
pub async fn finish(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<Finish> {
    actor.require_owner_or_edit(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    account::ensure(&mut tx, now, actor, &client).await?;
    let form = form(&mut tx, &client).await?;
    if form.standing() != Standing::Open {
        return Ok(Finish::Already);
    }
    let missing = form.missing();
    if !missing.is_empty() {
        return Ok(Finish::Missing(missing));
    }
    let what = format!("Finished the questionnaire: {} of 29 answered", form.answered());
    if !complete(&mut tx, now, actor, &client.id, &what).await? {
        return Ok(Finish::Already);
    }
    if client.status == Status::Onboarding && client.program_start_date.is_some() {
        let why = "the questionnaire is finished and the journey started";
        clients::change_status(&mut tx, now, actor, &client, Status::Active, why).await?;
    }
    journey::want_plan(&mut tx, studio, actor, &client, now).await?;
    delivery::notify(&mut tx, studio, &client, welcome(studio, &client)?).await?;
    tx.commit().await?;
    Ok(Finish::Done)
}

/// Whoever comes in with a profile has nothing to answer: the questionnaire counts as finished. No plan
/// is promised by that: who took their application in may have one, and asks for it with `plan write`.
pub(in crate::portal) async fn complete_with_profile(tx: &mut Tx, now: DateTime<Utc>, client: &Client) -> Result<()> {
    if form(tx, client).await?.standing() == Standing::Spared {
        let actor = Actor::Client(client.id.clone());
        complete(tx, now, &actor, &client.id, "Came with a profile: no questionnaire is needed").await?;
    }
    Ok(())
}

/// Marks the questionnaire as finished; false when somebody else has done so meanwhile.
async fn complete(tx: &mut Tx, now: DateTime<Utc>, actor: &Actor, client: &ClientId, what: &str) -> Result<bool> {
    let marked = execute!(
        tx,
        "UPDATE client_portal_users SET completed_onboarding = TRUE, onboarding_completed_at = $2, updated_at = $2
         WHERE client_id = $1 AND NOT completed_onboarding",
        client,
        now
    )?;
    if marked == 1 {
        clients::set_onboarded(tx, now, client, Some(now)).await?;
        events::record(tx, now, actor, EventKind::OnboardingCompleted, Some(client), what, None).await?;
    }
    Ok(marked == 1)
}

/// Asks a client everything once more. What they answered stands beside each question until they
/// answer anew.
pub async fn reopen(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<()> {
    actor.require(Capability::Edit)?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if form(&mut tx, &client).await?.standing() == Standing::Open {
        return Err(Error::refused("this questionnaire is open already; the client can go on with /answers"));
    }
    account::ensure(&mut tx, now, actor, &client).await?;
    execute!(
        tx,
        "UPDATE client_portal_users SET completed_onboarding = FALSE, onboarding_completed_at = NULL,
             onboarding_reopened_at = $2, updated_at = $2
         WHERE client_id = $1",
        &client.id,
        now
    )?;
    clients::set_onboarded(&mut tx, now, &client.id, None).await?;
    let what = "Opened the questionnaire once more";
    events::record(&mut tx, now, actor, EventKind::OnboardingReopened, Some(&client.id), what, None).await?;
    let notice = asked_again(studio, &client, now)?;
    delivery::notify(&mut tx, studio, &client, notice).await?;
    tx.commit().await
}

fn welcome(studio: &Studio, client: &Client) -> Result<Notice<'static>> {
    let name = ("client_name", client.full_name.raw().to_owned());
    Ok(Notice {
        key: "welcome",
        values: vec![name, ("studio_name", studio.settings.studio.name.clone())],
        buttons: vec![studio.messages.buttons("welcome", ["progress", "documents"])?],
        dedupe: format!("{}|WELCOME", client.id),
        urgency: Urgency::Transactional,
        reference: None,
    })
}

fn asked_again(studio: &Studio, client: &Client, now: DateTime<Utc>) -> Result<Notice<'static>> {
    let name = ("client_name", client.full_name.raw().to_owned());
    Ok(Notice {
        key: "answers_wanted",
        values: vec![name, ("studio_name", studio.settings.studio.name.clone())],
        buttons: vec![studio.messages.buttons("answers_wanted", ["answers"])?],
        dedupe: format!("{}|ANSWERS_WANTED|{}", client.id, now.timestamp_millis()),
        urgency: Urgency::Notice,
        reference: None,
    })
}
