//! `client export`: everything that the studio holds about one client, for the client.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use wavelaunch_shared::clients::{self, Client};
use wavelaunch_shared::coach::{self, CoachMessage, Conversation};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::documents::{self, Document};
use wavelaunch_shared::events::{self, Event};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{self, Overview};
use wavelaunch_shared::portal::{self, Access, Message, Thread, ThreadFilter};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result};

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{json, print, say};

/// How many rows are asked for at once where a list is long.
const STRETCH: i64 = 500;

#[derive(Serialize)]
struct Export {
    client: Client,
    answers: BTreeMap<String, Foreign>,
    access: Access,
    journey: Overview,
    documents: Vec<Document>,
    threads: Vec<OneThread>,
    coach: Vec<OneConversation>,
    events: Vec<Event>,
}

#[derive(Serialize)]
struct OneThread {
    #[serde(flatten)]
    thread: Thread,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct OneConversation {
    #[serde(flatten)]
    conversation: Conversation,
    messages: Vec<CoachMessage>,
}

pub async fn run(client: &str, to: Option<&Path>, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = super::found(&mut tx, client).await?;
    let name = client.full_name.line();
    let text = json::text(&gather(&mut tx, client, context).await?)?;
    let Some(file) = to else { return print(&text) };
    std::fs::write(file, text).map_err(|error| Error::file(file, error))?;
    say(&format!("All about {name} is in {}.", file.display()));
    Ok(())
}

async fn gather(tx: &mut Tx, client: Client, context: &Context) -> Result<Export> {
    let id = client.id.clone();
    Ok(Export {
        answers: clients::answers(tx, &id).await?,
        access: portal::access(tx, &id).await?,
        journey: journey::overview(tx, &context.studio, &client).await?,
        documents: all_documents(tx, &id, context).await?,
        threads: threads(tx, &id, context).await?,
        coach: conversations(tx, &id, context).await?,
        events: all_events(tx, &id).await?,
        client,
    })
}

async fn all_documents(tx: &mut Tx, client: &ClientId, context: &Context) -> Result<Vec<Document>> {
    let mut whole = Vec::new();
    for row in documents::list(tx, &context.actor, client).await? {
        whole.push(documents::get(tx, &context.actor, &row.id).await?);
    }
    Ok(whole)
}

async fn threads(tx: &mut Tx, client: &ClientId, context: &Context) -> Result<Vec<OneThread>> {
    let filter = ThreadFilter { client: Some(client.clone()), ..ThreadFilter::default() };
    let mut all: Vec<OneThread> = Vec::new();
    loop {
        let after = all.last().map(|last| (last.thread.last_message_at, &last.thread.id));
        let rows = portal::list(tx, &filter, after, STRETCH).await?;
        if rows.is_empty() {
            return Ok(all);
        }
        for row in rows {
            let messages = portal::messages(tx, &context.actor, &row.thread.id).await?;
            all.push(OneThread { thread: row.thread, messages });
        }
    }
}

async fn conversations(tx: &mut Tx, client: &ClientId, context: &Context) -> Result<Vec<OneConversation>> {
    let mut all = Vec::new();
    for conversation in coach::conversations(tx, &context.actor, client).await? {
        let messages = coach::transcript(tx, &context.actor, &conversation.id).await?;
        all.push(OneConversation { conversation, messages });
    }
    Ok(all)
}

/// What happened, the newest first.
async fn all_events(tx: &mut Tx, client: &ClientId) -> Result<Vec<Event>> {
    let mut all: Vec<Event> = Vec::new();
    loop {
        let rows = events::page(tx, Some(client), all.last().map(|event| event.seq), STRETCH).await?;
        if rows.is_empty() {
            return Ok(all);
        }
        all.extend(rows);
    }
}
