//! What can be done with a document, wherever it is under the cursor.

use wavelaunch_shared::id::DocumentId;

use crate::app::Wish;
use crate::app::overlay::{Confirm, Overlay, Write};
use crate::data::Command;
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
        VerbId::Reject => Wish::Show(reject(id, name)),
        VerbId::CopyId => Wish::Copy(id.to_string()),
        _ => return Vec::new(),
    };
    vec![wish]
}

fn ask(title: String, command: Command) -> Wish {
    let lines = vec![
        "The client is told now, on the chat that they use.".into(),
        "Reminders for this month follow the delivery.".into(),
    ];
    Wish::Show(Overlay::Confirm(Confirm::command(title, lines, command)))
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
