//! The connections to the mail server: made when they are needed, kept for the next message.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::sync::Semaphore;
use wavelaunch_shared::config::{EmailSettings, Encryption, MailServer};

use super::compose::Letter;
use super::session::{Failure, Refusal, Stage, hand_in, judge, within};

/// Connections at the same time; servers refuse those who open many.
const AT_ONCE: usize = 3;
/// Messages over one connection; many servers end it after about a hundred.
const MESSAGES: u32 = 50;

/// The way to one mail server.
pub struct Line {
    server: MailServer,
    tls: TlsParameters,
    patience: Duration,
    places: Semaphore,
    idle: Mutex<Vec<Kept>>,
}

/// A connection that waits for its next message.
struct Kept {
    connection: AsyncSmtpConnection,
    messages: u32,
}

impl Line {
    /// The way to `server`; nothing is connected yet.
    pub fn new(server: MailServer, settings: &EmailSettings) -> Result<Self, String> {
        Ok(Self {
            tls: trust(&server, &settings.ca_file)?,
            server,
            patience: settings.timeout(),
            places: Semaphore::new(AT_ONCE),
            idle: Mutex::default(),
        })
    }

    /// The server's name.
    pub fn host(&self) -> &str {
        &self.server.host
    }

    /// Connects, says who we are, and keeps the connection.
    pub async fn try_out(&self) -> Result<(), Failure> {
        let connection = self.connect().await?;
        self.keep(Kept { connection, messages: 0 });
        Ok(())
    }

    /// Hands a message in, and answers what the server said to it.
    pub async fn send(&self, letter: &Letter) -> Result<String, Failure> {
        let closed = |_| Failure::NotSent("the line to the mail server is closed".into());
        let _place = self.places.acquire().await.map_err(closed)?;
        let mut kept = self.take().await?;
        let sent = hand_in(&mut kept.connection, letter, self.patience).await;
        kept.messages += 1;
        if sent.is_ok() && kept.messages < MESSAGES {
            self.keep(kept);
        } else {
            self.part_with(kept).await;
        }
        sent
    }

    /// Ends what is kept.
    pub async fn hang_up(&self) {
        while let Some(kept) = self.pop() {
            self.part_with(kept).await;
        }
    }

    /// A kept connection that still works, or a new one.
    async fn take(&self) -> Result<Kept, Failure> {
        while let Some(mut kept) = self.pop() {
            if tokio::time::timeout(self.patience, kept.connection.test_connected()).await.unwrap_or(false) {
                return Ok(kept);
            }
            self.part_with(kept).await;
        }
        Ok(Kept { connection: self.connect().await?, messages: 0 })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let opened = tokio::time::timeout(self.patience, self.open()).await;
        let mut connection = opened.unwrap_or_else(|_| {
            let told = format!("no greeting within {} seconds", self.patience.as_secs());
            Err(judge(Stage::Connect, &Refusal { code: None, told }))
        })?;
        if let Some((name, password)) = &self.server.login {
            let credentials = Credentials::new(name.clone(), password.expose().to_owned());
            within(self.patience, Stage::Login, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }

    /// Connects, and encrypts as the address of the server says.
    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let failed = |error| judge(Stage::Connect, &Refusal::of(&error));
        let (name, tls) = (ClientId::default(), || self.tls.clone());
        let from_the_start = (self.server.encryption == Encryption::Implicit).then(tls);
        let place = (self.server.host.as_str(), self.server.port);
        let opened = AsyncSmtpConnection::connect_tokio1(place, Some(self.patience), &name, from_the_start, None).await;
        let mut connection = opened.map_err(failed)?;
        let upgrade = match self.server.encryption {
            Encryption::Required => true,
            Encryption::Opportunistic => connection.can_starttls(),
            Encryption::Implicit | Encryption::None => false,
        };
        if upgrade {
            connection.starttls(tls(), &name).await.map_err(failed)?;
        }
        Ok(connection)
    }

    fn keep(&self, kept: Kept) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }

    fn pop(&self) -> Option<Kept> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Says good-bye, at most for as long as an answer may take.
    async fn part_with(&self, mut kept: Kept) {
        let _ = tokio::time::timeout(self.patience, kept.connection.abort()).await;
    }
}

/// Whom we believe to be the server: everybody's authorities, and the studio's own.
fn trust(server: &MailServer, ca_file: &str) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if !ca_file.is_empty() {
        let wrong = |error: &dyn std::fmt::Display| format!("email.ca_file {ca_file}: {error}");
        let pem = std::fs::read(ca_file).map_err(|error| wrong(&error))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(&error))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| format!("encrypted e-mail cannot be set up: {error}"))
}
