//! How soon the engine begins with what is due: from the commit that made it so, or from the moment itself.
//!
//! The engine's loop runs as in `wavelaunch-bots`, on the machine's clock. The log tells when a step began.

use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wavelaunch_bots::health::Health;
use wavelaunch_bots::workers::{self, Ground, engine};
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::db::{self, Db, Url};
use wavelaunch_shared::id::AutomationId;
use wavelaunch_shared::journey::{self, AutomationKind, AutomationStatus, LogFilter, Template};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::postgres_with;
use wavelaunch_shared::{Studio, execute};

use super::figure::{Figure, quantile};
use super::world;

/// What the median is to stay below, in milliseconds.
const REACH: f64 = 5.0;
/// How often each is measured. Every client brings eight reminders.
const ROUNDS: usize = 40;
const CLIENTS: u32 = 15;
/// Days until the journeys begin: nothing is due by itself.
const AHEAD: i64 = 100;

/// How a step becomes due.
#[derive(Clone, Copy)]
enum Occasion {
    /// A commit of the engine's own process.
    Here,
    /// A commit of another process.
    Elsewhere,
    /// Its time comes.
    Time,
}

/// The medians on both databases.
pub async fn measure() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let sqlite = Url::Sqlite(folder.path().join("pickup.db"));
    let mut figures = measure_on(&sqlite, "SQLite").await?;
    figures.extend(match postgres_with(world::settings()).await {
        Some(server) => measure_on(&server.url, "PostgreSQL").await?,
        None => vec![Figure::plain("pick-up on PostgreSQL", "skipped: no server")],
    });
    Ok(figures)
}

async fn measure_on(url: &Url, name: &str) -> Result<Vec<Figure>> {
    let studio = open(url).await?;
    db::migrate(&studio.db).await?;
    let mut steps = waiting(&studio).await?;
    // A handle of its own hears nothing of this one's commits: it stands for another process.
    let elsewhere = open(url).await?;
    let running = Running::start(&studio);
    let mut figures = Vec::new();
    for (occasion, what) in [
        (Occasion::Here, "committed here → begun"),
        (Occasion::Elsewhere, "committed by another process → begun"),
        (Occasion::Time, "its time → begun"),
    ] {
        let mut waits = Vec::new();
        for _ in 0..ROUNDS {
            let step = steps.pop().context("no step is left to be measured")?;
            waits.push(pick_up(&studio, &elsewhere, &step, occasion).await?);
        }
        let median = quantile(&mut waits, 0.5).context("no round was measured")?;
        figures.push(Figure::at_most(format!("{what}, {name}, median"), median, REACH, "ms"));
    }
    running.stop().await?;
    elsewhere.db.close().await;
    studio.db.close().await;
    Ok(figures)
}

async fn open(url: &Url) -> Result<Studio> {
    Ok(Studio::with_db(Db::open(url).await?, world::settings(), Clock::system())?)
}

/// Reminders that are far from being due.
async fn waiting(studio: &Studio) -> Result<Vec<AutomationId>> {
    let mut steps = Vec::new();
    for number in 0..CLIENTS {
        let client = world::join(studio, number).await?;
        let start = studio.clock.now().date_naive() + TimeDelta::days(AHEAD);
        journey::start(studio, &Actor::local_owner(), &client, Some(start)).await?;
        let rows = journey::automations(&mut studio.db.read().await?, &client).await?;
        let waits = rows.into_iter().filter(|row| {
            (row.kind, row.template) == (AutomationKind::SendReminder, Some(Template::Upcoming))
                && row.status == AutomationStatus::Scheduled
        });
        steps.extend(waits.map(|row| row.id));
    }
    Ok(steps)
}

/// The engine's loop at work.
struct Running {
    stop: CancellationToken,
    tasks: [JoinHandle<()>; 2],
}

impl Running {
    fn start(studio: &Studio) -> Self {
        let stop = CancellationToken::new();
        let ground = Ground {
            studio: studio.clone(),
            worker: "figures".into(),
            stop: stop.clone(),
            tracker: TaskTracker::new(),
        };
        let tasks = [
            tokio::spawn(workers::hear(ground.clone())),
            tokio::spawn(engine::work(ground, Health::default().part("workers"))),
        ];
        Self { stop, tasks }
    }

    async fn stop(self) -> Result<()> {
        self.stop.cancel();
        for task in self.tasks {
            task.await?;
        }
        Ok(())
    }
}

/// Milliseconds from the moment at which a step became due until it was begun.
async fn pick_up(studio: &Studio, elsewhere: &Studio, step: &AutomationId, occasion: Occasion) -> Result<f64> {
    let owner = Actor::local_owner();
    // At no fixed distance from the last one.
    tokio::time::sleep(Duration::from_millis(rand::random_range(10..150))).await;
    let due = match occasion {
        Occasion::Here => {
            journey::run_now(studio, &owner, step).await?;
            studio.clock.now()
        }
        Occasion::Elsewhere => {
            journey::run_now(elsewhere, &owner, step).await?;
            studio.clock.now()
        }
        Occasion::Time => {
            let at = studio.clock.now() + TimeDelta::milliseconds(rand::random_range(50..400));
            let mut tx = studio.db.write().await?;
            execute!(tx, "UPDATE automation_schedules SET trigger_date = $2 WHERE id = $1", step, at)?;
            tx.commit().await?;
            at
        }
    };
    let begun = begun(studio, step).await?;
    #[expect(clippy::cast_precision_loss, reason = "some milliseconds")]
    Ok((begun - due).num_milliseconds().max(0) as f64)
}

/// When the log says that the step was begun.
async fn begun(studio: &Studio, step: &AutomationId) -> Result<DateTime<Utc>> {
    let filter = LogFilter { automation: Some(step.clone()), ..LogFilter::default() };
    let waiting = async {
        loop {
            if let Some(line) = journey::log(&mut studio.db.read().await?, &filter).await?.pop() {
                return anyhow::Ok(line.created_at);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.context("a due step was not done")?
}
