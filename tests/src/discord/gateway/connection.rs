//! One WebSocket: hello, identify or resume, heartbeats, and an answered Close.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Out, Session, Wire, intents};
use crate::discord::state::State;
use crate::wait::Watched;

/// Discord refuses larger payloads.
const LARGEST_PAYLOAD: usize = 4096;
/// Payloads on one connection, of which Discord takes 120 a minute.
const MOST_IN_A_MINUTE: usize = 120;

/// Talks to one client until either side ends it.
pub async fn serve(mut socket: WebSocket, discord: Arc<Watched<State>>) {
    let (out, mut outgoing) = unbounded_channel();
    let mut client = discord.change(|state| {
        state.gateway.connections += 1;
        let hello = json!({ "op": 10, "t": null, "s": null, "d": { "heartbeat_interval": state.gateway.heartbeat.as_millis(), "_trace": ["stand-in"] } });
        let _ = out.send(Out::Text(hello.to_string()));
        Client { connection: state.gateway.connections, session: None, out: out.clone(), payloads: Vec::new() }
    });
    let code = loop {
        tokio::select! {
            sending = outgoing.recv() => match sending {
                Some(Out::Text(text)) => {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        break None;
                    }
                }
                Some(Out::Close(code)) => {
                    let frame = CloseFrame { code, reason: reason(code).into() };
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    break Some(code);
                }
                Some(Out::Break) | None => break None,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => discord.change(|state| client.hear(state, text.as_str())),
                Some(Ok(Message::Close(frame))) => break Some(frame.map_or(1005, |frame| frame.code)),
                Some(Ok(Message::Binary(_))) => drop(out.send(Out::Close(4002))),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break None,
            },
        }
    };
    discord.change(|state| state.gateway.end(client.connection, code));
    if code.is_some() {
        // The Close handshake is finished by reading on.
        while let Some(Ok(_)) = socket.recv().await {}
    }
}

fn reason(code: u16) -> &'static str {
    match code {
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "Rate limited.",
        4010 => "Invalid shard.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "Unknown error.",
    }
}

struct Client {
    connection: u64,
    session: Option<String>,
    out: UnboundedSender<Out>,
    payloads: Vec<std::time::Duration>,
}

impl Client {
    fn hear(&mut self, state: &mut State, text: &str) {
        let outcome = self.within_bounds(state, text).and_then(|payload| self.act(state, &payload));
        if let Err(code) = outcome {
            self.say(Out::Close(code));
        }
    }

    fn say(&self, out: Out) {
        // The connection's own loop reads this; if it has ended, there is nobody to tell.
        let _ = self.out.send(out);
    }

    fn within_bounds(&mut self, state: &State, text: &str) -> Result<Value, u16> {
        let now = state.clock.now();
        self.payloads.retain(|at| now.saturating_sub(*at).as_secs() < 60);
        self.payloads.push(now);
        if self.payloads.len() > MOST_IN_A_MINUTE {
            return Err(4008);
        }
        if text.len() > LARGEST_PAYLOAD {
            return Err(4002);
        }
        serde_json::from_str(text).map_err(|_| 4002)
    }

    fn act(&mut self, state: &mut State, payload: &Value) -> Result<(), u16> {
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(1) => {
                self.say(Out::Text(json!({ "op": 11, "t": null, "s": null, "d": null }).to_string()));
                Ok(())
            }
            Some(2) if self.session.is_some() => Err(4005),
            Some(2) => self.identify(state, data),
            Some(6) => self.resume(state, data),
            Some(3 | 4 | 8) if self.session.is_none() => Err(4003),
            Some(3 | 4) => Ok(()),
            Some(8) => self.list_members(state, data),
            _ => Err(4001),
        }
    }

    fn identify(&mut self, state: &mut State, data: &Value) -> Result<(), u16> {
        if !is_token(state, data) {
            return Err(4004);
        }
        if !data["properties"].is_object() {
            return Err(4002);
        }
        let intents = data["intents"].as_u64();
        if let Some(code) = intents::objection(intents, state.granted) {
            return Err(code);
        }
        let shard =
            match data["shard"].as_array().map(|pair| pair.iter().map(Value::as_u64).collect::<Vec<_>>()).as_deref() {
                None => (0, 1),
                Some([Some(shard), Some(count)]) if shard < count => (*shard, *count),
                Some(_) => return Err(4010),
            };
        state.gateway.identifies += 1;
        let id = format!("{:032x}", state.fresh_id());
        let wire = Wire { connection: self.connection, out: self.out.clone() };
        let mut session =
            Session { intents: intents.unwrap_or(0), shard, sequence: 0, log: Vec::new(), wire: Some(wire) };
        session.dispatch("READY", &ready(state, &id, shard));
        for guild in state.guilds.values() {
            if session.serves(Some(guild.id)) {
                session.dispatch("GUILD_CREATE", &state.joined_guild_json(guild));
            }
        }
        state.gateway.sessions.insert(id.clone(), session);
        self.session = Some(id);
        Ok(())
    }

    fn resume(&mut self, state: &mut State, data: &Value) -> Result<(), u16> {
        if !is_token(state, data) {
            return Err(4004);
        }
        let heard = data["seq"].as_u64().ok_or(4007_u16)?;
        let id = data["session_id"].as_str().unwrap_or_default();
        let Some(session) = state.gateway.sessions.get_mut(id) else {
            self.say(Out::Text(json!({ "op": 9, "t": null, "s": null, "d": false }).to_string()));
            return Ok(());
        };
        if heard > session.sequence {
            return Err(4007);
        }
        session.wire = Some(Wire { connection: self.connection, out: self.out.clone() });
        for (_, payload) in session.log.iter().filter(|(sequence, _)| *sequence > heard) {
            self.say(Out::Text(payload.clone()));
        }
        session.dispatch("RESUMED", &json!({ "_trace": ["stand-in"] }));
        state.gateway.resumes += 1;
        self.session = Some(id.to_owned());
        Ok(())
    }

    fn list_members(&self, state: &mut State, data: &Value) -> Result<(), u16> {
        let guild = data["guild_id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .and_then(|id: u64| state.guilds.get(&id))
            .ok_or(4002_u16)?;
        let members: Vec<_> = guild.members.keys().map(|user| state.member_json(guild.id, *user)).collect();
        let mut chunk = json!({ "guild_id": guild.id.to_string(), "members": members, "chunk_index": 0, "chunk_count": 1, "not_found": [] });
        if let Some(nonce) = data.get("nonce") {
            chunk["nonce"] = nonce.clone();
        }
        if let Some(session) = self.session.as_ref().and_then(|id| state.gateway.sessions.get_mut(id)) {
            session.dispatch("GUILD_MEMBERS_CHUNK", &chunk);
        }
        Ok(())
    }
}

fn is_token(state: &State, data: &Value) -> bool {
    let given = data["token"].as_str().unwrap_or_default();
    given.strip_prefix("Bot ").unwrap_or(given) == state.token
}

fn ready(state: &State, session: &str, shard: (u64, u64)) -> Value {
    let guilds: Vec<_> = state.guilds.keys().map(|id| json!({ "id": id.to_string(), "unavailable": true })).collect();
    json!({
        "v": 10, "user": state.bot_json(), "guilds": guilds, "session_id": session, "session_type": "normal", "resume_gateway_url": state.gateway_url(), "shard": [shard.0, shard.1],
        "application": { "id": state.application.to_string(), "flags": state.application_flags() }, "private_channels": [], "relationships": [], "presences": [], "user_settings": {},
        "user_settings_proto": null, "guild_join_requests": [], "geo_ordered_rtc_regions": [], "_trace": ["stand-in"],
    })
}
