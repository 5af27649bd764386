//! The machine's side of the world: workers that look and may die, senders, and a rest in which all comes to its end.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use anyhow::{Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use wavelaunch_shared::delivery::{self, Channel, Leased};
use wavelaunch_shared::journey;

use super::luck::{Fault, Luck, Scene};
use super::story::{Happening, Look};
use super::world::World;

/// How soon the machine looks again after something struck: past the engine's quarter of an hour and past every lease.
const SOON: TimeDelta = TimeDelta::minutes(16);
/// Looks after which everything that was due must be done, whatever struck before.
const LOOKS_TO_REST: usize = 24;
/// Messages that a sender takes at once.
const AT_ONCE: i64 = 8;

impl World {
    /// When the machine looks next: soon after something struck, else at full hours.
    pub(super) fn next_look(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.restless {
            return now + SOON;
        }
        let between = self.plot.look_every.num_seconds().max(60);
        DateTime::from_timestamp((now.timestamp() / between + 1) * between, 0).unwrap_or(now)
    }

    /// All workers look at once, then the senders send.
    pub(super) async fn machine_looks(&mut self) -> Result<()> {
        self.luck.set(Scene::Machine);
        let done = self.workers_look().await;
        self.luck.set(Scene::Calm);
        let look = self.judge(done)?;
        self.tell(Happening::Looked(look)).await?;
        self.luck.set(Scene::Machine);
        let sent = self.carry_the_post().await;
        self.luck.set(Scene::Calm);
        let struck = self.luck.take_fresh();
        self.restless = look == Look::Struck || !struck.is_empty();
        self.luck.ended(struck, "the post went on");
        sent
    }

    async fn workers_look(&self) -> Vec<Option<wavelaunch_shared::Result<journey::TickReport>>> {
        let (luck, studio) = (&self.luck, &self.studio);
        let look = move |number: usize| async move {
            let worker = format!("worker-{number}");
            mortal(luck, Box::pin(journey::tick(studio, &worker))).await
        };
        join_all((1..=self.plot.workers).map(look)).await
    }

    /// Whether something struck the look, and how that ended. What fails without a cause is a fault of the product.
    fn judge(&self, done: Vec<Option<wavelaunch_shared::Result<journey::TickReport>>>) -> Result<Look> {
        let struck = self.luck.take_fresh();
        let broke = done.iter().any(|look| matches!(look, Some(Err(_))));
        for look in done {
            match look {
                Some(Err(error)) if struck.is_empty() => {
                    bail!("the engine stopped although nothing struck it: {error}")
                }
                Some(Ok(report)) if struck.is_empty() && report.retried + report.failed > 0 => {
                    bail!("automations failed although nothing struck them: {report:?}")
                }
                _ => {}
            }
        }
        let look = if struck.is_empty() { Look::Whole } else { Look::Struck };
        let (deaths, others): (Vec<_>, Vec<_>) = struck.into_iter().partition(|fault| is_death(*fault));
        let (writer, database): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|fault| matches!(fault, Fault::Writer(_)));
        self.luck.ended(deaths, "another worker took over");
        self.luck.ended(writer, "the writer was asked again");
        self.luck.ended(database, if broke { "the look was made again" } else { "the step was made again" });
        Ok(look)
    }

    /// The platforms take what is due.
    async fn carry_the_post(&mut self) -> Result<()> {
        // Neither of these may stop the other, and each is made again at the next look.
        let _ = mortal(&self.luck, delivery::recover_expired(&self.studio)).await;
        for channel in [Channel::Telegram, Channel::Discord] {
            while let Some(Ok(leased)) =
                mortal(&self.luck, delivery::claim(&self.studio, "sender", channel, AT_ONCE)).await
            {
                if leased.is_empty() || !self.carry_all(&leased).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends what one sender has taken; false when the sender died over it.
    async fn carry_all(&mut self, leased: &[Leased]) -> Result<bool> {
        for message in leased {
            let at = (message.channel, message.recipient.clone());
            let before = self.outside.arrived(&at);
            let carried = mortal(&self.luck, self.outside.carry(&self.studio, message)).await;
            if self.outside.arrived(&at) > before {
                let scene = self.luck.set(Scene::Calm);
                let noted = self.audit.received(&self.studio, message).await;
                self.luck.set(scene);
                noted?;
            }
            if carried.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lets time pass in fair weather until the machine finds nothing to do any more.
    pub(super) async fn come_to_rest(&mut self) -> Result<()> {
        self.off_until = None;
        for _ in 0..LOOKS_TO_REST {
            self.studio.clock.advance(SOON);
            let done = self.workers_look().await;
            let is_idle = done.iter().all(|look| matches!(look, Some(Ok(report)) if report.is_idle()));
            let look = self.judge(done)?;
            self.tell(Happening::Looked(look)).await?;
            self.carry_the_post().await?;
            let waiting = delivery::backlog(&mut self.studio.db.read().await?, self.studio.clock.now()).await?;
            if is_idle && waiting.due == 0 {
                self.restless = false;
                return Ok(());
            }
        }
        bail!("there is no rest: something is still done at the last of {LOOKS_TO_REST} undisturbed looks")
    }
}

fn is_death(fault: Fault) -> bool {
    use wavelaunch_shared::db::Trouble;
    matches!(fault, Fault::Database(Trouble::Death | Trouble::DeathAfter))
}

/// Does `work` until it is done, or until it meets its death: then it is dropped where it stands, as a worker that
/// is killed leaves everything.
async fn mortal<T>(luck: &Luck, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if luck.takes_death() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}
