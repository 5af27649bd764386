//! `run`: everything at once, until it is told to end.

use std::io::Write;
use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use serde_json::json;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::{Error, Studio};

use super::Options;
use super::exit::Outcome;
use crate::health::State;
use crate::run::{self, Ready, RunOptions};

/// What `run` takes.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Run only these parts
    #[arg(long, value_delimiter = ',', value_name = "PART,…")]
    only: Vec<Part>,
    /// Serve /healthz, /readyz and /metrics here, for instance 127.0.0.1:9090; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
}

/// A part that can be run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The conversation on Discord
    Discord,
    /// The conversation on Telegram
    Telegram,
    /// The engine, and sending by e-mail and for every platform that has a token
    Workers,
}

pub(super) async fn run(options: &Options, arguments: &Arguments) -> Outcome {
    let studio = options.studio().await?;
    let (told, ready) = oneshot::channel();
    let shutdown = CancellationToken::new();
    let chosen =
        RunOptions { http: arguments.http, ready: Some(told), ..choose(&studio, &arguments.only, shutdown.clone())? };
    let json = options.json;
    tokio::spawn(async move {
        if let Ok(ready) = ready.await
            && let Err(error) = announce(&ready, json)
        {
            tracing::warn!(%error, "the readiness line could not be written");
        }
    });
    tokio::spawn(end_on_signal(shutdown));
    let ended = run::run(chosen).await;
    studio.db.close().await;
    Ok(ended?)
}

/// What was named with `--only`, which must be set up, or everything that is.
fn choose(studio: &Studio, only: &[Part], shutdown: CancellationToken) -> Outcome<RunOptions> {
    let all = RunOptions::configured(studio.clone(), shutdown);
    let wanted = |part| only.contains(&part);
    if wanted(Part::Telegram) && !all.telegram {
        return Err(Error::refused("Telegram has no token; set TELEGRAM_TOKEN to the one that @BotFather shows").into());
    }
    if wanted(Part::Discord) && !all.discord {
        return Err(
            Error::refused("Discord has no token; set DISCORD_TOKEN to the one on the application's Bot page").into()
        );
    }
    if only.is_empty() {
        if !studio.settings.email.is_set() {
            tracing::info!("no SMTP_URL is set, and no e-mail is sent");
        }
        for (part, on) in [("Telegram", all.telegram), ("Discord", all.discord)] {
            if !on {
                tracing::info!("{part} has no token and is left out");
            }
        }
        return Ok(all);
    }
    Ok(RunOptions {
        telegram: wanted(Part::Telegram),
        discord: wanted(Part::Discord),
        workers: wanted(Part::Workers),
        ..all
    })
}

/// The one line that says that everything runs.
fn announce(ready: &Ready, json: bool) -> std::io::Result<()> {
    let line = if json { as_json(ready) } else { as_line(ready) };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn as_line(ready: &Ready) -> String {
    let mut told: Vec<String> = ready
        .parts
        .iter()
        .map(|(name, state)| match state {
            State::Ready(who) => format!("{name} {who}"),
            State::Stopped(why) => format!("{name} stopped ({why})"),
            State::Starting | State::Troubled(_) => format!("{name} waiting"),
        })
        .collect();
    told.extend(ready.http.map(|address| format!("http {address}")));
    format!("ready: {}", wavelaunch_shared::text::terminal_safe(&told.join("; ")))
}

fn as_json(ready: &Ready) -> String {
    let parts: Vec<_> = ready
        .parts
        .iter()
        .map(|(name, state)| match state {
            State::Ready(who) => json!({"part": name, "ready": true, "as": who}),
            State::Stopped(why) | State::Troubled(why) => json!({"part": name, "ready": false, "why": why}),
            State::Starting => json!({"part": name, "ready": false}),
        })
        .collect();
    json!({"ready": true, "parts": parts, "http": ready.http}).to_string()
}

/// SIGTERM and SIGINT end the run in order; a second one ends the process at once.
async fn end_on_signal(shutdown: CancellationToken) {
    match signalled().await {
        Ok(()) => shutdown.cancel(),
        Err(error) => {
            tracing::error!(%error, "signals cannot be caught; a stop will be abrupt, which loses nothing either");
            return;
        }
    }
    if signalled().await.is_ok() {
        tracing::warn!("ended at once; what was under way is taken up by the next run");
        std::process::exit(1);
    }
}

#[cfg(unix)]
async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signalled() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readiness_line_names_each_part_and_the_address() {
        let ready = Ready {
            parts: vec![("discord", State::Stopped("no token".into())), ("telegram", State::Ready("@wave_bot".into()))],
            http: Some(([127, 0, 0, 1], 9090).into()),
        };
        assert_eq!(as_line(&ready), "ready: discord stopped (no token); telegram @wave_bot; http 127.0.0.1:9090");
        let json: serde_json::Value = serde_json::from_str(&as_json(&ready)).unwrap();
        assert_eq!((&json["parts"][1]["as"], &json["http"]), (&json!("@wave_bot"), &json!("127.0.0.1:9090")));
    }
}
