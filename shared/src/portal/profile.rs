//! What clients may change about themselves (domain 1.12). Everything else is the studio's to change.

use chrono::{DateTime, Utc};

use super::{account, notifications};
use crate::clients::{self, Client, ClientEdit};
use crate::db::Tx;
use crate::id::ClientId;
use crate::staff::Actor;
use crate::text::Foreign;
use crate::{Error, Result, Studio};

/// One thing about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is the client's column of that name")]
pub enum Field {
    Name,
    Phone,
    Website,
    Instagram,
    Tiktok,
}

impl Field {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Name, Self::Phone, Self::Website, Self::Instagram, Self::Tiktok];

    /// Its short name, as buttons carry it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Instagram => "instagram",
            Self::Tiktok => "tiktok",
        }
    }

    /// The field with this short name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    /// What a client's row holds of it.
    #[must_use]
    pub fn of(self, client: &Client) -> Option<&Foreign> {
        match self {
            Self::Name => Some(&client.full_name),
            Self::Phone => client.phone.as_ref(),
            Self::Website => client.website.as_ref(),
            Self::Instagram => client.instagram_handle.as_ref(),
            Self::Tiktok => client.tiktok_handle.as_ref(),
        }
    }

    /// Whether it may be emptied.
    #[must_use]
    pub fn may_be_empty(self) -> bool {
        self != Self::Name
    }

    /// What its change is called in the notice of it.
    fn change(self) -> &'static str {
        match self {
            Self::Name => "your name",
            Self::Phone => "your telephone number",
            Self::Website => "your website",
            Self::Instagram => "your Instagram handle",
            Self::Tiktok => "your TikTok handle",
        }
    }

    fn edit(self, text: &str) -> ClientEdit {
        let text = Some(text.to_owned());
        match self {
            Self::Name => ClientEdit { full_name: text, ..ClientEdit::default() },
            Self::Phone => ClientEdit { phone: text, ..ClientEdit::default() },
            Self::Website => ClientEdit { website: text, ..ClientEdit::default() },
            Self::Instagram => ClientEdit { instagram_handle: text, ..ClientEdit::default() },
            Self::Tiktok => ClientEdit { tiktok_handle: text, ..ClientEdit::default() },
        }
    }
}

/// Changes one thing about the client who asks; a blank text empties it where that is allowed.
pub async fn change(studio: &Studio, actor: &Actor, client: &ClientId, field: Field, text: &Foreign) -> Result<Client> {
    actor.require_owner_or_edit(client, "client")?;
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let before = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    if field.of(&before).map(Foreign::raw).unwrap_or_default() == text.raw().trim() {
        return Ok(before);
    }
    let after = clients::apply(&mut tx, studio, actor, client, field.edit(text.raw())).await?;
    note(&mut tx, studio, now, actor, &after, field.change()).await?;
    tx.commit().await?;
    Ok(after)
}

/// Enters a change of the account into the client's notices. It is not sent: they have just made it.
async fn note(
    tx: &mut Tx,
    studio: &Studio,
    now: DateTime<Utc>,
    actor: &Actor,
    client: &Client,
    change: &str,
) -> Result<()> {
    let user = account::ensure(tx, now, actor, client).await?;
    let date = now.with_timezone(&client.zone()).format("%-d %B %Y").to_string();
    let values = [("change", change.to_owned()), ("date", date)];
    let rendered = studio.messages.render("account_update", &values)?;
    notifications::add(tx, studio, &user, "account_update", &rendered, None).await
}
