//! `coach`: what clients ask the coach, what it costs, and when it calls for a person.

mod config;
mod quality;
mod usage;

use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::coach::{self, Author, Call, CoachMessage, Conversation, ConversationFilter, ConversationRow};
use wavelaunch_shared::id::{CoachMessageId, ConversationId, EscalationId};
use wavelaunch_shared::text::Foreign;

use super::client;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{ago, csv, left, moment, name, preview, print, right, word};
use super::paging::Paging;

const LOOK: &str = "`wavelaunch coach conversations` names them";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Conversations with the coach, the newest first
    Conversations {
        /// Only this client's: id, e-mail, or the start of the name
        client: Option<String>,
        /// Only those for which every word holds: a word that was said, up, down, called, waiting, human, ai,
        /// day:2026-11-20, from:DATE, until:DATE
        #[arg(long, value_name = "WORDS", conflicts_with = "client")]
        find: Option<ConversationFilter>,
        /// As CSV
        #[arg(long)]
        csv: bool,
        #[command(flatten)]
        paging: Paging,
    },
    /// Yesterday's conversations to be read: one in twenty, at least three
    Sample,
    /// How good the coach is: satisfaction, calls for a person, whom it does not help
    Quality,
    /// What was said in one conversation
    Show {
        /// The conversation's id
        id: String,
        /// As CSV, a message a row
        #[arg(long)]
        csv: bool,
    },
    /// What was used of the model, and what it cost
    Usage(usage::Shown),
    /// What the model may cost
    #[command(subcommand)]
    Budget(usage::BudgetVerb),
    /// Answer in a conversation from now on; the coach keeps silent
    Takeover {
        /// The conversation's id
        id: String,
    },
    /// Answer in a conversation as a person; closes its call for one
    Reply {
        /// The conversation's id
        id: String,
        /// What to say
        #[arg(long)]
        body: String,
    },
    /// Put an answer of the coach's right; the client is told
    Correct {
        /// The answer's id, as `show --json` has it
        answer: String,
        /// What is right
        #[arg(long)]
        body: String,
    },
    /// Answers that were put right, with their questions: what a prompt is tuned with
    Corrections {
        /// As CSV
        #[arg(long)]
        csv: bool,
    },
    /// Let the coach answer again
    Handback {
        /// The conversation's id
        id: String,
        /// What was settled, for the coach to know (else the last words of both sides)
        #[arg(long)]
        summary: Option<String>,
    },
    /// Conversations that wait for a person, the one due first on top
    Escalations,
    /// Close a call for a person: the studio has dealt with it
    Resolve {
        /// The call's id, as `escalations` has it
        id: String,
    },
    /// How the coach is set
    #[command(subcommand)]
    Config(config::ConfigVerb),
    /// Ask the coach something without a client noticing: what it would answer, and what that costs
    Try(config::Tried),
}

/// A conversation with what was said.
#[derive(Serialize)]
struct Shown {
    id: ConversationId,
    /// What is said so far of an answer that is being written.
    writing: Option<Foreign>,
    /// What led to the open call for a person.
    calls: Vec<Call>,
    messages: Vec<CoachMessage>,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Takeover { .. }
            | Self::Reply { .. }
            | Self::Handback { .. }
            | Self::Correct { .. }
            | Self::Resolve { .. }
            | Self::Try(_) => true,
            Self::Budget(verb) => verb.changes(),
            Self::Config(verb) => verb.changes(),
            Self::Conversations { .. }
            | Self::Show { .. }
            | Self::Sample
            | Self::Quality
            | Self::Corrections { .. }
            | Self::Usage(_)
            | Self::Escalations => false,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        Verb::Conversations { client: Some(client), csv, paging, .. } => {
            list(&of_client(&client, &paging, context).await?, csv, context)
        }
        Verb::Conversations { client: None, find, csv, paging } => {
            list(&latest(&find.unwrap_or_default(), &paging, context).await?, csv, context)
        }
        Verb::Sample => {
            let rows = coach::sample(&mut studio.db.read().await?, studio, actor).await?;
            list(&rows, false, context)
        }
        Verb::Quality => quality::quality(context).await,
        Verb::Corrections { csv } => quality::corrections(csv, context).await,
        Verb::Show { id, csv } => show(ConversationId::from_input(&id), csv, context).await,
        Verb::Takeover { id } => {
            let id = ConversationId::from_input(&id);
            or_look(coach::take_over(studio, actor, &id).await, LOOK)?;
            tell(id, "is yours; the coach keeps silent", context).await
        }
        Verb::Reply { id, body } => {
            let id = ConversationId::from_input(&id);
            or_look(coach::reply(studio, actor, &id, &body).await, LOOK)?;
            tell(id, "is answered", context).await
        }
        Verb::Handback { id, summary } => {
            let id = ConversationId::from_input(&id);
            or_look(coach::hand_back(studio, actor, &id, summary.as_deref()).await, LOOK)?;
            tell(id, "is the coach's again", context).await
        }
        Verb::Correct { answer, body } => {
            let answer = CoachMessageId::from_input(&answer);
            let id = or_look(coach::correct(studio, actor, &answer, &body).await, LOOK)?;
            context.out.done(&Corrected { id, correction_of: answer }, "The answer is corrected; the client is told.")
        }
        Verb::Resolve { id } => {
            let id = EscalationId::from_input(&id);
            or_look(coach::resolve(studio, actor, &id).await, "`wavelaunch coach escalations` names them")?;
            context.out.done(&Resolved { id }, "The call for a person is closed.")
        }
        Verb::Try(tried) => config::try_out(tried, context).await,
        Verb::Usage(shown) => usage::usage(&shown, context).await,
        Verb::Budget(verb) => usage::budget(verb, context).await,
        Verb::Escalations => escalations(context).await,
        Verb::Config(verb) => config::run(verb, context).await,
    }
}

/// A correction, and of what.
#[derive(Serialize)]
struct Corrected {
    id: CoachMessageId,
    correction_of: CoachMessageId,
}

/// A call for a person that was closed.
#[derive(Serialize)]
struct Resolved {
    id: EscalationId,
}

async fn of_client(client: &str, paging: &Paging, context: &Context) -> Outcome<Vec<ConversationRow>> {
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let rows = coach::conversations(&mut tx, &context.actor, &client.id).await?;
    let rows = rows.into_iter().map(|conversation| ConversationRow {
        conversation,
        client_name: client.full_name.clone(),
        due_at: None,
    });
    Ok(paging.cut(rows.collect(), |row: &ConversationRow| row.conversation.id.as_str()))
}

async fn latest(filter: &ConversationFilter, paging: &Paging, context: &Context) -> Outcome<Vec<ConversationRow>> {
    let first = paging.after.as_deref().map(ConversationId::from_input);
    paging
        .gather(first, async |after, limit| {
            let mut tx = context.studio.db.read().await?;
            let rows = or_look(coach::latest(&mut tx, &context.actor, filter, after.as_ref(), limit).await, LOOK)?;
            let next = rows.last().map(|row| row.conversation.id.clone());
            Ok((rows, next))
        })
        .await
}

/// The columns of the CSV file: as the JSON names them.
const COLUMNS: [&str; 10] = [
    "id",
    "client_id",
    "client_name",
    "title",
    "mode",
    "message_count",
    "total_tokens",
    "average_rating",
    "has_escalation",
    "last_message_at",
];

fn cells(row: &ConversationRow) -> [String; 10] {
    let talk = &row.conversation;
    [
        talk.id.to_string(),
        talk.client_id.to_string(),
        row.client_name.line(),
        talk.title.line(),
        word(talk.mode),
        talk.message_count.to_string(),
        talk.total_tokens.to_string(),
        talk.average_rating.map(|mean| format!("{mean:.2}")).unwrap_or_default(),
        talk.has_escalation.to_string(),
        talk.last_message_at.to_rfc3339(),
    ]
}

fn list(rows: &[ConversationRow], as_csv: bool, context: &Context) -> Outcome {
    if as_csv {
        return print(&csv::text(&COLUMNS, rows.iter().map(cells))?);
    }
    let now = context.studio.clock.now();
    context.out.list(
        rows,
        [left("id"), left("client"), left("about"), left("who"), right("said"), right("tokens"), right("last")],
        |row| {
            let Conversation { id, title, mode, message_count, total_tokens, last_message_at, .. } = &row.conversation;
            [
                id.to_string(),
                name(&row.client_name),
                preview(title),
                word(mode),
                message_count.to_string(),
                total_tokens.to_string(),
                ago(*last_message_at, now),
            ]
        },
        "No conversation here.",
    )
}

async fn show(id: ConversationId, as_csv: bool, context: &Context) -> Outcome {
    let shown = or_look(shown(id, context).await, LOOK)?;
    if as_csv {
        return print(&csv::text(&SAID_COLUMNS, shown.messages.iter().map(said_cells))?);
    }
    let mut text: Vec<String> = shown.messages.iter().map(said).collect();
    text.extend(shown.writing.as_ref().map(|so_far| format!("the coach is writing …\n{}", so_far.lines())));
    context.out.text(&shown, &text.join("\n\n"))
}

async fn shown(id: ConversationId, context: &Context) -> wavelaunch_shared::Result<Shown> {
    let mut tx = context.studio.db.read().await?;
    let messages = coach::transcript(&mut tx, &context.actor, &id).await?;
    let writing = coach::being_written(&mut tx, &context.actor, &id).await?;
    let calls = coach::calls(&mut tx, &context.actor, &id).await?;
    Ok(Shown { id, writing, calls, messages })
}

/// The columns of a conversation's CSV file: as the JSON names them.
const SAID_COLUMNS: [&str; 7] = ["id", "created_at", "author", "model", "rating", "error", "content"];

fn said_cells(message: &CoachMessage) -> [String; 7] {
    [
        message.id.to_string(),
        message.created_at.to_rfc3339(),
        word(message.author),
        message.model.clone().unwrap_or_default(),
        message.rating.map(word).unwrap_or_default(),
        message.error.as_deref().map(|error| Foreign::new(error).line()).unwrap_or_default(),
        message.content.lines(),
    ]
}

/// Says what became of a conversation, as it reads now.
async fn tell(id: ConversationId, became: &str, context: &Context) -> Outcome {
    let sentence = format!("{id} {became}.");
    context.out.done(&shown(id, context).await?, &sentence)
}

fn said(message: &CoachMessage) -> String {
    let who = match message.author {
        Author::User => "the client".to_owned(),
        Author::Assistant => format!("the coach ({})", message.model.as_deref().unwrap_or("unknown")),
        Author::Admin if message.correction_of.is_some() => "the studio, correcting the coach".to_owned(),
        Author::Admin => "the studio".to_owned(),
        Author::System => "the program".to_owned(),
    };
    let rating = message.rating.map(|rating| format!("  rated {}", word(rating))).unwrap_or_default();
    let error = message.error.as_deref().map(|error| format!("\n[no answer: {}]", Foreign::new(error).line()));
    format!("{}  {who}{rating}\n{}{}", moment(message.created_at), message.content.lines(), error.unwrap_or_default())
}

async fn escalations(context: &Context) -> Outcome {
    let rows = coach::open_escalations(&mut context.studio.db.read().await?, &context.actor).await?;
    context.out.list(
        &rows,
        [
            left("id"),
            left("client"),
            left("how soon"),
            left("why"),
            right("calls"),
            left("due"),
            left("conversation"),
            left("question"),
        ],
        |row| {
            [
                row.id.to_string(),
                name(&row.full_name),
                word(row.priority),
                row.trigger.reason().to_owned(),
                row.calls.to_string(),
                if row.breached_at.is_some() { format!("{} LATE", moment(row.due_at)) } else { moment(row.due_at) },
                row.conversation_id.to_string(),
                row.question.as_ref().map(preview).unwrap_or_default(),
            ]
        },
        "No conversation waits for a person.",
    )
}
