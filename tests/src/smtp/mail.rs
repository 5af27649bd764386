//! A message as a careful server and a careful reader take it.

use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use super::command::Parameters;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The sender on the envelope.
    pub from: String,
    /// The recipient on the envelope.
    pub to: String,
    /// Its subject, decoded.
    pub subject: String,
    /// Without brackets.
    pub message_id: String,
    /// The plain text.
    pub plain: String,
    /// The HTML.
    pub html: String,
    /// Names and contents of its files.
    pub files: Vec<(String, Vec<u8>)>,
    /// Every header as it came, unfolded.
    pub headers: Vec<(String, String)>,
    /// Whether it came over an encrypted connection.
    pub encrypted: bool,
    /// Who handed it in.
    pub login: Option<String>,
}

impl Mail {
    /// The header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Headers that a message has exactly once.
const ONCE: [&str; 7] = ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"];

/// Reads a text that was taken without its dots; otherwise what is wrong with it.
pub(super) fn read(text: &[u8], from: &str, to: &str, parameters: &Parameters) -> Result<Mail, String> {
    let headers = headers(text, parameters)?;
    for name in ONCE {
        match headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).count() {
            1 => {}
            count => return Err(format!("the header {name} is there {count} times")),
        }
    }
    let message = MessageParser::default().parse(text).ok_or("it does not parse")?;
    let message_id = message.message_id().ok_or("the Message-ID is none")?.to_owned();
    if !message_id.contains('@') || message_id.contains(char::is_whitespace) {
        return Err(format!("{message_id:?} is no Message-ID"));
    }
    if !message.date().is_some_and(mail_parser::DateTime::is_valid) {
        return Err("the date is none".into());
    }
    for (name, address, wanted) in [("From", message.from(), from), ("To", message.to(), to)] {
        if !is_one(address, wanted) {
            return Err(format!("{name} does not name {wanted} of the envelope alone"));
        }
    }
    let (mut plain, mut html, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for part in &message.parts {
        if part.is_encoding_problem {
            return Err("a part does not decode".into());
        }
        if part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment) {
            let name = part.attachment_name().ok_or("a file has no name")?;
            files.push((name.to_owned(), part.contents().to_vec()));
            continue;
        }
        match &part.body {
            PartType::Text(text) => plain.push(text.to_string()),
            PartType::Html(text) => html.push(text.to_string()),
            PartType::Binary(_) | PartType::InlineBinary(_) => return Err("a part is neither text nor a file".into()),
            PartType::Multipart(parts) if parts.len() < 2 => return Err("a multipart has less than two parts".into()),
            PartType::Multipart(_) => {}
            PartType::Message(_) => return Err("a message within a message".into()),
        }
    }
    let (Some(plain), Some(html)) = (single(plain), single(html)) else {
        return Err("it has not one plain text and one of HTML".into());
    };
    if ["<img", "<script", "<link", "<iframe", "src=", "url("].iter().any(|fetches| html.contains(fetches)) {
        return Err("the HTML fetches something".into());
    }
    let subject = message.subject().unwrap_or_default().to_owned();
    let (from, to) = (from.to_owned(), to.to_owned());
    Ok(Mail { from, to, subject, message_id, plain, html, files, headers, encrypted: false, login: None })
}

fn single(texts: Vec<String>) -> Option<String> {
    let [text] = <[String; 1]>::try_from(texts).ok()?;
    Some(text)
}

/// Whether an address field names one address and it is this.
fn is_one(field: Option<&Address>, wanted: &str) -> bool {
    let Some(Address::List(list)) = field else { return false };
    matches!(list.as_slice(), [only] if only.address.as_deref() == Some(wanted))
}

/// The headers as they stand, unfolded; strict about what may stand there.
fn headers(text: &[u8], parameters: &Parameters) -> Result<Vec<(String, String)>, String> {
    let end = text.windows(4).position(|four| four == b"\r\n\r\n").ok_or("the headers have no end")?;
    let section = std::str::from_utf8(&text[..end]).map_err(|_| "the headers are no text")?;
    if !section.is_ascii() && !parameters.utf8 {
        return Err("the headers have other letters than ASCII, and SMTPUTF8 was not announced".into());
    }
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in section.split("\r\n") {
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(format!("a header has a control in it: {line:?}"));
        }
        if line.starts_with([' ', '\t']) {
            let (_, value) = headers.last_mut().ok_or("the headers begin with a continued line")?;
            if line.trim().is_empty() {
                return Err("a continued line is empty".into());
            }
            value.push_str(line);
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| format!("{line:?} is no header"))?;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_graphic()) {
            return Err(format!("{name:?} is no name of a header"));
        }
        headers.push((name.to_owned(), value.trim_start().to_owned()));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "From: Studio <s@example.com>\r\nTo: a@example.com\r\nSubject: =?utf-8?B?WsO2?=\r\n\
        Date: Fri, 27 Nov 2026 10:00:00 +0000\r\nMessage-ID: <c1@example.com>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative;\r\n boundary=\"x\"\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n--x--\r\n";

    fn judged(text: &str) -> Result<Mail, String> {
        read(text.as_bytes(), "s@example.com", "a@example.com", &Parameters::default())
    }

    #[test]
    fn a_good_message_is_taken_whole() {
        let mail = judged(GOOD).unwrap();
        assert_eq!((mail.subject.as_str(), mail.message_id.as_str()), ("Zö", "c1@example.com"));
        assert_eq!((mail.plain.trim(), mail.html.trim()), ("Hello", "<p>Hello</p>"));
        assert_eq!(mail.header("content-type"), Some("multipart/alternative; boundary=\"x\""));
    }

    #[test]
    fn what_a_careful_server_would_not_take_is_named() {
        for (from, to, says) in [
            ("Date: Fri, 27 Nov 2026 10:00:00 +0000\r\n", "", "Date is there 0 times"),
            ("MIME-Version: 1.0\r\n", "MIME-Version: 1.0\r\nSubject: two\r\n", "Subject is there 2 times"),
            ("To: a@example.com", "To: b@example.com", "To does not name"),
            ("To: a@example.com", "To: a@example.com, b@example.com", "To does not name"),
            ("=?utf-8?B?WsO2?=", "Zö", "other letters than ASCII"),
            ("<p>Hello</p>", "<img src=\"https://x.example/1.gif\">", "fetches"),
            ("<c1@example.com>", "<nonsense>", "no Message-ID"),
        ] {
            let told = judged(&GOOD.replace(from, to)).unwrap_err();
            assert!(told.contains(says), "{told}");
        }
    }
}
