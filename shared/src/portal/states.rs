//! Where a person is in an exchange of several steps; it survives a restart.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::types::Json;

use crate::db::Tx;
use crate::delivery::Channel;
use crate::retention::AT_ONCE;
use crate::{Result, Studio, execute, fetch_optional};

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(json)]
    state: Value,
    updated_at: DateTime<Utc>,
}

/// The state of a person's exchange and since when it is so, unless there is none or it has another
/// shape. How long it means something is for the asker to say.
pub async fn chat_state<T: DeserializeOwned>(
    tx: &mut Tx,
    platform: Channel,
    external_user_id: &str,
) -> Result<Option<(T, DateTime<Utc>)>> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT state, updated_at FROM chat_states WHERE platform = $1 AND external_user_id = $2",
        platform,
        external_user_id
    )?;
    // A state that an older version wrote is as good as none.
    Ok(row.and_then(|row| Some((serde_json::from_value(row.state).ok()?, row.updated_at))))
}

/// Keeps the state of a person's exchange.
pub async fn set_chat_state<T: Serialize + Sync>(
    studio: &Studio,
    platform: Channel,
    external_user_id: &str,
    state: &T,
) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(
        tx,
        "INSERT INTO chat_states (platform, external_user_id, state, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (platform, external_user_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at",
        platform,
        external_user_id,
        Json(state),
        studio.clock.now()
    )?;
    tx.commit().await
}

/// Ends a person's exchange.
pub async fn clear_chat_state(studio: &Studio, platform: Channel, external_user_id: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    execute!(tx, "DELETE FROM chat_states WHERE platform = $1 AND external_user_id = $2", platform, external_user_id)?;
    tx.commit().await
}

/// Takes off exchanges that nobody has gone on with since `before`.
pub(crate) async fn forget_states(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(
        tx,
        "DELETE FROM chat_states WHERE (platform, external_user_id) IN (
             SELECT platform, external_user_id FROM chat_states WHERE updated_at < $1 LIMIT $2)",
        before,
        AT_ONCE
    )
}
