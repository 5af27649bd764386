//! What a client does with their conversations: begin, go on, put away, clear, delete.
//!
//! What a client cleared or deleted is gone for them at once and for the coach too; the studio keeps
//! its copy for thirty days, since a hand-off may hang on it, and then it goes for good.

use chrono::TimeDelta;

use super::store::{self, Mark};
use super::{Conversation, IDLE, Mode, Owned, not_theirs};
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{ClientId, ConversationId};
use crate::staff::Actor;
use crate::{Error, Result, Studio};

/// How long the studio keeps what a client cleared or deleted.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The title until the first question gives one.
const UNNAMED: &str = "New Conversation";

/// What a client can do with one of their conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Go on with it: the next question goes there.
    GoOn,
    /// Put it away. It can be taken out again by going on with it.
    Archive,
    /// Forget what was said in it.
    Clear,
    /// Delete it.
    Delete,
}

impl Change {
    fn mark(self) -> Mark {
        match self {
            Self::GoOn => Mark::Opened,
            Self::Archive => Mark::Archived,
            Self::Clear => Mark::Cleared,
            Self::Delete => Mark::Deleted,
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::GoOn => "Went on with a coach conversation",
            Self::Archive => "Put a coach conversation away",
            Self::Clear => "Cleared a coach conversation",
            Self::Delete => "Deleted a coach conversation",
        }
    }
}

/// A client's conversations in which something was said, the latest first, at most `limit`.
pub async fn in_use(tx: &mut Tx, client: &ClientId, limit: i64) -> Result<Vec<Conversation>> {
    store::in_use(tx, client, limit).await
}

/// One of a client's own conversations.
pub async fn own(studio: &Studio, client: &ClientId, id: &ConversationId) -> Result<Conversation> {
    let mut tx = studio.db.write().await?;
    match store::own(&mut tx, client, id).await? {
        Some(conversation) => Ok(conversation),
        None => Err(not_theirs(tx, studio.clock.now(), client, Owned::Conversation(id)).await?),
    }
}

/// Does something with one of the client's own conversations. One that a person has taken over can
/// only be gone on with.
pub async fn change(studio: &Studio, client: &ClientId, id: &ConversationId, what: Change) -> Result<Conversation> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let Some(before) = store::own(&mut tx, client, id).await? else {
        return Err(not_theirs(tx, now, client, Owned::Conversation(id)).await?);
    };
    if before.mode == Mode::Human && what != Change::GoOn {
        return Err(Error::refused("a person is in this conversation now; it can be put away when they are done"));
    }
    store::mark(&mut tx, id, what.mark(), now).await?;
    let (actor, details) = (Actor::Client(client.clone()), serde_json::json!({ "conversation": id }));
    let kind = EventKind::CoachConversationChanged;
    events::record(&mut tx, now, &actor, kind, Some(client), what.done(), Some(details)).await?;
    tx.commit().await?;
    Ok(before)
}

/// Begins a new conversation, named by its first question. One that is still empty is used again.
pub async fn start_new(studio: &Studio, client: &ClientId, surface: &str) -> Result<ConversationId> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if let Some(current) = store::current(&mut tx, client, now - IDLE).await?
        && current.message_count == 0
    {
        return Ok(current.id);
    }
    let id = store::begin(&mut tx, client, UNNAMED, surface, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The conversation that was left for longer than a day, if there is nothing newer: whether to go on
/// with it is for the client to say.
pub async fn idle(studio: &Studio, client: &ClientId) -> Result<Option<Conversation>> {
    let mut tx = studio.db.read().await?;
    if store::current(&mut tx, client, studio.clock.now() - IDLE).await?.is_some() {
        return Ok(None);
    }
    let latest = store::in_use(&mut tx, client, 1).await?;
    Ok(latest.into_iter().find(|conversation| conversation.mode == Mode::Ai))
}

/// Takes off for good what clients cleared or deleted more than thirty days ago.
pub async fn purge_deleted(studio: &Studio) -> Result<u64> {
    let mut tx = studio.db.write().await?;
    let gone = store::purge(&mut tx, studio.clock.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::testing::{answer, client};
    use crate::coach::{conversations, current, transcript};
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_client_keeps_several_conversations_and_turns_to_any() {
        on_both(|studio| async move {
            let ada = client(&studio, "Ada").await.id;
            let first = answer(&studio, &ada, "How do I price?").await.conversation;
            let second = start_new(&studio, &ada, "TELEGRAM").await.unwrap();
            assert_eq!(start_new(&studio, &ada, "TELEGRAM").await.unwrap(), second, "an empty one is used again");
            assert_eq!(answer(&studio, &ada, "Who is my audience?").await.conversation, second);
            let mut tx = studio.db.read().await.unwrap();
            let titles: Vec<String> =
                in_use(&mut tx, &ada, 9).await.unwrap().iter().map(|one| one.title.raw().to_owned()).collect();
            assert_eq!(titles, ["Who is my audience?", "How do I price?"]);
            drop(tx);

            studio.clock.advance(TimeDelta::minutes(1));
            change(&studio, &ada, &first, Change::GoOn).await.unwrap();
            assert_eq!(answer(&studio, &ada, "And then?").await.conversation, first);
            studio.clock.advance(TimeDelta::minutes(1));
            change(&studio, &ada, &first, Change::Archive).await.unwrap();
            assert_eq!(answer(&studio, &ada, "Who else?").await.conversation, second);
            studio.clock.advance(TimeDelta::minutes(1));
            change(&studio, &ada, &first, Change::GoOn).await.unwrap();
            assert_eq!(current(&studio, &ada).await.unwrap().unwrap().id, first, "taken out again");
        })
        .await;
    }

    #[tokio::test]
    async fn after_a_day_going_on_is_offered() {
        on_both(|studio| async move {
            let ada = client(&studio, "Ada").await.id;
            assert!(idle(&studio, &ada).await.unwrap().is_none());
            let first = answer(&studio, &ada, "How do I price?").await.conversation;
            assert!(idle(&studio, &ada).await.unwrap().is_none());
            studio.clock.advance(TimeDelta::hours(24));
            assert_eq!(idle(&studio, &ada).await.unwrap().unwrap().id, first);
            change(&studio, &ada, &first, Change::GoOn).await.unwrap();
            assert!(idle(&studio, &ada).await.unwrap().is_none());
            assert_eq!(answer(&studio, &ada, "And then?").await.conversation, first);
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_cleared_or_deleted_is_gone_for_the_client_and_later_for_all() {
        on_both(|studio| async move {
            let (ada, owner) = (client(&studio, "Ada").await.id, Actor::local_owner());
            let me = Actor::Client(ada.clone());
            let id = answer(&studio, &ada, "How do I price?").await.conversation;
            studio.clock.advance(TimeDelta::minutes(1));
            change(&studio, &ada, &id, Change::Clear).await.unwrap();
            studio.clock.advance(TimeDelta::minutes(1));
            answer(&studio, &ada, "Who is my audience?").await;
            let seen = async |actor: &Actor| {
                transcript(&mut studio.db.read().await.unwrap(), actor, &id).await.map(|messages| messages.len())
            };
            assert_eq!((seen(&me).await.unwrap(), seen(&owner).await.unwrap()), (2, 4));
            change(&studio, &ada, &id, Change::Delete).await.unwrap();
            assert!(matches!(seen(&me).await, Err(Error::NotFound("conversation"))));
            assert!(matches!(own(&studio, &ada, &id).await, Err(Error::NotFound("conversation"))));
            assert_eq!(purge_deleted(&studio).await.unwrap(), 0);
            studio.clock.advance(KEPT + TimeDelta::minutes(2));
            assert!(purge_deleted(&studio).await.unwrap() >= 1);
            let mut tx = studio.db.read().await.unwrap();
            assert!(conversations(&mut tx, &owner, &ada).await.unwrap().is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn anothers_conversation_is_not_found_and_leaves_a_trace() {
        on_both(|studio| async move {
            let (ada, bo) = (client(&studio, "Ada").await.id, client(&studio, "Bo").await.id);
            let id = answer(&studio, &ada, "How do I price?").await.conversation;
            for what in [Change::GoOn, Change::Archive, Change::Clear, Change::Delete] {
                assert!(matches!(change(&studio, &bo, &id, what).await, Err(Error::NotFound("conversation"))));
            }
            let events = events::page(&mut studio.db.read().await.unwrap(), Some(&bo), None, 9).await.unwrap();
            assert_eq!(events.iter().filter(|event| event.kind == EventKind::AccessDenied).count(), 4);
        })
        .await;
    }
}
