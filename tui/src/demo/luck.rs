//! Who meets trouble, when, and how it ended: one die for everything that lies outside.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use wavelaunch_shared::db::{Moment, Trouble, Troubles};
use wavelaunch_shared::id::OutboxId;

/// How a platform fails one sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostTrouble {
    /// It asks to wait; nothing was sent.
    TooMany,
    /// It fails, and says that it did nothing.
    Failed,
    /// The connection breaks before anything was done.
    Cut,
    /// The message arrives, and the connection breaks before the answer.
    AnswerLost,
}

/// How the model fails one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WriterTrouble {
    /// It asks to wait.
    TooMany,
    /// It fails.
    Failed,
    /// No answer comes.
    TimedOut,
    /// The answer breaks off.
    CutShort,
    /// The answer is no answer.
    Malformed,
    /// The answer is too short to be a document.
    TooShort,
}

/// Something that went wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// At the database.
    Database(Trouble),
    /// At the model.
    Writer(WriterTrouble),
    /// At a chat platform.
    Post(PostTrouble),
    /// A person blocked the bot, or closed the account.
    PersonLeft,
    /// The clock was set back.
    ClockBack,
    /// Nothing ran for a while, and then the clock was further on.
    Outage,
}

impl Fault {
    /// What it is called in the totals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Database(Trouble::Refused) => "database: busy or in conflict",
            Self::Database(Trouble::AnswerLost) => "database: connection lost",
            Self::Database(Trouble::Death) => "worker: died before a commit",
            Self::Database(Trouble::DeathAfter) => "worker: died after a commit",
            Self::Writer(WriterTrouble::TooMany) => "model: 429",
            Self::Writer(WriterTrouble::Failed) => "model: 500",
            Self::Writer(WriterTrouble::TimedOut) => "model: no answer",
            Self::Writer(WriterTrouble::CutShort) => "model: cut short",
            Self::Writer(WriterTrouble::Malformed) => "model: malformed",
            Self::Writer(WriterTrouble::TooShort) => "model: too short",
            Self::Post(PostTrouble::TooMany) => "chat: 429",
            Self::Post(PostTrouble::Failed) => "chat: 5xx",
            Self::Post(PostTrouble::Cut) => "chat: cut before the effect",
            Self::Post(PostTrouble::AnswerLost) => "chat: answer lost after the effect",
            Self::PersonLeft => "chat: bot blocked, or chat gone",
            Self::ClockBack => "clock: set back",
            Self::Outage => "machine: off for days",
        }
    }
}

/// How much more often calls over the network fail than the database does.
const SPELL: f64 = 6.0;

/// How much goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    /// As on a good day: one message in some two hundred has no clear end.
    Fair,
    /// This share of all transactions fails, from 0 to 0.5, and several times that of all calls to model and platforms.
    Foul(f64),
}

/// Who is at work, and therefore what may go wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scene {
    /// Nobody: whatever is asked now is answered.
    #[default]
    Calm,
    /// A person, who is told of a failure and tries again.
    Person,
    /// The machine, whose workers may also die.
    Machine,
}

/// The die. A seed repeats its throws; which of two workers meets them is up to the workers.
#[derive(Debug)]
pub struct Luck {
    weather: Weather,
    dice: Mutex<Dice>,
}

#[derive(Debug)]
struct Dice {
    rng: StdRng,
    stage: Scene,
    /// A worker has met its death and does not know it.
    death: bool,
    /// What struck and whose end is not known yet.
    fresh: Vec<Fault>,
    /// What struck a message.
    struck: Vec<(Fault, OutboxId)>,
    /// How often each kind ended how.
    ends: BTreeMap<Fault, BTreeMap<&'static str, u64>>,
}

impl Luck {
    /// A die for one run.
    #[must_use]
    pub fn new(weather: Weather, seed: u64) -> Self {
        let dice = Dice {
            rng: StdRng::seed_from_u64(seed ^ 0x6c75_636b),
            stage: Scene::Calm,
            death: false,
            fresh: Vec::new(),
            struck: Vec::new(),
            ends: BTreeMap::new(),
        };
        Self { weather, dice: Mutex::new(dice) }
    }

    /// What strikes the sending of this message.
    pub fn post(&self, message: &OutboxId) -> Option<PostTrouble> {
        use PostTrouble::{AnswerLost, Cut, Failed, TooMany};
        let mut dice = self.dice();
        let trouble = match self.weather {
            _ if dice.stage == Scene::Calm => return None,
            Weather::Fair if dice.rng.random_ratio(1, 200) => AnswerLost,
            Weather::Foul(rate) if dice.rng.random_bool(spell(rate)) => {
                [TooMany, Failed, Failed, Cut, AnswerLost][dice.rng.random_range(0..5)]
            }
            Weather::Fair | Weather::Foul(_) => return None,
        };
        dice.struck.push((Fault::Post(trouble), message.clone()));
        Some(trouble)
    }

    /// What strikes a request to the model.
    pub fn writer(&self) -> Option<WriterTrouble> {
        use WriterTrouble::{CutShort, Failed, Malformed, TimedOut, TooMany, TooShort};
        let mut dice = self.dice();
        let Weather::Foul(rate) = self.weather else { return None };
        if dice.stage == Scene::Calm || !dice.rng.random_bool(spell(rate)) {
            return None;
        }
        let trouble = [TooMany, Failed, TimedOut, CutShort, Malformed, TooShort][dice.rng.random_range(0..6)];
        dice.fresh.push(Fault::Writer(trouble));
        Some(trouble)
    }

    /// A number from a range, for stand-ins that need one.
    pub fn pick(&self, range: std::ops::Range<u64>) -> u64 {
        self.dice().rng.random_range(range)
    }

    /// Another scene begins; the one that ends.
    pub(super) fn set(&self, stage: Scene) -> Scene {
        std::mem::replace(&mut self.dice().stage, stage)
    }

    /// True once for each death: the worker that is being polled has met it.
    pub(super) fn takes_death(&self) -> bool {
        std::mem::take(&mut self.dice().death)
    }

    /// What struck since the last time this was asked.
    pub(super) fn take_fresh(&self) -> Vec<Fault> {
        std::mem::take(&mut self.dice().fresh)
    }

    /// What struck messages, and which.
    pub(super) fn struck_messages(&self) -> Vec<(Fault, OutboxId)> {
        self.dice().struck.clone()
    }

    /// Writes down how faults ended.
    pub(super) fn ended(&self, faults: impl IntoIterator<Item = Fault>, how: &'static str) {
        let mut dice = self.dice();
        for fault in faults {
            *dice.ends.entry(fault).or_default().entry(how).or_default() += 1;
        }
    }

    /// How often each kind ended how.
    pub(super) fn ends(&self) -> BTreeMap<Fault, BTreeMap<&'static str, u64>> {
        self.dice().ends.clone()
    }

    fn dice(&self) -> MutexGuard<'_, Dice> {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spell(rate: f64) -> f64 {
    (rate * SPELL).min(0.75)
}

impl Troubles for Luck {
    fn strike(&self, moment: Moment) -> Option<Trouble> {
        let Weather::Foul(rate) = self.weather else { return None };
        let mut dice = self.dice();
        if dice.stage == Scene::Calm || !dice.rng.random_bool(rate) {
            return None;
        }
        let trouble = match (dice.stage, moment, dice.rng.random_range(0..10)) {
            (Scene::Machine, _, 0..2) => Trouble::Death,
            (Scene::Machine, Moment::Commit, 2..4) => Trouble::DeathAfter,
            (Scene::Machine, Moment::Commit, 4..6) => Trouble::AnswerLost,
            _ => Trouble::Refused,
        };
        dice.death |= matches!(trouble, Trouble::Death | Trouble::DeathAfter);
        dice.fresh.push(Fault::Database(trouble));
        Some(trouble)
    }
}
