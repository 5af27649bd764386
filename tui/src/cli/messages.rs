//! `messages`: what people read, and how each channel shows it.

use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::messages::{self, Audience, Message, Origin, Preview};
use wavelaunch_shared::portal::Switch;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::{Foreign, terminal_safe};

use super::client;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{dash, left, word};

const LOOK: &str = "`wavelaunch messages list` names them all";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Every message there is
    List {
        /// Only these
        #[arg(long, value_enum)]
        audience: Option<Told>,
    },
    /// A message as it would be sent; nothing is
    Preview {
        /// Its key in config/messages/en.toml
        key: String,
        /// For this client (else for one who does not exist): id, e-mail, or the start of the name
        #[arg(long)]
        client: Option<String>,
        /// Where it would be read
        #[arg(long, value_enum, default_value = "telegram")]
        channel: Surface,
    },
}

/// Who is told.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Told {
    /// Clients, without having asked
    Client,
    /// The studio's staff
    Admin,
    /// Whoever is in a conversation
    Chat,
}

/// Where a message is read.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Surface {
    Telegram,
    Discord,
    Email,
    Terminal,
}

impl From<Surface> for Channel {
    fn from(surface: Surface) -> Self {
        match surface {
            Surface::Telegram => Self::Telegram,
            Surface::Discord => Self::Discord,
            Surface::Email => Self::Email,
            Surface::Terminal => Self::Console,
        }
    }
}

impl Told {
    fn is(self, audience: Option<Audience>) -> bool {
        match self {
            Self::Client => audience == Some(Audience::Client),
            Self::Admin => audience == Some(Audience::Admin),
            Self::Chat => audience.is_none(),
        }
    }
}

/// A message as `messages list` prints it.
#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    audience: Option<Audience>,
    preference: &'static str,
    origin: Origin,
    subject: Option<&'a str>,
    vars: Vec<&'a str>,
    buttons: &'a [String],
}

impl<'a> Row<'a> {
    fn of(key: &'a str, message: &'a Message) -> Self {
        Self {
            key,
            audience: message.audience,
            preference: message.preference.map_or("always", Switch::as_str),
            origin: message.origin,
            subject: message.subject(),
            vars: message.vars.iter().map(String::as_str).collect(),
            buttons: &message.buttons,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    match verb {
        Verb::List { audience } => list(audience, context),
        Verb::Preview { key, client, channel } => preview(&key, client.as_deref(), channel.into(), context).await,
    }
}

fn list(audience: Option<Told>, context: &Context) -> Outcome {
    let wanted = |message: &Message| audience.is_none_or(|audience| audience.is(message.audience));
    let messages = context.studio.messages.iter().filter(|(_, message)| wanted(message));
    let rows: Vec<Row<'_>> = messages.map(|(key, message)| Row::of(key, message)).collect();
    context.out.list(
        &rows,
        [left("key"), left("to"), left("turned off by"), left("words"), left("first line")],
        |row| {
            let first = row.subject.map(str::to_owned);
            let first = first.or_else(|| context.studio.messages.get(row.key).ok().map(first_line));
            [
                row.key.to_owned(),
                row.audience.map_or_else(|| "chat".to_owned(), word),
                if row.preference == "always" { "-".to_owned() } else { row.preference.replace('_', " ") },
                word(row.origin),
                dash(first.map(|line| super::output::preview(&Foreign::new(line)))),
            ]
        },
        "There are no messages.",
    )
}

fn first_line(message: &Message) -> String {
    message.markdown().trim().lines().next().unwrap_or("").to_owned()
}

async fn preview(key: &str, client: Option<&str>, channel: Channel, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = match client {
        Some(client) => Some(client::found(&mut tx, client).await?),
        None => None,
    };
    let shown = messages::preview(&mut tx, &context.studio, key, channel, client.as_ref()).await;
    let preview = or_look(shown, LOOK)?;
    context.out.text(&preview, &as_text(&preview))
}

/// Subject, messages and buttons below each other; a line stands between two messages.
fn as_text(preview: &Preview) -> String {
    let subject = preview.subject.iter().map(|subject| format!("Subject: {}", terminal_safe(subject)));
    let parts = [preview.parts.iter().map(|part| terminal_safe(part)).collect::<Vec<_>>().join("\n\n⋯\n\n")];
    let labels: Vec<String> = preview.buttons.iter().map(|label| format!("[{}]", terminal_safe(label))).collect();
    let buttons = (!labels.is_empty()).then(|| labels.join("  "));
    subject.chain(parts).chain(buttons).collect::<Vec<_>>().join("\n\n")
}
