//! A neutral message as an e-mail.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use wavelaunch_shared::delivery::Leased;
use wavelaunch_shared::portal::{self, Topic};
use wavelaunch_shared::text::Rich;
use wavelaunch_shared::text::layout::email::{Mail, subject_line};
use wavelaunch_shared::{Error, Result, Studio};

use crate::files;

/// An e-mail as it is handed in.
pub struct Letter {
    /// Who writes.
    pub from: Address,
    /// Whom it is for.
    pub to: Address,
    /// Stays the same however often it is sent.
    pub message_id: String,
    /// Headers and text.
    pub bytes: Vec<u8>,
}

/// Why there is no letter.
#[derive(Debug)]
pub enum Unwritten {
    /// The client's address is none.
    Address(String),
    /// It can never be written.
    Message(String),
    /// It may be written later.
    ForNow(String),
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        if error.is_transient() { Self::ForNow(error.to_string()) } else { Self::Message(error.to_string()) }
    }
}

/// Writes an outgoing message as an e-mail of `sender`. It is dated when it is sent, not when it was queued: a mailbox
/// would sort one that waited for the morning under yesterday.
pub async fn letter(studio: &Studio, sender: &Mailbox, leased: &Leased) -> Result<Letter, Unwritten> {
    let to: Address = leased
        .recipient
        .parse()
        .map_err(|error| Unwritten::Address(format!("the client's e-mail address is none: {error}")))?;
    let way_out = way_out(studio, leased).await?;
    let mail = Mail::of(&leased.body.text, &below(studio, leased, way_out.as_ref())?);
    let subject = match mail.subject {
        Some(subject) => subject,
        None => subject_line(&studio.messages.plain("email_subject", &[studio_name(studio)])?),
    };
    let message_id = format!("<{}@{}>", leased.id, sender.email.domain());
    let seconds = u64::try_from(studio.clock.now().timestamp()).unwrap_or_default();
    let mut builder = Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(subject)
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(message_id.clone()))
        .raw_header(header("Auto-Submitted", "auto-generated".into()));
    if let Some(way_out) = &way_out {
        for raw in way_out.headers(sender) {
            builder = builder.raw_header(raw);
        }
    }
    let texts = MultiPart::alternative_plain_html(mail.plain, mail.html);
    let body = attached(studio, leased, texts).await?;
    let message = builder.multipart(body).map_err(|error| Unwritten::Message(error.to_string()))?;
    Ok(Letter { from: sender.email.clone(), to, message_id, bytes: message.formatted() })
}

/// The texts, and the files beside them if there are any.
async fn attached(studio: &Studio, leased: &Leased, texts: MultiPart) -> Result<MultiPart, Unwritten> {
    if leased.body.files.is_empty() {
        return Ok(texts);
    }
    let mut whole = MultiPart::mixed().multipart(texts);
    for file in &leased.body.files {
        let upload = files::load(studio, leased.client_id.as_ref(), file).await?;
        let kind = ContentType::parse(&upload.mime).map_err(|error| Unwritten::Message(error.to_string()))?;
        let part: SinglePart = Attachment::new(upload.name).body(upload.bytes, kind);
        whole = whole.singlepart(part);
    }
    Ok(whole)
}

/// How a client turns this kind of e-mail off.
struct WayOut {
    topic: Topic,
    token: String,
    /// Where a press does it, if the internet reaches us.
    link: Option<String>,
}

impl WayOut {
    /// What mail programs make their own button of (RFC 2369, RFC 8058).
    fn headers(&self, sender: &Mailbox) -> Vec<HeaderValue> {
        let subject = format!("unsubscribe%20{}%20{}", self.topic.as_str(), self.token);
        let by_mail = format!("<mailto:{}?subject={subject}>", sender.email);
        match &self.link {
            Some(link) => vec![
                header("List-Unsubscribe", format!("<{link}>, {by_mail}")),
                header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
            ],
            None => vec![header("List-Unsubscribe", by_mail)],
        }
    }
}

async fn way_out(studio: &Studio, leased: &Leased) -> Result<Option<WayOut>> {
    let preference = studio.messages.get(&leased.purpose).ok().and_then(|message| message.preference);
    let (Some(topic), Some(client)) = (Topic::of(&leased.purpose, preference), &leased.client_id) else {
        return Ok(None);
    };
    let Some(token) = portal::unsubscribe_token(studio, client).await? else { return Ok(None) };
    let base = studio.settings.email.public_url.trim_end_matches('/');
    let link = (!base.is_empty()).then(|| format!("{base}/unsubscribe/{token}/{}", topic.as_str().to_lowercase()));
    Ok(Some(WayOut { topic, token, link }))
}

/// What stands below the text: how to open what its buttons would open, why it comes, and how it ends.
fn below(studio: &Studio, leased: &Leased, way_out: Option<&WayOut>) -> Result<Rich> {
    let messages = &studio.messages;
    let mut below = Rich::default();
    if !leased.body.buttons.is_empty() {
        let bot = &studio.settings.telegram.bot_username;
        below = below.then(if bot.is_empty() {
            messages.body("email_open_chat", &[])?
        } else {
            messages.body("email_open", &[("link", format!("https://t.me/{bot}"))])?
        });
    }
    if leased.client_id.is_some() {
        below = below.then(messages.body("email_footer", &[studio_name(studio)])?);
    }
    match way_out.map(|way_out| &way_out.link) {
        Some(Some(link)) => Ok(below.then(messages.body("email_end_link", &[("link", link.clone())])?)),
        Some(None) => Ok(below.then(messages.body("email_end", &[])?)),
        None => Ok(below),
    }
}

fn studio_name(studio: &Studio) -> (&'static str, String) {
    ("studio_name", studio.settings.studio.name.clone())
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
