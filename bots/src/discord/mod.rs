//! Discord: where the creators are.
//!
//! This folder parses what Discord sends into [`talk`](crate::talk)'s words and renders what comes
//! back. It decides nothing about the programme, and it is the only place that knows Discord's
//! limits. All its REST traffic leaves through the [`egress`]. Nothing private is ever said where
//! others read: in a guild every answer is seen by its asker alone, and everything unasked goes to
//! the person's own direct messages.

mod check;
mod commands;
mod connect;
pub mod egress;
mod form;
mod gateway;
mod interaction;
mod message;
mod outbox;
pub mod render;
mod room;
mod stream;
mod upload;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serenity::all::{ApplicationId, ChannelId, Http, UserId};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::Channel;

use crate::health::Part;
use crate::workers::{self, Ground, supervise};
pub use check::check;
use egress::Egress;

/// One bot at work.
#[derive(Debug)]
pub struct Discord {
    studio: Studio,
    http: Http,
    egress: Egress,
    application: ApplicationId,
    name: String,
    /// The name under which its messages are stored.
    source: String,
    /// The direct channel of each person, once it has been opened.
    directs: Mutex<HashMap<UserId, ChannelId>>,
    /// What a stop waits for.
    tracker: TaskTracker,
}

/// Discord: the senders always, the conversation if it is wanted here. `open_doors` ends only once
/// nothing is under way any more.
pub async fn run(ground: Ground, part: Part, talks: bool, open_doors: CancellationToken) {
    let Some(discord) = Discord::connect(&ground, &part, open_doors).await else { return };
    let sender = Arc::clone(&discord);
    let dispatch: workers::delivery::Dispatch = Arc::new(move |leased| {
        let discord = Arc::clone(&sender);
        Box::pin(async move { discord.dispatch(&leased).await })
    });
    let (of_sender, of_part) = (ground.clone(), part.clone());
    supervise(&ground, "discord sender", move || {
        workers::delivery::work(of_sender.clone(), Channel::Discord, Arc::clone(&dispatch), of_part.clone())
    });
    if !talks {
        part.ready(&format!("{} (sending only)", discord.name));
        return;
    }
    let reader = Arc::clone(&discord);
    let deal: workers::inbox::Deal = Arc::new(move |row| {
        let discord = Arc::clone(&reader);
        Box::pin(async move { discord.deal(&row).await })
    });
    let (of_reader, source) = (ground.clone(), discord.source.clone());
    supervise(&ground, "discord inbox", move || {
        workers::inbox::work(of_reader.clone(), source.clone(), Arc::clone(&deal))
    });
    discord.register_commands().await;
    let of_gateway = ground.clone();
    supervise(&ground, "discord gateway", move || {
        let (discord, ground, part) = (Arc::clone(&discord), of_gateway.clone(), part.clone());
        async move { discord.listen(&ground, &part).await }
    });
}
