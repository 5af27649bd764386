//! Taking documents back, and deleting them: asked first, and shown first where wanted.

use wavelaunch_shared::documents::{self, Document};

use super::{found, tell};
use crate::cli::care::Care;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;

pub async fn take_back(document: &Document, care: Care, context: &Context) -> Outcome {
    let title = document.title.line();
    let consequence = "it is a draft again, a month of its own is open, and a client who was told of it hears so";
    if care.dry_run {
        return context.out.done(document, &format!("Would take back {title}: {consequence}."));
    }
    care.ask(&format!("Take back {title}? With it {consequence}."))?;
    let taken = found(documents::take_back(&context.studio, &context.actor, &document.id).await)?;
    tell(&taken, "is a draft again", context)
}

pub async fn delete(document: &Document, care: Care, context: &Context) -> Outcome {
    let title = document.title.line();
    let consequence = "its text is gone for good, the engine writes a month of its own anew, and a client who was told \
                       of it hears so";
    if care.dry_run {
        return context.out.done(document, &format!("Would delete {title}: {consequence}."));
    }
    care.ask(&format!("Delete {title}? With it {consequence}."))?;
    found(documents::delete(&context.studio, &context.actor, &document.id).await)?;
    tell(document, "is deleted", context)
}
