//! The same conversation in a terminal: for trying the bots out without any token.
//!
//! Whoever can run it owns the database, so it stands for a client without a code. While it is
//! open, a client who has no other account is reached here. Nothing is drawn raw.

mod show;

use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::id::cuid;
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Studio, coach, portal};

use crate::talk::{self, Input, Manner, Occasion, Output, Person, Place, Platform};
use show::Screen;

/// How replies are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a person reads them.
    Text,
    /// One JSON value a line.
    Json,
}

/// How often another process's messages are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Talks as `client` until the input ends: a line is what they write, `/name` a command, `#1` a
/// press of the button that was printed as `[1]`.
pub async fn chat(
    studio: &Studio,
    client: &Client,
    manner: Manner,
    format: Format,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
) -> anyhow::Result<()> {
    // A console that was killed in the middle of an answer left it behind.
    coach::recover(studio).await?;
    let account = portal::link_console(studio, client).await?;
    let person = Person {
        platform: Platform::Console(manner),
        place: Place::Private,
        external_user_id: account.external_user_id.clone(),
        chat_id: account.chat_id.clone(),
        username: None,
        display_name: account.display_name.clone(),
    };
    let mut screen = Screen::new(studio, client, format, output);
    let talked = converse(studio, client, &person, input, &mut screen).await;
    // The link ends however the conversation did.
    portal::unlink_console(studio, &account).await?;
    talked
}

async fn converse(
    studio: &Studio,
    client: &Client,
    person: &Person,
    input: impl AsyncBufRead + Unpin,
    screen: &mut Screen<'_, impl AsyncWrite + Unpin>,
) -> anyhow::Result<()> {
    let mut lines = input.split(b'\n');
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            line = lines.next_segment() => match line.context("the input cannot be read")? {
                Some(line) => {
                    let line = String::from_utf8_lossy(&line);
                    if let Some(input) = read(line.trim_end_matches('\r'), screen) {
                        let occasion = Occasion::new(cuid(studio.clock.now()));
                        for output in talk::respond(studio, person, &occasion, input).await {
                            show(screen, output).await?;
                        }
                    }
                    arrivals(studio, client, screen).await?;
                }
                None => return arrivals(studio, client, screen).await,
            },
            () = studio.db.written() => arrivals(studio, client, screen).await?,
            _ = look.tick() => arrivals(studio, client, screen).await?,
        }
    }
}

/// What a line means; nothing for an empty one.
fn read(line: &str, screen: &Screen<'_, impl AsyncWrite + Unpin>) -> Option<Input> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    if let Some(pressed) = line.strip_prefix('#') {
        let number = pressed.trim().parse::<usize>().ok();
        let action = number.map_or_else(|| Some(pressed.trim()), |number| screen.action(number));
        // A number that was never printed is pressed all the same: it is what a forged press is.
        return Some(Input::Press { action: action.unwrap_or(pressed).to_owned() });
    }
    let Some(command) = line.strip_prefix('/') else { return Some(Input::Text(Foreign::from(line))) };
    let (name, args) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    Some(Input::Command { name: name.to_lowercase(), args: Foreign::from(args.trim()) })
}

async fn show(screen: &mut Screen<'_, impl AsyncWrite + Unpin>, output: Output) -> anyhow::Result<()> {
    match output {
        Output::Say(reply) | Output::Replace(reply) => screen.reply(&reply).await,
        Output::Toast(text) => screen.reply(&wavelaunch_shared::text::Reply::plain(&text)).await,
        Output::Coach(turn) => screen.coach(turn).await,
    }
}

/// Prints the messages that came for the client meanwhile.
async fn arrivals(
    studio: &Studio,
    client: &Client,
    screen: &mut Screen<'_, impl AsyncWrite + Unpin>,
) -> anyhow::Result<()> {
    loop {
        let arrived = delivery::claim_for(studio, "console", Channel::Console, &client.id, 10).await?;
        if arrived.is_empty() {
            return Ok(());
        }
        for leased in arrived {
            screen.reply(&leased.body).await?;
            delivery::sent(studio, &leased, &[]).await?;
        }
    }
}

#[cfg(test)]
mod tests;
