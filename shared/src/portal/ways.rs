//! The channels that a client has, as they and the studio see them.

use chrono::{DateTime, Utc};

use super::preferences::{self, Preferences};
use crate::db::Tx;
use crate::delivery::Channel;
use crate::id::ClientId;
use crate::{Result, Studio, fetch_all};

/// One channel of a client's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct Way {
    /// Which one.
    pub channel: Channel,
    /// Since when messages no longer arrive there.
    pub unreachable_at: Option<DateTime<Utc>>,
    /// Why not.
    pub unreachable_reason: Option<String>,
}

/// What a client has chosen, and the channels that they have, in the order in which they are tried. E-mail is among them
/// where the studio sends it.
pub async fn ways(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<(Preferences, Vec<Way>)> {
    let preferences = preferences::get(tx, studio, client).await?;
    let mut ways = fetch_all!(
        tx,
        Way,
        "SELECT platform AS channel, unreachable_at, unreachable_reason FROM chat_identities
         WHERE client_id = $1 AND revoked_at IS NULL",
        client
    )?;
    ways.retain(|way| way.channel != Channel::Email || studio.settings.email.is_set());
    ways.sort_by_key(|way| preferences.order.place(way.channel));
    Ok((preferences, ways))
}
