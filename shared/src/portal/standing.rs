//! What decides how a message reaches a client, in one look: their switches, their hours, their channel.
//!
//! Every message that the journey sends asks for this, so it is one statement and not four.

use super::preferences::{self, Preferences};
use crate::db::Tx;
use crate::delivery::Channel;
use crate::id::{ClientId, PortalUserId};
use crate::{Error, Result, Studio, fetch_all};

/// How a client can be written to, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What they have chosen.
    pub preferences: Preferences,
    /// Their portal row; none if they were never invited.
    pub user: Option<PortalUserId>,
    /// The best channel that reaches them.
    pub channel: Option<Channel>,
}

/// One linked account, or none.
#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    chosen: preferences::Row,
    user_id: Option<PortalUserId>,
    platform: Option<Channel>,
}

/// How the client stands now.
pub(crate) async fn standing(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<Standing> {
    let mut rows = fetch_all!(
        tx,
        Row,
        "SELECT u.notify_new_deliverable AS new_deliverable, u.notify_new_message AS new_message,
             u.notify_milestone_reminder AS milestone_reminder, u.notify_weekly_summary AS weekly_summary,
             c.quiet_from, c.quiet_until, u.id AS user_id, i.platform
         FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id
         LEFT JOIN chat_identities i ON i.client_id = c.id AND i.revoked_at IS NULL AND i.unreachable_at IS NULL
             AND u.deactivated_at IS NULL
         WHERE c.id = $1",
        client
    )?;
    let reaches = |channel: &Channel| rows.iter().any(|row| row.platform == Some(*channel));
    let channel = Channel::PREFERRED.into_iter().find(reaches);
    let row = rows.pop().ok_or(Error::NotFound("client"))?;
    Ok(Standing { preferences: row.chosen.into_preferences(studio), user: row.user_id, channel })
}
