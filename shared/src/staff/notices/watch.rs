//! The look for news, and the one transaction in which a piece of it is told and noted as told.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::chat;
use super::NoticeKind;
use super::compose::{self, Subject};
use super::store::{self, Expiring, News};
use super::tell::{listeners, tell};
use crate::delivery::{self, Queued, Urgency};
use crate::events::EventKind;
use crate::{Result, Studio};

/// Events that the staff hear of, and under which switch.
const WATCHED: [(EventKind, NoticeKind); 15] = [
    (EventKind::ClientSilent, NoticeKind::Silent),
    (EventKind::AutomationFailed, NoticeKind::Failed),
    (EventKind::AutomationBlocked, NoticeKind::Blocked),
    (EventKind::StudioLate, NoticeKind::Late),
    (EventKind::PlanMissing, NoticeKind::Late),
    (EventKind::HoldStillOpen, NoticeKind::Hold),
    (EventKind::CoachEscalated, NoticeKind::Coach),
    (EventKind::CoachEscalationLate, NoticeKind::Coach),
    (EventKind::PauseRequested, NoticeKind::Break),
    (EventKind::PortalInvited, NoticeKind::Invite),
    (EventKind::ChatBlocked, NoticeKind::Channel),
    (EventKind::DeliverableGenerated, NoticeKind::Review),
    (EventKind::PlanGenerated, NoticeKind::Review),
    (EventKind::RevisionDue, NoticeKind::Review),
    (EventKind::MessageReceived, NoticeKind::Message),
];

/// An event older than this is no news.
const NEWS_FOR: TimeDelta = TimeDelta::hours(24);
/// So long before an invitation runs out, the staff are told.
const EXPIRING_WITHIN: TimeDelta = TimeDelta::hours(48);
/// On PostgreSQL a transaction may commit after one whose events have higher numbers: this many numbers
/// below the last event that was told are looked at again.
const LOOK_BACK: i64 = 5_000;
/// How far the events have been told.
const CURSOR: &str = "staff notices";

/// One thing to be told.
struct Item {
    kind: NoticeKind,
    occasion: String,
    at: DateTime<Utc>,
    subject: Subject,
}

/// Tells the staff what happened since the last look. Answers how many messages were queued.
pub(crate) async fn watch(studio: &Studio) -> Result<u64> {
    let mut tx = studio.db.read().await?;
    if chat::listeners(&mut tx).await?.is_empty() {
        return Ok(0);
    }
    let now = studio.clock.now();
    let since = now - NEWS_FOR;
    let told_up_to = delivery::cursor(&mut tx, CURSOR).await?.and_then(|position| position.parse::<i64>().ok());
    let floor = match told_up_to {
        Some(position) => position - LOOK_BACK,
        None => store::floor_of(&mut tx, since).await?,
    };
    let news = store::untold(&mut tx, &WATCHED.map(|(kind, _)| kind), floor, since).await?;
    let last = news.iter().map(|news| news.seq).max();
    let expiring = store::expiring(&mut tx, now, now + EXPIRING_WITHIN).await?;
    drop(tx);
    let mut queued = 0;
    for item in
        news.into_iter().filter_map(Item::of_news).chain(expiring.into_iter().map(|one| Item::of_invite(one, now)))
    {
        match item.tell(studio, now).await {
            Ok(told) => queued += told,
            Err(error) if error.is_transient() => return Err(error),
            // One piece of news that cannot be worded keeps nobody from the next, and is not tried again.
            Err(error) => {
                tracing::error!(occasion = item.occasion, %error, "the staff could not be told");
                item.give_up(studio, now).await?;
            }
        }
    }
    if let Some(last) = last.filter(|last| told_up_to.is_none_or(|position| *last > position)) {
        delivery::move_cursor(studio, CURSOR, &last.to_string()).await?;
    }
    Ok(queued)
}

impl Item {
    fn of_news(news: News) -> Option<Self> {
        let (_, kind) = WATCHED.iter().find(|(of, _)| *of == news.kind)?;
        let (at, seq) = (news.at, news.seq);
        let subject = Subject::of(news)?;
        let occasion = match subject {
            // Every draft of the day waits for the same reason.
            Subject::BudgetSpent { .. } => format!("budget:{}", at.date_naive()),
            _ => format!("event:{seq}"),
        };
        Some(Self { kind: *kind, occasion, at, subject })
    }

    fn of_invite(invite: Expiring, now: DateTime<Utc>) -> Self {
        Self {
            kind: NoticeKind::Invite,
            occasion: format!("invite:{}", invite.id),
            at: now,
            subject: Subject::InviteExpiring { client: invite.client_id, expires_at: invite.expires_at },
        }
    }

    async fn give_up(&self, studio: &Studio, now: DateTime<Utc>) -> Result<()> {
        let mut tx = studio.db.write().await?;
        store::mark_told(&mut tx, &self.occasion, now).await?;
        tx.commit().await
    }

    /// Tells everybody who wants it, and notes that it was told.
    async fn tell(&self, studio: &Studio, now: DateTime<Utc>) -> Result<u64> {
        let mut tx = studio.db.write().await?;
        if !store::mark_told(&mut tx, &self.occasion, now).await? {
            return Ok(0);
        }
        let mut queued = 0;
        for listener in listeners(&mut tx, self.kind).await? {
            // What happened before somebody linked an account is not news to it.
            if listener.account.linked_at > self.at {
                continue;
            }
            let Some(notice) = compose::notice(&mut tx, studio, &listener, &self.subject, now).await? else { continue };
            let told = tell(&mut tx, studio, now, &listener, &notice, &self.occasion, Urgency::Notice).await?;
            queued += u64::from(matches!(told, Queued::Queued(_)));
        }
        tx.commit().await?;
        Ok(queued)
    }
}
