//! How a client says who it is.

use std::io;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::session::Visit;
use super::wire::Wire;
use crate::faults::Fault;
use crate::journal::Verdict;

impl Visit<'_> {
    /// Takes name and password, in either of two ways.
    pub(super) async fn log_in(
        &mut self,
        wire: &mut Wire,
        mechanism: &str,
        first: Option<String>,
    ) -> io::Result<String> {
        let given = match mechanism {
            "PLAIN" => {
                let words = match first {
                    Some(first) => Some(first),
                    None => ask(wire, "").await?,
                };
                words.and_then(|words| plain(&words))
            }
            "LOGIN" => {
                let name = match first {
                    Some(first) => Some(first),
                    None => ask(wire, "Username:").await?,
                };
                let password = ask(wire, "Password:").await?;
                name.zip(password).and_then(|(name, password)| Some((decoded(&name)?, decoded(&password)?)))
            }
            _ => return Ok(self.refuse("AUTH …", (504, "5.5.4 PLAIN and LOGIN are known here".into()))),
        };
        let wanted = self.state.read(|state| state.settings.login.clone());
        match given {
            Some(given) if Some(&given) == wanted.as_ref() => {
                self.login = Some(given.0);
                Ok("235 2.7.0 Come in".into())
            }
            Some(_) => {
                self.note("AUTH …", Verdict::Faulted(Fault::Status(535)));
                Ok("535 5.7.8 That is not you".into())
            }
            None => Ok(self.refuse("AUTH …", (501, "5.5.2 that is no login".into()))),
        }
    }
}

/// Asks for the next word of a login.
async fn ask(wire: &mut Wire, what: &str) -> io::Result<Option<String>> {
    wire.say(&format!("334 {}", BASE64_STANDARD.encode(what))).await?;
    let line = wire.line().await?.unwrap_or_default();
    Ok(line.strip_suffix(b"\r\n").and_then(|line| String::from_utf8(line.to_vec()).ok()))
}

fn decoded(word: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(word).ok()?).ok()
}

/// Name and password of `AUTH PLAIN`.
fn plain(words: &str) -> Option<(String, String)> {
    let words = decoded(words)?;
    let mut parts = words.split('\0');
    let (_, name, password) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then(|| (name.to_owned(), password.to_owned()))
}
