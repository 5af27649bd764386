//! `admin link` and what belongs to it: the chats in which the staff read notices.

use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::staff::notices::{self, NoticeKind};
use wavelaunch_shared::staff::{Capability, chat};
use wavelaunch_shared::text::Foreign;

use super::LOOK;
use crate::cli::care::Care;
use crate::cli::context::{Context, or_look};
use crate::cli::exit::Outcome;
use crate::cli::output::{dash, left, moment, word};

/// Which notices somebody wants.
#[derive(clap::Args, Debug)]
pub struct Switches {
    /// Tell them of this from now on
    #[arg(long, value_name = "KIND")]
    on: Vec<NoticeKind>,
    /// Tell them of this no more
    #[arg(long, value_name = "KIND")]
    off: Vec<NoticeKind>,
}

impl Switches {
    /// Whether something is to be moved.
    pub fn changes(&self) -> bool {
        !self.on.is_empty() || !self.off.is_empty()
    }
}

/// Where the staff have chats.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Platform {
    Telegram,
    Discord,
}

impl From<Platform> for Channel {
    fn from(platform: Platform) -> Self {
        match platform {
            Platform::Telegram => Self::Telegram,
            Platform::Discord => Self::Discord,
        }
    }
}

pub async fn link(email: &str, context: &Context) -> Outcome {
    let made = or_look(chat::code(&context.studio, &context.actor, email).await, LOOK)?;
    let link = made.telegram_link.as_ref().map(|link| ("Telegram", link.clone()));
    let code = ("Discord", format!("/link {}", made.code));
    let until = ("works until", format!("{}, once", moment(made.expires_at)));
    let fields: Vec<(&str, String)> = link.into_iter().chain([code, until]).collect();
    context.out.one(&made, &fields)
}

pub async fn unlink(email: &str, platform: Option<Platform>, care: Care, context: &Context) -> Outcome {
    let admin = super::member(context, email).await?;
    let mut accounts = chat::accounts(&mut context.studio.db.read().await?, Some(&admin.id)).await?;
    let platform = platform.map(Channel::from);
    accounts.retain(|account| platform.is_none_or(|platform| account.platform == platform));
    let where_: Vec<&str> = accounts.iter().map(|account| account.platform.name()).collect();
    if accounts.is_empty() {
        return context.out.done(&accounts, &format!("{} has no linked chat there.", admin.email));
    }
    let what = format!("the notices to {} on {}", admin.email, where_.join(" and "));
    if care.dry_run {
        return context.out.done(&accounts, &format!("Would end {what}."));
    }
    care.ask(&format!("End {what}?"))?;
    or_look(chat::unlink(&context.studio, &context.actor, email, platform).await, LOOK)?;
    context.out.done(&accounts, &format!("Ended {what}."))
}

pub async fn accounts(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let accounts = chat::accounts(&mut context.studio.db.read().await?, None).await?;
    context.out.list(
        &accounts,
        [left("e-mail"), left("on"), left("as"), left("since"), left("unreachable")],
        |account| {
            [
                account.email.clone(),
                account.platform.name().to_owned(),
                dash(account.username.as_ref().or(account.display_name.as_ref()).map(Foreign::line)),
                moment(account.linked_at),
                dash(account.unreachable_reason.as_deref()),
            ]
        },
        "Nobody on the staff reads notices in a chat; `wavelaunch admin link EMAIL` makes a code for it.",
    )
}

pub async fn notices(email: &str, switches: &Switches, context: &Context) -> Outcome {
    let Context { studio, actor, out } = context;
    let admin = super::member(context, email).await?;
    for (kinds, on) in [(&switches.on, true), (&switches.off, false)] {
        for kind in kinds {
            notices::set(studio, actor, email, *kind, on).await?;
        }
    }
    let all = notices::switches(&mut studio.db.read().await?, actor, &admin.id).await?;
    out.list(
        &all,
        [left("kind"), left(""), left("tells of")],
        |switch| {
            let state = if switch.enabled { "on" } else { "off" };
            [word(switch.kind).to_lowercase(), state.to_owned(), switch.kind.name().to_owned()]
        },
        "There are no notices.",
    )
}
