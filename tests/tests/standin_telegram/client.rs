//! A bare HTTP client of the Bot API.

use std::time::Duration;

use reqwest::multipart::Form;
use serde_json::{Value, json};
use wavelaunch_tests::clock::TimeScale;
use wavelaunch_tests::telegram::{FakeTelegram, RateLimits, Settings};

pub const CAP: Duration = Duration::from_secs(10);
pub const ANA: i64 = 501;

/// A stand-in on a hand-moved clock, a person who has started the bot, and a client.
pub struct Bench {
    pub fake: FakeTelegram,
    pub http: reqwest::Client,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn result(&self) -> &Value {
        assert_eq!((self.status, &self.body["ok"]), (200, &json!(true)), "{}", self.body);
        &self.body["result"]
    }

    /// Asserts a refusal that contains these words.
    pub fn refused(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        let description = self.body["description"].as_str().unwrap_or_default();
        assert!(description.contains(words), "{description:?} does not say {words:?}");
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(None).await
    }

    pub async fn with(rates: Option<RateLimits>) -> Self {
        let settings = Settings { time: TimeScale::Manual, rates, ..Settings::default() };
        let fake = FakeTelegram::start_with(settings).await.expect("a loopback port");
        fake.started_user(ANA, "Ana", Some("ana"));
        Self { fake, http: reqwest::Client::new() }
    }

    pub async fn call(&self, method: &str, body: Value) -> Answer {
        self.try_call(method, body).await.expect("an answer")
    }

    pub async fn try_call(&self, method: &str, body: Value) -> reqwest::Result<Answer> {
        let url = format!("{}/bot{}/{method}", self.fake.base_url(), self.fake.token());
        let response = self.http.post(url).json(&body).send().await?;
        Ok(Answer { status: response.status().as_u16(), body: response.json().await? })
    }

    pub async fn form(&self, method: &str, form: Form) -> Answer {
        let url = format!("{}/bot{}/{method}", self.fake.base_url(), self.fake.token());
        let response = self.http.post(url).multipart(form).send().await.expect("an answer");
        Answer { status: response.status().as_u16(), body: response.json().await.expect("JSON") }
    }

    pub async fn say(&self, text: &str) -> Answer {
        self.call("sendMessage", json!({ "chat_id": ANA, "text": text })).await
    }
}

/// Whether the vendor's spec is there; a test that needs it says so when it is not.
pub fn has_specs() -> bool {
    let found = wavelaunch_tests::spec::folder().is_some();
    if !found {
        wavelaunch_tests::aloud::say("SKIPPED: needs the vendor's spec");
    }
    found
}
