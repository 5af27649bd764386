//! A strict mail server on loopback.
//!
//! Speaks ESMTP (RFC 5321) with STARTTLS or encryption from the first byte, AUTH, SIZE, 8BITMIME and SMTPUTF8, and not
//! PIPELINING: who writes ahead is refused. It takes nothing that a careful server would not take: bare line feeds,
//! long lines, eight-bit text that was not announced, headers that are missing, doubled or not plain, MIME that does
//! not parse. It never passes anything on.

mod certificate;
mod command;
mod login;
mod mail;
mod session;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::clock::{Clock, TimeScale};
use crate::faults::{Fault, FaultScript, Times};
use crate::journal::{Entry, Journal};
use crate::wait::{TimedOut, Watched};
use certificate::Certificate;
pub use mail::Mail;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// It is not, and is not offered.
    None,
    /// By STARTTLS, before anything is handed in.
    Starttls,
    /// From the first byte.
    Implicit,
}

/// How the stand-in behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How connections are encrypted.
    pub encryption: Encryption,
    /// The only name and password that are let in; none lets everybody in.
    pub login: Option<(String, String)>,
    /// The longest message, in bytes.
    pub size: usize,
    /// Whether addresses may have other letters than ASCII.
    pub utf8_addresses: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { encryption: Encryption::None, login: None, size: 10 * 1024 * 1024, utf8_addresses: true }
    }
}

/// Everything that the server remembers.
#[derive(Debug)]
pub struct State {
    settings: Settings,
    mails: Vec<Mail>,
    nobody: Vec<String>,
    connections: u32,
    journal: Journal,
    faults: FaultScript,
    clock: Clock,
}

impl State {
    /// What was taken, oldest first.
    #[must_use]
    pub fn mails(&self) -> &[Mail] {
        &self.mails
    }

    /// What was taken for one address, oldest first.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Mail> {
        self.mails.iter().filter(|mail| mail.to == address).cloned().collect()
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.connections
    }
}

/// A running stand-in; it ends when dropped.
#[derive(Debug)]
pub struct FakeSmtp {
    state: Arc<Watched<State>>,
    address: SocketAddr,
    certificate: Arc<Certificate>,
    _stop: DropGuard,
}

impl FakeSmtp {
    /// Starts one without encryption or login, with every strictness on.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with these settings.
    pub async fn start_with(settings: Settings) -> std::io::Result<Self> {
        let state = Arc::new(Watched::new(State {
            settings,
            mails: Vec::new(),
            nobody: Vec::new(),
            connections: 0,
            journal: Journal::default(),
            faults: FaultScript::default(),
            clock: Clock::new(TimeScale::Real),
        }));
        let certificate = Arc::new(Certificate::for_loopback()?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, Arc::clone(&state), Arc::clone(&certificate), stop.clone()));
        Ok(Self { state, address, certificate, _stop: stop.drop_guard() })
    }

    /// What belongs into `SMTP_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        let (encryption, login) = self.read(|state| (state.settings.encryption, state.settings.login.clone()));
        let login = login.map(|(name, password)| format!("{}:{}@", percent(&name), percent(&password)));
        let login = login.unwrap_or_default();
        match encryption {
            Encryption::None => format!("smtp://{login}{}", self.address),
            Encryption::Starttls => format!("smtp://{login}localhost:{}?tls=required", self.address.port()),
            Encryption::Implicit => format!("smtps://{login}localhost:{}", self.address.port()),
        }
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The file with the certificate that a client must trust.
    #[must_use]
    pub fn ca_file(&self) -> String {
        self.certificate.file()
    }

    /// Makes an address one that nobody has: it is refused with 550 5.1.1.
    pub fn nobody_at(&self, address: &str) {
        self.state.change(|state| state.nobody.push(address.to_owned()));
    }

    /// Somebody has the address again.
    pub fn somebody_at(&self, address: &str) {
        self.state.change(|state| state.nobody.retain(|nobody| nobody != address));
    }

    /// Lets `fault` strike at a point that matches `pattern`: `CONNECT`, a command as it is written (`RCPT TO:*`),
    /// `TEXT` in the middle of the text, or `END` after its end. A status is given as the answer there.
    pub fn fault(&self, pattern: &str, fault: Fault, times: Times) {
        self.state.change(|state| state.faults.add(pattern, fault, times));
    }

    /// Ends all scripted trouble.
    pub fn clear_faults(&self) {
        self.state.change(|state| state.faults.clear());
    }

    /// Every command so far.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.read(|state| state.journal.entries().to_vec())
    }

    /// What a careful server would have refused; empty for a client that keeps the rules.
    #[must_use]
    pub fn refused(&self) -> Vec<Entry> {
        self.read(|state| state.journal.refused())
    }

    /// Looks at everything that the server remembers.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.state.read(look)
    }

    /// Waits until `look` finds something, at most for `cap`; `what` names it in the error.
    pub async fn wait_for<R>(
        &self,
        cap: Duration,
        what: &str,
        look: impl FnMut(&State) -> Option<R>,
    ) -> Result<R, TimedOut> {
        let found = self.state.until(cap, what, look).await;
        found.map_err(|error| error.having_seen(self.read(|state| state.journal.tail())))
    }

    /// Waits for a mail to `address` that `wanted` accepts.
    pub async fn wait_mail(
        &self,
        address: &str,
        cap: Duration,
        mut wanted: impl FnMut(&Mail) -> bool,
    ) -> Result<Mail, TimedOut> {
        self.wait_for(cap, &format!("a mail to {address}"), |state| state.to(address).into_iter().find(&mut wanted))
            .await
    }
}

async fn serve(
    listener: TcpListener,
    state: Arc<Watched<State>>,
    certificate: Arc<Certificate>,
    stop: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let (state, certificate, stop) = (Arc::clone(&state), Arc::clone(&certificate), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                // A client that leaves in the middle of a word ends its session, and that is all.
                _ = session::talk(stream, &state, &certificate) => {}
            }
        });
    }
}

/// The signs that an address of a server cannot have in a name or password.
fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
