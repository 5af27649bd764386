//! The second reading of a journey that somebody else lives.
//!
//! What people did goes in one by one. What the machine did follows from the rules alone after a look that nothing
//! disturbed; where trouble struck, the rows that it left untouched or that failed are taken from what it left behind,
//! and the rules say what the others must have come to.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::history::{Paper, Setting, Step, Which};
use super::journey::Journey;
use super::look::Look;
use super::people::Answer;
use super::state::{Done, Standing, State, What, When};
use crate::Result;
use crate::clients::Client;
use crate::config::JourneySettings;
use crate::db::Tx;
use crate::id::ClientId;
use crate::journey::{AutomationKind, Template};
use crate::programme::Month;

/// Something that a person did to a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// The business plan was asked for.
    AskedForPlan,
    /// A month's document was delivered, or the plan where no month is given.
    Delivered(Option<Month>),
    /// A month's draft was sent back, or the plan's.
    Rejected(Option<Month>),
    /// A rejected draft is to be written anew.
    Regenerated(Option<Month>),
    /// The client opened a month's document.
    Opened(Month),
    /// The journey was held from now on, for so many days if that was known.
    Paused(Option<i64>),
    /// The hold was ended.
    Resumed,
    /// A month was left out.
    LeftOut(Month),
    /// A month was taken in again.
    TakenIn(Month),
    /// A failed row got its tries back.
    Retried(AutomationKind, Option<Template>, Option<Month>),
}

/// One client's journey as the rules have it.
#[derive(Clone, Debug)]
pub struct Reading {
    journey: Journey,
}

/// One client's journey as the product shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    state: State,
    /// How each row stands, by what it does, in the order of making.
    rows: HashMap<(What, u8), Vec<Mark>>,
}

/// What tells whether a row was touched.
#[derive(Clone, Copy, Debug)]
struct Mark {
    standing: Standing,
    at: DateTime<Utc>,
    failures: u32,
}

/// What a look did to a row.
enum Touch {
    Nothing,
    Failed,
    Done,
}

impl Reading {
    /// A journey that was started at `now` with this first day.
    #[must_use]
    pub fn start(client: &Client, settings: &JourneySettings, first: NaiveDate, now: DateTime<Utc>) -> Self {
        let zone = client.zone();
        let setting = Setting {
            zone,
            month_step: settings.month_step,
            lead_days: settings.generate_lead_days,
            now,
            start_in: (first - now.with_timezone(&zone).date_naive()).num_days(),
        };
        Self { journey: Journey::start(setting) }
    }

    /// A person did something, and the product took it.
    ///
    /// # Errors
    /// In words, when the rules would have refused it.
    pub fn did(&mut self, did: Did, now: DateTime<Utc>) -> Result<(), String> {
        let of = |month: Month| Which::Month(month.number());
        let handled =
            |paper, month: Option<Month>| month.map_or(Step::Plan(paper), |month| Step::Paper(paper, of(month)));
        let step = match did {
            Did::AskedForPlan => Step::AskPlan,
            Did::Delivered(month) => handled(Paper::Deliver, month),
            Did::Rejected(month) => handled(Paper::Reject, month),
            Did::Regenerated(month) => handled(Paper::Regenerate, month),
            Did::Opened(month) => Step::Open(of(month)),
            Did::Paused(days) => Step::Pause { ahead: None, days },
            Did::Resumed => Step::Resume,
            Did::LeftOut(month) => Step::Skip(of(month)),
            Did::TakenIn(month) => Step::Unskip(of(month)),
            Did::Retried(kind, template, month) => {
                let number = month.map(|month| i64::from(month.number()));
                Step::Retry(What::of(kind, template, number), month.map_or(Which::Month(0), of))
            }
        };
        match self.journey.happen(&step, now) {
            Answer::Taken => Ok(()),
            Answer::Refused => Err(format!("the rules refuse {step:?}")),
        }
    }

    /// Somebody tells when messages, by their purpose, really arrived.
    pub fn heard(&mut self, arrived: Vec<(String, DateTime<Utc>)>) {
        self.journey.letters.hear(arrived);
    }

    /// The machine looked, and nothing disturbed it.
    pub fn looked(&mut self, now: DateTime<Utc>) {
        self.journey.tick(now);
    }

    /// The machine looked while trouble struck, and left this.
    pub fn struck(&mut self, left: &Seen, now: DateTime<Utc>) {
        let due = self.journey.hold.and_then(|hold| hold.planned_end).filter(|end| *end <= now);
        if let Some(end) = due.filter(|_| left.state.status != "PAUSED") {
            self.journey.end_hold(end, now);
        }
        for documents in [false, true] {
            for index in self.journey.due(documents, now) {
                match self.touch(index, left) {
                    Touch::Nothing => {}
                    Touch::Failed => self.journey.fail(index, now),
                    Touch::Done => self.journey.perform(index, now),
                }
            }
        }
        let nags = |(action, _, at): &Done| action == "alert: hold still open" && *at == now;
        if left.state.done.iter().any(nags) {
            self.journey.nag(now);
        }
        if self.journey.hold.is_none() {
            let reached = self.journey.month_of(self.journey.local_day(now));
            self.journey.current_month = self.journey.current_month.max(reached.min(left.state.current_month));
        }
    }

    fn touch(&self, index: usize, left: &Seen) -> Touch {
        let row = &self.journey.rows[index];
        let same = |other: &&super::journey::Row| (other.what, other.month) == (row.what, row.month);
        let number = self.journey.rows[..index].iter().filter(same).count();
        let Some(mark) = left.rows.get(&(row.what, row.month)).and_then(|marks| marks.get(number)) else {
            return Touch::Done;
        };
        match mark.standing {
            Standing::Failed => Touch::Failed,
            Standing::Scheduled if mark.failures > row.failures => Touch::Failed,
            Standing::Scheduled if When::At(mark.at) == row.when => Touch::Nothing,
            Standing::Scheduled | Standing::Completed | Standing::Cancelled(_) => Touch::Done,
        }
    }

    /// Holds the product's state against what it must be.
    ///
    /// # Errors
    /// One line for each difference.
    pub fn compare(&self, seen: &Seen) -> Result<(), String> {
        let must = State { letters: Vec::new(), ..self.journey.state() };
        seen.state.clone().in_order().differs_from(&must.in_order())
    }
}

/// Looks at one client's journey.
pub async fn see(tx: &mut Tx, client: &ClientId) -> Result<Seen> {
    let mut look = Look::at(client);
    let rows = look.rows(tx).await?;
    let mut marks: HashMap<(What, u8), Vec<Mark>> = HashMap::new();
    for row in &rows {
        let state = row.seen();
        let failures = u32::try_from(row.retry_count).unwrap_or(u32::MAX);
        let mark = Mark { standing: state.standing, at: row.trigger_date, failures };
        marks.entry((state.what, state.month)).or_default().push(mark);
    }
    // How the post leaves is somebody else's to watch.
    let state = State { letters: Vec::new(), ..look.state(tx, &rows).await? };
    Ok(Seen { state, rows: marks })
}
