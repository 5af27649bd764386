//! The clock of a hand-off: the studio promised an answer within a day.

use super::store;
use crate::events::{self, EventKind};
use crate::staff::Actor;
use crate::{Result, Studio};

/// Notes each hand-off whose clock has run out, once, for the person who looks after the client. Answers how
/// many there were.
pub async fn watch_clock(studio: &Studio) -> Result<usize> {
    let now = studio.clock.now();
    let late = store::overdue(&mut studio.db.read().await?, now).await?;
    let mut noted = 0;
    for escalation in late {
        let mut tx = studio.db.write().await?;
        if !store::breach(&mut tx, &escalation.id, now).await? {
            continue;
        }
        let metadata = serde_json::json!({
            "tag": super::TAG, "escalation": escalation.id, "conversation": escalation.conversation_id,
            "assigned_admin": escalation.assigned_admin_id, "priority": escalation.priority,
        });
        let what = format!("A client has waited a day for a person: {}", escalation.trigger.reason());
        let (kind, client) = (EventKind::CoachEscalationLate, Some(&escalation.client_id));
        events::record(&mut tx, now, &Actor::System, kind, client, &what, Some(metadata)).await?;
        tx.commit().await?;
        noted += 1;
    }
    Ok(noted)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::coach::testing::{client, put};
    use crate::coach::{ANSWER_HOURS, open_escalations};
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_clock_that_runs_out_is_told_once_and_an_answered_one_never() {
        on_both(|studio| async move {
            let (ada, bo) = (client(&studio, "Ada").await.id, client(&studio, "Bo").await.id);
            put(&studio, &ada, "human please").await;
            put(&studio, &bo, "human please").await;
            let owner = Actor::local_owner();
            let open = open_escalations(&mut studio.db.read().await.unwrap(), &owner).await.unwrap();
            let bos = open.iter().find(|one| one.client_id == bo).unwrap();
            crate::coach::reply(&studio, &owner, &bos.conversation_id, "I am here.").await.unwrap();
            studio.clock.advance(TimeDelta::hours(ANSWER_HOURS) - TimeDelta::milliseconds(1));
            assert_eq!(watch_clock(&studio).await.unwrap(), 0);
            studio.clock.advance(TimeDelta::milliseconds(1));
            assert_eq!((watch_clock(&studio).await.unwrap(), watch_clock(&studio).await.unwrap()), (1, 0));
            let mut tx = studio.db.read().await.unwrap();
            let open = open_escalations(&mut tx, &owner).await.unwrap();
            assert_eq!((open.len(), open[0].breached_at), (1, Some(studio.clock.now())));
            let events = events::page(&mut tx, Some(&ada), None, 9).await.unwrap();
            assert_eq!(events.iter().filter(|event| event.kind == EventKind::CoachEscalationLate).count(), 1);
        })
        .await;
    }
}
