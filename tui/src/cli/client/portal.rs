//! `client portal` and `client email`: who gets in, and under which address.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::portal::{self, Decision, Link, PortalUser, UserFilter, onboarding};
use wavelaunch_shared::staff::Capability;

use crate::cli::care::Care;
use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::{ago, dash, left, moment, right, word};

/// Rows that are read at a time.
const PAGE: i64 = 500;

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Everybody's access, by name
    List {
        /// Only these: `active`, `invited`, `inactive`, `not created`
        #[arg(long, default_value = "all", hide_default_value = true)]
        filter: UserFilter,
    },
    /// How many are active, invited, inactive, never invited
    Stats,
    /// One client's access and the chat accounts that are linked
    Show {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Let a client in no longer; the links stay
    Deactivate {
        /// Id, e-mail, or the start of the name
        client: String,
        #[command(flatten)]
        care: Care,
    },
    /// Let a client in again
    Reactivate {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Ask a client all the questions once more
    Reonboard {
        /// Id, e-mail, or the start of the name
        client: String,
        #[command(flatten)]
        care: Care,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List { .. } | Self::Stats | Self::Show { .. } => false,
            Self::Deactivate { care, .. } | Self::Reonboard { care, .. } => !care.dry_run,
            Self::Reactivate { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::List { filter } => list(filter, context).await,
        Verb::Stats => stats(context).await,
        Verb::Show { client } => show(&client, context).await,
        Verb::Deactivate { client, care } => deactivate(&client, care, context).await,
        Verb::Reactivate { client } => {
            let client = super::named(context, &client).await?;
            portal::reactivate(&context.studio, &context.actor, &client.id).await?;
            done(context, &client.id, &format!("{} is let in again.", client.full_name.line())).await
        }
        Verb::Reonboard { client, care } => reonboard(&client, care, context).await,
    }
}

async fn list(filter: UserFilter, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let mut rows: Vec<PortalUser> = Vec::new();
    loop {
        let after = rows.last().map(|row| row.client_id.clone());
        let page = portal::users(&mut tx, filter, after.as_ref(), PAGE).await?;
        let last = page.is_empty();
        rows.extend(page);
        if last {
            break;
        }
    }
    let now = context.studio.clock.now();
    context.out.list(
        &rows,
        [
            left("client"),
            left("access"),
            left("invited"),
            right("left"),
            left("came in"),
            left("last seen"),
            right("questions"),
            left("telegram"),
            left("discord"),
        ],
        |row| {
            [
                row.full_name.line(),
                if row.deactivated_at.is_some() { "switched off".into() } else { row.status.words().into() },
                dash(row.invited_at.map(moment)),
                dash(row.invite_expires_at.map(|until| hours_left(until, now))),
                dash(row.activated_at.map(moment)),
                dash(row.last_login_at.map(|at| ago(at, now))),
                if row.completed_onboarding { "done".into() } else { format!("{} of 29", row.answered) },
                linked(row.telegram),
                linked(row.discord),
            ]
        },
        "Nobody here; `wavelaunch client invite CLIENT` lets somebody in.",
    )
}

fn hours_left(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    if until < now { "expired".into() } else { format!("{} h", (until - now).num_hours()) }
}

fn linked(link: Option<Link>) -> String {
    dash(link.map(|link| match link {
        Link::Linked => "linked",
        Link::Unreachable => "unreachable",
    }))
}

async fn stats(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let counts = portal::user_counts(&mut context.studio.db.read().await?).await?;
    let fields = [
        ("active", counts.active.to_string()),
        ("invited", counts.invited.to_string()),
        ("inactive", counts.inactive.to_string()),
        ("not created", counts.not_created.to_string()),
    ];
    context.out.one(&counts, &fields)
}

async fn show(client: &str, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let client = super::named(context, client).await?;
    let access = portal::access(&mut context.studio.db.read().await?, &client.id).await?;
    let now = context.studio.clock.now();
    let mut fields = vec![
        ("client", client.full_name.line()),
        ("access", access.status.words().to_owned()),
        ("invited", dash(access.invited_at.map(moment))),
        ("came in", dash(access.activated_at.map(moment))),
        ("last seen", dash(access.last_login_at.map(|at| ago(at, now)))),
    ];
    fields.extend(access.deactivated_at.map(|at| ("switched off", moment(at))));
    fields.extend(access.identities.iter().map(|identity| {
        let name = identity.username.as_ref().or(identity.display_name.as_ref());
        let name = name.map(|name| format!("{} ", name.line())).unwrap_or_default();
        let reached = match &identity.unreachable_reason {
            Some(why) if identity.unreachable_at.is_some() => format!(", unreachable: {why}"),
            _ => String::new(),
        };
        let line = format!(
            "{} {name}({}), linked {}{reached}",
            word(identity.platform),
            identity.external_user_id,
            moment(identity.linked_at)
        );
        ("account", line)
    }));
    context.out.one(&access, &fields)
}

async fn deactivate(client: &str, care: Care, context: &Context) -> Outcome {
    let client = super::named(context, client).await?;
    let name = client.full_name.line();
    if care.dry_run {
        return done(context, &client.id, &format!("Would switch off the access of {name}; the links stay.")).await;
    }
    care.ask(&format!("Switch off the access of {name}? They are neither let in nor written to; the links stay."))?;
    portal::deactivate(&context.studio, &context.actor, &client.id).await?;
    let sentence = format!("{name} is let in no longer; `wavelaunch client portal reactivate` lets them in again.");
    done(context, &client.id, &sentence).await
}

async fn reonboard(client: &str, care: Care, context: &Context) -> Outcome {
    let client = super::named(context, client).await?;
    let name = client.full_name.line();
    if care.dry_run {
        return done(context, &client.id, &format!("Would ask {name} all the questions once more.")).await;
    }
    care.ask(&format!("Ask {name} all the questions once more? Their answers stand beside them; they are told."))?;
    onboarding::reopen(&context.studio, &context.actor, &client.id).await?;
    done(context, &client.id, &format!("{name} is asked once more.")).await
}

/// The access as it is now, and a sentence about it.
async fn done(context: &Context, client: &ClientId, sentence: &str) -> Outcome {
    let access = portal::access(&mut context.studio.db.read().await?, client).await?;
    context.out.done(&access, sentence)
}

/// A decision about another address.
#[derive(Args, Debug)]
pub struct Email {
    /// Id, e-mail, or the start of the name
    client: String,
    /// The address is theirs
    #[arg(long, conflicts_with = "decline")]
    approve: bool,
    /// The address stays as it is
    #[arg(long)]
    decline: bool,
}

impl Email {
    pub fn changes(&self) -> bool {
        self.approve || self.decline
    }
}

/// Shows the wish, or decides it.
pub async fn email(email: Email, context: &Context) -> Outcome {
    let client = super::named(context, &email.client).await?;
    let name = client.full_name.line();
    let decision = match (email.approve, email.decline) {
        (true, _) => Decision::Approve,
        (_, true) => Decision::Decline,
        (false, false) => {
            context.actor.require(Capability::View)?;
            let wish = portal::open_email_change(&mut context.studio.db.read().await?, &client.id).await?;
            let Some(wish) = wish else {
                return Err(Failure::Refused(format!("{name} has asked for no other e-mail address")));
            };
            let fields =
                [("now", client.email.clone()), ("wanted", wish.email.clone()), ("since", moment(wish.requested_at))];
            return context.out.one(&wish, &fields);
        }
    };
    let client = portal::decide_email(&context.studio, &context.actor, &client.id, decision).await?;
    context.out.done(&client, &format!("The e-mail address of {name} is {}; they are told.", client.email))
}
