//! One message over one connection, and how far it came.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use wavelaunch_shared::text::terminal_safe;

use super::compose::Letter;

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server does not have it, and may take it later.
    NotSent(String),
    /// The server may have it.
    Unknown(String),
    /// The server does not let us in.
    Login(String),
    /// The server does not want mail of this sender, for now.
    Sender(String),
    /// The server knows no such recipient.
    Recipient(String),
    /// The server refuses this message.
    Message(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NotSent(why)
        | Self::Unknown(why)
        | Self::Login(why)
        | Self::Sender(why)
        | Self::Recipient(why)
        | Self::Message(why)) = self;
        f.write_str(why)
    }
}

/// What was under way when something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Finding the server, its greeting, encryption.
    Connect,
    /// Saying who hands in.
    Login,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// Asking to hand in the text.
    Data,
    /// The text, and the answer to its end.
    Text,
}

/// Hands one message in. The server's answer to its end, as it is told to whoever looks for the message there.
pub async fn hand_in(
    connection: &mut AsyncSmtpConnection,
    letter: &Letter,
    patience: Duration,
) -> Result<String, Failure> {
    let mail = Mail::new(Some(letter.from.clone()), parameters(connection, letter)?);
    within(patience, Stage::Sender, connection.command(mail)).await?;
    within(patience, Stage::Recipient, connection.command(Rcpt::new(letter.to.clone(), Vec::new()))).await?;
    within(patience, Stage::Data, connection.command(Data)).await?;
    let taken = within(patience, Stage::Text, connection.message(&letter.bytes)).await?;
    Ok(terminal_safe(taken.first_line().unwrap_or("accepted")))
}

/// What the server must know before it says yes.
fn parameters(connection: &AsyncSmtpConnection, letter: &Letter) -> Result<Vec<MailParameter>, Failure> {
    let server = connection.server_info();
    let mut parameters = Vec::new();
    if [&letter.from, &letter.to].iter().any(|address| !address.to_string().is_ascii()) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure::Message("the mail server takes no address with letters like these".into()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.bytes.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

/// Waits for an answer, not for ever.
pub async fn within(
    patience: Duration,
    stage: Stage,
    asked: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, Failure> {
    match tokio::time::timeout(patience, asked).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(judge(stage, &Refusal::of(&error))),
        Err(_) => {
            let why = format!("the mail server did not answer within {} seconds", patience.as_secs());
            Err(judge(stage, &Refusal { code: None, told: why }))
        }
    }
}

/// What the server said, or why it said nothing.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Its three digits.
    pub code: Option<u16>,
    /// Its words.
    pub told: String,
}

impl Refusal {
    /// As the client library has it.
    pub fn of(error: &Error) -> Self {
        let mut told = error.to_string();
        // The library's own words are the last that a chain of causes has.
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            let words = inner.to_string();
            if !told.contains(&words) {
                told = format!("{told}: {words}");
            }
            cause = inner.source();
        }
        Self { code: error.status().map(u16::from), told: terminal_safe(&told).replace('\n', " ") }
    }

    /// Whether the server said no for good.
    fn is_final(&self) -> bool {
        self.code.is_some_and(|code| code >= 500)
    }

    /// Whether it concerns who we are and what we may, and not the recipient (RFC 3463, subject 7).
    fn is_about_us(&self) -> bool {
        matches!(self.code, Some(530 | 535 | 538)) || self.told.contains("5.7.")
    }
}

/// What a refusal at some stage means for the message.
pub fn judge(stage: Stage, refusal: &Refusal) -> Failure {
    let told = match refusal.code {
        Some(code) if !refusal.told.contains(&code.to_string()) => {
            format!("the mail server said {code} {}", refusal.told)
        }
        _ => format!("the mail server: {}", refusal.told),
    };
    if !refusal.is_final() {
        return match (stage, refusal.code) {
            (Stage::Text, None) => Failure::Unknown(format!("the text was handed over, and no answer came: {told}")),
            _ => Failure::NotSent(told),
        };
    }
    match stage {
        Stage::Connect => Failure::NotSent(told),
        Stage::Login => Failure::Login(told),
        Stage::Sender if refusal.code == Some(552) => Failure::Message(told),
        Stage::Sender => Failure::Sender(told),
        Stage::Recipient if refusal.is_about_us() => Failure::Message(told),
        Stage::Recipient => Failure::Recipient(told),
        Stage::Data | Stage::Text => Failure::Message(told),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Stage::Connect, Some(554), "no", "NotSent")]
    #[case(Stage::Connect, None, "connection refused", "NotSent")]
    #[case(Stage::Login, Some(535), "bad", "Login")]
    #[case(Stage::Login, Some(454), "later", "NotSent")]
    #[case(Stage::Sender, Some(550), "who are you", "Sender")]
    #[case(Stage::Sender, Some(552), "too large", "Message")]
    #[case(Stage::Recipient, Some(450), "greylisted", "NotSent")]
    #[case(Stage::Recipient, Some(550), "5.1.1 no such user", "Recipient")]
    #[case(Stage::Recipient, Some(550), "5.7.1 relaying denied", "Message")]
    #[case(Stage::Recipient, Some(530), "log in first", "Message")]
    #[case(Stage::Data, None, "connection reset", "NotSent")]
    #[case(Stage::Text, Some(421), "shutting down", "NotSent")]
    #[case(Stage::Text, Some(554), "spam", "Message")]
    #[case(Stage::Text, None, "connection reset", "Unknown")]
    fn how_far_a_message_came_decides_what_becomes_of_it(
        #[case] stage: Stage,
        #[case] code: Option<u16>,
        #[case] told: &str,
        #[case] expected: &str,
    ) {
        let failure = format!("{:?}", judge(stage, &Refusal { code, told: told.to_owned() }));
        assert!(failure.starts_with(expected), "{failure}");
    }
}
