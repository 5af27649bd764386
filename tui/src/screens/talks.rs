//! What can be done with a conversation, wherever one is under the cursor.

use wavelaunch_shared::portal::Thread;

use crate::app::Wish;
use crate::app::overlay::{Confirm, Overlay, Write};
use crate::data::Command;
use crate::verbs::VerbId;

/// Does a verb of [`crate::verbs::Scope::Talk`].
pub fn act(verb: VerbId, thread: &Thread, client: &str) -> Vec<Wish> {
    match verb {
        VerbId::Reply => vec![Wish::Show(reply(thread, client))],
        VerbId::CloseThread => {
            let lines = vec![
                format!("{client} can no longer write in it, only begin another."),
                format!("About: {}", thread.subject.line()),
            ];
            let command = Command::CloseThread(thread.id.clone());
            vec![Wish::Show(Overlay::Confirm(Confirm::command("Close this conversation?", lines, command)))]
        }
        _ => Vec::new(),
    }
}

fn reply(thread: &Thread, client: &str) -> Overlay {
    let id = thread.id.clone();
    let title = format!("To {client}: {}", thread.subject.line());
    Overlay::Write(Write::letter(title, "goes to the client's chat", move |body| {
        if body.trim().is_empty() {
            return Err("Nothing is written yet.".into());
        }
        Ok(Wish::Submit(Command::Reply { thread: id.clone(), body: body.trim().to_owned() }))
    }))
}
