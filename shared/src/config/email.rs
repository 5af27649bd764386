//! Where e-mail is handed in, and by whom it is written.
#![expect(missing_docs, reason = "each key is documented in config/wavelaunch.toml, the manual of the settings")]

use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use url::{Host, Url};

use super::Secret;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailSettings {
    pub smtp_url: Secret,
    pub from: String,
    pub ca_file: String,
    pub public_url: String,
    pub timeout_seconds: u64,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte.
    Implicit,
    /// By STARTTLS, or not at all.
    Required,
    /// By STARTTLS where the server knows it.
    Opportunistic,
    /// None: a server on this machine.
    None,
}

/// A mail server, as its address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// A name, or an address without brackets.
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// Who hands in, with their password.
    pub login: Option<(String, Secret)>,
}

/// What is wrong with a setting.
pub(super) struct Wrong {
    pub key: &'static str,
    pub what: String,
}

impl EmailSettings {
    /// Whether e-mail is sent at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.smtp_url.is_empty()
    }

    /// The server, if one is set; otherwise what is wrong with its address, without its password.
    pub fn server(&self) -> Result<Option<MailServer>, String> {
        if self.is_set() { MailServer::parse(self.smtp_url.expose()).map(Some) } else { Ok(None) }
    }

    /// How long the server may take to answer.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// What the types cannot say.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let wrong = |key, what: &str| Err(Wrong { key, what: what.to_owned() });
        self.server().map_err(|what| Wrong { key: "email.smtp_url", what })?;
        if self.is_set() && !self.from.contains('@') {
            return wrong("email.from", "must be the address that writes, such as \"Studio <studio@example.com>\"");
        }
        if self.timeout_seconds == 0 {
            return wrong("email.timeout_seconds", "must be more than 0");
        }
        if !self.public_url.is_empty() && !self.public_url.starts_with("https://") && !is_local_http(&self.public_url) {
            return wrong("email.public_url", "must begin with https://");
        }
        Ok(())
    }
}

impl MailServer {
    fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| {
            format!("is no address of a mail server ({error}); write for instance smtps://user:password@host")
        })?;
        let host = match url.host().ok_or("names no host; write for instance smtps://user:password@host")? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let local = is_local(&host);
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let encryption = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => Encryption::Implicit,
            ("smtp", Some("opportunistic")) => Encryption::Opportunistic,
            ("smtp", None) if local => Encryption::None,
            ("smtp", None | Some("required")) => Encryption::Required,
            ("smtp" | "smtps", Some(_)) => {
                return Err("knows ?tls=required and ?tls=opportunistic after smtp://, and nothing else".into());
            }
            _ => return Err("must begin with smtp:// or smtps://".into()),
        };
        let login = login(&url)?;
        if login.is_some() && encryption == Encryption::Opportunistic {
            return Err("would send a password that may go unencrypted; write ?tls=required or smtps://".into());
        }
        let usual = if encryption == Encryption::Implicit { 465 } else { 587 };
        Ok(Self { host, port: url.port().unwrap_or(usual), encryption, login })
    }
}

fn login(url: &Url) -> Result<Option<(String, Secret)>, String> {
    if url.username().is_empty() {
        return Ok(None);
    }
    let decoded = |part: &str| {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| "has a name or password that is no text")?;
        Ok::<_, String>(text.into_owned())
    };
    let password = url.password().ok_or("has a name without a password; write smtps://user:password@host")?;
    Ok(Some((decoded(url.username())?, Secret::new(decoded(password)?))))
}

/// Whether a host is this machine itself.
fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_local_http(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.scheme() == "http" && url.host_str().is_some_and(is_local))
}

impl Default for EmailSettings {
    fn default() -> Self {
        Self {
            smtp_url: Secret::default(),
            from: String::new(),
            ca_file: String::new(),
            public_url: String::new(),
            timeout_seconds: 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("smtps://mail.example.com", "mail.example.com", 465, Encryption::Implicit)]
    #[case("smtp://mail.example.com", "mail.example.com", 587, Encryption::Required)]
    #[case("smtp://mail.example.com:2525?tls=required", "mail.example.com", 2525, Encryption::Required)]
    #[case("smtp://mail.example.com:25?tls=opportunistic", "mail.example.com", 25, Encryption::Opportunistic)]
    #[case("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Encryption::None)]
    #[case("smtp://[::1]:2525", "::1", 2525, Encryption::None)]
    #[case("smtp://localhost:2525?tls=required", "localhost", 2525, Encryption::Required)]
    fn an_address_says_how_to_connect(
        #[case] text: &str,
        #[case] host: &str,
        #[case] port: u16,
        #[case] encryption: Encryption,
    ) {
        let server = MailServer::parse(text).unwrap();
        assert_eq!((server.host.as_str(), server.port, server.encryption), (host, port, encryption));
        assert_eq!(server.login, None);
    }

    #[test]
    fn signs_in_a_name_and_password_are_written_as_in_any_address() {
        let server = MailServer::parse("smtps://ada%40example.com:p%40ss+%2F:x@mail.example.com").unwrap();
        assert_eq!(server.login, Some(("ada@example.com".into(), Secret::new("p@ss+/:x"))));
    }

    #[rstest]
    #[case("mail.example.com", "no address of a mail server")]
    #[case("https://mail.example.com", "must begin with smtp:// or smtps://")]
    #[case("smtp://mail.example.com?tls=none", "?tls=required")]
    #[case("smtp://ada:secret@mail.example.com?tls=opportunistic", "may go unencrypted")]
    #[case("smtps://ada@mail.example.com", "without a password")]
    fn what_is_wrong_with_an_address_is_said_without_its_password(#[case] text: &str, #[case] says: &str) {
        let told = MailServer::parse(text).unwrap_err();
        assert!(told.contains(says) && !told.contains("secret"), "{told}");
    }
}
