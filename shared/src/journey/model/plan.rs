//! The business plan, and what waits for it.

use chrono::{DateTime, TimeDelta, Utc};

use super::history::Writer;
use super::journey::{Journey, midnight};
use super::state::{Standing, What, When};
use crate::documents::DocumentStatus;

/// The plan of one client.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Plan {
    /// One was asked for, and none is delivered yet.
    owed: bool,
    /// How the newest version stands.
    latest: Option<DocumentStatus>,
    /// Some version was approved.
    approved: bool,
}

impl Journey {
    /// The next version is asked for, unless the studio still works on the last one.
    pub(super) fn ask_plan(&mut self, now: DateTime<Utc>) -> bool {
        if self.plan.latest == Some(DocumentStatus::PendingReview) || self.live(What::Plan, 0).is_some() {
            return false;
        }
        self.plan.owed |= self.plan.latest.is_none();
        self.add(What::Plan, 0, now);
        true
    }

    /// The first month need not wait any more, for the plan or for its day; during a hold it keeps its place.
    pub(super) fn approve_plan(&mut self, now: DateTime<Utc>) -> bool {
        if self.plan.latest != Some(DocumentStatus::PendingReview) {
            return false;
        }
        self.plan.latest = Some(DocumentStatus::Approved);
        self.plan.approved = true;
        let first = if self.hold.is_none() { self.live(What::Generate, 1) } else { None };
        if let Some(first) = first.filter(|row| matches!(row.when, When::At(at) if at > now)) {
            first.when = When::At(now);
        }
        true
    }

    /// The client is told, at once or after a hold, and nothing is owed any more.
    pub(super) fn deliver_plan(&mut self, now: DateTime<Utc>) -> bool {
        if !self.approve_plan(now) && self.plan.latest != Some(DocumentStatus::Approved) {
            return false;
        }
        self.plan.latest = Some(DocumentStatus::Delivered);
        self.plan.owed = false;
        if self.hold.is_some() {
            self.add(What::Ready, 0, now);
        } else {
            self.note("PLAN_READY", None, now);
        }
        true
    }

    /// A draft of the plan, with four tries; no hold keeps it back.
    pub(super) fn write_plan(&mut self, index: usize, now: DateTime<Utc>) {
        if self.plan.latest == Some(DocumentStatus::PendingReview) {
            self.rows[index].standing = Standing::Completed;
        } else if self.writer == Writer::Works {
            self.plan.latest = Some(DocumentStatus::PendingReview);
            self.finish(index, "GENERATE", now);
        } else {
            self.fail(index, now);
        }
    }

    /// What concerns the plan besides its writing: its rejected draft, and news of it after a hold.
    pub(super) fn mind_plan(&mut self, index: usize, now: DateTime<Utc>) {
        match (self.rows[index].what, self.plan.latest) {
            (What::Revision, Some(DocumentStatus::Rejected)) => self.finish(index, "REVISION", now),
            (What::Ready, _) => self.finish(index, "READY", now),
            _ => self.rows[index].standing = Standing::Completed,
        }
    }

    /// The studio is reminded three days later if nobody takes it up.
    pub(super) fn reject_plan(&mut self, now: DateTime<Utc>) -> bool {
        if self.plan.latest != Some(DocumentStatus::PendingReview) {
            return false;
        }
        self.plan.latest = Some(DocumentStatus::Rejected);
        let at = midnight(now.date_naive() + TimeDelta::days(3));
        if self.live(What::Revision, 0).is_some() {
            self.retime(What::Revision, 0, at);
        } else {
            self.add(What::Revision, 0, at);
        }
        true
    }

    /// What was sent back is to be written anew.
    pub(super) fn write_plan_again(&mut self, now: DateTime<Utc>) -> bool {
        if self.plan.latest != Some(DocumentStatus::Rejected) {
            return false;
        }
        self.add(What::Plan, 0, now);
        true
    }

    /// A plan is owed, and none is approved.
    pub(super) fn lacks_plan(&self) -> bool {
        self.plan.owed && !self.plan.approved
    }

    /// The first month waits for an approved plan that is owed, three days from its own at most.
    pub(super) fn waits_for_plan(&self, number: u8, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last = midnight(self.month(1).due + TimeDelta::days(3));
        (number == 1 && self.lacks_plan() && now < last).then(|| last.min(now + TimeDelta::hours(24)))
    }
}
