//! Linking an account with a one-time code.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::admins::own_or_anyones;
use super::super::{Actor, Admin};
use super::store;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::AdminId;
use crate::portal::{self, Account};
use crate::{Result, Studio, token};

/// How long a code works: it is made by whoever is about to use it.
const CODE_LIFE: TimeDelta = TimeDelta::hours(24);

/// A fresh code. This is the only time that it can be seen.
#[derive(Clone, Debug, serde::Serialize)]
pub struct LinkCode {
    /// Whose account it links.
    pub admin_id: AdminId,
    /// Their e-mail.
    pub email: String,
    /// What `/link` takes in Discord and the deep link carries: 43 characters.
    pub code: String,
    /// The deep link, when the bot's name is set.
    pub telegram_link: Option<String>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// Why a code does not link an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Its day is over, or a newer one replaced it.
    Expired,
    /// It was used before.
    Used,
    /// No member of staff was given it.
    Unknown,
    /// The account belongs to a client or to somebody else on the staff.
    OtherAccount,
}

/// Makes a code for a member of staff; an earlier one that nobody has used stops working.
pub async fn code(studio: &Studio, actor: &Actor, email: &str) -> Result<LinkCode> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = own_or_anyones(&mut tx, actor, email).await?;
    let code = token::fresh();
    let expires_at = now + CODE_LIFE;
    store::replace_code(&mut tx, &admin.id, &token::hash(&code), actor.id(), now, expires_at).await?;
    let what = format!("Made a code that links a chat account of {}", admin.email);
    events::record(&mut tx, now, actor, EventKind::AdminChanged, None, &what, None).await?;
    tx.commit().await?;
    let bot = &studio.settings.telegram.bot_username;
    let telegram_link = (!bot.is_empty()).then(|| format!("https://t.me/{bot}?start={code}"));
    Ok(LinkCode { admin_id: admin.id, email: admin.email, code, telegram_link, expires_at })
}

/// Whose account a code would link, without using it.
pub async fn peek(tx: &mut Tx, code: &str, now: DateTime<Utc>) -> Result<Result<Admin, CodeRefusal>> {
    let Some(row) = store::code(tx, &token::hash(code.trim())).await? else { return Ok(Err(CodeRefusal::Unknown)) };
    Ok(if row.used_at.is_some() {
        Err(CodeRefusal::Used)
    } else if row.revoked_at.is_some() || now > row.expires_at {
        Err(CodeRefusal::Expired)
    } else {
        super::super::find_by_email(tx, &row.email).await?.ok_or(CodeRefusal::Unknown)
    })
}

/// Uses a code up and binds the account to its member of staff, in the place of the one that they had
/// on the same platform.
pub async fn link(studio: &Studio, code: &str, account: &Account) -> Result<Result<Admin, CodeRefusal>> {
    let now = studio.clock.now();
    let mut tx = studio.db.write().await?;
    let admin = match peek(&mut tx, code, now).await? {
        Ok(admin) => admin,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (platform, external) = (account.platform, account.external_user_id.as_str());
    let of_a_client = portal::identity(&mut tx, platform, external).await?.is_some();
    let of_staff = store::live(&mut tx, platform, external).await?;
    if of_a_client || of_staff.as_ref().is_some_and(|held| held.admin_id != admin.id) {
        return Ok(Err(CodeRefusal::OtherAccount));
    }
    if store::use_code(&mut tx, &token::hash(code.trim()), now).await? == 0 {
        return Ok(Err(CodeRefusal::Used));
    }
    for held in store::accounts(&mut tx, Some(&admin.id)).await?.iter().filter(|held| held.platform == platform) {
        store::revoke(&mut tx, held, now).await?;
    }
    store::insert(&mut tx, &admin.id, account, now).await?;
    let what = format!("{} reads notices on {}", admin.email, platform.name());
    let actor = Actor::Admin { id: Some(admin.id.clone()), role: admin.role };
    events::record(&mut tx, now, &actor, EventKind::AdminChanged, None, &what, None).await?;
    tx.commit().await?;
    Ok(Ok(admin))
}
