//! How far an invented client has come, and what happened on the way. Pure, given the dice.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::Rng;
use rand::rngs::StdRng;

use super::people::Person;
use crate::clients::Status;
use crate::config::JourneySettings;
use crate::journey::{self, AutomationKind, Step, Template, zone};
use crate::programme::Month;

/// One client's way so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Story {
    pub number: u64,
    pub person: Person,
    pub status: Status,
    pub zone: Tz,
    /// When the row was made.
    pub since: DateTime<Utc>,
    /// `None` before the journey began.
    pub journey: Option<Journey>,
    pub last_seen: Option<DateTime<Utc>>,
    pub paused_until: Option<DateTime<Utc>>,
    /// Followers of the main account, and of the second if there is one.
    pub followers: Vec<i64>,
    /// How many messages went to and fro.
    pub messages: u32,
    /// Whether the last of them is the client's.
    pub waits: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Journey {
    pub start: NaiveDate,
    pub current: Month,
    pub months: Vec<MonthStory>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MonthStory {
    pub month: Month,
    pub due: NaiveDate,
    pub document: Option<DocumentStory>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DocumentStory {
    pub written: DateTime<Utc>,
    pub delivered: Option<DateTime<Utc>>,
    pub opened: Option<DateTime<Utc>>,
}

/// What became of a step of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Scheduled,
    Completed,
    Failed,
    Cancelled(&'static str),
}

impl Story {
    pub(super) fn invent(random: &mut StdRng, number: u64, now: DateTime<Utc>, settings: &JourneySettings) -> Self {
        let person = Person::invent(random);
        let zone: Tz = person.zone.parse().unwrap_or(Tz::UTC);
        let status = status(random);
        let journey = days_in(random, status).map(|days| {
            let start = zone::plus_days(zone::local_date(now, zone), -days);
            Journey::invent(random, start, zone, now, status, settings)
        });
        let began = journey.as_ref().map_or(now, |journey| zone::stored_date(journey.start).min(now));
        let in_touch = journey.is_some() || status == Status::Onboarding;
        let messages = if in_touch && random.random_bool(0.35) { random.random_range(1..6) } else { 0 };
        Self {
            number,
            status,
            zone,
            since: began - TimeDelta::minutes(random.random_range(60..30 * 24 * 60)),
            last_seen: (in_touch && random.random_bool(0.93)).then(|| now - TimeDelta::minutes(lately(random))),
            paused_until: (status == Status::Paused && random.random_bool(0.7))
                .then(|| zone::stored_date(zone::plus_days(now.date_naive(), random.random_range(2..30)))),
            followers: followers(random, in_touch),
            messages,
            waits: messages > 0 && random.random_bool(0.04),
            journey,
            person,
        }
    }
}

/// The studio's mix: most are on their way.
fn status(random: &mut StdRng) -> Status {
    match random.random_range(0..100) {
        0..6 => Status::Lead,
        6..11 => Status::Onboarding,
        11..85 => Status::Active,
        85..90 => Status::Paused,
        90..97 => Status::Completed,
        _ => Status::Churned,
    }
}

/// How many days ago the journey began.
fn days_in(random: &mut StdRng, status: Status) -> Option<i64> {
    match status {
        Status::Lead | Status::Onboarding | Status::Archived => None,
        Status::Active | Status::Paused => Some(random.random_range(0..240)),
        Status::Churned => Some(random.random_range(30..300)),
        Status::Completed => Some(random.random_range(245..500)),
    }
}

/// Minutes ago: within days for most, a month for some.
fn lately(random: &mut StdRng) -> i64 {
    let most = random.random_range(60..40_000);
    random.random_range(0..most)
}

fn followers(random: &mut StdRng, in_touch: bool) -> Vec<i64> {
    let accounts = if in_touch { random.random_range(0..3) } else { 0 };
    (0..accounts).map(|_| 10_i64.pow(random.random_range(2..6)) * random.random_range(20..99) / 10).collect()
}

impl Journey {
    fn invent(
        random: &mut StdRng,
        start: NaiveDate,
        zone: Tz,
        now: DateTime<Utc>,
        status: Status,
        settings: &JourneySettings,
    ) -> Self {
        let dates: Vec<NaiveDate> =
            Month::all().map(|month| journey::date_of(start, month, settings.month_step)).collect();
        let today = zone::local_date(now, zone);
        let current = journey::current_month(&dates, today).unwrap_or(Month::FIRST);
        let done = status == Status::Completed;
        // Who left did so within a month of the last document.
        let last = if status == Status::Churned { random.random_range(1..=current.number()) } else { current.number() };
        let months = Month::all().zip(&dates).map(|(month, due)| {
            let document = match month.number() {
                number if number < last || done => Some(delivered(random, *due, now)),
                number if number == last => latest(random, *due, now),
                _ => None,
            };
            MonthStory { month, due: *due, document }
        });
        Self { start, current, months: months.collect(), steps: journey::plan(start, zone, settings) }
    }

    /// What became of a step, as things stand.
    pub(super) fn fate(&self, step: &Step, status: Status, now: DateTime<Utc>) -> Fate {
        let month = self.months[usize::from(step.month.number()) - 1];
        let document = month.document;
        let opened = document.and_then(|document| document.opened);
        match (step.kind, step.template) {
            (AutomationKind::GenerateDeliverable, _) if document.is_some() => Fate::Completed,
            (AutomationKind::EscalateToAdmin, _) | (_, Some(Template::Overdue)) if opened.is_some() => {
                Fate::Cancelled("NOT_NEEDED")
            }
            _ if status == Status::Churned => Fate::Cancelled("CLIENT_CHURNED"),
            _ if step.at >= now => Fate::Scheduled,
            (AutomationKind::GenerateDeliverable, _) => Fate::Failed,
            _ => Fate::Completed,
        }
    }
}

/// A month behind: delivered about its day, and nearly always opened.
fn delivered(random: &mut StdRng, due: NaiveDate, now: DateTime<Utc>) -> DocumentStory {
    let day = zone::stored_date(due);
    let delivered = (day + TimeDelta::minutes(random.random_range(8 * 60..30 * 60))).min(now - TimeDelta::hours(1));
    let opened = delivered + TimeDelta::minutes(random.random_range(5..4 * 24 * 60));
    DocumentStory {
        written: (day - TimeDelta::days(3)).min(delivered - TimeDelta::hours(2)),
        delivered: Some(delivered),
        opened: (opened < now && random.random_bool(0.98)).then_some(opened),
    }
}

/// The month under way: delivered mostly, or waiting for review, or late.
fn latest(random: &mut StdRng, due: NaiveDate, now: DateTime<Utc>) -> Option<DocumentStory> {
    let days = (now - zone::stored_date(due)).num_days();
    let story = delivered(random, due, now);
    match random.random_range(0..100) {
        0..3 => None,
        3..9 => Some(DocumentStory { delivered: None, opened: None, ..story }),
        _ if days < 1 => Some(DocumentStory { delivered: None, opened: None, ..story }),
        9..20 => Some(DocumentStory { opened: None, ..story }),
        _ => Some(story),
    }
}
