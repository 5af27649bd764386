//! The one way out to Discord: a reverse proxy on loopback, inside this process, that owns Discord's
//! limits.
//!
//! The client library's own limiter cannot be pointed elsewhere and loses what a 429 says, so it is
//! switched off and everything goes through here: buckets from the answers' headers, the global
//! limit, `retry_after` obeyed by scope, a bounded number of retries, and a stop long before
//! Discord would ban the address. Nothing is forwarded anywhere but to the configured upstream,
//! and no token is ever written down.

mod forward;
mod invalid;
mod limits;
mod route;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use forward::Upstream;
use invalid::Refusals;
pub use invalid::TRIP;
use limits::Limits;

/// The largest request that Discord takes, with room for its frame.
const BODY_LIMIT: usize = 26 * 1024 * 1024;

/// How the egress behaves; the defaults are for the real Discord.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest that a request waits for its turn before its caller is told to come back.
    pub queue: Duration,
    /// The longest that one try may take.
    pub answer: Duration,
    /// Tries of one request.
    pub tries: u32,
    /// The first pause after a failure of Discord's; each next one is three times as long.
    pub pause: Duration,
    /// Refused requests in ten minutes after which nothing more is sent.
    pub trip: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(20),
            answer: Duration::from_secs(20),
            tries: 4,
            pause: Duration::from_millis(250),
            trip: TRIP,
        }
    }
}

/// A running egress; it ends with the token that it was started with.
#[derive(Clone, Debug)]
pub struct Egress {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What the requests share.
#[derive(Debug)]
struct Shared {
    upstream: Upstream,
    limits: Limits,
    refusals: Refusals,
    patience: Patience,
    token_refused: watch::Sender<bool>,
    last_wait: AtomicU64,
    figures: Figures,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Figures {
    /// Requests that reached Discord.
    pub sent: AtomicU64,
    /// Of those, repeated ones.
    pub repeated: AtomicU64,
    /// Times that Discord said "slower".
    pub limited: AtomicU64,
}

impl Egress {
    /// Opens the way to `upstream`, for instance `https://discord.com`.
    pub async fn start(upstream: &str, patience: Patience, shutdown: CancellationToken) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            upstream: Upstream::new(upstream, patience.answer)?,
            limits: Limits::default(),
            refusals: Refusals::new(patience.trip),
            patience,
            token_refused: watch::Sender::new(false),
            last_wait: AtomicU64::new(0),
            figures: Figures::default(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let app = Router::new()
            .fallback(forward::forward)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move {
            let served = axum::serve(listener, app).with_graceful_shutdown(shutdown.cancelled_owned()).await;
            if let Err(error) = served {
                tracing::error!(%error, "the way out to Discord broke; restart the bots");
            }
        });
        Ok(Self { address, shared })
    }

    /// The address to use in place of `https://discord.com`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Completes once Discord has refused the bot's token; from then on nothing is forwarded.
    pub async fn token_refused(&self) {
        let mut refused = self.shared.token_refused.subscribe();
        // The sender lives in `shared`, which this handle keeps alive.
        let _ = refused.wait_for(|refused| *refused).await;
    }

    /// True once Discord has refused the bot's token.
    #[must_use]
    pub fn is_token_refused(&self) -> bool {
        *self.shared.token_refused.borrow()
    }

    /// How long Discord last told somebody to stay away, when a request was handed back for it.
    #[must_use]
    pub fn last_wait(&self) -> Duration {
        Duration::from_millis(self.shared.last_wait.load(Ordering::Relaxed))
    }

    /// Lifts our own limits; Discord's stay what they are.
    pub fn lift_limits(&self) {
        self.shared.limits.lift();
    }

    /// Counts since the start.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.shared.figures
    }

    /// Requests refused in the last ten minutes.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.shared.refusals.recent()
    }
}

#[cfg(test)]
mod tests;
