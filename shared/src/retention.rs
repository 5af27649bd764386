//! What is kept for a while and then taken off (domain 0.16, 1.11).
//!
//! What says what happened (events, messages, the outbox with its keys) stays. Each piece is taken off in short
//! transactions, so that nobody waits for it, and as often as anybody likes: what is gone is gone.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::Tx;
use crate::portal::{self, notifications};
use crate::{Result, Studio, delivery};

/// How long a notice stands in its reader's centre.
const NOTICES: TimeDelta = TimeDelta::days(180);
/// How long it is known what came in from a platform, letter by letter.
const UPDATES: TimeDelta = TimeDelta::days(30);
/// How long an exchange that nobody went on with is remembered; the longest of them means something for ninety days.
const EXCHANGES: TimeDelta = TimeDelta::days(120);
/// Rows that are taken off at once.
pub(crate) const AT_ONCE: i64 = 2000;

/// What was taken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Entries of notice centres.
    pub notices: u64,
    /// Raw updates that were dealt with, and holds that are over.
    pub updates: u64,
    /// Exchanges that nobody went on with.
    pub exchanges: u64,
}

impl Swept {
    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What is kept for a while.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Notices,
    Updates,
    Holds,
    Exchanges,
}

impl Kept {
    /// For how long.
    fn lasts(self) -> TimeDelta {
        match self {
            Self::Notices => NOTICES,
            Self::Updates | Self::Holds => UPDATES,
            Self::Exchanges => EXCHANGES,
        }
    }

    /// Takes a piece of it off.
    async fn forget(self, tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
        match self {
            Self::Notices => notifications::forget(tx, before).await,
            Self::Updates => delivery::forget_updates(tx, before).await,
            Self::Holds => delivery::forget_holds(tx, before).await,
            Self::Exchanges => portal::forget_states(tx, before).await,
        }
    }
}

/// Takes off what has been kept long enough.
pub async fn sweep(studio: &Studio) -> Result<Swept> {
    Ok(Swept {
        notices: all_of(studio, Kept::Notices).await?,
        updates: all_of(studio, Kept::Updates).await? + all_of(studio, Kept::Holds).await?,
        exchanges: all_of(studio, Kept::Exchanges).await?,
    })
}

/// Takes off everything of a kind that is old enough, a piece a transaction.
async fn all_of(studio: &Studio, kept: Kept) -> Result<u64> {
    let before = studio.clock.now() - kept.lasts();
    let mut all = 0;
    loop {
        let mut tx = studio.db.write().await?;
        let gone = kept.forget(&mut tx, before).await?;
        if gone == 0 {
            return Ok(all);
        }
        tx.commit().await?;
        all += gone;
        if gone < AT_ONCE.unsigned_abs() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Channel, claim_next, done, store};
    use crate::portal::{fixture, set_chat_state};
    use crate::staff::Actor;
    use crate::testing::on_both;

    #[tokio::test]
    async fn what_is_old_goes_and_what_is_not_stays() {
        on_both(|studio| async move {
            let ada = fixture::linked(&studio, "Ada", &[Channel::Telegram]).await;
            let tell = |milestone: &'static str| {
                let (studio, id) = (studio.studio.clone(), ada.id.clone());
                async move {
                    let said = milestone.into();
                    crate::journey::milestone(&studio, &Actor::local_owner(), &id, &said).await.unwrap();
                }
            };
            tell("the first order").await;
            store(&studio, "telegram:1", "1", "5", &serde_json::json!({})).await.unwrap();
            let row = claim_next(&studio, "telegram:1", "w").await.unwrap().unwrap();
            done(&studio, &row).await.unwrap();
            store(&studio, "telegram:1", "2", "6", &serde_json::json!({})).await.unwrap();
            set_chat_state(&studio, Channel::Telegram, "Ada-TELEGRAM", &"somewhere").await.unwrap();
            assert!(sweep(&studio).await.unwrap().is_nothing());
            studio.clock.advance(TimeDelta::days(181));
            tell("the second order").await;
            assert_eq!(sweep(&studio).await.unwrap(), Swept { notices: 1, updates: 1, exchanges: 1 });
            assert!(sweep(&studio).await.unwrap().is_nothing());
            let left =
                notifications::list(&mut studio.db.read().await.unwrap(), &ada.id, notifications::Shown::All, None, 10)
                    .await
                    .unwrap();
            assert_eq!(left.len(), 1, "the new one stays, and so does the update that nobody has dealt with");
            assert!(claim_next(&studio, "telegram:1", "w").await.unwrap().is_some());
        })
        .await;
    }
}
