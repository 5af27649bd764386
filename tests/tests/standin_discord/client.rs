//! A bare HTTP client of Discord's API.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use wavelaunch_tests::clock::TimeScale;
use wavelaunch_tests::discord::{FakeDiscord, InteractionHandle, RateSwitch, Settings};

pub const CAP: Duration = Duration::from_secs(10);
pub const ANA: u64 = 901;

/// A stand-in on a hand-moved clock, a guild with a channel and a member, and a client.
pub struct Bench {
    pub fake: FakeDiscord,
    pub http: reqwest::Client,
    pub guild: u64,
    pub channel: u64,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn ok(&self) -> &Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        &self.body
    }

    pub fn refused(&self, status: u16, code: u32) {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.body);
    }

    /// Asserts 50035 whose errors mention these words.
    pub fn invalid_form(&self, words: &str) {
        self.refused(400, 50035);
        assert!(self.body["errors"].to_string().contains(words), "{} does not say {words:?}", self.body);
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(Settings { rates: RateSwitch::Lenient, ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        let fake =
            FakeDiscord::start_with(Settings { time: TimeScale::Manual, ..settings }).await.expect("a loopback port");
        let guild = fake.guild("Creators");
        let channel = fake.channel(guild, "general");
        fake.user(ANA, "ana");
        fake.joins(guild, ANA);
        Self { fake, http: reqwest::Client::new(), guild, channel }
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.try_call(method, path, body).await.expect("an answer")
    }

    pub async fn try_call(&self, method: &str, path: &str, body: Value) -> reqwest::Result<Answer> {
        let url = format!("{}/api/v10{path}", self.fake.base_url());
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, url).header("Authorization", format!("Bot {}", self.fake.token()));
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    pub async fn post(&self, body: Value) -> Answer {
        self.call("POST", &format!("/channels/{}/messages", self.channel), body).await
    }

    pub async fn say(&self, text: &str) -> Answer {
        self.post(json!({ "content": text })).await
    }

    pub async fn register(&self, commands: Value) -> Answer {
        self.call("PUT", "/applications/1100000000000000001/commands", commands).await
    }

    /// Registers `/ping` and lets Ana use it.
    pub async fn pinged(&self) -> InteractionHandle {
        self.register(json!([{ "name": "ping", "description": "Pong" }])).await.ok();
        self.fake.slash(ANA, self.channel, "ping", json!({})).expect("a registered command")
    }

    pub async fn callback(&self, interaction: &InteractionHandle, body: Value) -> Answer {
        let path = format!("/interactions/{}/{}/callback", interaction.id(), interaction.token());
        self.call("POST", &path, body).await
    }

    pub async fn followup(&self, interaction: &InteractionHandle, body: Value) -> Answer {
        let path = format!("/webhooks/1100000000000000001/{}", interaction.token());
        self.call("POST", &path, body).await
    }

    pub async fn answer(&self, method: &str, interaction: &InteractionHandle, which: &str, body: Value) -> Answer {
        let path = format!("/webhooks/1100000000000000001/{}/messages/{which}", interaction.token());
        self.call(method, &path, body).await
    }
}

/// A row of buttons.
pub fn row(buttons: &Value) -> Value {
    json!({ "type": 1, "components": buttons })
}

/// A button.
pub fn button(label: &str, id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": label, "custom_id": id })
}

/// Whether the vendor's document is there; a test that needs it says so when it is not.
pub fn has_specs() -> bool {
    let found = wavelaunch_tests::spec::folder().is_some();
    if !found {
        wavelaunch_tests::aloud::say("SKIPPED: needs the vendor's document");
    }
    found
}
