//! Questions about the studio itself: its weeks, its words, its staff.

use chrono::{DateTime, Utc};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::digest::{self, Digest};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::messages::{Audience, Origin};
use wavelaunch_shared::portal::{self, Preferences, Way};
use wavelaunch_shared::staff::notices::{self, NoticeSwitch};
use wavelaunch_shared::staff::{self, Actor, chat};
use wavelaunch_shared::text::{Foreign, Rich};
use wavelaunch_shared::{Error, Result, Studio, clients};

/// Weeks that the dashboard goes back: a year.
const WEEKS: i64 = 52;

/// A digest in words.
#[derive(Clone, Debug)]
pub struct DigestText {
    /// What tells it from the others.
    pub name: String,
    /// When it was made; none for the one that would be made now.
    pub until: Option<DateTime<Utc>>,
    /// What it says.
    pub text: Rich,
}

/// A message of the catalogue.
#[derive(Clone, Debug)]
pub struct TextRow {
    /// Its key.
    pub key: String,
    /// Who is told.
    pub audience: Option<Audience>,
    /// Whose words it has.
    pub origin: Origin,
}

/// What somebody on the staff is told, and where.
#[derive(Clone, Debug)]
pub struct NoticePage {
    /// Who; none for the owner of the machine, who is nobody on the staff.
    pub email: Option<String>,
    /// Each kind of notice.
    pub switches: Vec<NoticeSwitch>,
    /// The platforms on which they are reached.
    pub chats: Vec<&'static str>,
}

/// What a client is told, and by which channel.
#[derive(Clone, Debug)]
pub struct PreferencePage {
    /// Their name.
    pub client: Foreign,
    /// What they have chosen.
    pub chosen: Preferences,
    /// Their channels, in the order in which they are tried.
    pub channels: Vec<Way>,
}

/// The week so far, then those before it.
pub(super) async fn digests(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<Vec<DigestText>> {
    let so_far = digest::preview(tx, studio, actor).await?;
    let made = digest::list(tx, actor, WEEKS).await?;
    std::iter::once(so_far).chain(made).map(|digest| in_words(studio, &digest)).collect()
}

fn in_words(studio: &Studio, digest: &Digest) -> Result<DigestText> {
    let text = digest::worded(studio, digest)?.worded();
    let name = digest.id.as_ref().map_or_else(|| "now".to_owned(), ToString::to_string);
    Ok(DigestText { name, until: digest.id.as_ref().map(|_| digest.until), text })
}

pub(super) fn texts(studio: &Studio) -> Vec<TextRow> {
    let row = |(key, message): (&str, &wavelaunch_shared::messages::Message)| TextRow {
        key: key.to_owned(),
        audience: message.audience,
        origin: message.origin,
    };
    studio.messages.iter().map(row).collect()
}

pub(super) async fn notices(tx: &mut Tx, actor: &Actor) -> Result<NoticePage> {
    let nobody = NoticePage { email: None, switches: Vec::new(), chats: Vec::new() };
    let Some(id) = actor.admin_id() else { return Ok(nobody) };
    let Some(admin) = staff::list(tx).await?.into_iter().find(|admin| admin.id == *id) else { return Ok(nobody) };
    let switches = notices::switches(tx, actor, id).await?;
    let accounts = chat::accounts(tx, Some(id)).await?;
    let chats = accounts.iter().filter(|account| account.unreachable_at.is_none());
    Ok(NoticePage { email: Some(admin.email), switches, chats: chats.map(|account| account.platform.name()).collect() })
}

pub(super) async fn preferences(tx: &mut Tx, studio: &Studio, id: &ClientId) -> Result<PreferencePage> {
    let client = clients::get(tx, id).await?.ok_or(Error::NotFound("client"))?;
    let (chosen, channels) = portal::ways(tx, studio, id).await?;
    Ok(PreferencePage { client: client.full_name, chosen, channels })
}
