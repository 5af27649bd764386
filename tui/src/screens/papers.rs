//! What can be done with a document, wherever it is under the cursor.

use std::path::PathBuf;

use wavelaunch_shared::documents::{Document, DocumentStatus, Telling};
use wavelaunch_shared::id::DocumentId;
use wavelaunch_shared::journey::Extra;

use crate::app::Wish;
use crate::app::overlay::{Choice, Choose, Confirm, Overlay, Write};
use crate::data::{ClientPage, Command};
use crate::theme::Meaning;
use crate::verbs::VerbId;

/// Does a verb of [`crate::verbs::Scope::Review`]. `name` says which document:
/// whose, and of which month.
pub fn act(verb: VerbId, id: &DocumentId, name: &str) -> Vec<Wish> {
    let wish = match verb {
        VerbId::Submit => Wish::Submit(Command::SubmitDocument(id.clone())),
        VerbId::WriteAnew => Wish::Submit(Command::WriteAnew(id.clone())),
        VerbId::Approve => Wish::Submit(Command::Approve(id.clone())),
        VerbId::ApproveDeliver => ask(format!("Approve and deliver {name}?"), Command::ApproveAndDeliver(id.clone())),
        VerbId::Deliver => ask(format!("Deliver {name}?"), Command::Deliver(id.clone())),
        VerbId::TakeBack => Wish::Show(take_back(id, name)),
        VerbId::Delete => Wish::Show(delete(id, name)),
        VerbId::Reject => Wish::Show(reject(id, name)),
        VerbId::SavePdf => Wish::Show(save_pdf(id, name)),
        VerbId::PrintAgain => Wish::Submit(Command::PrintDocument(id.clone())),
        VerbId::CopyId => Wish::Copy(id.to_string()),
        _ => return Vec::new(),
    };
    vec![wish]
}

fn ask(title: String, command: Command) -> Wish {
    let lines = vec![
        "The client is told now, on the chat that they use.".into(),
        "What counts from the delivery counts from now on.".into(),
    ];
    Wish::Show(Overlay::Confirm(Confirm::command(title, lines, command)))
}

fn take_back(id: &DocumentId, name: &str) -> Overlay {
    let lines = vec![
        "It is a draft again, and its month is open.".into(),
        "A client who was told of it hears that it is being reworked.".into(),
    ];
    Overlay::Confirm(Confirm::command(format!("Take back {name}?"), lines, Command::TakeBack(id.clone())))
}

fn delete(id: &DocumentId, name: &str) -> Overlay {
    let lines = vec![
        "Its text is gone for good, and the engine writes the month anew.".into(),
        "A client who was told of it hears that it is being reworked.".into(),
    ];
    let confirm = Confirm::command(format!("Delete {name}?"), lines, Command::DeleteDocument(id.clone()));
    Overlay::Confirm(confirm.typing(name.to_owned()))
}

/// The extras of a month, to choose from.
pub fn extras(page: &ClientPage, month: Option<i64>) -> Wish {
    let of_month = |extra: &&Extra| Some(i64::from(extra.month.number())) == month;
    let choices: Vec<Choice> = page.extras.iter().filter(of_month).map(|extra| choice(page, extra)).collect();
    match (month, choices.is_empty()) {
        (Some(month), false) => {
            Wish::Show(Overlay::Choose(Choose::new(format!("Beside the document of M{month}"), choices)))
        }
        _ => no_month(),
    }
}

/// There is nothing beside which an extra could stand.
pub fn no_month() -> Wish {
    Wish::Say(Meaning::Waiting, "Sub-documents belong to a month: move the cursor onto one.".into())
}

fn choice(page: &ClientPage, extra: &Extra) -> Choice {
    let (client, month, title) = (page.client.id.clone(), extra.month, extra.title.clone());
    let command = Command::WriteExtra { client, month, title };
    let then = match extra.status {
        None | Some(DocumentStatus::Rejected) => Ok(command),
        Some(status) => Err(format!("{} is {} already.", extra.title, status.words())),
    };
    let standing = extra.status.map(|status| status.words().to_owned()).unwrap_or_default();
    Choice { name: extra.title.clone(), standing, then }
}

/// What is told of a document, to be written: what to look for, an empty line, then what stands.
pub fn highlights(document: &Document, name: &str) -> Overlay {
    let (id, version) = (document.id.clone(), document.version);
    let now = format!("{}\n\n{}", document.highlights.join("\n"), document.accomplishments.join("\n"));
    let title = format!("{name}: what to look for, then what stands");
    let hint = "a line each, an empty line between the two lists";
    let letter = Write::letter(title, hint, move |text| {
        let (first, second) = text.split_once("\n\n").unwrap_or((text, ""));
        let lines = |text: &str| {
            let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
            (!lines.is_empty()).then_some(lines)
        };
        let telling = Telling { highlights: lines(first), accomplishments: lines(second), version: Some(version) };
        if telling.highlights.is_none() && telling.accomplishments.is_none() {
            return Err("Write at least one line.".into());
        }
        Ok(Wish::Submit(Command::Tell { id: id.clone(), telling }))
    });
    Overlay::Write(letter.with(now.trim_end()))
}

fn save_pdf(id: &DocumentId, name: &str) -> Overlay {
    let id = id.clone();
    let sheet = where_to(format!("Save the PDF of {name}"), move |to| Command::SavePdf { id: id.clone(), to });
    Overlay::Write(sheet)
}

/// Asks where a file is to be written.
pub fn where_to(title: String, command: impl Fn(PathBuf) -> Command + Send + 'static) -> Write {
    let hint = "a folder, or a file that is not there yet";
    let sheet = Write::line(title, hint, move |path| match path.trim() {
        "" => Err("Say where: a dot means this folder.".into()),
        path => Ok(Wish::Submit(command(path.into()))),
    });
    sheet.with(".")
}

fn reject(id: &DocumentId, name: &str) -> Overlay {
    let id = id.clone();
    let hint = "why? the next draft is written with it in view";
    Overlay::Write(Write::line(format!("Reject {name}"), hint, move |reason| {
        if reason.trim().is_empty() {
            return Err("A reason is needed: say what should change.".into());
        }
        Ok(Wish::Submit(Command::Reject { id: id.clone(), reason: reason.trim().to_owned() }))
    }))
}
