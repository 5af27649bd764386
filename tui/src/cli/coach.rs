//! `coach`: what clients ask the coach, what it costs, and when it calls for a person.

mod usage;

use clap::Subcommand;
use serde::Serialize;
use wavelaunch_shared::coach::{self, Author, CoachMessage, Config, Conversation, ConversationRow};
use wavelaunch_shared::id::ConversationId;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use super::client;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{ago, left, moment, name, preview, right, word};
use super::paging::Paging;

const LOOK: &str = "`wavelaunch coach conversations` names them";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Conversations with the coach, the newest first
    Conversations {
        /// Only this client's: id, e-mail, or the start of the name
        client: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// What was said in one conversation
    Show {
        /// The conversation's id
        id: String,
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
    /// Let the coach answer again
    Handback {
        /// The conversation's id
        id: String,
    },
    /// Conversations that wait for a person, the one due first on top
    Escalations,
    /// How the coach is set
    #[command(subcommand)]
    Config(ConfigVerb),
}

#[derive(Subcommand, Debug)]
pub enum ConfigVerb {
    /// The configuration in force
    Get,
}

/// A conversation with what was said.
#[derive(Serialize)]
struct Shown {
    id: ConversationId,
    messages: Vec<CoachMessage>,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Takeover { .. } | Self::Reply { .. } | Self::Handback { .. } => true,
            Self::Budget(verb) => verb.changes(),
            Self::Conversations { .. } | Self::Show { .. } | Self::Usage(_) | Self::Escalations | Self::Config(_) => {
                false
            }
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        Verb::Conversations { client: Some(client), paging } => of_client(&client, &paging, context).await,
        Verb::Conversations { client: None, paging } => latest(&paging, context).await,
        Verb::Show { id } => show(ConversationId::from_input(&id), context).await,
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
        Verb::Handback { id } => {
            let id = ConversationId::from_input(&id);
            or_look(coach::hand_back(studio, actor, &id).await, LOOK)?;
            tell(id, "is the coach's again", context).await
        }
        Verb::Usage(shown) => usage::usage(&shown, context).await,
        Verb::Budget(verb) => usage::budget(verb, context).await,
        Verb::Escalations => escalations(context).await,
        Verb::Config(ConfigVerb::Get) => config(context).await,
    }
}

async fn of_client(client: &str, paging: &Paging, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let rows = coach::conversations(&mut tx, &context.actor, &client.id).await?;
    let rows =
        rows.into_iter().map(|conversation| ConversationRow { conversation, client_name: client.full_name.clone() });
    list(&paging.cut(rows.collect(), |row: &ConversationRow| row.conversation.id.as_str()), context)
}

async fn latest(paging: &Paging, context: &Context) -> Outcome {
    let first = paging.after.as_deref().map(ConversationId::from_input);
    let rows = paging
        .gather(first, async |after, limit| {
            let mut tx = context.studio.db.read().await?;
            let rows = or_look(coach::latest(&mut tx, &context.actor, after.as_ref(), limit).await, LOOK)?;
            let next = rows.last().map(|row| row.conversation.id.clone());
            Ok((rows, next))
        })
        .await?;
    list(&rows, context)
}

fn list(rows: &[ConversationRow], context: &Context) -> Outcome {
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
        "Nobody has asked the coach yet.",
    )
}

async fn show(id: ConversationId, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let messages = or_look(coach::transcript(&mut tx, &context.actor, &id).await, LOOK)?;
    let text: Vec<String> = messages.iter().map(said).collect();
    context.out.text(&Shown { id, messages }, &text.join("\n\n"))
}

/// Says what became of a conversation, as it reads now.
async fn tell(id: ConversationId, became: &str, context: &Context) -> Outcome {
    let messages = coach::transcript(&mut context.studio.db.read().await?, &context.actor, &id).await?;
    let sentence = format!("{id} {became}.");
    context.out.done(&Shown { id, messages }, &sentence)
}

fn said(message: &CoachMessage) -> String {
    let who = match message.author {
        Author::User => "the client".to_owned(),
        Author::Assistant => format!("the coach ({})", message.model.as_deref().unwrap_or("unknown")),
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
                moment(row.due_at),
                row.conversation_id.to_string(),
                row.question.as_ref().map(preview).unwrap_or_default(),
            ]
        },
        "No conversation waits for a person.",
    )
}

async fn config(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let config = coach::config(&mut context.studio.db.read().await?, &context.studio.settings.coach).await?;
    let Config { max_tokens_per_message, max_tokens_per_day, topics, keywords, is_active, version, .. } = &config;
    let helps: Vec<String> = topics.iter().map(word).collect();
    let text = format!(
        "answers            {}\nversion            {version}\ntokens an answer   {max_tokens_per_message}\n\
         tokens a day       {max_tokens_per_day}\nhelps with         {}\ncalls a person at  {}\n\n{}",
        if *is_active { "yes" } else { "no" },
        helps.join(", "),
        keywords.join(", "),
        Foreign::new(config.system_prompt.as_str()).lines(),
    );
    context.out.text(&config, &text)
}
