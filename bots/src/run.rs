//! Everything at once: the platforms, the workers, and an orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_shared::Studio;
use wavelaunch_shared::delivery::Channel;

use crate::health::{Health, Part, State};
use crate::telegram::Telegram;
use crate::telegram::webhook::Door;
use crate::workers::{self, Ground, supervise};
use crate::{discord, email, http};

/// How long an end waits for what is under way.
pub const DRAIN: Duration = Duration::from_secs(20);

/// What to run.
#[derive(Debug)]
pub struct RunOptions {
    /// Where everything is.
    pub studio: Studio,
    /// Talk on Telegram.
    pub telegram: bool,
    /// Talk on Discord.
    pub discord: bool,
    /// Run the engine, and send for every platform that has a token and by e-mail if that is set up.
    pub workers: bool,
    /// Where to serve health and figures; port 0 takes a free one.
    pub http: Option<SocketAddr>,
    /// Cancelled to end the run.
    pub shutdown: CancellationToken,
    /// Told once everything runs, or was given up.
    pub ready: Option<oneshot::Sender<Ready>>,
}

/// How a run has begun.
#[derive(Clone, Debug)]
pub struct Ready {
    /// How each part is, by name.
    pub parts: Vec<(&'static str, State)>,
    /// Where health and figures are served.
    pub http: Option<SocketAddr>,
}

impl RunOptions {
    /// Everything for which there is a token, and the workers.
    #[must_use]
    pub fn configured(studio: Studio, shutdown: CancellationToken) -> Self {
        let telegram = !studio.settings.telegram.token.is_empty();
        let discord = !studio.settings.discord.token.is_empty();
        Self { studio, telegram, discord, workers: true, http: None, shutdown, ready: None }
    }
}

/// Runs until `shutdown`, then lets what is under way come to its end, at most for [`DRAIN`]. What is cut
/// off by that is held under leases, and the next run takes it up.
pub async fn run(options: RunOptions) -> anyhow::Result<()> {
    // Two of our libraries bring TLS with different defaults; only the first call counts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let health = Health::default();
    let ground = Ground {
        studio: options.studio.clone(),
        worker: format!("bots-{}", std::process::id()),
        stop: options.shutdown.child_token(),
        tracker: TaskTracker::new(),
    };
    let door = Door::default();
    let served = match options.http {
        Some(address) => Some(http::serve(address, &ground, &health, &door).await?),
        None if options.telegram && !options.studio.settings.telegram.webhook_url.is_empty() => {
            anyhow::bail!(
                "telegram.webhook_url needs a place to come to; give --http an address, or empty it to ask for updates"
            )
        }
        None => None,
    };
    let open_doors = CancellationToken::new();
    start(&options, &ground, &health, &door, &open_doors);
    let ready = options.ready;
    tokio::select! {
        () = ground.stop.cancelled() => {}
        () = begun(&health, served, ready) => {}
    }
    ground.stop.cancelled().await;
    drain(&ground).await;
    open_doors.cancel();
    match health.states().iter().find(|(_, state)| matches!(state, State::Stopped(_))) {
        Some((part, State::Stopped(why))) if !options.shutdown.is_cancelled() => Err(anyhow::anyhow!("{part}: {why}")),
        _ => Ok(()),
    }
    .context("nothing is left to run")
}

fn start(options: &RunOptions, ground: &Ground, health: &Health, door: &Door, open_doors: &CancellationToken) {
    let settings = &options.studio.settings;
    if options.telegram || (options.workers && !settings.telegram.token.is_empty()) {
        let (ground, part, door) = (ground.clone(), health.part("telegram"), options.telegram.then(|| door.clone()));
        ground.tracker.clone().spawn(async move { telegram(ground, part, door).await });
    }
    if options.discord || (options.workers && !settings.discord.token.is_empty()) {
        let (ground, part, talks) = (ground.clone(), health.part("discord"), options.discord);
        let open_doors = open_doors.clone();
        ground.tracker.clone().spawn(async move { discord::run(ground, part, talks, open_doors).await });
    }
    if options.workers && settings.email.is_set() {
        let (ground, part) = (ground.clone(), health.part("email"));
        ground.tracker.clone().spawn(async move { email::run(ground, part).await });
    }
    if options.workers {
        let (of_engine, part) = (ground.clone(), health.part("workers"));
        supervise(ground, "engine", move || workers::engine::work(of_engine.clone(), part.clone()));
    }
    let of_hearing = ground.clone();
    supervise(ground, "hearing", move || workers::hear(of_hearing.clone()));
    let of_recovery = ground.clone();
    supervise(ground, "recovery", move || workers::delivery::recover(of_recovery.clone()));
    let of_sweep = ground.clone();
    supervise(ground, "sweep", move || workers::sweep::sweep(of_sweep.clone()));
    let of_coach = ground.clone();
    supervise(ground, "coach recovery", move || workers::coach::recover(of_coach.clone()));
    end_with_the_last(ground, health);
}

/// Telegram: the senders always, the conversation if it is wanted here: then there is a door for it.
async fn telegram(ground: Ground, part: Part, door: Option<Door>) {
    let Some(telegram) = Telegram::connect(&ground, &part).await else { return };
    let sender = Arc::clone(&telegram);
    let dispatch: workers::delivery::Dispatch = Arc::new(move |leased| {
        let telegram = Arc::clone(&sender);
        Box::pin(async move { telegram.dispatch(&leased).await })
    });
    let (of_sender, of_part) = (ground.clone(), part.clone());
    supervise(&ground, "telegram sender", move || {
        workers::delivery::work(of_sender.clone(), Channel::Telegram, Arc::clone(&dispatch), of_part.clone())
    });
    let Some(door) = door else {
        part.ready(&format!("@{} (sending only)", telegram.username()));
        return;
    };
    let reader = Arc::clone(&telegram);
    let deal: workers::inbox::Deal = Arc::new(move |row| {
        let telegram = Arc::clone(&reader);
        Box::pin(async move { telegram.deal(&row).await })
    });
    let (of_reader, source) = (ground.clone(), telegram.source().to_owned());
    supervise(&ground, "telegram inbox", move || {
        workers::inbox::work(of_reader.clone(), source.clone(), Arc::clone(&deal))
    });
    telegram.set_menu().await;
    door.open(&telegram);
    let (stop, address) = (ground.stop.clone(), ground.studio.settings.telegram.webhook_url.clone());
    supervise(&ground, "telegram intake", move || {
        let (telegram, part, stop, address) = (Arc::clone(&telegram), part.clone(), stop.clone(), address.clone());
        async move {
            if address.is_empty() {
                telegram.poll(&part, &stop).await;
            } else {
                telegram.be_visited(&address, &part, &stop).await;
            }
        }
    });
}

/// Tells once that everything runs, or was given up.
async fn begun(health: &Health, http: Option<SocketAddr>, ready: Option<oneshot::Sender<Ready>>) {
    health.settled().await;
    if let Some(ready) = ready {
        // Whoever asked may have stopped listening.
        let _ = ready.send(Ready { parts: health.states(), http });
    }
}

/// Ends the run when every part has been given up.
fn end_with_the_last(ground: &Ground, health: &Health) {
    let (health, stop) = (health.clone(), ground.stop.clone());
    ground.tracker.spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = health.given_up() => stop.cancel(),
        }
    });
}

async fn drain(ground: &Ground) {
    ground.tracker.close();
    tracing::info!(tasks = ground.tracker.len(), "ending; what is under way comes to its end");
    if tokio::time::timeout(DRAIN, ground.tracker.wait()).await.is_err() {
        tracing::warn!(tasks = ground.tracker.len(), "cut off what was under way; the next run takes it up");
    }
}
