//! What decides how a message reaches a client, in one look: their choices, their hours, their channels.
//!
//! Every message that the journey sends asks for this, so it is one statement and not five.

use super::choices::ChannelOrder;
use super::preferences::{self, Preferences};
use super::topics::Topic;
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
    /// The channels that reach them, in the order in which they want them tried.
    pub channels: Vec<Channel>,
}

/// Which way a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// This one.
    By(Channel),
    /// None: the client has turned its topic off.
    Unwanted,
    /// None: nothing reaches them.
    Nowhere,
}

impl Standing {
    /// The way of a message about `topic`; one without a topic always goes.
    pub(crate) fn route(&self, topic: Option<Topic>) -> Route {
        let wanted = |channel: &Channel| topic.is_none_or(|topic| self.preferences.wants(topic, *channel));
        match self.channels.iter().copied().find(wanted) {
            Some(channel) => Route::By(channel),
            None if self.channels.is_empty() && Channel::PREFERRED.iter().any(wanted) => Route::Nowhere,
            None => Route::Unwanted,
        }
    }
}

/// What it is read from: `standing_columns!()` beside the client's own quiet hours.
#[derive(sqlx::FromRow)]
pub(crate) struct StandingRow {
    #[sqlx(flatten)]
    chosen: preferences::Row,
    user_id: Option<PortalUserId>,
    reached_on: Option<String>,
}

/// The columns of [`StandingRow`], for a client `c` and the portal row `u`.
macro_rules! standing_columns {
    () => {
        concat!(
            crate::portal::preferences::preference_columns!(),
            ", u.id AS user_id,
         (SELECT string_agg(i.platform, ',') FROM chat_identities i
          WHERE i.client_id = c.id AND i.revoked_at IS NULL AND i.unreachable_at IS NULL AND u.deactivated_at IS NULL)
             AS reached_on"
        )
    };
}
pub(crate) use standing_columns;

impl StandingRow {
    /// With the studio's defaults where nothing was chosen.
    pub(crate) fn into_standing(self, studio: &Studio) -> Standing {
        let preferences = self.chosen.into_preferences(studio);
        let reached = self.reached_on.unwrap_or_default();
        let mut channels: Vec<Channel> = reached.split(',').filter_map(Channel::stored).collect();
        channels.retain(|channel| *channel != Channel::Email || studio.settings.email.is_set());
        sort(&mut channels, &preferences.order);
        Standing { preferences, user: self.user_id, channels }
    }
}

fn sort(channels: &mut [Channel], order: &ChannelOrder) {
    channels.sort_by_key(|channel| order.place(*channel));
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
    use crate::portal::preferences::{prefer, set_topic};
    use crate::portal::{Switch, blocked, fixture, unblocked};
    use crate::staff::Actor;
    use crate::testing::{TestStudio, on_both, on_both_with};

    async fn of(studio: &TestStudio, client: &ClientId) -> Standing {
        standing(&mut studio.db.read().await.unwrap(), studio, client).await.unwrap()
    }

    #[tokio::test]
    async fn channels_are_tried_in_the_clients_own_order_and_e_mail_only_where_it_is_sent() {
        let chats = [Channel::Console, Channel::Discord, Channel::Telegram];
        on_both_with(fixture::with_email(), |studio| async move {
            let ada = linked(&studio, "Ada", &chats).await;
            assert_eq!(of(&studio, &ada.id).await.channels, Channel::PREFERRED);
            prefer(&studio, &Actor::Client(ada.id.clone()), &ada.id, Channel::Email).await.unwrap();
            let expected = [Channel::Email, Channel::Telegram, Channel::Discord, Channel::Console];
            assert_eq!(of(&studio, &ada.id).await.channels, expected);
        })
        .await;
        on_both(|studio| async move {
            let ada = linked(&studio, "Ada", &chats).await;
            let expected = [Channel::Telegram, Channel::Discord, Channel::Console];
            assert_eq!(of(&studio, &ada.id).await.channels, expected);
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_turned_off_on_one_channel_goes_by_the_next_and_off_on_all_by_none() {
        on_both_with(fixture::with_email(), |studio| async move {
            let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
            let me = Actor::Client(ada.id.clone());
            let off = |channel| set_topic(&studio, &me, &ada.id, Topic::Overdue, channel, false);
            off(Channel::Telegram).await.unwrap();
            let now = of(&studio, &ada.id).await;
            assert_eq!(now.route(Some(Topic::Overdue)), Route::By(Channel::Email));
            assert_eq!(now.route(Some(Topic::Milestone)), Route::By(Channel::Telegram));
            off(Channel::Email).await.unwrap();
            assert_eq!(of(&studio, &ada.id).await.route(Some(Topic::Overdue)), Route::Unwanted);
            preferences::set(&studio, &me, &ada.id, Switch::MilestoneReminder, true).await.unwrap();
            let now = of(&studio, &ada.id).await;
            assert_eq!(now.route(Some(Topic::Overdue)), Route::By(Channel::Telegram), "the switch moves all of it");
        })
        .await;
    }

    #[tokio::test]
    async fn a_blocked_channel_leaves_the_next_and_comes_back_when_it_is_unblocked() {
        on_both_with(fixture::with_email(), |studio| async move {
            let ada = linked(&studio, "Ada", &[Channel::Telegram]).await;
            blocked(&studio, Channel::Telegram, "Ada-TELEGRAM", "blocked").await.unwrap();
            assert_eq!(of(&studio, &ada.id).await.route(None), Route::By(Channel::Email));
            blocked(&studio, Channel::Email, "ada@example.com", "550 no such user").await.unwrap();
            assert_eq!(of(&studio, &ada.id).await.route(Some(Topic::Document)), Route::Nowhere);
            assert_eq!(of(&studio, &ada.id).await.route(Some(Topic::Summary)), Route::Unwanted, "off by default");
            unblocked(&studio, Channel::Telegram, "Ada-TELEGRAM").await.unwrap();
            assert_eq!(of(&studio, &ada.id).await.route(None), Route::By(Channel::Telegram));
        })
        .await;
    }
}
