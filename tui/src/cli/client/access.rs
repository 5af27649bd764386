//! `client invite` and `client unlink`: who gets in.

use std::io::IsTerminal as _;

use clap::{Subcommand, ValueEnum};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal;
use wavelaunch_shared::staff::Capability;

use crate::cli::care::Care;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::{left, moment, print, right, say, word};
use crate::widgets::qr::{Ink, Picture};

/// How the link is drawn for a phone's camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Qr {
    /// In blocks, where a person looks on
    #[default]
    Auto,
    /// In blocks
    Blocks,
    /// In ASCII characters
    Ascii,
    /// Not at all
    None,
}

/// What else there is to invitations.
#[derive(Subcommand, Debug)]
pub enum Pending {
    /// Invitations that nobody has used yet, with the hours that are left
    List,
}

pub async fn invite(client: &str, qr: Qr, context: &Context) -> Outcome {
    let client = super::named(context, client).await?;
    let invite = portal::invite(&context.studio, &context.actor, &client.id).await?;
    let mut fields = vec![("code", invite.code.clone())];
    fields.extend(invite.telegram_link.clone().map(|link| ("Telegram", link)));
    fields.push(("Discord", format!("/link {}", invite.code)));
    fields.extend(invite.mailed_to.clone().map(|address| ("mailed to", address)));
    fields.push(("works until", crate::cli::output::date(invite.expires_at, client.zone())));
    context.out.one(&invite, &fields)?;
    if !context.out.is_json() {
        say("The code is shown this once and works once; an earlier one works no longer.");
        draw(invite.telegram_link.as_deref(), qr)?;
    }
    Ok(())
}

/// Draws the link, if it is wanted and there is one.
fn draw(link: Option<&str>, qr: Qr) -> Outcome {
    let looked_at = std::io::stdout().is_terminal();
    let Some(picture) = link.and_then(Picture::of) else { return Ok(()) };
    // Without colours the terminal is taken for a dark one, as most are.
    let coloured = looked_at && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let rows = match qr {
        Qr::None => return Ok(()),
        Qr::Auto if !looked_at => return Ok(()),
        Qr::Auto | Qr::Blocks if coloured => {
            picture.half_blocks(Ink::Dark).iter().map(|row| format!("\x1b[30;107m{row}\x1b[0m")).collect()
        }
        Qr::Auto | Qr::Blocks => picture.half_blocks(Ink::Light),
        Qr::Ascii => picture.ascii(Ink::Light),
    };
    print(&format!("\n{}\n", rows.join("\n")))
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
