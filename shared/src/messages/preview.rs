//! A message as a channel would show it, with a sample client or a real one.

use serde::Serialize;

use super::{Audience, sample};
use crate::clients::Client;
use crate::db::Tx;
use crate::delivery::Channel;
use crate::text::{Rich, layout};
use crate::{Result, Studio};

/// A message on one channel. Nothing of it is sent.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The catalogue's key.
    pub key: String,
    /// Who is told; none for an answer in a conversation.
    pub audience: Option<Audience>,
    /// Where.
    pub channel: Channel,
    /// The subject of a mail; elsewhere it is the first line of the text.
    pub subject: Option<String>,
    /// The messages that it becomes there, in the channel's own notation. They hold what clients wrote,
    /// and need a terminal's encoder.
    pub parts: Vec<String>,
    /// The labels of its buttons.
    pub buttons: Vec<String>,
    /// The same before any notation.
    #[serde(skip)]
    pub text: Rich,
}

/// The message with this key as `channel` shows it, to `client` or to a client who does not exist.
pub async fn preview(
    tx: &mut Tx,
    studio: &Studio,
    key: &str,
    channel: Channel,
    client: Option<&Client>,
) -> Result<Preview> {
    let message = studio.messages.get(key)?;
    let mut values = sample::values(studio, &message.vars);
    if let Some(client) = client {
        sample::put_in(&mut values, &sample::of_client(tx, studio, client).await?);
    }
    let rendered = message.filled(&values);
    let mail = channel == Channel::Email;
    let text = if mail { rendered.body.clone() } else { rendered.worded() };
    Ok(Preview {
        key: key.to_owned(),
        audience: message.audience,
        channel,
        parts: match channel {
            Channel::Telegram => layout::telegram::as_html(&text),
            Channel::Discord => layout::discord::parts(&text),
            Channel::Email => vec![layout::email::Mail::of(&text, &Rich::default()).plain],
            Channel::Console => vec![text.to_plain()],
        },
        subject: rendered.subject.filter(|_| mail),
        buttons: rendered.buttons,
        text,
    })
}
