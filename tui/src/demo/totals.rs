//! What a run came to.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use wavelaunch_shared::delivery::{self, State};
use wavelaunch_shared::journey::{self, LogFilter, LogStatus};
use wavelaunch_shared::{Studio, events};

use super::luck::Fault;
use super::world::World;

/// Lines of the log that are read at once.
const PAGE: i64 = 1000;

/// What a run came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Totals {
    /// Simulated days.
    pub days: i64,
    /// What decided who did what, and what failed.
    pub seed: u64,
    /// People in the programme.
    pub clients: usize,
    /// Messages that the platforms confirmed.
    pub messages_sent: i64,
    /// Messages that need a person to look.
    pub messages_in_doubt: i64,
    /// Messages that were given up.
    pub messages_dead: i64,
    /// What arrived, by purpose.
    pub arrived: BTreeMap<String, u64>,
    /// What the engine did, by the name of the deed.
    pub done: BTreeMap<String, u64>,
    /// What the engine did not do, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Attempts that failed and were made again, or given up.
    pub failed_attempts: u64,
    /// Rows that ended, each with its reason.
    pub rows_explained: usize,
    /// What went wrong on purpose, and how it ended.
    pub faults: BTreeMap<&'static str, Struck>,
    /// How often each kind of thing happened.
    pub events: BTreeMap<String, i64>,
}

/// How often a fault struck, and how that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Struck {
    /// How often.
    pub times: u64,
    /// How it ended, and how often so.
    pub ended: BTreeMap<&'static str, u64>,
}

impl World {
    /// What it came to so far.
    pub async fn totals(&self, days: i64) -> Result<Totals> {
        let mut totals = Totals {
            days,
            seed: self.plot.seed,
            clients: self.joined.len(),
            rows_explained: self.audit.explained(),
            ..Totals::default()
        };
        for arrival in self.audit.arrivals() {
            *totals.arrived.entry(arrival.purpose.clone()).or_default() += 1;
        }
        let mut tx = self.studio.db.read().await?;
        for (state, count) in delivery::counts(&mut tx).await? {
            match state {
                State::Sent => totals.messages_sent = count,
                State::InDoubt => totals.messages_in_doubt = count,
                State::Dead => totals.messages_dead = count,
                State::Queued | State::Leased | State::Cancelled => {}
            }
        }
        totals.events = events::counts(&mut tx).await?.into_iter().collect();
        drop(tx);
        totals.read_the_log(&self.studio).await?;
        for (fault, ended) in self.ends_of_faults().await? {
            totals.faults.insert(fault.name(), Struck { times: ended.values().sum(), ended });
        }
        Ok(totals)
    }

    /// How each fault ended; for a message, by where it is now.
    async fn ends_of_faults(&self) -> Result<BTreeMap<Fault, BTreeMap<&'static str, u64>>> {
        let mut ends = self.luck.ends();
        let mut tx = self.studio.db.read().await?;
        for (fault, message) in self.luck.struck_messages() {
            let row = delivery::show(&mut tx, &message).await?;
            let end = match row.row.state {
                State::Sent if row.settled_at.is_some() => "a person settled it",
                State::Sent => "it arrived",
                State::InDoubt => "it waits for a person",
                State::Dead if row.row.error.as_deref().is_some_and(|why| why.contains("; sent on through ")) => {
                    "it was sent on through another channel"
                }
                State::Dead => "it was given up, and the studio was told",
                State::Cancelled => "it was withdrawn",
                State::Queued | State::Leased => "it is on its way",
            };
            *ends.entry(fault).or_default().entry(end).or_default() += 1;
        }
        Ok(ends)
    }
}

impl Totals {
    async fn read_the_log(&mut self, studio: &Studio) -> Result<()> {
        let mut tx = studio.db.read().await?;
        let mut filter = LogFilter { limit: PAGE, ..LogFilter::default() };
        loop {
            let page = journey::log(&mut tx, &filter).await?;
            for line in &page {
                match (line.status, line.reason) {
                    (LogStatus::Success, _) => *self.done.entry(line.action.clone()).or_default() += 1,
                    (LogStatus::Skipped, reason) => {
                        let reason = serde_json::to_value(reason)?.as_str().unwrap_or("NO_REASON").to_owned();
                        *self.skipped.entry(reason).or_default() += 1;
                    }
                    (LogStatus::Failed, _) => self.failed_attempts += 1,
                }
            }
            let Some(last) = page.last() else { return Ok(()) };
            filter.before = Some(last.id.clone());
        }
    }

    /// The totals as a person reads them.
    #[must_use]
    pub fn words(&self) -> String {
        let mut lines = vec![
            format!("{} days, {} clients, seed {}", self.days, self.clients, self.seed),
            format!(
                "messages: {} sent, {} in doubt, {} dead",
                self.messages_sent, self.messages_in_doubt, self.messages_dead
            ),
        ];
        section(&mut lines, "arrived", &self.arrived);
        section(&mut lines, "done", &self.done);
        section(&mut lines, "not done, because", &self.skipped);
        lines.push(format!("{:>8}  attempts failed and were made again or given up", self.failed_attempts));
        if !self.faults.is_empty() {
            lines.push("what went wrong on purpose, and how it ended".to_owned());
        }
        for (name, struck) in &self.faults {
            let ended: Vec<String> = struck.ended.iter().map(|(how, times)| format!("{how} ({times})")).collect();
            lines.push(format!("{:>8}  {name}: {}", struck.times, ended.join(", ")));
        }
        section(&mut lines, "events", &self.events);
        lines.push(format!("every promise was kept on each of {} days", self.days));
        lines.join("\n")
    }
}

fn section<N: std::fmt::Display>(lines: &mut Vec<String>, title: &str, counts: &BTreeMap<String, N>) {
    if counts.is_empty() {
        return;
    }
    lines.push(title.to_owned());
    lines.extend(counts.iter().map(|(name, count)| format!("{count:>8}  {}", name.to_lowercase().replace('_', " "))));
}
