//! `thread`: what clients and the studio write to each other.

use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::id::ThreadId;
use wavelaunch_shared::portal::{self, Message, NewThread, Posted, Thread, ThreadFilter, ThreadShow};
use wavelaunch_shared::text::Foreign;

use super::client;
use super::context::{Context, or_look};
use super::exit::{Failure, Outcome};
use super::output::{ago, left, moment, name, preview, right, word};
use super::paging::Paging;

const LOOK: &str = "`wavelaunch thread list` names them all";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Conversations, the one with the newest message first
    List {
        /// Only those with something that the studio has not read
        #[arg(long)]
        unread: bool,
        /// Only those whose client waits for an answer
        #[arg(long, conflicts_with = "unread")]
        waiting: bool,
        /// Only this client's: id, e-mail, or the start of the name
        #[arg(long)]
        client: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One conversation with its messages
    Show {
        /// The conversation's id
        id: String,
    },
    /// Begin a conversation with a client
    Send {
        /// Id, e-mail, or the start of the name
        client: String,
        /// What it is about
        #[arg(long)]
        subject: String,
        /// The first message
        #[arg(long)]
        body: String,
    },
    /// Answer in a conversation
    Reply {
        /// The conversation's id
        id: String,
        /// What to say
        #[arg(long)]
        body: String,
    },
    /// Close a conversation: it takes no more messages
    Close {
        /// The conversation's id
        id: String,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List { .. } | Self::Show { .. } => false,
            Self::Send { .. } | Self::Reply { .. } | Self::Close { .. } => true,
        }
    }
}

/// A conversation with its messages.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    thread: Thread,
    messages: Vec<Message>,
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        Verb::List { unread, waiting, client, paging } => {
            let show = match (unread, waiting) {
                (true, _) => ThreadShow::Unread,
                (_, true) => ThreadShow::Waiting,
                _ => ThreadShow::All,
            };
            list(show, client.as_deref(), &paging, context).await
        }
        Verb::Show { id } => show(&shown(context, &ThreadId::from_input(&id)).await?, context),
        Verb::Send { client, subject, body } => {
            let client = client::named(context, &client).await?;
            let new = NewThread { subject: subject.into(), body: body.into(), ..NewThread::default() };
            match portal::open_thread(studio, actor, &client.id, &new, "TERMINAL").await? {
                Posted::Sent(id, _) => tell(context, &id, &format!("is begun with {}", client.full_name.line())).await,
                Posted::TooMany { limit, minutes } => Err(Failure::Refused(format!(
                    "{limit} messages an hour are the most; the next one fits in {minutes} min"
                ))),
                Posted::Closed(_) => Err(Failure::Refused("this conversation is closed; begin a new one".into())),
            }
        }
        Verb::Reply { id, body } => {
            let id = ThreadId::from_input(&id);
            or_look(portal::reply_from_admin(studio, actor, &id, &body).await, LOOK)?;
            tell(context, &id, "is answered").await
        }
        Verb::Close { id } => {
            let id = ThreadId::from_input(&id);
            or_look(portal::close(studio, actor, &id).await, LOOK)?;
            tell(context, &id, "is closed").await
        }
    }
}

async fn list(show: ThreadShow, client: Option<&str>, paging: &Paging, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    actor.require(wavelaunch_shared::staff::Capability::View)?;
    let client = match client {
        Some(client) => Some(client::named(context, client).await?.id),
        None => None,
    };
    let first = match &paging.after {
        Some(id) => {
            let thread = or_look(portal::thread(studio, actor, &ThreadId::from_input(id)).await, LOOK)?;
            Some((thread.last_message_at, thread.id))
        }
        None => None,
    };
    let filter = ThreadFilter { client, show };
    let rows = paging
        .gather(first, async |place, limit| {
            let mut tx = studio.db.read().await?;
            let after = place.as_ref().map(|(at, id)| (*at, id));
            let rows = portal::list(&mut tx, &filter, after, limit).await?;
            let next = rows.last().map(|row| (row.thread.last_message_at, row.thread.id.clone()));
            Ok((rows, next))
        })
        .await?;
    let now = studio.clock.now();
    context.out.list(
        &rows,
        [left("id"), left("client"), left("subject"), left("state"), right("new"), right("waits"), left("last")],
        |row| {
            [
                row.thread.id.to_string(),
                name(&row.client_name),
                preview(&row.thread.subject),
                word(row.thread.status),
                row.thread.unread_by_admin.to_string(),
                row.thread.waiting_since.map(|since| ago(since, now)).unwrap_or_default(),
                row.last_message.as_ref().map(preview).unwrap_or_default(),
            ]
        },
        "No such conversations.",
    )
}

fn show(shown: &Shown, context: &Context) -> Outcome {
    let heading = format!("{}  ({})\n", shown.thread.subject.line(), word(shown.thread.status));
    let messages = shown.messages.iter().map(|message| {
        let (at, body) = (moment(message.created_at), message.body.lines());
        format!("\n{at}  {}{}\n{body}\n", author(message), fate(message))
    });
    let text: String = std::iter::once(heading).chain(messages).collect();
    context.out.text(shown, &text)
}

fn author(message: &Message) -> String {
    match (&message.author, message.is_from_admin) {
        (Some(name), _) => name.line(),
        (None, true) => "the studio".to_owned(),
        (None, false) => "the client".to_owned(),
    }
}

/// How far a message of the studio's has come.
fn fate(message: &Message) -> String {
    let ways = message.passages.iter().map(|way| {
        let error = way.error.as_ref().map(|error| format!(": {}", Foreign::new(error.as_str()).line()));
        let state = if way.went_on { "blocked".to_owned() } else { word(way.state) };
        format!("{state} {} {}{}", way.channel.way(), moment(way.at), error.unwrap_or_default())
    });
    let told: Vec<String> = ways.collect();
    if told.is_empty() { String::new() } else { format!("  [{}]", told.join("; ")) }
}

async fn shown(context: &Context, id: &ThreadId) -> Outcome<Shown> {
    let thread = or_look(portal::thread(&context.studio, &context.actor, id).await, LOOK)?;
    let messages = portal::messages(&mut context.studio.db.read().await?, &context.actor, id).await?;
    Ok(Shown { thread, messages })
}

/// Says what became of a conversation, and how far its last message has come.
async fn tell(context: &Context, id: &ThreadId, became: &str) -> Outcome {
    let shown = shown(context, id).await?;
    let hint = match shown.messages.last() {
        Some(last) if last.is_from_admin && last.delivery.is_none() => {
            " Nothing was sent: the client has no chat account linked, see `wavelaunch client invite`."
        }
        _ => "",
    };
    context.out.done(&shown, &format!("{id} {became}.{hint}"))
}
