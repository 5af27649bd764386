//! What the studio writes into a document by hand: a new one, another text, what is told of it.

use chrono::{DateTime, Utc};

use super::highlights::{Told, checked_lines, summary_of};
use super::print::try_to_print;
use super::store::{self, Draft, Place};
use super::{Deed, Document, DocumentKind, DocumentStatus, record};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::id::{ClientId, DocumentId};
use crate::journey::effects;
use crate::programme::Month;
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio};

/// The shortest text that is a document, in characters.
const SHORTEST: usize = 100;
/// The longest, in characters: some two hundred pages.
const LONGEST: usize = 500_000;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// What to change in a document. `None` leaves a part alone.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// A new title.
    pub title: Option<String>,
    /// A new text, Markdown.
    pub markdown: Option<String>,
    /// The version that the editor saw; another one now is a conflict. `None` overwrites.
    pub version: Option<i64>,
}

/// What to tell of a document instead of what its text says. `None` leaves a part alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// One to five lines for the notice.
    pub highlights: Option<Vec<String>>,
    /// One to five lines for the celebrations.
    pub accomplishments: Option<Vec<String>>,
    /// The version that the editor saw; another one now is a conflict. `None` overwrites.
    pub version: Option<i64>,
}

/// Adds a month's document by hand, as a draft. The engine then no longer writes that month.
pub async fn add(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    month: Month,
    title: &str,
    markdown: &str,
) -> Result<Document> {
    let (mut tx, client, now) = open(studio, actor, client, markdown).await?;
    let title = checked_title(title)?;
    let document = insert(&mut tx, actor, &client, Place::Month(month), title, markdown, now).await?;
    let Some(document) = document else {
        return Err(Error::refused(format!("month {month} has a document already; edit that one")));
    };
    effects::written_by_hand(&mut tx, now, actor, &client.id, Some(month)).await?;
    tx.commit().await?;
    Ok(document)
}

/// Adds a version of the business plan by hand, as a draft. The engine then no longer writes one.
pub async fn add_plan(studio: &Studio, actor: &Actor, client: &ClientId, markdown: &str) -> Result<Document> {
    let (mut tx, client, now) = open(studio, actor, client, markdown).await?;
    let version = next_plan(&mut tx, &client.id).await?;
    effects::plan_promised(&mut tx, studio, &client, now).await?;
    let title = studio.programme.plan.title_of(version);
    let document = insert(&mut tx, actor, &client, Place::Plan(version), &title, markdown, now).await?;
    let document = document.ok_or_else(|| Error::Conflict("the business plan".into()))?;
    effects::written_by_hand(&mut tx, now, actor, &client.id, None).await?;
    tx.commit().await?;
    Ok(document)
}

/// Adds an extra of a month by hand, as a draft. `title` is one of the programme's for that month, or its place among
/// them.
pub async fn add_extra(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    month: Month,
    title: &str,
    markdown: &str,
) -> Result<Document> {
    let title = studio.programme.sub_document(month, title)?;
    let (mut tx, client, now) = open(studio, actor, client, markdown).await?;
    let place = Place::Beside(month, require_main(&mut tx, &client.id, month).await?);
    let document = insert(&mut tx, actor, &client, place, title, markdown, now).await?;
    let document =
        document.ok_or_else(|| Error::refused(format!("month {month} has “{title}” already; edit that one")))?;
    tx.commit().await?;
    Ok(document)
}

/// The month's own document, without which there is nothing that an extra could stand beside.
pub(crate) async fn require_main(tx: &mut Tx, client: &ClientId, month: Month) -> Result<DocumentId> {
    let main = store::main_of(tx, client, month).await?;
    main.map(|main| main.id).ok_or_else(|| {
        Error::refused(format!("month {month} has no document yet; a sub-document stands beside the month's own"))
    })
}

/// The number of a client's next plan; refused while the studio still works on the last one.
pub(crate) async fn next_plan(tx: &mut Tx, client: &ClientId) -> Result<i64> {
    let Some(latest) = store::latest_plan(tx, client).await? else { return Ok(1) };
    let version = latest.plan_version.unwrap_or_default();
    match latest.status {
        DocumentStatus::Approved | DocumentStatus::Delivered => Ok(version + 1),
        DocumentStatus::Rejected => Err(Error::refused(format!(
            "version {version} of the plan is rejected; have that one written anew, or edit it"
        ))),
        DocumentStatus::Draft | DocumentStatus::PendingReview => Err(Error::refused(format!(
            "version {version} of the plan is {}; decide about that one first",
            latest.status.words()
        ))),
    }
}

async fn open(
    studio: &Studio,
    actor: &Actor,
    client: &ClientId,
    markdown: &str,
) -> Result<(Tx, Client, DateTime<Utc>)> {
    actor.require(Capability::Edit)?;
    checked_text(markdown)?;
    let mut tx = studio.db.write().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if client.status.has_left() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    Ok((tx, client, studio.clock.now()))
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    client: &Client,
    place: Place,
    title: &str,
    markdown: &str,
    now: DateTime<Utc>,
) -> Result<Option<Document>> {
    let draft = Draft {
        client_id: &client.id,
        place,
        title,
        markdown,
        status: DocumentStatus::Draft,
        generated_by: "manual",
        job_id: None,
    };
    let Some(id) = store::insert(tx, &draft, now).await? else { return Ok(None) };
    let document = store::get(tx, &Actor::System, &id).await?;
    record(tx, now, actor, Deed::WrittenByHand, &document).await?;
    Ok(Some(document))
}

/// Changes title or text. A rejected document becomes a draft again; any other keeps its status, so
/// that a slip can be mended even in a delivered one.
pub async fn edit(studio: &Studio, actor: &Actor, id: &DocumentId, change: Edit) -> Result<Document> {
    let (mut tx, mut document, now) = look(studio, actor, id, change.version).await?;
    if let Some(title) = change.title {
        let title = checked_title(&title)?;
        if document.kind == DocumentKind::Subdocument && title != document.title.raw() {
            return Err(Error::refused("a sub-document keeps the title that the programme gives it"));
        }
        document.title = title.into();
    }
    if let Some(markdown) = change.markdown {
        checked_text(&markdown)?;
        if document.approved_at.is_some() {
            follow_text(&mut document, &markdown);
        }
        document.content_markdown = markdown.into();
    }
    if document.status == DocumentStatus::Rejected {
        document.status = DocumentStatus::Draft;
    }
    store::rewrite(&mut tx, &document, now).await?;
    let document = close(tx, actor, Deed::Edited, &document, now).await?;
    if document.approved_at.is_some() {
        try_to_print(studio, actor, id).await;
    }
    Ok(document)
}

/// What is told of an approved document follows its text, but for lines that an admin wrote.
fn follow_text(document: &mut Document, markdown: &str) {
    let (before, after) = (Told::of(document.content_markdown.raw()), Told::of(markdown));
    if document.highlights == before.highlights {
        document.highlights = after.highlights;
    }
    if document.accomplishments == before.accomplishments {
        document.accomplishments = after.accomplishments;
    }
    document.summary = Some(summary_of(markdown).into());
}

/// Has other lines told of an approved document. They stay when its text is edited.
pub async fn tell(studio: &Studio, actor: &Actor, id: &DocumentId, telling: Telling) -> Result<Document> {
    let (mut tx, mut document, now) = look(studio, actor, id, telling.version).await?;
    if document.approved_at.is_none() {
        let status = document.status.words();
        return Err(Error::refused(format!("the document is {status}; its highlights are taken when it is approved")));
    }
    if let Some(lines) = telling.highlights {
        document.highlights = checked_lines(&lines)?;
    }
    if let Some(lines) = telling.accomplishments {
        document.accomplishments = checked_lines(&lines)?;
    }
    store::rewrite(&mut tx, &document, now).await?;
    close(tx, actor, Deed::Told, &document, now).await
}

async fn look(
    studio: &Studio,
    actor: &Actor,
    id: &DocumentId,
    seen: Option<i64>,
) -> Result<(Tx, Document, DateTime<Utc>)> {
    actor.require(Capability::Edit)?;
    let mut tx = studio.db.write().await?;
    let document = store::get(&mut tx, actor, id).await?;
    if seen.is_some_and(|seen| seen != document.version) {
        return Err(Error::Conflict("the document".into()));
    }
    Ok((tx, document, studio.clock.now()))
}

async fn close(mut tx: Tx, actor: &Actor, deed: Deed, document: &Document, now: DateTime<Utc>) -> Result<Document> {
    record(&mut tx, now, actor, deed, document).await?;
    let document = store::get(&mut tx, &Actor::System, &document.id).await?;
    tx.commit().await?;
    Ok(document)
}

fn checked_title(title: &str) -> Result<&str> {
    let title = title.trim();
    match title.chars().count() {
        0 => Err(Error::invalid("a document needs a title")),
        long if long > LONGEST_TITLE => {
            Err(Error::invalid(format!("the title has {long} characters; {LONGEST_TITLE} are the most")))
        }
        _ => Ok(title),
    }
}

fn checked_text(markdown: &str) -> Result<()> {
    match markdown.trim().chars().count() {
        short if short < SHORTEST => {
            Err(Error::invalid(format!("the text has {short} characters; a document needs at least {SHORTEST}")))
        }
        long if long > LONGEST => {
            Err(Error::invalid(format!("the text has {long} characters; {LONGEST} are the most")))
        }
        _ => Ok(()),
    }
}
