//! The gateway: what Discord tells us as it happens, through poise and serenity.

use std::sync::Arc;
use std::time::Duration;

use poise::{BoxFuture, Framework, FrameworkContext, FrameworkError, FrameworkOptions};
use serenity::all::{ClientBuilder, ConnectionStage, FullEvent, GatewayError, GatewayIntents, Interaction};
use tokio_util::task::TaskTracker;

use super::Discord;
use super::commands::commands;
use super::connect::TOKEN_REFUSED;
use super::outbox::told;
use crate::backoff::Backoff;
use crate::health::Part;
use crate::pause;
use crate::workers::Ground;

/// What a broken handler tells; it is only logged.
pub(super) type Failure = serenity::Error;

/// What handlers find.
pub(super) struct Data {
    /// The bot.
    pub discord: Arc<Discord>,
    /// What a stop waits for.
    pub tracker: TaskTracker,
    /// Where to tell how it is.
    pub health: Part,
}

/// Direct messages and interactions need no privileged intent.
const INTENTS: GatewayIntents = GatewayIntents::GUILDS.union(GatewayIntents::DIRECT_MESSAGES);

impl Discord {
    /// Listens until the run ends or Discord closes the door for good.
    pub(super) async fn listen(self: Arc<Self>, ground: &Ground, health: &Part) {
        let mut backoff = Backoff::new(Duration::from_secs(1)).up_to(Duration::from_mins(1));
        while !ground.stop.is_cancelled() {
            match Arc::clone(&self).session(ground, health).await {
                Ok(()) => return,
                Err(Ended::ForGood(why)) => {
                    health.stopped(&why);
                    return;
                }
                Err(Ended::ForNow(why)) => health.troubled(&why),
            }
            pause(backoff.failed(), &ground.stop).await;
        }
    }

    async fn session(self: Arc<Self>, ground: &Ground, health: &Part) -> Result<(), Ended> {
        let data = Data { discord: Arc::clone(&self), tracker: ground.tracker.clone(), health: health.clone() };
        let client = ClientBuilder::new_with_http(self.another_client(), INTENTS).framework(framework(data));
        let mut client = client.await.map_err(|error| Ended::ForNow(told(&error)))?;
        let gateway = client.ws_url.lock().await.clone();
        self.assert_same_world(&gateway)?;
        let shards = Arc::clone(&client.shard_manager);
        let running = client.start();
        tokio::pin!(running);
        let ended = tokio::select! {
            ended = &mut running => ended,
            () = ground.stop.cancelled() => {
                shards.shutdown_all().await;
                running.await
            }
            () = self.egress.token_refused() => {
                shards.shutdown_all().await;
                return Err(Ended::ForGood(TOKEN_REFUSED.into()));
            }
        };
        match ended {
            Ok(()) if ground.stop.is_cancelled() => Ok(()),
            Ok(()) => Err(Ended::ForNow("Discord's gateway ended the session".into())),
            Err(error) => Err(closed(&error)),
        }
    }

    /// A bot that is pointed at a stand-in must never reach the real gateway, which is where the library
    /// goes when it cannot ask for the address.
    fn assert_same_world(&self, gateway: &str) -> Result<(), Ended> {
        if is_loopback(&self.studio.settings.discord.api_base) && !is_loopback(gateway) {
            return Err(Ended::ForNow("the configured Discord on this machine does not tell its gateway".into()));
        }
        Ok(())
    }
}

/// How a session ended.
enum Ended {
    ForGood(String),
    ForNow(String),
}

fn closed(error: &serenity::Error) -> Ended {
    let serenity::Error::Gateway(gateway) = error else { return Ended::ForNow(told(error)) };
    match gateway {
        GatewayError::InvalidAuthentication | GatewayError::NoAuthentication => Ended::ForGood(TOKEN_REFUSED.into()),
        GatewayError::DisallowedGatewayIntents | GatewayError::InvalidGatewayIntents => Ended::ForGood(
            "Discord refuses the intents; see `wavelaunch-bots check`, and the Bot page of the application".into(),
        ),
        GatewayError::InvalidShardData | GatewayError::OverloadedShard => {
            Ended::ForGood("Discord wants this bot sharded: it is in too many guilds for one process".into())
        }
        other => Ended::ForNow(format!("Discord's gateway: {other}")),
    }
}

fn is_loopback(address: &str) -> bool {
    let host = address.split("://").nth(1).unwrap_or(address);
    ["127.", "localhost", "[::1]"].iter().any(|local| host.starts_with(local))
}

/// The data is made before, so that setting up cannot fail: a framework whose set-up failed looks
/// alive and does nothing.
fn framework(data: Data) -> Framework<Data, Failure> {
    let options = FrameworkOptions {
        commands: commands(),
        on_error: |error| {
            note(&error);
            Box::pin(std::future::ready(()))
        },
        event_handler: |context, event| hear(context, event),
        allowed_mentions: Some(super::render::no_mentions()),
        ..FrameworkOptions::default()
    };
    Framework::builder()
        .initialize_owners(false)
        .options(options)
        .setup(|_, _, _| Box::pin(async move { Ok(data) }))
        .build()
}

fn note(error: &FrameworkError<'_, Data, Failure>) {
    match error {
        FrameworkError::CommandPanic { ctx, .. } => {
            tracing::error!(command = %ctx.command().qualified_name, "a bug: a command panicked");
        }
        FrameworkError::UnknownInteraction { interaction, .. } => {
            tracing::warn!(command = interaction.data.name, "Discord still offers a command that is no more");
        }
        other => tracing::error!(error = %other, "Discord's framework failed"),
    }
}

fn hear<'a>(context: FrameworkContext<'a, Data, Failure>, event: &'a FullEvent) -> BoxFuture<'a, Result<(), Failure>> {
    Box::pin(async move {
        let data = context.user_data().await;
        match event {
            FullEvent::Ready { .. } | FullEvent::Resume { .. } => data.health.ready(&data.discord.name),
            FullEvent::ShardStageUpdate { event } if event.new == ConnectionStage::Disconnected => {
                data.health.troubled("Discord's gateway is away; connecting again");
            }
            FullEvent::Message { new_message } if new_message.guild_id.is_none() && !new_message.author.bot => {
                let (discord, message) = (Arc::clone(&data.discord), new_message.clone());
                data.tracker.spawn(async move { discord.keep(&message).await });
            }
            FullEvent::InteractionCreate { interaction: Interaction::Component(press) } => {
                let (discord, press) = (Arc::clone(&data.discord), press.clone());
                data.tracker.spawn(async move { discord.pressed(&press).await });
            }
            FullEvent::InteractionCreate { interaction: Interaction::Modal(sent) } => {
                let (discord, sent) = (Arc::clone(&data.discord), sent.clone());
                data.tracker.spawn(async move { discord.filled(&sent).await });
            }
            _ => {}
        }
        Ok(())
    })
}
