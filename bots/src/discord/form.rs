//! Forms: opened by a press, sent off on their own.
//!
//! Discord opens a form only as the first answer to a press, within three seconds. So a press that
//! opens one is answered with the form at once, and what it means besides is done after that; anything
//! worth telling then goes to the person's direct messages.

use serenity::all::{
    ActionRowComponent, ComponentInteraction, CreateInteractionResponse, CreateInteractionResponseMessage,
    ModalInteraction,
};
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::text::Foreign;

use super::interaction::{Audience, Place, person};
use super::outbox::told;
use super::{Discord, render};
use crate::talk::{self, Besides, Form, Input, Occasion, Output};

impl Discord {
    /// Opens a form, then does what the press itself means.
    pub(super) async fn open_form(&self, press: &ComponentInteraction, form: &Form) {
        let modal = CreateInteractionResponse::Modal(render::modal(form));
        if let Err(error) = press.create_response(&self.http, modal).await {
            tracing::warn!(error = told(&error), "a form could not be opened in time");
            return;
        }
        if form.besides == Besides::Nothing {
            return;
        }
        let person = person(&press.user, Audience::of(press.guild_id.is_some()));
        let occasion = Occasion::new(format!("{}:{}", self.source, press.id));
        let input = Input::Press { action: press.data.custom_id.clone() };
        for (number, output) in talk::respond(&self.studio, &person, &occasion, input).await.into_iter().enumerate() {
            // The form stands where a toast would; everything else is news.
            let (Output::Say(reply) | Output::Replace(reply)) = output else { continue };
            let to = &person.external_user_id;
            let dedupe = format!("answer:{}:{}:{number}", self.source, press.id);
            if let Err(error) = delivery::answer(&self.studio, Channel::Discord, to, to, &reply, &dedupe).await {
                tracing::error!(%error, "an answer beside a form is lost: it could not be stored");
            }
        }
    }

    /// Answers a form that was sent off; what it was opened below may be replaced.
    pub(super) async fn filled(&self, sent: &ModalInteraction) {
        let audience = self.audience(sent.guild_id.is_some(), sent.channel_id, sent.user.id).await;
        let (wait, place) = if sent.message.is_some() {
            (CreateInteractionResponse::Acknowledge, Place::Pressed)
        } else {
            let private = CreateInteractionResponseMessage::new().ephemeral(audience.is_hidden());
            (CreateInteractionResponse::Defer(private), Place::Waiting)
        };
        if let Err(error) = sent.create_response(&self.http, wait).await {
            tracing::warn!(error = told(&error), "a form could not be acknowledged in time");
            return;
        }
        let fields = sent.data.components.iter().flat_map(|row| &row.components);
        let fields = fields.filter_map(|component| match component {
            ActionRowComponent::InputText(input) => {
                Some((input.custom_id.clone(), Foreign::from(input.value.as_deref().unwrap_or_default())))
            }
            _ => None,
        });
        let input = Input::Form { action: sent.data.custom_id.clone(), fields: fields.collect() };
        let id = sent.id.to_string();
        self.exchange(&sent.token, id, &sent.user, audience, place, input).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_form_of_the_coach_fits_discord() {
        let studio = wavelaunch_shared::testing::sqlite().await;
        let nobody = person(&serenity::all::User::default(), Audience::Guild);
        for action in ["facts", "rate:cabcdefghijklmnopqrstuvwx:down"] {
            let form = talk::form(&studio, &nobody, action).await.unwrap().unwrap();
            assert!((1..=5).contains(&form.fields.len()) && form.title.chars().count() <= 45);
            assert!(form.fields.iter().all(|field| field.label.chars().count() <= 45), "{form:?}");
            assert_eq!(form.action, action);
        }
        for action in ["facts_later", "rate:cabcdefghijklmnopqrstuvwx:up", "coach", "nonsense", "answer:preferred_font"]
        {
            assert_eq!(talk::form(&studio, &nobody, action).await.unwrap(), None, "{action}");
        }
    }
}
