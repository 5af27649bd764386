//! Linking the account of a member of staff: the code, the question whether it is the right person.

use wavelaunch_shared::staff::chat::{self, CodeRefusal};
use wavelaunch_shared::{Result, Studio};

use super::{StaffAction, of};
use crate::talk::action::Action;
use crate::talk::words::{replace, say};
use crate::talk::{Output, Person};

/// Somebody opens a code that is no client's.
pub(in crate::talk) async fn begin(studio: &Studio, code: &str) -> Result<Vec<Output>> {
    let peeked = chat::peek(&mut studio.db.read().await?, code, studio.clock.now()).await?;
    match peeked {
        Ok(admin) => {
            let values = [("name", admin.name.raw().to_owned()), ("studio_name", studio.settings.studio.name.clone())];
            say(studio, "staff_link_confirm", &values, &[of(StaffAction::Link(code.to_owned())), Action::NotMe])
        }
        Err(refusal) => say(studio, key_of(refusal), &[], &[]),
    }
}

/// They say that it is theirs.
pub(in crate::talk) async fn finish(studio: &Studio, person: &Person, code: &str) -> Result<Vec<Output>> {
    match chat::link(studio, code, &person.account()).await? {
        Ok(admin) => {
            let name = ("name", admin.name.raw().to_owned());
            replace(studio, "staff_linked", &[name], &[of(StaffAction::Settings)])
        }
        Err(refusal) => replace(studio, key_of(refusal), &[], &[]),
    }
}

fn key_of(refusal: CodeRefusal) -> &'static str {
    match refusal {
        CodeRefusal::Expired => "staff_link_expired",
        CodeRefusal::Used => "link_used",
        CodeRefusal::Unknown => "link_unknown",
        CodeRefusal::OtherAccount => "link_other_account",
    }
}
