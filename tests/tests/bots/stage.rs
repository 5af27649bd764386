//! A studio on a fresh database, the stand-ins, and the bots running between them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wavelaunch_bots::health::State;
use wavelaunch_bots::run::{Ready, RunOptions, run};
use wavelaunch_shared::Studio;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::delivery::{self, Channel, Urgency};
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_shared::text::{Foreign, Reply};
use wavelaunch_tests::discord::FakeDiscord;
use wavelaunch_tests::telegram::FakeTelegram;

pub const CAP: Duration = Duration::from_secs(20);

/// Settings that point at the stand-ins.
pub fn settings(telegram: Option<&FakeTelegram>, discord: Option<&FakeDiscord>) -> Settings {
    let mut settings = Settings::default();
    settings.journey.tick_seconds = 1;
    settings.delivery.lease_seconds = 5;
    if let Some(telegram) = telegram {
        settings.telegram.api_base = telegram.base_url();
        settings.telegram.token = Secret::new(telegram.token());
    }
    if let Some(discord) = discord {
        settings.discord.api_base = discord.base_url();
        settings.discord.token = Secret::new(discord.token());
    }
    settings
}

/// Running bots. Whoever starts them ends them with [`Bots::end`].
pub struct Bots {
    shutdown: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
    pub ready: Ready,
}

impl Bots {
    /// Starts everything that has a token, and waits until it runs.
    pub async fn start(studio: &Studio) -> Result<Self> {
        let shutdown = CancellationToken::new();
        let (told, ready) = oneshot::channel();
        let options = RunOptions {
            ready: Some(told),
            http: Some(([127, 0, 0, 1], 0).into()),
            ..RunOptions::configured(studio.clone(), shutdown.clone())
        };
        let running = tokio::spawn(run(options));
        let ready = tokio::time::timeout(CAP, ready).await.context("the bots did not become ready")??;
        Ok(Self { shutdown, running, ready })
    }

    /// How a part has begun.
    pub fn part(&self, name: &str) -> &State {
        &self.ready.parts.iter().find(|(part, _)| *part == name).expect("a part of this name").1
    }

    /// Asks the health service.
    pub async fn get(&self, path: &str) -> Result<(u16, String)> {
        let address = self.ready.http.context("health is served")?;
        let answer = reqwest::get(format!("http://{address}{path}")).await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Sends a form to a page, and answers its status.
    pub async fn post(&self, path: &str, form: &'static str) -> Result<u16> {
        let address = self.ready.http.context("pages are served")?;
        let answer = reqwest::Client::new().post(format!("http://{address}{path}")).body(form).send().await?;
        Ok(answer.status().as_u16())
    }

    /// Ends them in order.
    pub async fn end(self) -> Result<()> {
        self.shutdown.cancel();
        tokio::time::timeout(CAP, self.running).await.context("the bots did not end")??
    }

    /// Ends them as a kill does: in the middle of whatever they do.
    pub async fn kill(self) {
        self.running.abort();
        let _ = self.running.await;
        // Tasks of their own would live on in this process, unlike after a kill.
        self.shutdown.cancel();
    }
}

/// A studio on SQLite that talks to these stand-ins.
pub async fn studio(telegram: Option<&FakeTelegram>, discord: Option<&FakeDiscord>) -> TestStudio {
    testing::sqlite_with(settings(telegram, discord)).await
}

/// A client whose account on `channel` has this number.
pub async fn linked(studio: &Studio, name: &str, channel: Channel, account: &str) -> Result<Client> {
    let client = client(studio, name).await?;
    let invite = portal::invite(studio, &Actor::local_owner(), &client.id).await?;
    let account = Account {
        platform: channel,
        external_user_id: account.to_owned(),
        chat_id: account.to_owned(),
        username: None,
        display_name: Some(Foreign::from(name)),
    };
    let linked = portal::link(studio, &invite.code, &account).await?;
    ensure!(linked.is_ok(), "the code of a fresh invitation links");
    Ok(client)
}

/// A client without any account.
pub async fn client(studio: &Studio, name: &str) -> Result<Client> {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    let new = NewClient { full_name: name.to_owned(), email, ..NewClient::default() };
    Ok(clients::add(studio, &Actor::local_owner(), new).await?)
}

/// Queues a message for a client.
pub async fn queue(studio: &Studio, client: &Client, text: &str) -> Result<()> {
    let mut tx = studio.db.write().await?;
    let body = Reply::plain(text);
    delivery::send(&mut tx, studio, client, &body, text, Urgency::Transactional, "test", None).await?;
    Ok(tx.commit().await?)
}

/// Waits until the outbox holds so many messages in a state.
pub async fn wait_outbox(studio: &Studio, state: delivery::State, count: i64) -> Result<()> {
    let found = async {
        loop {
            let counts = delivery::counts(&mut studio.db.read().await?).await?;
            if counts.iter().any(|(known, number)| *known == state && *number == count) {
                return Ok::<_, anyhow::Error>(());
            }
            studio.clock.advance(chrono::TimeDelta::seconds(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(CAP, found).await.with_context(|| format!("no {count} messages are {}", state.as_str()))?
}
