//! The business plan, and what waits for it.

use chrono::{DateTime, TimeDelta, Utc};

use super::history::{Paper, Writer};
use super::journey::{Journey, midnight};
use super::state::{Standing, What, When};
use crate::documents::DocumentStatus;

/// The plan of one client.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// One was asked for, and none is delivered yet.
    owed: bool,
    /// How each version stands, the newest last.
    versions: Vec<DocumentStatus>,
}

impl Plan {
    fn latest(&self) -> Option<DocumentStatus> {
        self.versions.last().copied()
    }

    /// The newest version passes on, if it stands so that it can.
    fn pass_on(&mut self, from: &[DocumentStatus], to: DocumentStatus) -> bool {
        let Some(latest) = self.versions.last_mut().filter(|latest| from.contains(latest)) else { return false };
        *latest = to;
        true
    }

    /// A plan is owed, and none is approved.
    fn is_lacking(&self) -> bool {
        let good = [DocumentStatus::Approved, DocumentStatus::Delivered];
        self.owed && !self.versions.iter().any(|version| good.contains(version))
    }
}

impl Journey {
    /// The next version is asked for, unless the studio still works on the last one; a rejected one is written anew.
    pub(super) fn ask_plan(&mut self, now: DateTime<Utc>) -> bool {
        let at_work = [Some(DocumentStatus::Draft), Some(DocumentStatus::PendingReview)].contains(&self.plan.latest());
        if self.has_left() || at_work || !self.add_plan_row(now) {
            return false;
        }
        self.plan.owed |= !self.plan.versions.contains(&DocumentStatus::Delivered);
        true
    }

    /// An admin does something with the newest version.
    pub(super) fn handle_plan(&mut self, paper: Paper, now: DateTime<Utc>) -> bool {
        use DocumentStatus::{Approved, Draft, PendingReview, Rejected};
        match paper {
            Paper::Edit => self.plan.pass_on(&[Rejected], Draft) || self.plan.latest().is_some(),
            Paper::Submit => self.plan.pass_on(&[Draft], PendingReview),
            Paper::Approve => self.plan.pass_on(&[Draft, PendingReview], Approved) && self.hasten_first(now),
            Paper::Deliver => self.deliver_plan(now),
            Paper::Reject => self.plan.pass_on(&[PendingReview], Rejected) && self.remind_of_plan(now),
            Paper::Regenerate => self.plan.latest() == Some(Rejected) && self.add_plan_row(now),
            Paper::TakeBack | Paper::Delete => false,
        }
    }

    fn add_plan_row(&mut self, now: DateTime<Utc>) -> bool {
        if self.live(What::Plan, 0).is_some() {
            return false;
        }
        self.add(What::Plan, 0, now);
        self.newest(What::Plan, 0).again = self.plan.latest() == Some(DocumentStatus::Rejected);
        true
    }

    /// The first month need not wait any more, for the plan or for its day; during a hold it keeps its place.
    fn hasten_first(&mut self, now: DateTime<Utc>) -> bool {
        let first = self.live(What::Generate, 1).filter(|_| !self.is_held());
        if let Some(first) = first.filter(|index| matches!(self.rows[*index].when, When::At(at) if at > now)) {
            self.rows[first].when = When::At(now);
        }
        true
    }

    /// The client is told, at once or after a hold, and nothing is owed any more.
    fn deliver_plan(&mut self, now: DateTime<Utc>) -> bool {
        use DocumentStatus::{Approved, Delivered, Draft, PendingReview};
        if self.has_left() {
            return false;
        }
        if self.plan.pass_on(&[Draft, PendingReview], Approved) {
            self.hasten_first(now);
        }
        if !self.plan.pass_on(&[Approved], Delivered) {
            return false;
        }
        self.plan.owed = false;
        if self.is_held() {
            self.add(What::Ready, 0, now);
        } else {
            self.tell("PLAN_READY", None, now);
        }
        true
    }

    /// The studio is reminded three days later if nobody takes it up.
    fn remind_of_plan(&mut self, now: DateTime<Utc>) -> bool {
        let at = midnight(now.date_naive() + TimeDelta::days(3));
        match self.live(What::Revision, 0) {
            Some(index) => self.place(index, at),
            None => self.add(What::Revision, 0, at),
        }
        true
    }

    /// A new version or a rejected one anew, with four tries; no hold keeps it back.
    pub(super) fn write_plan(&mut self, index: usize, now: DateTime<Utc>) {
        use DocumentStatus::{Approved, Delivered, PendingReview, Rejected};
        let again = self.rows[index].again;
        match self.plan.latest() {
            None | Some(Approved | Delivered) if self.writer == Writer::Works => self.plan.versions.push(PendingReview),
            Some(Rejected) if again && self.writer == Writer::Works => {
                self.plan.pass_on(&[Rejected], PendingReview);
            }
            None | Some(Approved | Delivered) => return self.fail(index, now),
            Some(Rejected) if again => return self.fail(index, now),
            Some(_) => {
                self.rows[index].standing = Standing::Completed;
                return;
            }
        }
        self.finish(index, "GENERATE", now);
    }

    /// What concerns the plan besides its writing: its rejected draft, and news of it after a hold.
    pub(super) fn mind_plan(&mut self, index: usize, now: DateTime<Utc>) {
        match (self.rows[index].what, self.plan.latest()) {
            (What::Revision, Some(DocumentStatus::Rejected | DocumentStatus::Draft)) => {
                self.finish(index, "REVISION", now);
            }
            (What::Ready, _) => self.write(index, "READY", now),
            _ => self.rows[index].standing = Standing::Completed,
        }
    }

    /// The first month waits for an approved plan that is owed, three days from its own at most.
    pub(super) fn waits_for_plan(&self, number: u8, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last = midnight(self.month(1).due + TimeDelta::days(3));
        let waits = number == 1 && self.plan.is_lacking() && now < last;
        waits.then(|| last.min(now + TimeDelta::hours(24)))
    }

    /// The studio hears that the first month went ahead without the plan that is owed.
    pub(super) fn miss_plan(&mut self, now: DateTime<Utc>) {
        if self.plan.is_lacking() {
            self.note("alert: plan missing", Some(1), now);
        }
    }
}
