//! `journey health`: how the engine does.

use wavelaunch_shared::desk::{self, Grade, Health, Punctuality};
use wavelaunch_shared::staff::Capability;

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::word;

pub async fn tell(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let studio = &context.studio;
    let health = desk::health(&mut studio.db.read().await?, studio.clock.now(), studio.zone()?).await?;
    let Health { today, week, month, behind, ahead } = &health;
    context.out.one(
        &health,
        &[
            (
                "today",
                format!(
                    "{} documents written, {} reminders sent, {} escalations, {} failed tries",
                    today.generated, today.reminders, today.escalations, today.failures
                ),
            ),
            ("last 7 days", punctuality(week)),
            ("last 30 days", punctuality(month)),
            (
                "behind",
                format!("{} wait for the studio, {} have not opened a document", behind.studio_late, behind.not_opened),
            ),
            (
                "next 7 days",
                format!(
                    "{} documents to write, {} reminders, {} months promised, {} programmes end",
                    ahead.to_generate, ahead.reminders, ahead.months_due, ahead.completions
                ),
            ),
        ],
    )
}

fn punctuality(days: &Punctuality) -> String {
    format!(
        "{} months delivered, in time {}; documents written in time {}",
        days.months_completed,
        share(days.delivered_on_time),
        share(days.generated_on_time)
    )
}

fn share(percent: Option<i64>) -> String {
    percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent} % ({})", word(Grade::of(percent))))
}
