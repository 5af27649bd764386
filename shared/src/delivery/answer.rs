//! Answers to what somebody did: to the very chat in which they did it, linked or not.
//!
//! The answers and the end of the update that caused them are one transaction: a crash before it
//! deals with the update again, a crash after it leaves answers that are sent like everything else.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::inbox::{self, InboxRow};
use super::{Channel, Urgency};
use crate::db::Tx;
use crate::id::OutboxId;
use crate::text::Reply;
use crate::{Result, Studio, execute};

/// Queues answers to the account `from`, whose chat is `recipient`, and ends the update that caused
/// them. False, and nothing queued, when another worker has taken the update over.
pub async fn answered(
    studio: &Studio,
    row: &InboxRow,
    channel: Channel,
    from: &str,
    recipient: &str,
    replies: &[Reply],
) -> Result<bool> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    if !inbox::finish(&mut tx, now, row).await? {
        return Ok(false);
    }
    for (number, reply) in replies.iter().enumerate() {
        let dedupe = format!("answer:{}:{}:{number}", row.source, row.external_id);
        insert(&mut tx, now, channel, from, recipient, reply, &dedupe).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Queues one answer; the same `dedupe` is queued once.
pub async fn answer(
    studio: &Studio,
    channel: Channel,
    from: &str,
    recipient: &str,
    reply: &Reply,
    dedupe: &str,
) -> Result<()> {
    let mut tx = studio.db.write().await?;
    insert(&mut tx, studio.clock.now(), channel, from, recipient, reply, dedupe).await?;
    tx.commit().await
}

async fn insert(
    tx: &mut Tx,
    now: DateTime<Utc>,
    channel: Channel,
    from: &str,
    recipient: &str,
    reply: &Reply,
    dedupe: &str,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO outbox (id, dedupe_key, purpose, client_id, channel, recipient, body, priority, not_before, created_at)
         VALUES ($1, $2, 'answer', (SELECT client_id FROM chat_identities
             WHERE platform = $3 AND external_user_id = $4 AND revoked_at IS NULL), $3, $5, $6, $7, $8, $8)
         ON CONFLICT (dedupe_key) DO NOTHING",
        OutboxId::new(now),
        dedupe,
        channel,
        from,
        recipient,
        Json(reply),
        Urgency::Answer.priority(),
        now
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{claim, claim_next, store};
    use crate::testing::on_both;

    #[tokio::test]
    async fn answers_leave_once_however_often_the_update_is_dealt_with() {
        on_both(|studio| async move {
            store(&studio, "telegram:1", "7", "5", &serde_json::json!({})).await.unwrap();
            let row = claim_next(&studio, "telegram:1", "a").await.unwrap().unwrap();
            let replies = [Reply::plain("one"), Reply::plain("two")];
            assert!(answered(&studio, &row, Channel::Telegram, "5", "5", &replies).await.unwrap());
            assert!(!answered(&studio, &row, Channel::Telegram, "5", "5", &replies).await.unwrap());
            answer(&studio, Channel::Telegram, "5", "5", &replies[0], "answer:telegram:1:7:0").await.unwrap();
            let mut tx = studio.db.read().await.unwrap();
            assert_eq!(crate::fetch_scalar!(tx, i64, "SELECT COUNT(*) FROM outbox").unwrap(), 2);
            drop(tx);
            let first = claim(&studio, "a", Channel::Telegram, 10).await.unwrap();
            assert_eq!((first.len(), &first[0].body, first[0].recipient.as_str()), (1, &replies[0], "5"));
        })
        .await;
    }
}
