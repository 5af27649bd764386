//! Clients with linked accounts, for the tests of this crate.

use super::{Account, invite, link};
use crate::Studio;
use crate::clients::{self, Client, NewClient};
use crate::config::{Secret, Settings};
use crate::delivery::Channel;
use crate::staff::Actor;
use crate::text::Foreign;

/// A client who was never invited.
pub(crate) async fn stranger(studio: &Studio, name: &str) -> Client {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    let new = NewClient { full_name: name.to_owned(), email, ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

/// A client with a linked account on each of `channels`.
pub(crate) async fn linked(studio: &Studio, name: &str, channels: &[Channel]) -> Client {
    let client = stranger(studio, name).await;
    for channel in channels {
        let invite = invite(studio, &Actor::local_owner(), &client.id).await.unwrap();
        link(studio, &invite.code, &account(*channel, name)).await.unwrap().unwrap();
    }
    clients::get(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap().unwrap()
}

/// Settings of a studio that sends e-mail.
pub(crate) fn with_email() -> Settings {
    let mut settings = Settings::default();
    settings.email.smtp_url = Secret::new("smtp://127.0.0.1:2525");
    settings.email.from = "Studio <studio@example.com>".into();
    settings
}

/// The chat account that a person of this name has on a channel.
pub(crate) fn account(platform: Channel, name: &str) -> Account {
    Account {
        platform,
        external_user_id: format!("{name}-{}", platform.as_str()),
        chat_id: format!("chat-{name}-{}", platform.as_str()),
        username: Some(Foreign::from("@someone")),
        display_name: Some(Foreign::from(name)),
    }
}
