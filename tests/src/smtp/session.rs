//! One client's visit.

use std::io;
use std::sync::Arc;

use serde_json::json;
use tokio::net::TcpStream;

use super::certificate::Certificate;
use super::command::{self, Command, Parameters, Refusal};
use super::mail::{self, Mail};
use super::wire::{COMMAND, Wire};
use super::{Encryption, State};
use crate::faults::Fault;
use crate::journal::{Entry, Verdict};
use crate::wait::Watched;

/// The longest line of a text, with its end (RFC 5321, 4.5.3.1.6).
const TEXT_LINE: usize = 1000;

/// What is known of the client and of the message that it hands in.
pub(super) struct Visit<'a> {
    pub(super) state: &'a Watched<State>,
    greeted: bool,
    encrypted: bool,
    pub(super) login: Option<String>,
    draft: Option<Draft>,
}

/// A message on its way in.
struct Draft {
    from: String,
    parameters: Parameters,
    to: Option<String>,
}

/// How a visit goes on.
enum Next {
    /// With this answer.
    Say(String),
    /// With the text.
    Text,
    /// With encryption.
    Encrypt,
    /// With the client's words for a login, of which these are known.
    Login(String, Option<String>),
    /// Not at all.
    End,
}

/// Serves one connection to its end.
pub(super) async fn talk(stream: TcpStream, state: &Arc<Watched<State>>, certificate: &Certificate) -> io::Result<()> {
    state.change(|state| state.connections += 1);
    let encryption = state.read(|state| state.settings.encryption);
    let mut wire = Wire::new(stream);
    let mut visit = Visit { state, greeted: false, encrypted: false, login: None, draft: None };
    if encryption == Encryption::Implicit {
        wire = wire.encrypted(certificate.acceptor()).await?;
        visit.encrypted = true;
    }
    match visit.strike("CONNECT").await? {
        Some(answer) => return wire.say(&answer).await,
        None => wire.say("220 mail.example.com ESMTP stand-in").await?,
    }
    while let Some(line) = wire.line().await? {
        match visit.hear(&line, wire.is_ahead()).await? {
            Next::Say(answer) => wire.say(&answer).await?,
            Next::End => return wire.say("221 2.0.0 Good-bye").await,
            Next::Encrypt => {
                wire.say("220 2.0.0 Go ahead").await?;
                wire = wire.encrypted(certificate.acceptor()).await?;
                visit = Visit { state, greeted: false, encrypted: true, login: None, draft: None };
            }
            Next::Login(mechanism, first) => {
                let answer = visit.log_in(&mut wire, &mechanism, first).await?;
                wire.say(&answer).await?;
            }
            Next::Text => {
                wire.say("354 End with CR LF . CR LF").await?;
                let answer = visit.take(&mut wire).await?;
                wire.say(&answer).await?;
            }
        }
    }
    Ok(())
}

impl Visit<'_> {
    /// What a line leads to. An error is the end of the connection.
    async fn hear(&mut self, line: &[u8], ahead: bool) -> io::Result<Next> {
        let shown = String::from_utf8_lossy(line).trim_end().to_owned();
        let shown = if shown.to_uppercase().starts_with("AUTH") { "AUTH …".to_owned() } else { shown };
        if let Some(answer) = self.strike(&shown).await? {
            if shown.starts_with("MAIL") {
                self.draft = None;
            }
            return if answer.starts_with("421") {
                Err(io::ErrorKind::ConnectionAborted.into())
            } else {
                Ok(Next::Say(answer))
            };
        }
        let judged = if ahead {
            Err((503, "5.5.0 this server takes one command at a time".to_owned()))
        } else if line.len() > COMMAND {
            Err((500, "5.5.6 the line is too long".to_owned()))
        } else {
            command::read(line).and_then(|command| self.obey(command))
        };
        Ok(match judged {
            Ok(next) => {
                self.note(&shown, Verdict::Accepted);
                next
            }
            // Nobody's address is the world's fault, not the client's.
            Err((550, why)) => {
                self.note(&shown, Verdict::Faulted(Fault::Status(550)));
                Next::Say(format!("550 {why}"))
            }
            Err(refusal) => Next::Say(self.refuse(&shown, refusal)),
        })
    }

    fn obey(&mut self, command: Command) -> Result<Next, Refusal> {
        let wrong = |why: &str| Err((503, format!("5.5.1 {why}")));
        let settings = self.state.read(|state| state.settings.clone());
        let ok = || Ok(Next::Say("250 2.0.0 OK".into()));
        match command {
            Command::Ehlo(_) => {
                self.greeted = true;
                self.draft = None;
                Ok(Next::Say(self.abilities()))
            }
            Command::Quit => Ok(Next::End),
            Command::Noop => ok(),
            _ if !self.greeted => wrong("say EHLO first"),
            Command::Starttls if settings.encryption == Encryption::Starttls && !self.encrypted => Ok(Next::Encrypt),
            Command::Starttls => wrong("STARTTLS is not offered"),
            _ if settings.encryption == Encryption::Starttls && !self.encrypted => {
                Err((530, "5.7.0 say STARTTLS first".into()))
            }
            Command::Auth(..) if settings.login.is_none() || self.login.is_some() => wrong("AUTH is not offered"),
            Command::Auth(mechanism, first) => Ok(Next::Login(mechanism, first)),
            _ if settings.login.is_some() && self.login.is_none() => Err((530, "5.7.0 say who you are first".into())),
            Command::Mail { .. } if self.draft.is_some() => wrong("one message at a time"),
            Command::Mail { from, parameters } => {
                if parameters.size.is_some_and(|size| size > settings.size) {
                    return Err((552, "5.3.4 the message is too large".into()));
                }
                if !(from.is_ascii() || parameters.utf8 && settings.utf8_addresses) {
                    return Err((553, "5.6.7 such an address needs SMTPUTF8".into()));
                }
                self.draft = Some(Draft { from, parameters, to: None });
                ok()
            }
            Command::Rcpt(to) => self.address(to, settings.utf8_addresses),
            Command::Data => match &self.draft {
                Some(Draft { to: Some(_), .. }) => Ok(Next::Text),
                _ => wrong("name a sender and a recipient first"),
            },
            Command::Rset => {
                self.draft = None;
                ok()
            }
        }
    }

    fn address(&mut self, to: String, utf8_addresses: bool) -> Result<Next, Refusal> {
        let Some(draft) = &mut self.draft else { return Err((503, "5.5.1 name a sender first".into())) };
        if draft.to.is_some() {
            return Err((452, "4.5.3 one recipient a message here".into()));
        }
        if !(to.is_ascii() || draft.parameters.utf8 && utf8_addresses) {
            return Err((553, "5.6.7 such an address needs SMTPUTF8".into()));
        }
        if self.state.read(|state| state.nobody.contains(&to)) {
            return Err((550, "5.1.1 there is nobody of this name".into()));
        }
        draft.to = Some(to);
        Ok(Next::Say("250 2.1.5 OK".into()))
    }

    /// What this server can, in as many lines.
    fn abilities(&self) -> String {
        let settings = self.state.read(|state| state.settings.clone());
        let mut lines =
            vec!["mail.example.com greets you".to_owned(), format!("SIZE {}", settings.size), "8BITMIME".into()];
        if settings.utf8_addresses {
            lines.push("SMTPUTF8".into());
        }
        if settings.encryption == Encryption::Starttls && !self.encrypted {
            lines.push("STARTTLS".into());
        } else if settings.login.is_some() {
            lines.push("AUTH PLAIN LOGIN".into());
        }
        lines.push("ENHANCEDSTATUSCODES".into());
        let last = lines.len() - 1;
        let set = |(at, line): (usize, &String)| format!("250{}{line}", if at == last { ' ' } else { '-' });
        lines.iter().enumerate().map(set).collect::<Vec<_>>().join("\r\n")
    }

    /// Takes the text to its end, and the message if it is one.
    async fn take(&mut self, wire: &mut Wire) -> io::Result<String> {
        let Some(Draft { from, parameters, to: Some(to) }) = self.draft.take() else {
            return Ok("503 5.5.1 nothing was begun".into());
        };
        let limit = self.state.read(|state| state.settings.size);
        let (mut text, mut wrong) = (Vec::new(), None);
        let mut cut = self.strike("TEXT").await?;
        loop {
            let line = wire.line().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line == b".\r\n" {
                break;
            }
            if cut.is_some() {
                continue;
            }
            wrong = wrong.or_else(|| wrong_line(&line, parameters.eight_bit));
            text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let ahead = wire.is_ahead();
        let done = self.strike_at("END").await?;
        if let Some(answer) = cut.take().or(done.before) {
            return Ok(answer);
        }
        let taken = if ahead {
            Err((503, "5.5.0 this server takes one command at a time".to_owned()))
        } else if text.len() > limit {
            Err((552, "5.3.4 the message is too large".to_owned()))
        } else {
            match wrong {
                Some(why) => Err((554, format!("5.6.0 {why}"))),
                None => mail::read(&text, &from, &to, &parameters).map_err(|why| (554, format!("5.6.0 {why}"))),
            }
        };
        let answer = match taken {
            Ok(mut mail) => {
                mail.encrypted = self.encrypted;
                mail.login.clone_from(&self.login);
                self.accept(mail)
            }
            Err(refusal) => self.refuse("END", refusal),
        };
        match done.after {
            Some(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            None => Ok(answer),
        }
    }

    fn accept(&self, mail: Mail) -> String {
        let body = json!({ "to": mail.to, "subject": mail.subject, "message_id": mail.message_id });
        self.state.change(|state| {
            let at = state.clock.now();
            state.journal.write(Entry { call: "END".into(), body, verdict: Verdict::Accepted, at });
            state.mails.push(mail);
            format!("250 2.0.0 OK: taken as {}", state.mails.len())
        })
    }

    pub(super) fn refuse(&self, call: &str, (code, why): Refusal) -> String {
        let answer = format!("{code} {why}");
        self.note(call, Verdict::Refused { status: code, why });
        answer
    }

    pub(super) fn note(&self, call: &str, verdict: Verdict) {
        self.state.change(|state| {
            let at = state.clock.now();
            state.journal.write(Entry { call: call.to_owned(), body: serde_json::Value::Null, verdict, at });
        });
    }

    /// The answer of a scripted fault; an error is a connection that breaks.
    async fn strike(&self, call: &str) -> io::Result<Option<String>> {
        Ok(self.strike_at(call).await?.before)
    }

    async fn strike_at(&self, call: &str) -> io::Result<Struck> {
        let Some(fault) = self.state.change(|state| state.faults.strike(call)) else { return Ok(Struck::default()) };
        self.note(call, Verdict::Faulted(fault.clone()));
        match fault {
            Fault::Status(code) => Ok(Struck { before: Some(answer(code)), after: None }),
            Fault::TooMany { .. } => Ok(Struck { before: Some(answer(421)), after: None }),
            Fault::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
            Fault::LostAnswer => Ok(Struck { before: None, after: Some(()) }),
            Fault::Slow(wait) => {
                tokio::time::sleep(wait).await;
                Ok(Struck::default())
            }
        }
    }
}

/// What a scripted fault does.
#[derive(Default)]
struct Struck {
    /// The answer instead of the right one.
    before: Option<String>,
    /// The connection breaks when all is done.
    after: Option<()>,
}

fn answer(code: u16) -> String {
    match code {
        421 => "421 4.3.2 Closing down".into(),
        400..500 => format!("{code} 4.7.1 Try again later"),
        552 => "552 5.3.4 The message is too large".into(),
        _ => format!("{code} 5.1.1 Refused by the test's script"),
    }
}

/// What a line of a text must not be.
fn wrong_line(line: &[u8], eight_bit: bool) -> Option<String> {
    let Some(text) = line.strip_suffix(b"\r\n") else { return Some("a line ends without CR LF".into()) };
    if line.len() > TEXT_LINE {
        return Some(format!("a line has {} bytes", text.len()));
    }
    if text.contains(&b'\r') || text.contains(&0) {
        return Some("a line has a CR or NUL in it".into());
    }
    (!eight_bit && !text.is_ascii()).then(|| "eight-bit text was not announced".into())
}
