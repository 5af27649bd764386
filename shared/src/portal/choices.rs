//! What a client has chosen for one channel, above the four switches for all of them; and the order in which channels
//! are tried.

use std::collections::BTreeMap;

use super::Topic;
use crate::delivery::Channel;

/// Choices for one topic on one channel. What is not here is as the topic's switch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choices {
    /// These.
    Known(BTreeMap<(Topic, Channel), bool>),
    /// What is stored cannot be read: only what the client waits for is sent.
    Unreadable,
}

impl Default for Choices {
    fn default() -> Self {
        Self::Known(BTreeMap::new())
    }
}

impl Choices {
    /// Reads what a query joined: `TOPIC:CHANNEL:on`, with commas between.
    pub(super) fn read(joined: Option<&str>) -> Self {
        let choice = |text: &str| {
            let mut parts = text.split(':');
            let (topic, channel, on) = (parts.next()?, parts.next()?, parts.next()?);
            Some(((Topic::named(topic)?, Channel::stored(channel)?), on == "on"))
        };
        let all = joined.filter(|joined| !joined.is_empty()).into_iter().flat_map(|joined| joined.split(','));
        all.map(choice).collect::<Option<_>>().map_or(Self::Unreadable, Self::Known)
    }

    /// Whether the client wants `topic` on `channel`, where its switch says `preset`.
    #[must_use]
    pub fn wants(&self, topic: Topic, channel: Channel, preset: bool) -> bool {
        match self {
            Self::Known(chosen) => chosen.get(&(topic, channel)).copied().unwrap_or(preset),
            Self::Unreadable => topic.is_awaited(),
        }
    }

    /// The choice for one topic on one channel, if there is one.
    #[must_use]
    pub fn of(&self, topic: Topic, channel: Channel) -> Option<bool> {
        match self {
            Self::Known(chosen) => chosen.get(&(topic, channel)).copied(),
            Self::Unreadable => None,
        }
    }
}

/// The order in which channels are tried.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct ChannelOrder(Vec<Channel>);

impl Default for ChannelOrder {
    fn default() -> Self {
        Self(Channel::PREFERRED.to_vec())
    }
}

impl ChannelOrder {
    /// Reads what is stored. What it does not name follows in the studio's order.
    pub(super) fn read(stored: Option<&str>) -> Self {
        let mut order: Vec<Channel> = Vec::with_capacity(Channel::PREFERRED.len());
        let named = stored.unwrap_or_default().split(',').filter_map(Channel::stored);
        for channel in named.chain(Channel::PREFERRED) {
            if !order.contains(&channel) {
                order.push(channel);
            }
        }
        Self(order)
    }

    /// As it is stored.
    pub(super) fn stored(&self) -> String {
        self.0.iter().map(|channel| channel.as_str()).collect::<Vec<_>>().join(",")
    }

    /// The same with `channel` before all others.
    #[must_use]
    pub fn with_first(&self, channel: Channel) -> Self {
        let others = self.0.iter().copied().filter(|other| *other != channel);
        Self(std::iter::once(channel).chain(others).collect())
    }

    /// The channels in their order.
    pub fn iter(&self) -> impl Iterator<Item = Channel> {
        self.0.iter().copied()
    }

    /// A channel's place.
    #[must_use]
    pub fn place(&self, channel: Channel) -> usize {
        self.0.iter().position(|other| *other == channel).unwrap_or(self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_channel() -> impl Strategy<Value = Channel> {
        proptest::sample::select(Channel::PREFERRED.to_vec())
    }

    fn any_topic() -> impl Strategy<Value = Topic> {
        proptest::sample::select(Topic::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn an_order_has_each_channel_once_whatever_is_stored(stored in "[A-Z,]{0,40}", firsts in proptest::collection::vec(any_channel(), 0..6)) {
            let mut order = ChannelOrder::read(Some(&stored));
            for first in firsts {
                order = order.with_first(first);
                prop_assert_eq!(order.place(first), 0);
            }
            let mut all: Vec<Channel> = order.iter().collect();
            prop_assert_eq!(&ChannelOrder::read(Some(&order.stored())), &order);
            all.sort_by_key(|channel| channel.as_str());
            all.dedup();
            prop_assert_eq!(all.len(), Channel::PREFERRED.len());
        }

        #[test]
        fn a_choice_stands_above_its_switch_and_every_other_follows_it(
            chosen in proptest::collection::btree_map((any_topic(), any_channel()), any::<bool>(), 0..8),
            topic in any_topic(),
            channel in any_channel(),
            preset in any::<bool>(),
        ) {
            let joined: Vec<String> = chosen
                .iter()
                .map(|((topic, channel), on)| format!("{}:{}:{}", topic.as_str(), channel.as_str(), if *on { "on" } else { "off" }))
                .collect();
            let choices = Choices::read(Some(&joined.join(",")));
            let expected = chosen.get(&(topic, channel)).copied().unwrap_or(preset);
            prop_assert_eq!(choices.wants(topic, channel, preset), expected);
        }
    }

    #[test]
    fn without_a_readable_choice_only_what_is_awaited_comes() {
        let choices = Choices::read(Some("MARKETING:EMAIL:on"));
        assert_eq!(choices, Choices::Unreadable);
        let wanted: Vec<Topic> =
            Topic::ALL.into_iter().filter(|topic| choices.wants(*topic, Channel::Email, true)).collect();
        assert_eq!(wanted, [Topic::Plan, Topic::Document]);
    }
}
