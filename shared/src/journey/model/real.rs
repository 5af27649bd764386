//! The same history, lived by the product itself on a database.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::history::{Link, News, Paper, Setting, Step, Which, Writer};
use super::look::Look;
use super::people::Answer;
use super::state::{State, What};
use crate::clients::{self, Client};
use crate::coach::model::Model;
use crate::coach::model::scripted::{Act, Scripted};
use crate::config::{JourneySettings, Settings};
use crate::db::Kind;
use crate::delivery::Channel;
use crate::documents::{self, Document, Edit};
use crate::id::{AutomationId, DocumentId};
use crate::journey::fixture::{TEXT, owner};
use crate::journey::moves::{Move, make, preview};
use crate::journey::zone::at_hour;
use crate::journey::{cancel, force_now, regenerate, retry, run_now, start, tick, write_plan};
use crate::portal;
use crate::portal::fixture::{account, linked};
use crate::portal::preferences::{self, Switch};
use crate::programme::Month;
use crate::staff::Actor;
use crate::testing::{TestStudio, settings};
use crate::{Error, Result, execute, fetch_scalar};

/// A database on which one history is lived after the other.
pub(super) struct Stage {
    studio: TestStudio,
    /// It always fails.
    broken: Model,
}

impl Stage {
    pub(super) async fn on(studio: TestStudio) -> Self {
        let broken = Scripted::start([Act::Status(503, None, "down")]).await.model();
        Self { studio, broken }
    }
}

/// A journey on a database.
pub(super) struct Real<'a> {
    studio: &'a mut TestStudio,
    broken: &'a Model,
    client: Client,
    now: DateTime<Utc>,
    look: Look,
}

const NAME: &str = "Ada Obi";

impl<'a> Real<'a> {
    /// Starts it, once whatever was there is deleted.
    pub(super) async fn start(stage: &'a mut Stage, setting: &Setting) -> Self {
        let Stage { studio, broken } = stage;
        let journey = JourneySettings {
            month_step: setting.month_step,
            generate_lead_days: setting.lead_days,
            ..JourneySettings::default()
        };
        studio.studio.settings = Arc::new(Settings { journey, ..settings() });
        studio.studio.model = Model::Offline;
        studio.clock.set(setting.now);
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "DELETE FROM clients").unwrap();
        execute!(tx, "DELETE FROM events").unwrap();
        tx.commit().await.unwrap();
        let mut client = linked(studio, NAME, &[Channel::Telegram]).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET timezone = $2 WHERE id = $1", &client.id, setting.zone.name()).unwrap();
        tx.commit().await.unwrap();
        start(studio, &owner(), &client.id, Some(setting.start())).await.unwrap();
        client.timezone = setting.zone.name().to_owned();
        let look = Look::at(&client.id);
        Self { studio, broken, client, now: setting.now, look }
    }

    /// Lets a step happen, and answers when and whether it was taken.
    pub(super) async fn happen(&mut self, step: &Step, which: impl Fn(Which) -> u8) -> (DateTime<Utc>, Result<Answer>) {
        match step {
            Step::Pass(minutes) => self.now += TimeDelta::minutes(*minutes),
            Step::SetBack(minutes) => self.now -= TimeDelta::minutes(*minutes),
            // Two things never happen at the same moment.
            _ => self.now += TimeDelta::seconds(1),
        }
        self.studio.clock.set(self.now);
        let answer = match self.take(step, which).await {
            Ok(()) => Ok(Answer::Taken),
            Err(Error::Refused(_) | Error::Invalid(_) | Error::NotFound(_)) => Ok(Answer::Refused),
            Err(other) => Err(other),
        };
        (self.now, answer)
    }

    async fn take(&mut self, step: &Step, which: impl Fn(Which) -> u8) -> Result<()> {
        let (studio, owner, id) = (&self.studio.studio.clone(), owner(), self.client.id.clone());
        match *step {
            Step::Pass(_) | Step::SetBack(_) => {
                self.be_alone().await?;
                tick(studio, "model").await?;
                self.send().await
            }
            Step::Writer(Writer::Works) => {
                self.studio.studio.model = Model::Offline;
                Ok(())
            }
            Step::Writer(Writer::Fails) => {
                self.studio.studio.model = self.broken.clone();
                Ok(())
            }
            Step::Write(month) => self.write(which(month)).await,
            Step::Paper(paper, month) => {
                let number = which(month);
                if paper == Paper::Deliver && self.document(number).await.is_err() {
                    self.write(number).await?;
                }
                self.handle(paper, &self.document(number).await?.id).await
            }
            Step::AskPlan => write_plan(studio, &owner, &id).await,
            Step::Plan(paper) => {
                let plan = documents::latest_plan(&mut studio.db.read().await?, &id).await?;
                self.handle(paper, &plan.ok_or(Error::NotFound("document"))?.id).await
            }
            Step::Open(month) => {
                let document = self.document(which(month)).await?;
                documents::open(studio, &Actor::Client(id), &document.id, "telegram").await
            }
            Step::Run(what, month) => run_now(studio, &owner, &self.row(what, which(month)).await?).await.map(drop),
            Step::Force(what, month) => force_now(studio, &owner, &self.row(what, which(month)).await?).await.map(drop),
            Step::Cancel(what, month) => cancel(studio, &owner, &self.row(what, which(month)).await?).await.map(drop),
            Step::Retry(what, month) => retry(studio, &owner, &self.row(what, which(month)).await?).await.map(drop),
            Step::Pause { ahead, days } => {
                let first = self.today() + TimeDelta::days(ahead.unwrap_or_default());
                let from = ahead.map(|_| at_hour(first, 0, self.client.zone()));
                let until = days.map(|days| first + TimeDelta::days(days));
                self.make(&Move::Pause { from, until, reason: None }).await
            }
            Step::Resume => self.make(&Move::Resume).await,
            Step::Extend(ahead) => {
                let until = ahead.map(|ahead| self.today() + TimeDelta::days(ahead));
                self.make(&Move::Extend { until }).await
            }
            Step::Adjust(days) => {
                let mut tx = studio.db.read().await?;
                let client = clients::get(&mut tx, &id).await?.ok_or(Error::NotFound("client"))?;
                let start = client.program_start_date.ok_or(Error::NotFound("start"))?.date_naive();
                drop(tx);
                self.make(&Move::AdjustStart { on: start + TimeDelta::days(days) }).await
            }
            Step::Skip(chosen) => self.make(&Move::Skip { month: month(which(chosen)) }).await,
            Step::Unskip(chosen) => self.make(&Move::Unskip { month: month(which(chosen)) }).await,
            Step::Replan => self.make(&Move::Replan).await,
            Step::Archive => clients::archive(studio, &owner, &id).await,
            Step::Restore => clients::restore(studio, &owner, &id).await,
            Step::Churn => clients::churn(studio, &owner, &id).await,
            Step::Chat(Link::Ends) => portal::unlink(studio, &owner, &id, None).await.map(drop),
            Step::Chat(Link::Begins) => {
                let invite = portal::invite(studio, &owner, &id).await?;
                portal::link(studio, &invite.code, &account(Channel::Telegram, NAME)).await?.expect("a fresh code");
                Ok(())
            }
            Step::Prefer(news, on) => {
                let switch = match news {
                    News::Documents => Switch::NewDeliverable,
                    News::Reminders => Switch::MilestoneReminder,
                };
                preferences::set(studio, &Actor::Client(id.clone()), &id, switch, on).await
            }
            Step::Quiet(quiet) => preferences::set_quiet(studio, &Actor::Client(id.clone()), &id, quiet).await,
            Step::Zone(zone) => {
                preferences::set_timezone(studio, &Actor::Client(id.clone()), &id, zone).await?;
                zone.name().clone_into(&mut self.client.timezone);
                Ok(())
            }
        }
    }

    async fn handle(&self, paper: Paper, id: &DocumentId) -> Result<()> {
        let (studio, owner) = (&self.studio.studio, owner());
        match paper {
            Paper::Edit => {
                let change = Edit { title: Some("Better".to_owned()), ..Edit::default() };
                documents::edit(studio, &owner, id, change).await.map(drop)
            }
            Paper::Submit => documents::submit(studio, &owner, id).await.map(drop),
            Paper::Approve => documents::approve(studio, &owner, id).await.map(drop),
            Paper::Deliver => documents::approve_and_deliver(studio, &owner, id).await.map(drop),
            Paper::Reject => documents::reject(studio, &owner, id, "too long").await.map(drop),
            Paper::Regenerate => regenerate(studio, &owner, id).await,
            Paper::TakeBack => documents::take_back(studio, &owner, id).await.map(drop),
            Paper::Delete => documents::delete(studio, &owner, id).await,
        }
    }

    /// A move that does what its preview showed.
    async fn make(&self, wanted: &Move) -> Result<()> {
        let mut tx = self.studio.db.read().await?;
        let shown = preview(&mut tx, self.studio, &self.client.id, wanted).await?;
        drop(tx);
        let made = make(self.studio, &owner(), &self.client.id, wanted, Some(shown.version)).await?;
        assert_eq!((&shown.rows, &shown.months), (&made.rows, &made.months));
        assert_eq!((shown.proof.lost, shown.proof.doubled), (0, 0));
        Ok(())
    }

    /// What was refused is undone a moment after it is said, and until then keeps a look from the client.
    async fn be_alone(&self) -> Result<()> {
        if self.studio.db.kind() == Kind::Sqlite {
            return Ok(());
        }
        for _ in 0..1_000 {
            let mut tx = self.studio.db.read().await?;
            let others = fetch_scalar!(
                tx,
                i64,
                "SELECT COUNT(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )?;
            if others == 0 {
                return Ok(());
            }
        }
        Err(Error::refused("somebody keeps a transaction open"))
    }

    /// Whatever may leave by now leaves, and arrives.
    async fn send(&self) -> Result<()> {
        let mut tx = self.studio.db.write().await?;
        execute!(
            tx,
            "UPDATE outbox SET state = 'SENT', sent_at = $1 WHERE state = 'QUEUED' AND not_before <= $1",
            self.now
        )?;
        tx.commit().await
    }

    async fn write(&self, number: u8) -> Result<()> {
        documents::add(self.studio, &owner(), &self.client.id, month(number), "By hand", TEXT).await.map(drop)
    }

    async fn document(&self, number: u8) -> Result<Document> {
        let mut tx = self.studio.db.read().await?;
        documents::main_of(&mut tx, &self.client.id, month(number)).await?.ok_or(Error::NotFound("document"))
    }

    /// The newest row of that kind; some belong to no month.
    async fn row(&mut self, what: What, number: u8) -> Result<AutomationId> {
        let number = if what.has_no_month() { 0 } else { number };
        let rows = self.look.rows(&mut self.studio.db.read().await?).await?;
        let newest = rows.into_iter().rev().find(|row| row.is(what, number));
        newest.map(|row| row.id).ok_or(Error::NotFound("automation"))
    }

    pub(super) async fn state(&mut self) -> State {
        let mut tx = self.studio.db.read().await.unwrap();
        let rows = self.look.rows(&mut tx).await.unwrap();
        self.look.state(&mut tx, &rows).await.unwrap()
    }

    fn today(&self) -> chrono::NaiveDate {
        self.now.with_timezone(&self.client.zone()).date_naive()
    }
}

fn month(number: u8) -> Month {
    Month::new(i64::from(number)).unwrap()
}
