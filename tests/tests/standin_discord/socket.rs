//! A bare gateway client.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::{Bench, CAP};

/// Guilds, guild messages, direct messages, message content.
pub const INTENTS: u64 = 1 | 1 << 9 | 1 << 12 | 1 << 15;

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What came in.
#[derive(Debug)]
pub enum Heard {
    Payload(Value),
    Closed(u16),
    Broken,
}

impl Socket {
    pub async fn connect(bench: &Bench) -> Self {
        let url = format!("{}?v=10", bench.fake.gateway_url());
        let (socket, _) = connect_async(url).await.expect("a gateway");
        let mut socket = Self(socket);
        assert_eq!(socket.payload().await["op"], json!(10), "hello comes first");
        socket
    }

    /// Connects and identifies; gives READY's data too.
    pub async fn ready(bench: &Bench, intents: u64) -> (Self, Value) {
        let mut socket = Self::connect(bench).await;
        socket.identify(&bench.fake.token(), json!(intents)).await;
        let ready = socket.event("READY").await;
        (socket, ready)
    }

    pub async fn identify(&mut self, token: &str, intents: Value) {
        let properties = json!({ "os": "linux", "browser": "test", "device": "test" });
        self.send(
            json!({ "op": 2, "d": { "token": token, "intents": intents, "properties": properties, "compress": true } }),
        )
        .await;
    }

    pub async fn send(&mut self, payload: Value) {
        self.0.send(Message::text(payload.to_string())).await.expect("a connection");
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            match tokio::time::timeout(CAP, self.0.next()).await.expect("something to hear") {
                Some(Ok(Message::Text(text))) => return Heard::Payload(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Heard::Closed(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Broken,
            }
        }
    }

    pub async fn payload(&mut self) -> Value {
        match self.hear().await {
            Heard::Payload(payload) => payload,
            other => panic!("a payload was awaited, not {other:?}"),
        }
    }

    pub async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Heard::Closed(code) => code,
            other => panic!("a Close was awaited, not {other:?}"),
        }
    }

    /// The data of the next event of this kind; others are passed over.
    pub async fn event(&mut self, kind: &str) -> Value {
        loop {
            let payload = self.payload().await;
            if payload["t"] == json!(kind) {
                return payload["d"].clone();
            }
        }
    }

    pub async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.0.send(Message::Close(Some(frame))).await.expect("a connection");
    }
}
