//! `client invite` and `client unlink`: who gets in.

use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Capability;

use crate::cli::care::Care;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{left, moment, right, say, word};

pub async fn invite(client: &str, context: &Context) -> Outcome {
    let client = super::named(context, client).await?;
    let invite = portal::invite(&context.studio, &context.actor, &client.id).await?;
    let mut fields = vec![("code", invite.code.clone())];
    fields.extend(invite.telegram_link.clone().map(|link| ("Telegram", link)));
    fields.push(("Discord", format!("/link {}", invite.code)));
    fields.push(("works until", crate::cli::output::date(invite.expires_at, client.zone())));
    context.out.one(&invite, &fields)?;
    if !context.out.is_json() {
        say("The code is shown this once and works once; an earlier one works no longer.");
    }
    Ok(())
}

pub async fn unlink(client: &str, platform: Option<Channel>, care: Care, context: &Context) -> Outcome {
    let client = super::named(context, client).await?;
    let name = client.full_name.line();
    let mut linked = portal::live_identities(&mut context.studio.db.read().await?, &client.id).await?;
    linked.retain(|identity| platform.is_none_or(|platform| identity.platform == platform));
    let platforms = linked.iter().map(|identity| word(identity.platform)).collect::<Vec<_>>().join(", ");
    if linked.is_empty() {
        return context.out.done(&linked, &format!("{name} has no such chat account linked; nothing to do."));
    }
    if care.dry_run {
        return context.out.done(&linked, &format!("Would unlink {name} on {platforms}."));
    }
    care.ask(&format!("Unlink {name} on {platforms}? They need a new invitation to come back."))?;
    portal::unlink(&context.studio, &context.actor, &client.id, platform).await?;
    context.out.done(&linked, &format!("{name} is unlinked on {platforms}."))
}

pub async fn invites(context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let now = context.studio.clock.now();
    let pending = portal::pending_invites(&mut context.studio.db.read().await?, now).await?;
    context.out.list(
        &pending,
        [left("client"), left("invited"), left("works until"), right("left")],
        |invite| {
            let left = format!("{} h", (invite.expires_at - now).num_hours());
            [invite.full_name.line(), moment(invite.created_at), moment(invite.expires_at), left]
        },
        "No invitation is open; `wavelaunch client invite CLIENT` makes one.",
    )
}
