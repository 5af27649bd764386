//! The gateway: sessions, their sequence, and what each may hear.

mod connection;
mod intents;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

pub use connection::serve;

use super::state::State;

/// What goes out on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// A payload.
    Text(String),
    /// A Close frame with this code.
    Close(u16),
    /// The connection breaks without a word.
    Break,
}

/// A session, connected or waiting to be resumed.
#[derive(Debug)]
struct Session {
    intents: u64,
    shard: (u64, u64),
    sequence: u64,
    log: Vec<(u64, String)>,
    wire: Option<Wire>,
}

#[derive(Debug)]
struct Wire {
    connection: u64,
    out: UnboundedSender<Out>,
}

/// All sessions of the bot.
#[derive(Debug)]
pub struct Gateway {
    sessions: BTreeMap<String, Session>,
    heartbeat: Duration,
    connections: u64,
    /// How many sessions have identified.
    pub identifies: u32,
    /// How many have resumed.
    pub resumes: u32,
    /// The codes with which the stand-in or the bot closed connections.
    pub closes: Vec<u16>,
}

impl Gateway {
    pub(super) fn new(heartbeat: Duration) -> Self {
        Self { sessions: BTreeMap::new(), heartbeat, connections: 0, identifies: 0, resumes: 0, closes: Vec::new() }
    }

    pub(super) fn is_online(&self) -> bool {
        self.sessions.values().any(|session| session.wire.is_some())
    }

    /// Sends something to every connected session, besides any sequence.
    pub(super) fn broadcast(&self, out: &Out) {
        for wire in self.sessions.values().filter_map(|session| session.wire.as_ref()) {
            // A connection that is just ending no longer listens; it will resume or identify.
            let _ = wire.out.send(out.clone());
        }
    }

    /// Forgets every session, so that none can be resumed.
    pub(super) fn forget(&mut self) {
        self.sessions.clear();
    }

    fn end(&mut self, connection: u64, code: Option<u16>) {
        self.closes.extend(code);
        let ends_session = matches!(code, Some(1000 | 1001));
        self.sessions.retain(|_, session| {
            let own = session.wire.as_ref().is_some_and(|wire| wire.connection == connection);
            if own {
                session.wire = None;
            }
            !(own && ends_session)
        });
    }
}

impl Session {
    fn dispatch(&mut self, kind: &str, data: &Value) {
        self.sequence += 1;
        let payload = json!({ "op": 0, "t": kind, "s": self.sequence, "d": data }).to_string();
        self.log.push((self.sequence, payload.clone()));
        if let Some(wire) = &self.wire {
            let _ = wire.out.send(Out::Text(payload));
        }
    }

    fn serves(&self, guild: Option<u64>) -> bool {
        let (shard, count) = self.shard;
        guild.map_or(0, |guild| (guild >> 22) % count.max(1)) == shard
    }
}

impl State {
    /// What `GET /gateway` names.
    pub(super) fn gateway_url(&self) -> String {
        format!("{}/gateway", self.base.replacen("http", "ws", 1))
    }

    /// Sends an event to the sessions that may hear it, each as far as its intents go.
    pub(super) fn dispatch(&mut self, kind: &str, data: &Value) {
        let guild = data["guild_id"].as_str().and_then(|id| id.parse().ok());
        let application = self.application;
        for session in self.gateway.sessions.values_mut() {
            if session.serves(guild) && intents::allows(session.intents, kind, guild.is_some()) {
                session.dispatch(kind, &intents::trimmed(session.intents, kind, data, application));
            }
        }
    }
}
