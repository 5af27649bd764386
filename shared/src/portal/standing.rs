//! What decides how a message reaches a client, in one look: their switches, their hours, their channel.
//!
//! Every message that the journey sends asks for this, so it is one statement and not four.

use super::preferences::{self, Preferences};
use crate::db::Tx;
use crate::delivery::Channel;
use crate::id::{ClientId, PortalUserId};
use crate::{Error, Result, Studio, fetch_optional};

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

/// What it is read from: `standing_columns!()` beside the client's own quiet hours.
#[derive(sqlx::FromRow)]
pub(crate) struct StandingRow {
    #[sqlx(flatten)]
    chosen: preferences::Row,
    user_id: Option<PortalUserId>,
    reached_on: Option<Channel>,
}

/// The columns of [`StandingRow`], for a client `c` and the portal row `u`. Channels stand in the order of
/// [`Channel::PREFERRED`].
macro_rules! standing_columns {
    () => {
        "u.notify_new_deliverable AS new_deliverable, u.notify_new_message AS new_message,
         u.notify_milestone_reminder AS milestone_reminder, u.notify_weekly_summary AS weekly_summary,
         u.id AS user_id,
         (SELECT i.platform FROM chat_identities i
          WHERE i.client_id = c.id AND i.revoked_at IS NULL AND i.unreachable_at IS NULL AND u.deactivated_at IS NULL
          ORDER BY CASE i.platform WHEN 'TELEGRAM' THEN 1 WHEN 'DISCORD' THEN 2 WHEN 'EMAIL' THEN 3 ELSE 4 END
          LIMIT 1) AS reached_on"
    };
}
pub(crate) use standing_columns;

impl StandingRow {
    /// With the studio's defaults where nothing was chosen.
    pub(crate) fn into_standing(self, studio: &Studio) -> Standing {
        Standing { preferences: self.chosen.into_preferences(studio), user: self.user_id, channel: self.reached_on }
    }
}

/// How the client stands now.
pub(crate) async fn standing(tx: &mut Tx, studio: &Studio, client: &ClientId) -> Result<Standing> {
    let row = fetch_optional!(
        tx,
        StandingRow,
        concat!(
            "SELECT c.quiet_from, c.quiet_until, ",
            standing_columns!(),
            " FROM clients c LEFT JOIN client_portal_users u ON u.client_id = c.id WHERE c.id = $1"
        ),
        client
    )?;
    Ok(row.ok_or(Error::NotFound("client"))?.into_standing(studio))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::fixture::linked;
    use crate::testing::on_both;

    #[tokio::test]
    async fn the_preferred_channel_comes_first() {
        on_both(|studio| async move {
            for first in 0..Channel::PREFERRED.len() {
                // Only so many people are invited within an hour.
                studio.clock.advance(chrono::TimeDelta::hours(1));
                let mut channels = Channel::PREFERRED[first..].to_vec();
                channels.reverse();
                let client = linked(&studio, &format!("Client {first}"), &channels).await;
                let mut tx = studio.db.read().await.unwrap();
                let standing = standing(&mut tx, &studio, &client.id).await.unwrap();
                assert_eq!(standing.channel, Some(Channel::PREFERRED[first]));
            }
        })
        .await;
    }
}
