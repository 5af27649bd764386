//! The promises about messages.

use anyhow::Result;
use chrono::TimeDelta;
use wavelaunch_shared::delivery::{self, Channel, Leased, OutboxRow, State, Urgency};
use wavelaunch_shared::id::OutboxId;
use wavelaunch_shared::portal::preferences;
use wavelaunch_shared::{Studio, clients, events};

use super::super::world::World;
use super::{Arrival, Audit};

/// The journey's messages of which a client gets at most one a day.
const ONE_A_DAY: [&str; 6] = ["upcoming", "overdue", "studio_delay", "month_complete", "halfway", "program_complete"];
/// Rows that are older have ended for good, and were looked at then.
const LOOKED_BACK: TimeDelta = TimeDelta::days(6);
const PAGE: i64 = 500;

impl Audit {
    /// A message has arrived, whatever its sender knows of it.
    pub(in crate::demo) async fn received(&mut self, studio: &Studio, message: &Leased) -> Result<()> {
        let now = studio.clock.now();
        let mut tx = studio.db.read().await?;
        let shown = delivery::show(&mut tx, &message.id).await?;
        let root = root(&shown.row).to_owned();
        let arrivals = self.arrivals.entry(root).or_default();
        arrivals.push(Arrival { purpose: message.purpose.clone(), at: now });
        if let [first, .., _] = arrivals.as_slice() {
            let told = format!("{} arrived a second time ({} and {now}): {}", message.purpose, first.at, message.id);
            self.breaks(told);
        }
        let Some(id) = &message.client_id else { return Ok(()) };
        let Some(client) = clients::get(&mut tx, id).await? else { return Ok(()) };
        let local = now.with_timezone(&client.zone());
        let quiet = preferences::get(&mut tx, studio, id).await?.quiet_hours;
        let is_news = shown.row.priority >= Urgency::Notice.priority();
        if is_news && quiet.is_some_and(|quiet| quiet.contains(local.time())) {
            self.breaks(format!("{} arrived at night, at {local}: {}", message.purpose, message.id));
        }
        // What a person had sent again comes on top.
        if ONE_A_DAY.contains(&message.purpose.as_str()) && shown.settled_at.is_none() {
            let day = self.days.entry((id.clone(), local.date_naive())).or_default();
            day.push(format!("{} (of {})", message.purpose, shown.row.created_at.format("%F %T")));
            if day.len() > 1 {
                let told = format!("{id} received {} on {}", day.join(" and "), local.date_naive());
                self.breaks(told);
            }
        }
        Ok(())
    }

    /// Whether a message is with its person, as they would say if they were asked.
    pub(in crate::demo) fn has_arrived(&self, message: &OutboxRow) -> bool {
        self.arrivals.contains_key(root(message))
    }

    /// Holds what the outbox says against what arrived.
    pub(super) async fn look_at_the_post(&mut self, world: &World) -> Result<()> {
        let now = world.studio.clock.now();
        let mut tx = world.studio.db.read().await?;
        let mut after: Option<OutboxId> = None;
        loop {
            let page = delivery::list(&mut tx, None, after.as_ref(), PAGE).await?;
            for row in &page {
                self.look_at_message(row);
            }
            after = page.last().map(|row| row.id.clone());
            if page.last().is_none_or(|last| last.created_at < now - LOOKED_BACK) {
                break;
            }
        }
        let counts: std::collections::BTreeMap<String, i64> = events::counts(&mut tx).await?.into_iter().collect();
        let told = |kind: &str| usize::try_from(counts.get(kind).copied().unwrap_or_default()).unwrap_or_default();
        for (what, known, told) in [
            ("given up", self.given_up.len(), told("DELIVERY_FAILED")),
            ("in doubt", self.doubted.len(), told("DELIVERY_IN_DOUBT")),
        ] {
            if known > told {
                self.breaks(format!("{known} messages are {what}, and the studio was told of {told}"));
            }
        }
        Ok(())
    }

    fn look_at_message(&mut self, row: &OutboxRow) {
        let arrived = self.has_arrived(row);
        match row.state {
            State::Sent if !arrived => {
                self.breaks(format!("{} is called sent and never arrived: {}", row.purpose, row.id));
            }
            State::Leased => self.breaks(format!("{} is held by a sender for ever: {}", row.purpose, row.id)),
            State::InDoubt => {
                self.doubted.insert(row.id.clone());
            }
            State::Dead if !row.error.as_deref().is_some_and(|why| why.contains("; sent on through ")) => {
                self.given_up.insert(row.id.clone());
            }
            State::Queued | State::Sent | State::Dead | State::Cancelled => {}
        }
    }
}

/// What must not be sent twice, whichever channels it was sent on through.
fn root(row: &OutboxRow) -> &str {
    let mut key = row.dedupe_key.as_str();
    while let Some(shorter) = Channel::PREFERRED
        .iter()
        .find_map(|channel| key.strip_suffix(channel.as_str()).and_then(|rest| rest.strip_suffix('/')))
    {
        key = shorter;
    }
    key
}
