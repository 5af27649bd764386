//! What can be done with a client, wherever one is under the cursor.

use wavelaunch_shared::clients::Client;
use wavelaunch_shared::id::ClientId;

use super::papers;
use crate::app::Wish;
use crate::app::overlay::{Confirm, Overlay, Write};
use crate::data::Command;
use crate::screens::Place;
use crate::verbs::VerbId;

/// Does a verb of [`crate::verbs::Scope::Person`].
pub fn act(verb: VerbId, client: &Client) -> Vec<Wish> {
    let (id, name) = (&client.id, client.full_name.line());
    let wish = match verb {
        VerbId::Message => Wish::Show(subject(id, &name)),
        VerbId::ShowAnswers => Wish::Go(Place::Answers(id.clone())),
        VerbId::ShowPreferences => Wish::Go(Place::Preferences(id.clone())),
        VerbId::Milestone => Wish::Show(milestone(id, &name)),
        VerbId::Invite => Wish::Submit(Command::Invite(id.clone())),
        VerbId::WritePlan => Wish::Submit(Command::WritePlan(id.clone())),
        VerbId::StartJourney => Wish::Show(start(id, &name)),
        VerbId::Archive => {
            let lines = vec![
                "The client disappears from lists and can no longer write to the studio.".into(),
                "Nothing is deleted: archived clients can be restored.".into(),
            ];
            let command = Command::Archive(id.clone());
            Wish::Show(Overlay::Confirm(Confirm::command(format!("Archive {name}?"), lines, command).typing(name)))
        }
        VerbId::Churn => {
            let lines = vec![
                "Planned steps and waiting messages are cancelled, chat accounts unlinked.".into(),
                "There is no way back into the programme; archive a client who may return.".into(),
            ];
            let command = Command::Churn(id.clone());
            let title = format!("{name} has left the programme?");
            Wish::Show(Overlay::Confirm(Confirm::command(title, lines, command).typing(name)))
        }
        VerbId::SaveCertificate => {
            Wish::Show(Overlay::Write(papers::where_to(format!("Save the certificate of {name}"), {
                let client = id.clone();
                move |to| Command::SaveCertificate { client: client.clone(), to }
            })))
        }
        VerbId::Restore => Wish::Submit(Command::Restore(id.clone())),
        VerbId::CopyId => Wish::Copy(id.to_string()),
        _ => return Vec::new(),
    };
    vec![wish]
}

fn subject(id: &ClientId, name: &str) -> Overlay {
    let id = id.clone();
    let hint = "what is it about? the text comes next";
    Overlay::Write(Write::line(format!("A message to {name}"), hint, move |subject| {
        let subject = subject.trim().to_owned();
        if subject.is_empty() {
            return Err("A subject is needed.".into());
        }
        Ok(Wish::Show(letter(id.clone(), subject)))
    }))
}

fn letter(client: ClientId, subject: String) -> Overlay {
    let title = format!("About: {subject}");
    Overlay::Write(Write::letter(title, "goes to the client's chat", move |body| {
        if body.trim().is_empty() {
            return Err("Nothing is written yet.".into());
        }
        let (client, subject, body) = (client.clone(), subject.clone(), body.trim().to_owned());
        Ok(Wish::Submit(Command::OpenThread { client, subject, body }))
    }))
}

fn milestone(id: &ClientId, name: &str) -> Overlay {
    let id = id.clone();
    let hint = "such as: the first hundred orders";
    Overlay::Write(Write::line(format!("Which milestone has {name} reached?"), hint, move |text| {
        let milestone = text.trim().to_owned();
        if milestone.is_empty() {
            return Err("Name the milestone in a few words.".into());
        }
        Ok(Wish::Submit(Command::Milestone { client: id.clone(), name: milestone }))
    }))
}

fn start(id: &ClientId, name: &str) -> Overlay {
    let id = id.clone();
    let hint = "a day such as 2026-11-23; empty for today";
    Overlay::Write(Write::line(format!("Start the journey of {name}"), hint, move |text| {
        let on = match text.trim() {
            "" => None,
            day => match day.parse() {
                Ok(day) => Some(day),
                Err(_) => return Err("This is no day: write year-month-day, such as 2026-11-23.".into()),
            },
        };
        Ok(Wish::Submit(Command::StartJourney { client: id.clone(), on }))
    }))
}
