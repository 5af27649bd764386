//! What is written into a form rather than into the chat, on platforms that open forms in place.
//!
//! A press opens the form; what was written into it comes back as [`Input::Form`](super::Input::Form)
//! with the same action. Elsewhere the same press asks for the next message.

use wavelaunch_shared::clients::Client;
use wavelaunch_shared::clients::questions::Question;
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::portal::{self, onboarding, profile};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Result, Studio};

use super::action::Action;
use super::onboarding::heading;
use super::profile::{label_key, longest};
use super::words::phrase;
use super::{Besides, Field, Form, Person, coach};

/// The key of the one field of these forms.
const TEXT: &str = "text";
/// The longest code, with what people write around it.
const CODE_LENGTH: usize = 20;
/// The longest e-mail address, and the longest name of a city.
const EMAIL_LENGTH: usize = 254;
const CITY_LENGTH: usize = 100;

/// The form that a press opens, if it is one that opens any and this person may fill it in. It is quick:
/// a platform gives it only moments.
pub async fn form(studio: &Studio, person: &Person, action: &str) -> Result<Option<Form>> {
    if let Some(form) = coach::form(studio, action) {
        return Ok(Some(form));
    }
    let Some(pressed) = Action::read(action) else { return Ok(None) };
    if !matches!(pressed, Action::Answer(_) | Action::City | Action::Change(_) | Action::Email | Action::EmailCode) {
        return Ok(None);
    }
    let mut tx = studio.db.read().await?;
    let channel = person.platform.channel();
    let Some((client, _)) = portal::identity(&mut tx, channel, &person.external_user_id).await? else {
        return Ok(None);
    };
    if !portal::is_let_in(&mut tx, &client).await? {
        return Ok(None);
    }
    let made = match pressed {
        Action::Answer(question) => answer(&mut tx, &client, question).await?,
        Action::Change(field) => Some(change(studio, &client, field)?),
        Action::Email => Some(email(studio, &client)?),
        Action::EmailCode => Some(code(studio)?),
        _ => Some(city(studio)?),
    };
    Ok(made.map(|(title, field)| Form {
        action: action.to_owned(),
        title,
        fields: vec![field],
        besides: Besides::Nothing,
    }))
}

/// What was written into the one field.
pub(super) fn written(fields: &[(String, Foreign)]) -> Foreign {
    fields.iter().find(|(key, _)| key == TEXT).map(|(_, text)| text.clone()).unwrap_or_default()
}

async fn answer(tx: &mut Tx, client: &Client, question: &'static Question) -> Result<Option<(String, Field)>> {
    let form = onboarding::form(tx, client).await?;
    if !form.can_change() {
        return Ok(None);
    }
    let field = Field {
        hint: Some(question.prompt.to_owned()),
        value: form.answer(question).cloned(),
        least: question.required.then_some(question.least),
        ..Field::new(TEXT, question.label, question.longest())
    };
    Ok(Some((heading(question), field)))
}

fn change(studio: &Studio, client: &Client, field: profile::Field) -> Result<(String, Field)> {
    let label = phrase(studio, label_key(field), &[])?;
    let shown = Field {
        value: field.of(client).cloned(),
        least: (!field.may_be_empty()).then_some(2),
        ..Field::line(TEXT, label.clone(), longest(field))
    };
    Ok((label, shown))
}

fn email(studio: &Studio, client: &Client) -> Result<(String, Field)> {
    let label = phrase(studio, "profile_label_email", &[])?;
    let value = Some(Foreign::from(client.email.as_str()));
    Ok((label.clone(), Field { value, least: Some(3), ..Field::line(TEXT, label, EMAIL_LENGTH) }))
}

fn code(studio: &Studio) -> Result<(String, Field)> {
    let label = phrase(studio, "profile_label_code", &[])?;
    Ok((label.clone(), Field { least: Some(6), ..Field::line(TEXT, label, CODE_LENGTH) }))
}

fn city(studio: &Studio) -> Result<(String, Field)> {
    let label = phrase(studio, "zone_form_label", &[])?;
    let hint = Some(phrase(studio, "zone_form_hint", &[])?);
    Ok((label.clone(), Field { hint, least: Some(2), ..Field::line(TEXT, label, CITY_LENGTH) }))
}
