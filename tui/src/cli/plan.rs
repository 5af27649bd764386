//! `plan`: a client's business plan. Each version is a document: what is done with one is done by `document`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::documents::{self, Document};
use wavelaunch_shared::id::DocumentId;
use wavelaunch_shared::journey::{self, PlanView};
use wavelaunch_shared::{Error, Result};

use super::client;
use super::context::{Context, or_look};
use super::document;
use super::exit::Outcome;
use super::output::{dash, left, moment, preview, right, word};
use super::paging::Paging;

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Every version of a client's plan, or the clients who wait for theirs
    List {
        /// Id, e-mail, or the start of the name
        client: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// A plan with its text: a client's newest version, or the one with this id
    Show {
        /// A client (id, e-mail, or the start of the name), or the plan's id
        plan: String,
    },
    /// Have the next version written; a rejected one is written anew
    Write {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Add the next version by hand, as a draft
    Add {
        /// Id, e-mail, or the start of the name
        client: String,
        /// Its text, Markdown; - reads standard input
        #[arg(long)]
        file: PathBuf,
    },
    /// Change a plan's text or title; without either, in your own editor
    Edit {
        /// A client, or the plan's id
        plan: String,
        /// A new text, Markdown; - reads standard input
        #[arg(long)]
        file: Option<PathBuf>,
        /// A new title
        #[arg(long)]
        title: Option<String>,
        /// Refuse when somebody else changed the plan since this version of its text
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Send a draft to review
    Submit {
        /// A client, or the plan's id
        plan: String,
    },
    /// Approve a plan; the first month need not wait any more
    Approve {
        /// A client, or the plan's id
        plan: String,
        /// And deliver it at once
        #[arg(long)]
        deliver: bool,
    },
    /// Refuse a plan in review
    Reject {
        /// A client, or the plan's id
        plan: String,
        /// Why; the next draft goes by it
        #[arg(long)]
        reason: String,
    },
    /// Hand an approved plan to the client, and tell them
    Deliver {
        /// A client, or the plan's id
        plan: String,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        !matches!(self, Self::List { .. } | Self::Show { .. })
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    let decision = match verb {
        Verb::List { client: Some(client), paging } => return of_client(&client, &paging, context).await,
        Verb::List { client: None, paging } => return owed(&paging, context).await,
        Verb::Show { plan } => return document::show(&named(context, &plan).await?, context),
        Verb::Write { client } => {
            let client = client::named(context, &client).await?;
            journey::write_plan(studio, actor, &client.id).await?;
            return asked(&client, context).await;
        }
        Verb::Add { client, file } => {
            let client = client::named(context, &client).await?;
            let added = documents::add_plan(studio, actor, &client.id, &document::read(&file)?).await?;
            return document::tell(&added, "is a draft", context);
        }
        Verb::Edit { plan, file, title, version } => {
            document::Verb::Edit { id: id(context, &plan).await?, file, title, version }
        }
        Verb::Submit { plan } => document::Verb::Submit { id: id(context, &plan).await? },
        Verb::Approve { plan, deliver } => document::Verb::Approve { id: id(context, &plan).await?, deliver },
        Verb::Reject { plan, reason } => document::Verb::Reject { id: id(context, &plan).await?, reason },
        Verb::Deliver { plan } => document::Verb::Deliver { id: id(context, &plan).await? },
    };
    document::run(decision, context).await
}

async fn of_client(client: &str, paging: &Paging, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let rows = documents::plans(&mut tx, &context.actor, &client.id).await?;
    let rows = paging.cut(rows, |row: &Document| row.id.as_str());
    context.out.list(
        &rows,
        [left("id"), right("version"), left("title"), left("state"), left("delivered"), left("opened")],
        |row| {
            [
                row.id.to_string(),
                dash(row.plan_version.map(|version| version.to_string())),
                preview(&row.title),
                word(row.status),
                dash(row.delivered_at.map(moment)),
                dash(row.first_opened_at.map(moment)),
            ]
        },
        "This client has no business plan yet; `wavelaunch plan write CLIENT` has one written.",
    )
}

/// The clients to whom a plan is owed, the most urgent first.
async fn owed(paging: &Paging, context: &Context) -> Outcome {
    let rows = journey::plans_owed(&mut context.studio.db.read().await?, &context.actor).await?;
    let rows = paging.cut(rows, |row| row.client_id.as_str());
    context.out.list(
        &rows,
        [left("client"), left("name"), left("due"), right("version"), left("state"), left("writing")],
        |row| {
            [
                row.client_id.to_string(),
                super::output::name(&row.full_name),
                moment(row.plan_due_at),
                dash(row.plan_version.map(|version| version.to_string())),
                dash(row.status.map(word)),
                dash(row.writing.map(word)),
            ]
        },
        "No business plan is owed.",
    )
}

/// What was asked for, and where it stands.
async fn asked(client: &Client, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = wavelaunch_shared::clients::get(&mut tx, &client.id).await?.ok_or(Error::NotFound("client"))?;
    let plan: Option<PlanView> = journey::overview(&mut tx, &context.studio, &client).await?.plan;
    let due = plan.as_ref().and_then(|plan| plan.due_at).map(|due| format!("; it is promised for {}", moment(due)));
    let sentence = format!(
        "The business plan of {} is written at the engine's next look{}.",
        client.full_name.line(),
        due.unwrap_or_default()
    );
    context.out.done(&json!({ "client_id": client.id, "plan": plan }), &sentence)
}

async fn id(context: &Context, text: &str) -> Outcome<String> {
    Ok(named(context, text).await?.id.to_string())
}

/// The plan with this id, or the newest one of the client with this name.
async fn named(context: &Context, text: &str) -> Outcome<Document> {
    let mut tx = context.studio.db.read().await?;
    let by_id: Result<Document> = documents::get(&mut tx, &context.actor, &DocumentId::from_input(text)).await;
    if let Ok(document) = by_id
        && document.plan_version.is_some()
    {
        return Ok(document);
    }
    let client = client::found(&mut tx, text).await?;
    let plans = documents::plans(&mut tx, &context.actor, &client.id).await?;
    let look = "`wavelaunch plan write CLIENT` has one written";
    or_look(plans.into_iter().next().ok_or(Error::NotFound("business plan")), look)
}
