//! Health and figures over HTTP, for whoever watches the process; and what the links in e-mails open.

use std::fmt::Write;
use std::net::SocketAddr;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use wavelaunch_shared::{Studio, delivery};

use crate::health::{self, Health};
use crate::telegram::webhook::{self, Door};
use crate::unsubscribe;
use crate::workers::Ground;

#[derive(Clone)]
struct Watched {
    studio: Studio,
    health: Health,
}

/// Serves `/healthz`, `/readyz`, `/metrics` and the door for Telegram until the run ends, and answers where.
pub async fn serve(address: SocketAddr, ground: &Ground, health: &Health, door: &Door) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; give --http another address"))?;
    let address = listener.local_addr()?;
    let telegram = &ground.studio.settings.telegram;
    let visited = if telegram.webhook_url.is_empty() {
        Router::new()
    } else {
        Router::new().route(&webhook::path(telegram)?, post(webhook::knock))
    };
    let app = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Watched { studio: ground.studio.clone(), health: health.clone() })
        .merge(unsubscribe::routes(ground.studio.clone()))
        .merge(visited.with_state(door.clone()));
    let stop = ground.stop.clone();
    ground.tracker.spawn(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = served.await {
            tracing::error!(%error, "health is not served any more");
        }
    });
    Ok(address)
}

/// 200 when every part works and the database answers, else 503; a line for each.
async fn ready(State(watched): State<Watched>) -> Response {
    let mut lines = String::new();
    for (name, state) in watched.health.states() {
        let told = match state {
            health::State::Starting => "starting".to_owned(),
            health::State::Ready(who) => format!("ready {who}"),
            health::State::Troubled(what) => format!("waiting {what}"),
            health::State::Stopped(why) => format!("stopped {why}"),
        };
        let _ = writeln!(lines, "{name}: {told}");
    }
    let database = watched.studio.db.version().await;
    let _ = match &database {
        Ok(_) => writeln!(lines, "database: ready"),
        Err(error) => writeln!(lines, "database: {error}"),
    };
    let works = watched.health.is_ready() && database.is_ok();
    (if works { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, lines).into_response()
}

/// Figures in the text form that Prometheus reads.
async fn metrics(State(watched): State<Watched>) -> Response {
    let counted = async {
        let mut tx = watched.studio.db.read().await?;
        delivery::counts(&mut tx).await
    };
    let counts = match counted.await {
        Ok(counts) => counts,
        Err(error) => return (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    };
    let mut text =
        String::from("# HELP wavelaunch_outbox Messages in the outbox by state.\n# TYPE wavelaunch_outbox gauge\n");
    for (state, count) in counts {
        let _ = writeln!(text, "wavelaunch_outbox{{state=\"{}\"}} {count}", state.as_str());
    }
    text.push_str(
        "# HELP wavelaunch_part_ready Whether a part of this process works.\n# TYPE wavelaunch_part_ready gauge\n",
    );
    for (name, state) in watched.health.states() {
        let works = u8::from(matches!(state, health::State::Ready(_)));
        let _ = writeln!(text, "wavelaunch_part_ready{{part=\"{name}\"}} {works}");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
