//! The simulated world: who acts, and when.
//!
//! An agenda holds what people will do. Time moves from one step to the next; at each, the engine
//! and the post run first, then whoever is due acts, through the product's own functions.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::{AdminId, ClientId, DocumentId, ThreadId};
use wavelaunch_shared::staff::{self, Actor, Role};
use wavelaunch_shared::{Error, Studio, documents, portal};

use super::audit::Audit;
use super::luck::{Fault, Luck, Scene};
use super::outside::{Address, Outside};
use super::people::{Habit, PEOPLE, Person};
use super::story::{Deed, Happening, Life, Plot, Stage, Watcher};
use super::{events, members, office};

/// How long somebody waits who was told that the database is busy.
const TRY_AGAIN: TimeDelta = TimeDelta::minutes(7);

/// What somebody will do.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A creator joins the programme.
    Join(usize),
    /// The studio decides about a draft.
    Review(DocumentId),
    /// The studio answers a conversation.
    Answer(ThreadId),
    /// A client opens a document.
    Open(ClientId, DocumentId),
    /// A client writes to the studio.
    Write(usize),
    /// A client asks the coach.
    AskCoach(usize),
    /// The week's follower counts come in.
    Count(usize),
    /// A client asks for a break.
    AskForBreak(usize),
    /// The studio settles and reads what has lain for a while.
    Tidy,
    /// Something out of the ordinary.
    Event(events::Event),
}

/// The studio and everybody around it.
pub struct World {
    pub(super) studio: Studio,
    pub(super) plot: Plot,
    pub(super) luck: Arc<Luck>,
    pub(super) outside: Arc<dyn Outside>,
    pub(super) rng: StdRng,
    /// The two who review and answer.
    pub(super) staff: [Actor; 2],
    /// Who has joined, by their place among [`PEOPLE`].
    pub(super) joined: BTreeMap<usize, ClientId>,
    pub(super) audit: Audit,
    /// Nothing runs until then.
    pub(super) off_until: Option<DateTime<Utc>>,
    /// Something struck: the machine looks again soon.
    pub(super) restless: bool,
    /// What staff and clients see as new already.
    pub(super) seen: HashSet<String>,
    watcher: Option<Box<dyn Watcher>>,
    agenda: BTreeMap<(DateTime<Utc>, u64), Act>,
    planned: u64,
}

impl World {
    /// Founds the studio: two members of staff, and a list of people who will join.
    pub async fn found(stage: Stage, plot: Plot) -> Result<Self> {
        let Stage { studio, luck, outside } = stage;
        let owner = Actor::local_owner();
        let mut staff = Vec::new();
        for (email, name, role) in
            [("ada@harbour.example", "Ada Bakare", Role::Owner), ("noor@harbour.example", "Noor Visser", Role::Manager)]
        {
            let admin = staff::add(&studio, &owner, email, Some(name), role).await?;
            staff.push(Actor::Admin { id: Some(admin.id), role });
        }
        let [ada, noor] = [staff[0].clone(), staff[1].clone()];
        let start = studio.clock.now();
        let plot = Plot { people: plot.people.min(PEOPLE.len()), ..plot };
        let mut world = Self {
            studio,
            plot,
            luck,
            outside,
            rng: StdRng::seed_from_u64(plot.seed),
            staff: [ada, noor],
            joined: BTreeMap::new(),
            audit: Audit::default(),
            off_until: None,
            restless: false,
            seen: HashSet::new(),
            watcher: None,
            agenda: BTreeMap::new(),
            planned: 0,
        };
        for index in 0..plot.people {
            let day = plot.apart * i32::try_from(index)?;
            world.plan(start + day + TimeDelta::hours(9), Act::Join(index));
        }
        match plot.life {
            Life::Everyday => {
                for (index, hours) in [(26, 30), (41, 9)] {
                    let asked = start + TimeDelta::days(super::HISTORY_DAYS) - TimeDelta::hours(hours);
                    world.plan(asked, Act::AskForBreak(index));
                }
            }
            Life::Eventful => events::plan_clocks(&mut world),
        }
        world.plan(start + TimeDelta::hours(8), Act::Tidy);
        Ok(world)
    }

    /// Tells somebody of everything that happens from now on.
    pub fn watched_by(&mut self, watcher: Box<dyn Watcher>) {
        self.watcher = Some(watcher);
    }

    /// Lives until `until`: people act at their own minute, the machine looks as often as the plot says.
    pub async fn live_until(&mut self, until: DateTime<Utc>) -> Result<()> {
        while self.studio.clock.now() < until {
            let next = self.next_look(self.studio.clock.now()).min(until);
            self.act_until(next).await?;
            self.studio.clock.set(next);
            self.step().await?;
        }
        Ok(())
    }

    /// Lives through a day, then lets everything come to its end and counts whether all is well.
    pub async fn live_a_day(&mut self, until: DateTime<Utc>) -> Result<()> {
        self.live_until(until).await?;
        self.come_to_rest().await?;
        let mut audit = std::mem::take(&mut self.audit);
        let found = audit.look(self).await;
        self.audit = audit;
        found.with_context(|| format!("{} (seed {})", self.studio.clock.now(), self.plot.seed))?;
        self.tell(Happening::DayOver).await
    }

    /// Lets everything happen that is due at the clock's time.
    pub async fn step(&mut self) -> Result<()> {
        if self.off_until.is_none_or(|until| until <= self.studio.clock.now()) {
            self.off_until = None;
            self.machine_looks().await?;
        }
        self.notice_new_work().await?;
        self.act_until(self.studio.clock.now()).await
    }

    /// Lets everybody act who means to by `until`, each when they meant to.
    async fn act_until(&mut self, until: DateTime<Utc>) -> Result<()> {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= until) {
            let ((at, _), act) = entry.remove_entry();
            self.studio.clock.set(at.max(self.studio.clock.now()));
            self.luck.set(if act.is_one_call() { Scene::Person } else { Scene::Calm });
            let done = self.perform(act.clone()).await;
            self.luck.set(Scene::Calm);
            let struck = self.luck.take_fresh();
            match done {
                Err(error) if !struck.is_empty() && may_be_repeated(&error) => {
                    self.plan(self.studio.clock.now() + TRY_AGAIN, act);
                }
                other => other?,
            }
            self.luck.ended(struck, "the person tried again");
        }
        Ok(())
    }

    /// Somebody did something; whoever watches is told.
    pub(super) async fn did(&mut self, client: &ClientId, deed: Deed) -> Result<()> {
        self.tell(Happening::Did(client.clone(), deed)).await
    }

    pub(super) async fn tell(&mut self, what: Happening) -> Result<()> {
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        // What a watcher looks at is none of the world's business.
        let scene = self.luck.set(Scene::Calm);
        let noted = watcher.note(&self.studio, self.studio.clock.now(), &what).await;
        self.luck.set(scene);
        noted.with_context(|| format!("{} (seed {})", self.studio.clock.now(), self.plot.seed))
    }

    /// Something went wrong by the plot's will.
    pub(super) fn befalls(&self, fault: Fault, how_it_ends: &'static str) {
        self.luck.ended([fault], how_it_ends);
    }

    /// Puts something on the agenda.
    pub(super) fn plan(&mut self, at: DateTime<Utc>, act: Act) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), act);
    }

    /// A time `hours` from now, moved out of the night.
    pub(super) fn in_hours(&mut self, hours: std::ops::Range<i64>) -> DateTime<Utc> {
        let at = self.studio.clock.now() + TimeDelta::minutes(self.rng.random_range(hours.start * 60..hours.end * 60));
        if (7..20).contains(&at.hour()) { at } else { at + TimeDelta::hours(10) }
    }

    async fn perform(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Join(index) => members::join(self, index).await,
            Act::Open(client, document) => members::open(self, &client, &document).await,
            Act::Write(index) => members::write(self, index).await,
            Act::AskCoach(index) => members::ask_coach(self, index).await,
            Act::Count(index) => members::count_followers(self, index).await,
            Act::AskForBreak(index) => members::ask_for_break(self, index).await,
            Act::Review(document) => office::review(self, &document).await,
            Act::Tidy => office::tidy(self).await,
            Act::Answer(thread) => office::answer(self, &thread).await,
            Act::Event(event) => events::happen(self, event).await,
        }
    }

    /// People see new drafts, new documents and new messages, and mean to do something about them.
    async fn notice_new_work(&mut self) -> Result<()> {
        let mut tx = self.studio.db.read().await?;
        let drafts = documents::review_queue(&mut tx).await?;
        let filter = portal::ThreadFilter { client: None, show: portal::ThreadShow::Waiting };
        let waiting = portal::list(&mut tx, &filter, None, 100).await?;
        drop(tx);
        for draft in drafts {
            if self.seen.insert(format!("{}/{}", draft.id, draft.version)) {
                office::plan_review(self, draft.id);
            }
        }
        for row in waiting {
            if self.seen.insert(format!("{}/{:?}", row.thread.id, row.thread.waiting_since)) {
                let at = self.in_hours(1..20);
                self.plan(at, Act::Answer(row.thread.id));
            }
        }
        Ok(())
    }

    /// Who somebody is.
    pub(super) fn person(index: usize) -> &'static Person {
        &PEOPLE[index]
    }

    /// The accounts of somebody: the first is the one that they like best.
    pub(super) fn accounts(&self, index: usize) -> Vec<Address> {
        let telegram = (Channel::Telegram, (700_000_000 + index).to_string());
        let discord = (Channel::Discord, (800_000_000_000_000_000 + index).to_string());
        match self.plot.life {
            Life::Everyday => vec![telegram],
            Life::Eventful => vec![telegram, discord],
        }
    }

    /// The place of a client among the people.
    pub(super) fn habit_of(&self, client: &ClientId) -> Habit {
        self.joined.iter().find(|(_, id)| *id == client).map_or(Habit::Prompt, |(index, _)| PEOPLE[*index].habit)
    }

    /// The member of staff who looks after a client.
    pub(super) fn carer(&self, index: usize) -> &Actor {
        &self.staff[index % self.staff.len()]
    }

    /// Ada, whose dashboard it is.
    #[must_use]
    pub fn owner(&self) -> Option<&AdminId> {
        self.staff[0].admin_id()
    }
}

impl Act {
    /// Whether it is one call, or several that may each be made again: only then may it be disturbed.
    fn is_one_call(&self) -> bool {
        !matches!(self, Self::Join(_) | Self::Count(_) | Self::Event(_))
    }
}

/// Whether a person who is told this tries again.
fn may_be_repeated(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Error>().is_some_and(Error::is_transient)
}
