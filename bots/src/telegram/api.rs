//! Calls to the Bot API.
//!
//! Payloads and types are the library's, the request is our own: the library's client sleeps ten
//! seconds inside a call on a server error, drops the error's number, and cannot tell a call that
//! never left from one that may have arrived. No error here holds the token, which is part of the
//! address.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use teloxide::requests::Payload;
use wavelaunch_shared::config::TelegramSettings;

use super::pace::Pace;

/// How long Telegram may hold a poll open.
pub(super) const POLL: Duration = Duration::from_secs(25);
/// How long any other call may take; uploads are small documents.
const PATIENCE: Duration = Duration::from_secs(30);

/// The kinds of updates that are dealt with.
const ALLOWED: [&str; 3] = ["message", "callback_query", "my_chat_member"];

/// The way to one bot's API.
#[derive(Debug)]
pub struct Api {
    client: reqwest::Client,
    /// `{api_base}/bot{token}/`: a secret.
    base: reqwest::Url,
    /// Whose turn it is to be written to.
    pub pace: Pace,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing left this machine.
    #[error("Telegram cannot be reached ({0})")]
    NotSent(String),
    /// It may have been done.
    #[error("Telegram's answer was lost ({0})")]
    Unknown(String),
    /// Too fast.
    #[error("Telegram asks to wait {} seconds", .0.as_secs())]
    Slow(Duration),
    /// Telegram failed, and says that it did nothing.
    #[error("Telegram failed ({0})")]
    Server(String),
    /// The token is none of Telegram's.
    #[error("Telegram refuses the token; set TELEGRAM_TOKEN to the one that @BotFather shows")]
    Token,
    /// Somebody else polls with this token, or a webhook is set.
    #[error("{0}")]
    Conflict(String),
    /// The person cannot be written to.
    #[error("{0}")]
    Unreachable(String),
    /// Anything else that another try would not change.
    #[error("Telegram refuses: {0}")]
    Refused(String),
}

#[derive(serde::Deserialize)]
struct Answer<T> {
    ok: bool,
    result: Option<T>,
    #[serde(default)]
    error_code: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, serde::Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// Where Telegram brings updates, and how that goes.
#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct Webhook {
    /// Empty when it waits to be asked.
    pub url: String,
    #[serde(default)]
    pub pending_update_count: u64,
    pub last_error_message: Option<String>,
}

/// What we keep of a message that was sent.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Sent {
    /// Its number in the chat.
    pub message_id: i32,
    /// The file in it.
    pub document: Option<SentFile>,
}

/// A file that Telegram keeps for us.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct SentFile {
    /// The name by which it can be sent again.
    pub file_id: String,
}

impl Api {
    /// The API at the configured base with the configured token.
    pub fn new(settings: &TelegramSettings) -> anyhow::Result<Self> {
        let base = format!("{}/bot{}/", settings.api_base.trim_end_matches('/'), settings.token.expose());
        // The parser's own error would show the token.
        let base = base.parse().map_err(|_| anyhow::anyhow!("telegram.api_base is no web address"))?;
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client, base, pace: Pace::default() })
    }

    /// Calls a method and reads of its result what `T` wants.
    pub async fn call<P: Payload + Serialize, T: DeserializeOwned>(&self, payload: &P) -> Result<T, Failure> {
        let request = self.request(P::NAME).json(payload).timeout(PATIENCE);
        answer(request).await
    }

    /// Uploads with a form.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        method: &str,
        form: reqwest::multipart::Form,
    ) -> Result<T, Failure> {
        answer(self.request(method).multipart(form).timeout(PATIENCE)).await
    }

    /// Waits at most `wait` for updates from `offset` on; asking confirms all that came before.
    pub async fn updates(&self, offset: i64, wait: Duration) -> Result<Vec<Value>, Failure> {
        let wanted = json!({
            "offset": offset,
            "timeout": wait.as_secs(),
            "allowed_updates": ALLOWED,
        });
        answer(self.request("getUpdates").json(&wanted).timeout(wait + Duration::from_secs(10))).await
    }

    /// Has Telegram bring updates to an address, with a secret in a header.
    pub(super) async fn set_webhook(&self, address: &str, secret: &str) -> Result<(), Failure> {
        let wanted = json!({ "url": address, "secret_token": secret, "allowed_updates": ALLOWED });
        answer::<bool>(self.request("setWebhook").json(&wanted).timeout(PATIENCE)).await.map(drop)
    }

    /// Lets updates wait to be asked for.
    pub(super) async fn delete_webhook(&self) -> Result<(), Failure> {
        answer::<bool>(self.request("deleteWebhook").json(&json!({})).timeout(PATIENCE)).await.map(drop)
    }

    /// Where updates are brought.
    pub(super) async fn webhook(&self) -> Result<Webhook, Failure> {
        answer(self.request("getWebhookInfo").json(&json!({})).timeout(PATIENCE)).await
    }

    fn request(&self, method: &str) -> reqwest::RequestBuilder {
        let mut address = self.base.clone();
        address.set_path(&format!("{}{method}", self.base.path()));
        self.client.post(address)
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Failure> {
    let response = request.send().await.map_err(lost)?;
    let status = response.status();
    let text = response.bytes().await.map_err(lost)?;
    match serde_json::from_slice::<Answer<T>>(&text) {
        Ok(Answer { ok: true, result: Some(result), .. }) => Ok(result),
        Ok(answer) => Err(refusal(&answer)),
        Err(_) if status.is_server_error() => Err(Failure::Unknown(format!("status {status}"))),
        Err(error) => Err(Failure::Unknown(format!("status {status}, and an answer of unknown shape: {error}"))),
    }
}

fn lost(error: reqwest::Error) -> Failure {
    let sent = !(error.is_connect() || error.is_builder());
    // The address holds the token; the sources tell what happened.
    let error = error.without_url();
    let mut told = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    if sent { Failure::Unknown(told) } else { Failure::NotSent(told) }
}

fn refusal<T>(answer: &Answer<T>) -> Failure {
    let told = || wavelaunch_shared::text::terminal_safe(&answer.description);
    match (answer.error_code, answer.parameters.retry_after) {
        (429, wait) => Failure::Slow(Duration::from_secs(wait.unwrap_or(5))),
        (401 | 404, _) => Failure::Token,
        (409, _) => Failure::Conflict(told()),
        (403, _) => Failure::Unreachable(told()),
        (500.., _) => Failure::Server(told()),
        (400, _) if gone(&answer.description) => Failure::Unreachable(told()),
        _ => Failure::Refused(told()),
    }
}

/// A chat that is no more is refused as a bad request.
fn gone(description: &str) -> bool {
    let lower = description.to_lowercase();
    ["chat not found", "user is deactivated", "peer_id_invalid", "user not found"].iter().any(|why| lower.contains(why))
}

impl Failure {
    /// True when an edit was refused because nothing would change.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        matches!(self, Self::Refused(why) if why.contains("message is not modified"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(json!({"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}), Failure::Slow(Duration::from_secs(7)))]
    #[case(json!({"ok":false,"error_code":401,"description":"Unauthorized"}), Failure::Token)]
    #[case(json!({"ok":false,"error_code":404,"description":"Not Found"}), Failure::Token)]
    #[case(json!({"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}), Failure::Unreachable("Forbidden: bot was blocked by the user".into()))]
    #[case(json!({"ok":false,"error_code":400,"description":"Bad Request: chat not found"}), Failure::Unreachable("Bad Request: chat not found".into()))]
    #[case(json!({"ok":false,"error_code":400,"description":"Bad Request: \u{1b}[2J"}), Failure::Refused("Bad Request: [2J".into()))]
    #[case(json!({"ok":false,"error_code":502,"description":"Bad Gateway"}), Failure::Server("Bad Gateway".into()))]
    fn refusals_are_told_apart(#[case] answer: Value, #[case] failure: Failure) {
        assert_eq!(refusal(&serde_json::from_value::<Answer<Value>>(answer).unwrap()), failure);
    }

    #[tokio::test]
    async fn no_error_shows_the_token() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings = TelegramSettings {
            api_base: format!("http://{free}"),
            token: wavelaunch_shared::config::Secret::new("123:secret"),
            ..TelegramSettings::default()
        };
        let failure = Api::new(&settings).unwrap().updates(0, Duration::ZERO).await.unwrap_err();
        assert!(matches!(&failure, Failure::NotSent(_)), "{failure:?}");
        assert!(!format!("{failure} {failure:?}").contains("secret"));
    }
}
