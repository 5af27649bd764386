//! A milestone that an admin names, told to a client: the first order, a thousand readers.

use super::effects::outcome;
use super::store::{self, Entry};
use super::{AutomationKind, notices};
use crate::delivery::{self, Queued};
use crate::events::{self, EventKind};
use crate::id::ClientId;
use crate::staff::{Actor, Capability};
use crate::text::Foreign;
use crate::{Error, Result, Studio};

/// The longest name of a milestone, in characters.
const LONGEST: usize = 100;

/// Congratulates a client on a milestone, once for each name. What became of the message is the answer: a
/// client who has turned milestones off gets none.
pub async fn milestone(studio: &Studio, actor: &Actor, client: &ClientId, name: &Foreign) -> Result<Queued> {
    actor.require(Capability::Edit)?;
    let words = name.raw().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() || words.chars().count() > LONGEST {
        return Err(Error::invalid(format!("name the milestone in 1 to {LONGEST} characters")));
    }
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let client = store::lock_client(&mut tx, client).await?;
    if client.status.has_left() || client.deleted_at.is_some() {
        return Err(Error::refused("this client has left the programme; restore them first"));
    }
    let queued = delivery::notify(&mut tx, studio, &client, notices::milestone(studio, &client, words)?).await?;
    if queued == Queued::Duplicate {
        return Err(Error::refused("this milestone was told before; give the next one another name"));
    }
    let (status, reason) = outcome(&queued);
    let entry = Entry {
        client: &client.id,
        automation: None,
        kind: AutomationKind::SendNotification,
        action: "MILESTONE",
        status,
        reason,
        error: None,
        attempt: 1,
    };
    store::log(&mut tx, &entry, now).await?;
    let what = "Told a milestone";
    events::record(&mut tx, now, actor, EventKind::MilestoneTold, Some(&client.id), what, None).await?;
    tx.commit().await?;
    Ok(queued)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::fixture::{owner, reread};
    use crate::portal::fixture::{linked, stranger};
    use crate::portal::preferences::{self, Switch};
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_milestone_is_told_once_to_who_wants_to_hear_it() {
        on_both(|studio| async move {
            let ada = linked(&studio, "Ada", &[delivery::Channel::Telegram]).await;
            let tell = async |name: &str| milestone(&studio, &owner(), &ada.id, &name.into()).await;
            assert!(matches!(tell("  the first\n*hundred* orders ").await.unwrap(), Queued::Queued(_)));
            let told = delivery::claim(&studio, "w", delivery::Channel::Telegram, 10).await.unwrap();
            assert!(told[0].body.text.to_plain().contains("you have reached a milestone: the first *hundred* orders"));
            assert!(tell("the first *hundred* orders").await.unwrap_err().to_string().contains("told before"));
            assert!(matches!(tell(" ").await, Err(Error::Invalid(_))));
            assert!(matches!(tell(&"x".repeat(101)).await, Err(Error::Invalid(_))));
            preferences::set(&studio, &owner(), &ada.id, Switch::MilestoneReminder, false).await.unwrap();
            assert_eq!(tell("another").await.unwrap(), Queued::PreferenceOff);
            let nobody = stranger(&studio, "Bo").await;
            assert_eq!(milestone(&studio, &owner(), &nobody.id, &"one".into()).await.unwrap(), Queued::NoChannel);
            crate::clients::archive(&studio, &owner(), &nobody.id).await.unwrap();
            assert!(milestone(&studio, &owner(), &nobody.id, &"two".into()).await.is_err());
            let viewer = Actor::Admin { id: None, role: crate::staff::Role::Viewer };
            assert!(milestone(&studio, &viewer, &reread(&studio, &ada.id).await.id, &"x".into()).await.is_err());
        })
        .await;
    }
}
