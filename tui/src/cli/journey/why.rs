//! `journey why`: the rule, the times, the tries and the change behind one automation.

use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use super::{found, id_of, what};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{moment, word};

pub async fn tell(automation: &str, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let why = found(journey::why(&mut tx, &context.studio, &id_of(automation)).await)?;
    let mut lines = vec![
        format!("{}, {}", what(&why.automation), why.client_name.line()),
        why.rule.to_owned(),
        Foreign::new(why.standing.as_str()).line(),
        format!("{} where the client is, {}", why.local_time, why.utc_time),
        why.budget.clone(),
        why.quiet_hours.clone(),
    ];
    lines.extend(why.changes.iter().map(|change| {
        let by = change.admin_name.as_ref().map_or_else(|| change.actor_kind.clone(), Foreign::line);
        format!("{}  {}, by {by}", moment(change.at), change.description)
    }));
    lines.extend(why.attempts.iter().map(|attempt| {
        let error = attempt.error_message.as_deref().map(|error| Foreign::new(error).line());
        let reason = error.or(attempt.reason.map(word)).unwrap_or_default();
        format!("{}  try {}  {}  {reason}", moment(attempt.created_at), attempt.attempt, word(attempt.status))
    }));
    context.out.text(&why, &lines.join("\n"))
}
