//! `document`: what the studio makes for a client: the business plan, a document a month, extras.

mod undo;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use wavelaunch_shared::documents::{self, Document, DocumentRow, Edit, ReviewRow, Telling};
use wavelaunch_shared::id::DocumentId;
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::{Foreign, terminal_safe};
use wavelaunch_shared::{Error, Result, journey};

use super::care::Care;
use super::client;
use super::context::{Context, or_look};
use super::exit::Outcome;
use super::output::{ago, dash, day, left, moment, name, preview, right, word};
use super::paging::Paging;
use super::paper;
use crate::editor;

const LOOK: &str = "`wavelaunch document list` names them";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// A client's documents, or all that wait for the studio
    List {
        /// Id, e-mail, or the start of the name
        client: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One document with its text
    Show {
        /// The document's id
        id: String,
    },
    /// Add a month's document by hand, as a draft
    Add {
        /// Id, e-mail, or the start of the name
        client: String,
        /// 1 to 8
        #[arg(long, value_parser = month)]
        month: Month,
        /// Its text, Markdown; - reads standard input
        #[arg(long)]
        file: PathBuf,
        /// Its title (else the month's)
        #[arg(long, conflicts_with = "sub")]
        title: Option<String>,
        /// Add this sub-document of the month instead: its title in the programme, or its number
        #[arg(long, value_name = "TITLE")]
        sub: Option<String>,
    },
    /// Have a sub-document of a month written; a rejected one is written anew
    Write {
        /// Id, e-mail, or the start of the name
        client: String,
        /// 1 to 8
        #[arg(long, value_parser = month)]
        month: Month,
        /// Its title in the programme, or its number
        #[arg(long, value_name = "TITLE")]
        sub: String,
    },
    /// The sub-documents of the programme, and which of them a client has
    Subs {
        /// Id, e-mail, or the start of the name
        client: String,
        /// 1 to 8 (else all)
        #[arg(long, value_parser = month)]
        month: Option<Month>,
    },
    /// Change a document's text or title; without either, in your own editor
    Edit {
        /// The document's id
        id: String,
        /// A new text, Markdown; - reads standard input
        #[arg(long)]
        file: Option<PathBuf>,
        /// A new title
        #[arg(long)]
        title: Option<String>,
        /// Refuse when somebody else changed the document since this version
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Send a draft to review
    Submit {
        /// The document's id
        id: String,
    },
    /// Approve a document
    Approve {
        /// The document's id
        id: String,
        /// And deliver it at once
        #[arg(long)]
        deliver: bool,
    },
    /// Refuse a document in review
    Reject {
        /// The document's id
        id: String,
        /// Why; the next draft goes by it
        #[arg(long)]
        reason: String,
    },
    /// Have a rejected document written anew
    Regenerate {
        /// The document's id
        id: String,
    },
    /// What the client is told of an approved document; --set and --stands write other lines
    Highlights {
        /// The document's id
        id: String,
        /// A line on what to look for; again for each further one
        #[arg(long = "set", value_name = "LINE")]
        set: Vec<String>,
        /// A line on what stands once the month is complete; again for each further one
        #[arg(long, value_name = "LINE")]
        stands: Vec<String>,
        /// Refuse when somebody else changed the document since this version
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Hand an approved document to the client, and tell them
    Deliver {
        /// The document's id
        id: String,
    },
    /// Take a delivered document back: a draft again, its month open
    TakeBack {
        /// The document's id
        id: String,
        #[command(flatten)]
        care: Care,
    },
    /// Delete a document; the engine writes its month anew
    Delete {
        /// The document's id
        id: String,
        #[command(flatten)]
        care: Care,
    },
    /// Write a document's PDF to a file, as the client receives it
    Export {
        /// The document's id
        id: String,
        /// Where to; a folder takes the file under its own name
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Make a document's PDF if it is missing, and say how it stands
    Print {
        /// The document's id
        id: String,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List { .. } | Self::Show { .. } | Self::Subs { .. } => false,
            Self::Highlights { set, stands, .. } => !(set.is_empty() && stands.is_empty()),
            Self::TakeBack { care, .. } | Self::Delete { care, .. } => !care.dry_run,
            _ => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        Verb::List { client: Some(client), paging } => of_client(&client, &paging, context).await,
        Verb::List { client: None, paging } => waiting(&paging, context).await,
        Verb::Show { id } => show(&document(context, &id).await?, context),
        Verb::Add { client, month, file, sub: Some(sub), .. } => {
            let client = client::named(context, &client).await?;
            let added = documents::add_extra(studio, actor, &client.id, month, &sub, &read(&file)?).await?;
            tell(&added, "is a draft", context)
        }
        Verb::Write { client, month, sub } => {
            let client = client::named(context, &client).await?;
            journey::write_extra(studio, actor, &client.id, month, &sub).await?;
            let title = studio.programme.sub_document(month, &sub)?;
            let sentence = format!("Month {month}, {title}: it is written at the engine's next look.");
            context.out.done(&json!({ "client_id": client.id, "month": month, "title": title }), &sentence)
        }
        Verb::Subs { client, month } => subs(&client, month, context).await,
        Verb::Add { client, month, file, title, sub: None } => {
            let client = client::named(context, &client).await?;
            let title = title.as_deref().unwrap_or(studio.programme.title(month));
            let added = documents::add(studio, actor, &client.id, month, title, &read(&file)?).await?;
            tell(&added, "is a draft; the engine no longer writes this month", context)
        }
        Verb::Edit { id, file: None, title: None, version } => edit(&id, version, context).await,
        Verb::Edit { id, file, title, version } => {
            let markdown = file.as_deref().map(read).transpose()?;
            let change = Edit { title, markdown, version };
            tell(&found(documents::edit(studio, actor, &id_of(&id), change).await)?, "is changed", context)
        }
        Verb::Submit { id } => {
            tell(&found(documents::submit(studio, actor, &id_of(&id)).await)?, "waits for review", context)
        }
        Verb::Approve { id, deliver: false } => {
            let approved = found(documents::approve(studio, actor, &id_of(&id)).await)?;
            let print = documents::print_of(&mut studio.db.read().await?, &approved.id).await?;
            let trouble = print.and_then(|print| print.trouble()).map(|trouble| format!(". {trouble}"));
            tell(&approved, &format!("is approved{}", trouble.unwrap_or_default().trim_end_matches('.')), context)
        }
        Verb::Approve { id, deliver: true } => {
            let delivered = documents::approve_and_deliver(studio, actor, &id_of(&id)).await;
            tell(&found(delivered)?, "is approved and delivered", context)
        }
        Verb::Reject { id, reason } => {
            tell(&found(documents::reject(studio, actor, &id_of(&id), &reason).await)?, "is rejected", context)
        }
        Verb::Regenerate { id } => {
            found(journey::regenerate(studio, actor, &id_of(&id)).await)?;
            tell(&document(context, &id).await?, "is written anew at the engine's next look", context)
        }
        Verb::Highlights { id, set, stands, .. } if set.is_empty() && stands.is_empty() => {
            highlights(&document(context, &id).await?, context)
        }
        Verb::Highlights { id, set, stands, version } => {
            let lines = |lines: Vec<String>| (!lines.is_empty()).then_some(lines);
            let telling = Telling { highlights: lines(set), accomplishments: lines(stands), version };
            tell(
                &found(documents::tell(studio, actor, &id_of(&id), telling).await)?,
                "is told of in these words",
                context,
            )
        }
        Verb::Export { id, to } => {
            let file = found(documents::pdf(studio, actor, &id_of(&id)).await)?;
            paper::write(&file, &to, context)
        }
        Verb::Print { id } => {
            let print = found(documents::print(studio, actor, &id_of(&id)).await)?;
            context
                .out
                .done(&print, &print.trouble().unwrap_or_else(|| format!("The PDF is there, {}.", print.length())))
        }
        Verb::Deliver { id } => {
            tell(&found(documents::deliver(studio, actor, &id_of(&id)).await)?, "is delivered", context)
        }
        Verb::TakeBack { id, care } => undo::take_back(&document(context, &id).await?, care, context).await,
        Verb::Delete { id, care } => undo::delete(&document(context, &id).await?, care, context).await,
    }
}

/// The text in the person's editor; what somebody else changed meanwhile is not overwritten.
async fn edit(id: &str, version: Option<i64>, context: &Context) -> Outcome {
    let document = document(context, id).await?;
    let Some(markdown) = editor::edit(document.content_markdown.raw())? else {
        return tell(&document, "is as it was", context);
    };
    let change = Edit { markdown: Some(markdown), version: version.or(Some(document.version)), ..Edit::default() };
    let changed = documents::edit(&context.studio, &context.actor, &document.id, change).await;
    tell(&found(changed)?, "is changed", context)
}

async fn of_client(client: &str, paging: &Paging, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let rows = documents::list(&mut tx, &context.actor, &client.id).await?;
    let rows = paging.cut(rows, |row: &DocumentRow| row.id.as_str());
    let date = |at: Option<chrono::DateTime<chrono::Utc>>| dash(at.map(|at| super::output::date(at, client.zone())));
    context.out.list(
        &rows,
        [left("id"), right("M"), left("title"), left("state"), left("due"), left("delivered"), left("opened")],
        |row| {
            [
                row.id.to_string(),
                month_of(row.month),
                preview(&row.title),
                word(row.status),
                // A promised day is a date, kept as midnight UTC.
                dash(row.due_at.map(|due| day(due.date_naive()))),
                date(row.delivered_at),
                date(row.first_opened_at),
            ]
        },
        "This client has no documents yet.",
    )
}

async fn subs(client: &str, month: Option<Month>, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = client::found(&mut tx, client).await?;
    let rows = journey::extras(&mut tx, &context.studio, &context.actor, &client.id, month).await?;
    context.out.list(
        &rows,
        [right("M"), left("title"), left("state"), left("id")],
        |row| {
            let id = row.document_id.as_ref().map(ToString::to_string);
            [row.month.to_string(), row.title.clone(), dash(row.status.map(word)), dash(id)]
        },
        "The programme has no sub-documents.",
    )
}

async fn waiting(paging: &Paging, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let rows = documents::review_queue(&mut context.studio.db.read().await?).await?;
    let rows = paging.cut(rows, |row: &ReviewRow| row.id.as_str());
    let now = context.studio.clock.now();
    context.out.list(
        &rows,
        [left("id"), left("client"), right("M"), left("title"), left("state"), left("due"), right("waits")],
        |row| {
            [
                row.id.to_string(),
                name(&row.full_name),
                month_of(row.month),
                preview(&row.title),
                word(row.status),
                dash(row.due_at.map(|due| day(due.date_naive()))),
                ago(row.updated_at, now),
            ]
        },
        "No document waits for the studio.",
    )
}

pub(super) fn show(document: &Document, context: &Context) -> Outcome {
    let rejected = document.rejection_reason.as_ref().map(Foreign::line);
    let heading = format!(
        "{}  ({}{}, version {})\nwritten by {}{}{}{}{}{}",
        document.title.line(),
        document.month.map(|month| format!("month {month}, ")).unwrap_or_default(),
        document.status.words(),
        document.version,
        document.generated_by.as_deref().unwrap_or("nobody"),
        document.delivered_at.map(|at| format!(", delivered {}", moment(at))).unwrap_or_default(),
        document.first_opened_at.map(|at| format!(", opened {}", moment(at))).unwrap_or_default(),
        rejected.map(|reason| format!("\nrejected: {reason}")).unwrap_or_default(),
        told("to look for", &document.highlights),
        told("what stands", &document.accomplishments),
    );
    context.out.text(document, &format!("{heading}\n\n{}", document.content_markdown.lines()))
}

fn highlights(document: &Document, context: &Context) -> Outcome {
    let told = [told("to look for", &document.highlights), told("what stands", &document.accomplishments)].concat();
    let nothing = "Nothing is told of it yet; that is taken from the text when it is approved.";
    let shown = if told.is_empty() { nothing } else { told.trim_start() };
    let lines = json!({
        "id": document.id,
        "version": document.version,
        "highlights": document.highlights,
        "accomplishments": document.accomplishments,
    });
    context.out.text(&lines, shown)
}

/// What a client is told of it, a line each.
fn told(label: &str, lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n{label}: {}", terminal_safe(line))).collect::<Vec<_>>().concat()
}

/// The month's number; a plan has none.
fn month_of(month: Option<i64>) -> String {
    dash(month.map(|month| month.to_string()))
}

async fn document(context: &Context, id: &str) -> Outcome<Document> {
    found(documents::get(&mut context.studio.db.read().await?, &context.actor, &id_of(id)).await)
}

fn found<T>(document: Result<T>) -> Outcome<T> {
    or_look(document, LOOK)
}

pub(super) fn tell(document: &Document, became: &str, context: &Context) -> Outcome {
    let month = document.month.map(|month| format!("Month {month}, ")).unwrap_or_default();
    let sentence = format!("{month}{}: {became}. {}", document.title.line(), document.id);
    context.out.done(document, &sentence)
}

fn id_of(text: &str) -> DocumentId {
    DocumentId::from_input(text)
}

pub(super) fn read(file: &Path) -> Outcome<String> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(file).map_err(|error| Error::file(file, error))?
    };
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|_| Error::invalid(format!("{} is not UTF-8 text; save it again as UTF-8", file.display())))?)
}

fn month(text: &str) -> Result<Month> {
    Month::new(text.parse().map_err(|_| Error::invalid("a month is a number from 1 to 8"))?)
}
