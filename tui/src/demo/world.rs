//! The simulated world: who acts, and when.
//!
//! An agenda holds what people will do. Time moves from one step to the next; at each, the engine
//! and the post run first, then whoever is due acts, through the product's own functions.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::id::{AdminId, ClientId, DocumentId, ThreadId};
use wavelaunch_shared::staff::{self, Actor, Role};
use wavelaunch_shared::{Studio, documents, events, journey, portal};

use super::people::{Habit, PEOPLE, Person};
use super::{members, office};

/// The engine's name in the demonstration's log.
const WORKER: &str = "demo";
/// Days between two people who join.
const JOIN_DAYS: i64 = 4;

/// When the machine looks next: at every third full hour.
fn next_look(now: DateTime<Utc>) -> DateTime<Utc> {
    const BETWEEN: i64 = 3 * 3600;
    DateTime::from_timestamp((now.timestamp() / BETWEEN + 1) * BETWEEN, 0).unwrap_or(now)
}

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
}

/// The studio and everybody around it.
#[derive(Debug)]
pub struct World {
    pub(super) studio: Studio,
    pub(super) rng: StdRng,
    /// The two who review and answer.
    pub(super) staff: [Actor; 2],
    /// Who has joined, by their place among [`PEOPLE`].
    pub(super) joined: BTreeMap<usize, ClientId>,
    agenda: BTreeMap<(DateTime<Utc>, u64), Act>,
    planned: u64,
    seen: HashSet<String>,
}

/// What a rehearsal came to.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Totals {
    /// Simulated days.
    pub days: i64,
    /// People in the programme.
    pub clients: usize,
    /// Messages that the platforms confirmed.
    pub messages_sent: i64,
    /// Messages that need a person to look.
    pub messages_in_doubt: i64,
    /// Messages that were given up.
    pub messages_dead: i64,
    /// How often each kind of thing happened.
    pub events: BTreeMap<String, i64>,
}

impl World {
    /// Founds the studio: two members of staff, and a list of people who will join.
    pub(super) async fn found(studio: Studio) -> Result<Self> {
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
        let mut world = Self {
            studio,
            rng: StdRng::seed_from_u64(8),
            staff: [ada, noor],
            joined: BTreeMap::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            seen: HashSet::new(),
        };
        for index in 0..PEOPLE.len() {
            let day = TimeDelta::days(JOIN_DAYS * i64::try_from(index)?);
            world.plan(start + day + TimeDelta::hours(9), Act::Join(index));
        }
        for (index, hours) in [(26, 30), (41, 9)] {
            let asked = start + TimeDelta::days(super::HISTORY_DAYS) - TimeDelta::hours(hours);
            world.plan(asked, Act::AskForBreak(index));
        }
        world.plan(start + TimeDelta::hours(8), Act::Tidy);
        Ok(world)
    }

    /// Lives until `until`: people act at their own minute, the machine looks every three hours.
    pub async fn live_until(&mut self, until: DateTime<Utc>) -> Result<()> {
        while self.studio.clock.now() < until {
            let next = next_look(self.studio.clock.now()).min(until);
            self.act_until(next).await?;
            self.studio.clock.set(next);
            self.step().await?;
        }
        Ok(())
    }

    /// Lets everything happen that is due at the clock's time.
    pub async fn step(&mut self) -> Result<()> {
        journey::tick(&self.studio, WORKER).await?;
        self.carry_the_post().await?;
        self.notice_new_work().await?;
        self.act_until(self.studio.clock.now()).await
    }

    /// Lets everybody act who means to by `until`, each when they meant to.
    async fn act_until(&mut self, until: DateTime<Utc>) -> Result<()> {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= until) {
            let ((at, _), act) = entry.remove_entry();
            self.studio.clock.set(at.max(self.studio.clock.now()));
            self.perform(act).await?;
        }
        Ok(())
    }

    /// What it came to so far.
    pub async fn totals(&self, days: i64) -> Result<Totals> {
        let mut tx = self.studio.db.read().await?;
        let states: BTreeMap<_, _> =
            delivery::counts(&mut tx).await?.into_iter().map(|(state, count)| (state.as_str(), count)).collect();
        let of = |state: delivery::State| states.get(state.as_str()).copied().unwrap_or_default();
        Ok(Totals {
            days,
            clients: self.joined.len(),
            messages_sent: of(delivery::State::Sent),
            messages_in_doubt: of(delivery::State::InDoubt),
            messages_dead: of(delivery::State::Dead),
            events: events::counts(&mut tx).await?.into_iter().collect(),
        })
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
        }
    }

    /// The platforms take what is due. One message in some two hundred has no clear end, as in life.
    async fn carry_the_post(&mut self) -> Result<()> {
        for channel in [Channel::Telegram, Channel::Discord] {
            loop {
                let leased = delivery::claim(&self.studio, WORKER, channel, 50).await?;
                if leased.is_empty() {
                    break;
                }
                for message in leased {
                    if self.rng.random_ratio(1, 200) {
                        delivery::in_doubt(&self.studio, &message, "the connection broke before Telegram confirmed")
                            .await?;
                    } else {
                        self.planned += 1;
                        delivery::sent(&self.studio, &message, &[self.planned.to_string()]).await?;
                    }
                }
            }
        }
        Ok(())
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
