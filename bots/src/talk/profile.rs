//! What the studio knows about a client, and what they may change of it.

use wavelaunch_shared::portal::profile::{self, Field};
use wavelaunch_shared::portal::{Proof, open_email_change, prove_email, request_email};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_shared::{Result, clients};

use super::Output;
use super::action::Action;
use super::state::State;
use super::tour::contact;
use super::turn::Turn;
use super::words::{day_of, phrase, reply};

/// The profile, with a button for each thing that can be changed.
pub(super) async fn show(turn: &Turn<'_>) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(card(turn).await?)])
}

async fn card(turn: &Turn<'_>) -> Result<Reply> {
    let mut tx = turn.studio.db.read().await?;
    let client = clients::get(&mut tx, &turn.client.id).await?.unwrap_or_else(|| turn.client.clone());
    let wish = open_email_change(&mut tx, &client.id).await?;
    drop(tx);
    let unknown = phrase(turn.studio, "profile_unknown", &[])?;
    let known = |field: Field| field.of(&client).map_or_else(|| unknown.clone(), |text| text.raw().to_owned());
    let email = match wish {
        Some(wish) => {
            let values = [("email", client.email.clone()), ("wanted", wish.email)];
            phrase(turn.studio, "profile_email_waiting", &values)?
        }
        None => client.email.clone(),
    };
    let month = match client.current_month {
        Some(month) => phrase(turn.studio, "profile_month", &[("month", month.to_string())])?,
        None => phrase(turn.studio, "profile_month_none", &[])?,
    };
    let mut values = vec![
        ("email", email),
        ("timezone", client.timezone.clone()),
        ("month", month),
        ("member_since", day_of(client.created_at, &client)),
        ("contact_name", contact(turn).await?),
    ];
    values.extend(Field::ALL.map(|field| (field.as_str(), known(field))));
    let mut actions: Vec<Action> = Field::ALL.map(Action::Change).into();
    actions.extend([Action::Email, Action::Timezone, Action::Answers]);
    reply(turn.studio, "profile", &values, &actions)
}

/// Asks for one thing anew.
pub(super) async fn ask(turn: &Turn<'_>, field: Field) -> Result<Vec<Output>> {
    turn.enter(&State::Profile(field)).await?;
    let name = ("field", phrase(turn.studio, label_key(field), &[])?);
    let key = if field.may_be_empty() { "profile_ask_or_empty" } else { "profile_ask" };
    turn.say(key, &[name], &[Action::Cancel])
}

/// Takes it.
pub(super) async fn changed(turn: &Turn<'_>, field: Field, text: &Foreign) -> Result<Vec<Output>> {
    let emptied = field.may_be_empty() && matches!(text.raw().trim(), "-" | "–" | "");
    let text = if emptied { Foreign::default() } else { text.clone() };
    profile::change(turn.studio, &turn.actor(), &turn.client.id, field, &text).await?;
    turn.leave().await?;
    let name = phrase(turn.studio, label_key(field), &[])?;
    let mut outputs = turn.say("profile_saved", &[("field", name)], &[])?;
    outputs.extend(show(turn).await?);
    Ok(outputs)
}

/// Asks for another e-mail address.
pub(super) async fn ask_email(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.enter(&State::Email).await?;
    turn.say("profile_ask_email", &[("email", turn.client.email.clone())], &[Action::Cancel])
}

/// Takes it: whose it is shows a code that is sent there, or else the studio finds out.
pub(super) async fn email(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    let email = request_email(turn.studio, &turn.actor(), &turn.client.id, text).await?;
    turn.leave().await?;
    if email == turn.client.email {
        return turn.say("profile_email_same", &[("email", email)], &[]);
    }
    if turn.studio.settings.email.is_set() {
        turn.enter(&State::EmailCode).await?;
        return turn.say("profile_email_code", &[("email", email)], &[Action::EmailCode]);
    }
    turn.say("profile_email_asked", &[("email", email), turn.studio_name()], &[])
}

/// Asks for the code once more.
pub(super) async fn ask_code(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let wish = open_email_change(&mut turn.studio.db.read().await?, &turn.client.id).await?;
    let Some(wish) = wish else { return show(turn).await };
    turn.enter(&State::EmailCode).await?;
    turn.say("profile_email_code", &[("email", wish.email)], &[Action::EmailCode])
}

/// Takes the code that was sent to another address.
pub(super) async fn code(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    let wish = open_email_change(&mut turn.studio.db.read().await?, &turn.client.id).await?;
    match prove_email(turn.studio, &turn.client.id, text).await? {
        // The notice that goes to everybody whose address changed says it.
        Proof::Right => {
            turn.leave().await?;
            show(turn).await
        }
        Proof::Wrong => {
            let email = wish.map(|wish| wish.email).unwrap_or_default();
            turn.say("profile_email_wrong", &[("email", email)], &[Action::EmailCode])
        }
        Proof::Spent => {
            turn.leave().await?;
            turn.say("profile_email_spent", &[turn.studio_name()], &[])
        }
    }
}

/// What a field is called.
pub(super) fn label_key(field: Field) -> &'static str {
    match field {
        Field::Name => "profile_label_name",
        Field::Phone => "profile_label_phone",
        Field::Website => "profile_label_website",
        Field::Instagram => "profile_label_instagram",
        Field::Tiktok => "profile_label_tiktok",
    }
}

/// The most characters of a field.
pub(super) fn longest(field: Field) -> usize {
    if field == Field::Website { 500 } else { 100 }
}
