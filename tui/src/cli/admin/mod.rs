//! `admin`: the studio's staff.

mod chat;
mod key;

use clap::Subcommand;
use wavelaunch_shared::staff::{self, Role};

use crate::cli::care::Care;
use crate::cli::context::{Context, or_look};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::{ago, dash, left, word};

const LOOK: &str = "`wavelaunch admin list` shows who is on the staff";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Add somebody to the staff
    Add {
        /// The e-mail by which they are known
        email: String,
        /// owner, admin, manager or viewer
        #[arg(long)]
        role: Role,
        /// How colleagues and clients see them
        #[arg(long)]
        name: Option<String>,
    },
    /// Everybody on the staff
    List,
    /// Give somebody another role
    Role {
        /// Whose
        email: String,
        /// owner, admin, manager or viewer
        role: Role,
    },
    /// Take somebody off the staff
    Remove {
        /// Whom
        email: String,
        #[command(flatten)]
        care: Care,
    },
    /// The SSH keys by which the staff come in
    #[command(subcommand)]
    Key(key::Verb),
    /// Make a one-time code by which somebody reads notices in Telegram or Discord
    Link {
        /// Whose chat it is
        email: String,
    },
    /// End somebody's notices in a chat
    Unlink {
        /// Whose
        email: String,
        /// Only there
        #[arg(long, value_enum)]
        platform: Option<chat::Platform>,
        #[command(flatten)]
        care: Care,
    },
    /// The chats in which the staff read notices
    Chats,
    /// Which notices somebody is sent; --on and --off change it
    Notices {
        /// Whose
        email: String,
        #[command(flatten)]
        switches: chat::Switches,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List | Self::Chats => false,
            Self::Key(verb) => verb.changes(),
            Self::Notices { switches, .. } => switches.changes(),
            Self::Remove { care, .. } | Self::Unlink { care, .. } => !care.dry_run,
            Self::Add { .. } | Self::Role { .. } | Self::Link { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, out } = context;
    match verb {
        Verb::Add { email, role, name } => {
            let admin = staff::add(studio, actor, &email, name.as_deref(), role).await?;
            out.done(&admin, &format!("{} is on the staff as {}.", admin.email, word(admin.role)))
        }
        Verb::List => list(context).await,
        Verb::Role { email, role } => {
            or_look(staff::set_role(studio, actor, &email, role).await, LOOK)?;
            let admin = member(context, &email).await?;
            out.done(&admin, &format!("{} is now {}.", admin.email, word(admin.role)))
        }
        Verb::Key(verb) => key::run(verb, context).await,
        Verb::Link { email } => chat::link(&email, context).await,
        Verb::Unlink { email, platform, care } => chat::unlink(&email, platform, care, context).await,
        Verb::Chats => chat::accounts(context).await,
        Verb::Notices { email, switches } => chat::notices(&email, &switches, context).await,
        Verb::Remove { email, care } => {
            let admin = member(context, &email).await?;
            if care.dry_run {
                return out.done(&admin, &format!("Would take {} off the staff.", admin.email));
            }
            care.ask(&format!("Take {} off the staff?", admin.email))?;
            staff::remove(studio, actor, &email).await?;
            out.done(&admin, &format!("{} is off the staff.", admin.email))
        }
    }
}

async fn list(context: &Context) -> Outcome {
    let admins = staff::list(&mut context.studio.db.read().await?).await?;
    let now = context.studio.clock.now();
    context.out.list(
        &admins,
        [left("e-mail"), left("name"), left("role"), left("zone"), left("last seen")],
        |admin| {
            [
                admin.email.clone(),
                admin.name.line(),
                word(admin.role),
                dash(admin.timezone.as_deref()),
                dash(admin.last_seen_at.map(|at| ago(at, now))),
            ]
        },
        "Nobody is on the staff yet; add somebody with `wavelaunch admin add EMAIL --role owner`.",
    )
}

async fn member(context: &Context, email: &str) -> Outcome<staff::Admin> {
    let found = staff::find_by_email(&mut context.studio.db.read().await?, email).await?;
    found.ok_or_else(|| Failure::Missing(format!("no such admin; {LOOK}")))
}
