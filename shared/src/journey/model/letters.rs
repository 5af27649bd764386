//! What is written to the client: whether they want it, whether it reaches them, and from when on it may.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::history::News;
use super::journey::Journey;

/// A message on its way to the client.
#[derive(Clone, Debug)]
struct Letter {
    key: &'static str,
    /// The delivery that it tells of.
    about: Option<(u8, DateTime<Utc>)>,
    /// From when on it may leave; once it has left, when it did.
    not_before: DateTime<Utc>,
    fate: Fate,
}

/// The client's one journey message of the day is one of these.
const ONE_A_DAY: [&str; 6] = ["upcoming", "overdue", "studio_delay", "month_complete", "halfway", "program_complete"];

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waits,
    Sent,
    Withdrawn,
}

/// What a client wants to hear and when, how they are reached, and what was written to them.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a client's switches, each independent of the others")]
pub(super) struct Letters {
    all: Vec<Letter>,
    /// When messages really arrived, as far as somebody has told: a platform in trouble takes them later.
    arrived: Vec<DateTime<Utc>>,
    pub linked: bool,
    documents: bool,
    reminders: bool,
    pub quiet: bool,
}

impl Default for Letters {
    fn default() -> Self {
        Self { all: Vec::new(), arrived: Vec::new(), linked: true, documents: true, reminders: true, quiet: true }
    }
}

impl Letters {
    /// Those that have not left, and from when on they may.
    pub(super) fn waiting(&self) -> Vec<(String, DateTime<Utc>)> {
        self.all
            .iter()
            .filter(|letter| letter.fate == Fate::Waits)
            .map(|letter| (letter.key.to_owned(), letter.not_before))
            .collect()
    }

    pub(super) fn prefer(&mut self, news: News, on: bool) {
        match news {
            News::Documents => self.documents = on,
            News::Reminders => self.reminders = on,
        }
    }

    fn wants(&self, key: &str) -> bool {
        match key {
            "ready" | "plan_ready" | "document_taken_back" => self.documents,
            key if ONE_A_DAY.contains(&key) => self.reminders,
            _ => true,
        }
    }

    /// Nobody hears of what has not left.
    pub(super) fn withdraw_all(&mut self) {
        self.settle(Fate::Withdrawn, |_| true);
    }

    pub(super) fn hear(&mut self, arrived: Vec<(String, DateTime<Utc>)>) {
        let journeys = arrived.into_iter().filter(|(key, _)| ONE_A_DAY.contains(&key.as_str()));
        self.arrived = journeys.map(|(_, at)| at).collect();
    }

    /// When the journey's messages reach the client, or did.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let journeys =
            self.all.iter().filter(|letter| letter.fate != Fate::Withdrawn && ONE_A_DAY.contains(&letter.key));
        journeys.map(|letter| letter.not_before).chain(self.arrived.iter().copied())
    }

    /// What has not left of this month's document is withdrawn. Answers whether something of this delivery has left.
    pub(super) fn withdraw(&mut self, about: (u8, DateTime<Utc>)) -> bool {
        self.settle(Fate::Withdrawn, |letter| letter.about.is_some_and(|told| told.0 == about.0));
        self.all.iter().any(|letter| letter.about == Some(about) && letter.fate == Fate::Sent)
    }

    /// What may leave by now is sent.
    pub(super) fn send(&mut self, now: DateTime<Utc>) {
        for letter in self.all.iter_mut().filter(|letter| letter.fate == Fate::Waits && letter.not_before <= now) {
            letter.fate = Fate::Sent;
            letter.not_before = now;
        }
    }

    fn settle(&mut self, fate: Fate, which: impl Fn(&Letter) -> bool) {
        for letter in self.all.iter_mut().filter(|letter| letter.fate == Fate::Waits && which(letter)) {
            letter.fate = fate;
        }
    }
}

impl Journey {
    /// Tells the client something. Answers whether it was written.
    pub(super) fn tell(&mut self, action: &str, month: Option<u8>, now: DateTime<Utc>) -> bool {
        let key = self.key_of(action, month);
        // The log of such news names no month.
        let noted = month.filter(|_| key != "ready");
        if !self.letters.wants(key) {
            self.note(&format!("{action}: PREFERENCE_OFF"), noted, now);
            return false;
        }
        if !self.letters.linked {
            self.note(&format!("{action}: NO_CHANNEL"), noted, now);
            self.note("alert: no channel", None, now);
            return false;
        }
        let delivered = month.filter(|_| matches!(key, "ready" | "overdue")).map(|number| {
            // It is delivered: otherwise there is nothing to tell of.
            (number, self.month(number).delivered.unwrap())
        });
        // Of one delivery it is told once.
        if delivered.is_some() && self.letters.all.iter().any(|told| (told.key, told.about) == (key, delivered)) {
            return false;
        }
        let not_before = self.after_quiet(now);
        self.letters.all.push(Letter { key, about: delivered, not_before, fate: Fate::Waits });
        self.note(action, noted, now);
        true
    }

    /// Which text it is.
    fn key_of(&self, action: &str, month: Option<u8>) -> &'static str {
        match action {
            "ACTIVATED" => "activated",
            "UPCOMING" => "upcoming",
            "READY" if month.is_some() => "ready",
            "READY" | "PLAN_READY" => "plan_ready",
            "OVERDUE" => "overdue",
            "STUDIO_DELAY" => "studio_delay",
            "TAKEN_BACK" => "document_taken_back",
            "PAUSED" if self.hold.is_some_and(|hold| hold.planned_end.is_some()) => "paused",
            "PAUSED" => "paused_open",
            "RESUME_SOON" => "resume_soon",
            "WELCOME_BACK" => "welcome_back",
            "ADJUSTED" => "journey_adjusted",
            "MONTH_COMPLETE" if !self.has_more() => "program_complete",
            "MONTH_COMPLETE" if month == Some(4) => "halfway",
            "MONTH_COMPLETE" => "month_complete",
            other => panic!("no text is known for {other}"),
        }
    }

    /// Now, or eight in the morning where the client sleeps.
    pub(super) fn after_quiet(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let local = now.with_timezone(&self.zone);
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        match local.hour() {
            _ if !self.letters.quiet => now,
            0..8 => self.local(local.date_naive(), eight).max(now),
            21..24 => self.local(local.date_naive() + TimeDelta::days(1), eight),
            _ => now,
        }
    }

    /// Other hours, or another clock: what waits is timed anew.
    pub(super) fn time_letters_anew(&mut self, now: DateTime<Utc>) {
        let not_before = self.after_quiet(now);
        for letter in self.letters.all.iter_mut().filter(|letter| letter.fate == Fate::Waits) {
            letter.not_before = not_before;
        }
    }
}
