//! E-mail: one more way to clients, by which nothing comes in.
//!
//! A message is handed to the studio's mail server command by command, so that it is known how far it came when
//! something breaks. The server has it from its answer to the end of the text on, and not before: what breaks while that
//! answer is awaited leaves a doubt, which a person settles; whatever breaks earlier is tried again. Each message has
//! the Message-ID of its row in the outbox, however often it is sent: mailboxes that know it again show it once.
//!
//! The server's refusal of a recipient marks the client's address like a blocked bot. A refusal for the sake of the
//! sender (a login, a policy) says nothing about the client and leaves their address alone.

mod check;
mod compose;
mod line;
mod outbox;
mod session;

use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use wavelaunch_shared::Studio;
use wavelaunch_shared::config::{EmailSettings, MailServer};
use wavelaunch_shared::delivery::Channel;

use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;
use crate::workers::{self, Ground, supervise};
pub use check::check;
use line::Line;
use session::Failure;

/// Who hands in the studio's e-mail, and where.
struct Mailer {
    studio: Studio,
    sender: Mailbox,
    line: Line,
    part: Part,
}

impl Mailer {
    /// As the settings say; otherwise what is wrong with them.
    fn new(studio: &Studio, part: Part) -> Result<Self, String> {
        let email = &studio.settings.email;
        let (server, sender) = set_up(email)?.ok_or("no mail server is set; set SMTP_URL")?;
        Ok(Self { studio: studio.clone(), sender, line: Line::new(server, email)?, part })
    }

    /// Who writes, and by which server.
    fn name(&self) -> String {
        format!("{} by {}", self.sender.email, self.line.host())
    }

    /// Tries the server for as long as that takes; false when it refuses us or the run ends first.
    async fn greet(&self, ground: &Ground) -> bool {
        let mut backoff = Backoff::new(Duration::from_millis(500));
        loop {
            let greeted = tokio::select! {
                () = ground.stop.cancelled() => return false,
                greeted = self.line.try_out() => greeted,
            };
            match greeted {
                Ok(()) => {
                    self.part.ready(&self.name());
                    return true;
                }
                Err(Failure::Login(why)) => {
                    self.part.stopped(&why);
                    return false;
                }
                Err(failure) => self.part.troubled(&failure.to_string()),
            }
            pause(backoff.failed(), &ground.stop).await;
        }
    }
}

/// The server and the sender, if e-mail is set up; otherwise what is wrong.
fn set_up(settings: &EmailSettings) -> Result<Option<(MailServer, Mailbox)>, String> {
    let Some(server) = settings.server().map_err(|what| format!("email.smtp_url {what}"))? else { return Ok(None) };
    let sender = settings.from.parse().map_err(|error| format!("email.from is no address to write from: {error}"))?;
    Ok(Some((server, sender)))
}

/// Sends until the run ends or the server refuses us.
pub async fn run(ground: Ground, part: Part) {
    let mailer = match Mailer::new(&ground.studio, part.clone()) {
        Ok(mailer) => Arc::new(mailer),
        Err(why) => return part.stopped(&why),
    };
    if !mailer.greet(&ground).await {
        return;
    }
    let sender = Arc::clone(&mailer);
    let dispatch: workers::delivery::Dispatch = Arc::new(move |leased| {
        let mailer = Arc::clone(&sender);
        Box::pin(async move { mailer.dispatch(&leased).await })
    });
    let of_sender = ground.clone();
    supervise(&ground, "email sender", move || {
        workers::delivery::work(of_sender.clone(), Channel::Email, Arc::clone(&dispatch), part.clone())
    });
    ground.stop.cancelled().await;
    mailer.line.hang_up().await;
}
