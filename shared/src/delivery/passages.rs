//! The ways that one thing took to its reader, for whoever wants to see what became of it.

use chrono::{DateTime, Utc};

use super::{Channel, State};
use crate::Result;
use crate::db::Tx;
use crate::db::rows::{Holds, Rows};

/// One way that was tried.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct Passage {
    /// What it told of.
    #[serde(skip)]
    pub ref_id: String,
    /// By which channel.
    pub channel: Channel,
    /// How far it came.
    pub state: State,
    /// Since when it is so: when the platform confirmed it, or else when it was queued.
    pub at: DateTime<Utc>,
    /// Why it did not arrive.
    pub error: Option<String>,
    /// Whether the same went on by another channel.
    pub went_on: bool,
}

/// The ways that things of one kind took, the first first. Two of the same millisecond are told apart by their keys: what
/// goes on has the key of what it follows, and its channel.
pub(crate) async fn passages(tx: &mut Tx, kind: &str, ids: impl IntoIterator<Item = &str>) -> Result<Vec<Passage>> {
    let mut rows = Rows::new([("kind", Holds::Text), ("id", Holds::Text)]);
    for id in ids {
        rows.add([kind.into(), id.into()]);
    }
    rows.fetch_all(
        tx,
        "SELECT o.ref_id, o.channel, o.state, COALESCE(o.sent_at, o.settled_at, o.created_at) AS at, o.error,
             EXISTS (SELECT 1 FROM outbox n WHERE n.dedupe_key IN (o.dedupe_key || '/TELEGRAM', o.dedupe_key || '/DISCORD',
                 o.dedupe_key || '/EMAIL', o.dedupe_key || '/CONSOLE')) AS went_on
         FROM r JOIN outbox o ON o.ref_kind = r.kind AND o.ref_id = r.id
         ORDER BY o.created_at, LENGTH(o.dedupe_key), o.id",
    )
    .await
}
