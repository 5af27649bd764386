//! Who watches a rehearsal: a second reading of the rules for each client, and somebody who pulls the plug.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, NaiveDate, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::{Connection, Executor, PgConnection};
use wavelaunch_shared::db::Url;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::model::watch::{Did, Reading, see};
use wavelaunch_shared::testing::TestStudio;
use wavelaunch_shared::{Studio, clients, fetch_all};
use wavelaunch_tui::demo::{Deed, Happening, Look, Watcher};

/// How many days pass between two breaks of every connection. Each costs the preparing of all statements.
const UNBROKEN: u32 = 30;

/// Reads along, and breaks PostgreSQL's connections now and then, which must be a normal state of affairs.
pub struct Watch {
    url: Url,
    days: u32,
    /// States that were as the rules want them.
    compared: Arc<AtomicU64>,
    readings: BTreeMap<ClientId, Reading>,
}

impl Watch {
    /// Begins to watch, and counts the states that it compares.
    pub fn new(test: &TestStudio, compared: Arc<AtomicU64>) -> Self {
        Self { url: test.url.clone(), days: 0, compared, readings: BTreeMap::new() }
    }

    async fn take_note(&mut self, studio: &Studio, at: DateTime<Utc>, what: &Happening) -> Result<()> {
        match what {
            Happening::Did(client, Deed::Started(day)) => self.begin(studio, at, client, *day).await,
            Happening::Did(client, deed) => self.did(client, deed, at),
            Happening::Looked(Look::Whole) => {
                self.hear(studio, at).await?;
                self.readings.values_mut().for_each(|reading| reading.looked(at));
                Ok(())
            }
            Happening::Looked(Look::Struck) => {
                self.hear(studio, at).await?;
                let mut tx = studio.db.read().await?;
                for (client, reading) in &mut self.readings {
                    reading.struck(&see(&mut tx, client).await?, at);
                }
                Ok(())
            }
            Happening::DayOver => {
                self.compare(studio).await?;
                self.pull_the_plug().await
            }
        }
    }

    async fn begin(&mut self, studio: &Studio, at: DateTime<Utc>, id: &ClientId, day: NaiveDate) -> Result<()> {
        let client = clients::get(&mut studio.db.read().await?, id).await?.context("who has begun is there")?;
        self.readings.insert(id.clone(), Reading::start(&client, &studio.settings.journey, day, at));
        Ok(())
    }

    fn did(&mut self, client: &ClientId, deed: &Deed, at: DateTime<Utc>) -> Result<()> {
        let did = match *deed {
            Deed::Started(_) => return Ok(()),
            Deed::AskedForPlan => Did::AskedForPlan,
            Deed::Delivered(month) => Did::Delivered(month),
            Deed::Rejected(month) => Did::Rejected(month),
            Deed::Regenerated(month) => Did::Regenerated(month),
            Deed::Opened(month) => Did::Opened(month),
            Deed::Paused(days) => Did::Paused(days),
            Deed::Resumed => Did::Resumed,
            Deed::LeftOut(month) => Did::LeftOut(month),
            Deed::TakenIn(month) => Did::TakenIn(month),
            Deed::Retried(kind, template, month) => Did::Retried(kind, template, month),
        };
        let reading = self.readings.get_mut(client).context("who does something has begun")?;
        reading.did(did, at).map_err(|why| anyhow!("{client}: the product took what {why}"))
    }

    /// What was written before this look reached its client when it did: the platforms were in trouble.
    async fn hear(&mut self, studio: &Studio, at: DateTime<Utc>) -> Result<()> {
        let mut tx = studio.db.read().await?;
        for (client, reading) in &mut self.readings {
            let arrived = fetch_all!(
                tx,
                (String, DateTime<Utc>),
                "SELECT purpose, COALESCE(sent_at, not_before) FROM outbox
                 WHERE client_id = $1 AND created_at < $2 AND state IN ('QUEUED', 'LEASED', 'SENT', 'IN_DOUBT')",
                client,
                at
            )?;
            reading.heard(arrived);
        }
        Ok(())
    }

    async fn compare(&self, studio: &Studio) -> Result<()> {
        let mut tx = studio.db.read().await?;
        for (client, reading) in &self.readings {
            let seen = see(&mut tx, client).await?;
            reading.compare(&seen).map_err(|lines| anyhow!("{client}: the product and the rules differ\n{lines}"))?;
            self.compared.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn pull_the_plug(&mut self) -> Result<()> {
        self.days += 1;
        match &self.url {
            Url::Postgres(address) if self.days.is_multiple_of(UNBROKEN) => break_connections(address).await,
            _ => Ok(()),
        }
    }
}

impl Watcher for Watch {
    fn note<'a>(&'a mut self, studio: &'a Studio, at: DateTime<Utc>, what: &'a Happening) -> BoxFuture<'a, Result<()>> {
        self.take_note(studio, at, what).boxed()
    }
}

async fn break_connections(address: &str) -> Result<()> {
    let mut connection = PgConnection::connect(address).await?;
    connection
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'",
        )
        .await?;
    Ok(connection.close().await?)
}
