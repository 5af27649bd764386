//! The documents: a list, the file, a wish for a change.

use std::cmp::Reverse;

use wavelaunch_shared::documents::{self, Document, DocumentKind, DocumentRow};
use wavelaunch_shared::id::DocumentId;
use wavelaunch_shared::portal::{self, NewThread, Posted, ThreadKind};
use wavelaunch_shared::text::{Attachment, Button, Foreign, Reply};
use wavelaunch_shared::{Error, Result, journey};

use super::Output;
use super::action::Action;
use super::state::State;
use super::turn::Turn;
use super::words::{day_of, label, phrase, reply};

/// How many documents a page shows.
const PAGE: usize = 5;

/// The documents: the plan, then the months, the newest first, each with its extras.
pub(super) async fn list(turn: &Turn<'_>) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(page_of(turn, 0).await?)])
}

/// Another page, in the place of the one before.
pub(super) async fn turn_to(turn: &Turn<'_>, page: usize) -> Result<Vec<Output>> {
    Ok(vec![Output::Replace(page_of(turn, page).await?)])
}

async fn page_of(turn: &Turn<'_>, page: usize) -> Result<Reply> {
    let mut mine = documents::list(&mut turn.studio.db.read().await?, &turn.actor(), &turn.client.id).await?;
    if mine.is_empty() {
        return reply(turn.studio, "documents_empty", &[], &[Action::Progress]);
    }
    // They come by month with the plan first, and stay so within a month.
    mine.sort_by_key(|document| document.month.map(Reverse));
    let pages = mine.len().div_ceil(PAGE);
    let page = page.min(pages - 1);
    let shown = mine.chunks(PAGE).nth(page).unwrap_or_default();
    let lines: Vec<String> = shown.iter().map(|document| line(turn, document)).collect::<Result<_>>()?;
    let values = [("document_list", lines.join("\n")), ("page", (page + 1).to_string()), ("pages", pages.to_string())];
    let mut listed = reply(turn.studio, "documents_list", &values, &[])?;
    for document in shown {
        let open = Action::Open(document.id.clone()).to_string();
        listed.buttons.push(vec![Button::new(label(document.title.raw()), open)]);
    }
    let labels = &turn.studio.messages.get("documents_list")?.buttons;
    let older = (page + 1 < pages).then(|| page + 1);
    let newer = page.checked_sub(1);
    let turns: Vec<Button> = labels
        .iter()
        .zip([older, newer])
        .filter_map(|(label, page)| Some(Button::new(label.clone(), Action::Page(page?).to_string())))
        .collect();
    if !turns.is_empty() {
        listed.buttons.push(turns);
    }
    if page == 0 && journey::has_certificate(&mut turn.studio.db.read().await?, &turn.client).await? {
        let label = phrase(turn.studio, "certificate_entry", &[])?;
        listed.buttons.push(vec![Button::new(label, Action::Certificate.to_string())]);
    }
    Ok(listed)
}

fn line(turn: &Turn<'_>, document: &DocumentRow) -> Result<String> {
    let key = match (document.locked, document.first_opened_at) {
        (true, _) => "document_entry_locked",
        (false, None) => "document_entry_new",
        (false, Some(_)) => "document_entry",
    };
    let date = document.delivered_at.map_or_else(String::new, |at| day_of(at, &turn.client));
    let values = [("document_title", titled(turn, document)?), ("date", date)];
    Ok(format!("- {}", phrase(turn.studio, key, &values)?))
}

/// A title; that of an extra says to which month it belongs.
fn titled(turn: &Turn<'_>, document: &DocumentRow) -> Result<String> {
    let title = label(document.title.raw());
    match (document.kind, document.month) {
        (DocumentKind::Subdocument, Some(month)) => {
            phrase(turn.studio, "document_beside", &[("document_title", title), ("month", month.to_string())])
        }
        _ => Ok(title),
    }
}

/// Sends the file. From now on the document counts as opened.
pub(super) async fn open(turn: &Turn<'_>, id: &DocumentId) -> Result<Vec<Output>> {
    let document = documents::fetch(turn.studio, &turn.actor(), id).await?;
    if turn.client.documents_locked {
        return turn.say("document_locked", &[title(&document)], &[Action::Write]);
    }
    // First the file, then it counts as opened: a document that cannot be had is not read.
    if let Err(error) = documents::print(turn.studio, &turn.actor(), id).await {
        return failed(turn, &error, title(&document), Action::Open(id.clone()));
    }
    documents::open(turn.studio, &turn.actor(), id, turn.surface()).await?;
    let mut values = vec![title(&document)];
    let key = if document.kind == DocumentKind::Plan {
        "document_sent_plan"
    } else {
        let month = document.its_month()?;
        let month_title = turn.studio.programme.title(month).to_owned();
        values.extend([("month", month.to_string()), ("month_title", month_title)]);
        "document_sent"
    };
    let actions = [Action::Revise(id.clone()), Action::Write];
    let sent = reply(turn.studio, key, &values, &actions)?.file(Attachment::Document(id.clone()));
    Ok(vec![Output::Say(sent)])
}

/// Sends the certificate of a completed programme.
pub(super) async fn certificate(turn: &Turn<'_>) -> Result<Vec<Output>> {
    if !journey::has_certificate(&mut turn.studio.db.read().await?, &turn.client).await? {
        return turn.say("certificate_none", &[], &[Action::Progress]);
    }
    let title = ("document_title", phrase(turn.studio, "certificate_entry", &[])?);
    if turn.client.documents_locked {
        return turn.say("document_locked", &[title], &[Action::Write]);
    }
    if let Err(error) = journey::certificate(turn.studio, &turn.actor(), &turn.client.id).await {
        return failed(turn, &error, title, Action::Certificate);
    }
    let values = [turn.name(), turn.studio_name()];
    let sent = reply(turn.studio, "certificate_sent", &values, &[Action::Documents])?.file(Attachment::Certificate);
    Ok(vec![Output::Say(sent)])
}

/// A file that cannot be had is the studio's to mend; the client may try again.
fn failed(turn: &Turn<'_>, error: &Error, title: (&str, String), again: Action) -> Result<Vec<Output>> {
    tracing::error!(client = %turn.client.id, %error, "a client could not be given a file");
    turn.say("document_failed", &[title], &[again, Action::Write])
}

/// Asks what should change.
pub(super) async fn revise(turn: &Turn<'_>, id: &DocumentId) -> Result<Vec<Output>> {
    let document = documents::fetch(turn.studio, &turn.actor(), id).await?;
    turn.enter(&State::Revising(id.clone())).await?;
    turn.say("revision_ask", &[title(&document)], &[Action::Cancel])
}

/// Takes the wish to the studio, in a conversation about this document.
pub(super) async fn revised(turn: &Turn<'_>, id: &DocumentId, text: &Foreign) -> Result<Vec<Output>> {
    let document = documents::fetch(turn.studio, &turn.actor(), id).await?;
    let new = NewThread {
        subject: document.title.clone(),
        body: text.clone(),
        kind: ThreadKind::Revision,
        document: Some(id.clone()),
    };
    match portal::open_thread(turn.studio, &turn.actor(), &turn.client.id, &new, turn.surface()).await? {
        Posted::Sent(..) => {
            turn.leave().await?;
            turn.say("revision_sent", &[title(&document)], &[])
        }
        Posted::TooMany { limit, minutes } => {
            let values = [("limit", limit.to_string()), ("minutes", minutes.to_string())];
            turn.say("too_many_messages", &values, &[])
        }
        Posted::Closed(_) => Err(Error::NotFound("conversation")),
    }
}

fn title(document: &Document) -> (&'static str, String) {
    ("document_title", document.title.raw().to_owned())
}
