//! Why an automation stands as it does: its rule, its times, its attempts, in words.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

use super::automation::{Automation, LogRow};
use super::log::{LogFilter, log_page};
use super::{AutomationKind, AutomationStatus, SkipReason, Template, store};
use crate::clients;
use crate::config::QuietHours;
use crate::db::Tx;
use crate::id::AutomationId;
use crate::portal::preferences;
use crate::text::Foreign;
use crate::{Error, Result, Studio, fetch_all};

/// What there is to know about one automation.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// The row.
    pub automation: Automation,
    /// For whom.
    pub client_name: Foreign,
    /// The rule that it follows.
    pub rule: &'static str,
    /// How it stands and what comes next.
    pub standing: String,
    /// When it is looked at next, or ended, in UTC.
    pub utc_time: String,
    /// The same on the client's clock.
    pub local_time: String,
    /// The client's zone.
    pub timezone: String,
    /// How many tries it has had and has left.
    pub budget: String,
    /// What the client's quiet hours mean to it.
    pub quiet_hours: String,
    /// What made it and what changed it last, the oldest first.
    pub changes: Vec<Change>,
    /// Every attempt, the newest first.
    pub attempts: Vec<LogRow>,
}

/// Something that made or moved an automation.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done, in our words.
    pub description: String,
    /// ADMIN, CLIENT or SYSTEM.
    pub actor_kind: String,
    /// The admin's name, where one did it.
    pub admin_name: Option<Foreign>,
    /// Which automation alone it was about, if it says so.
    #[sqlx(json(nullable))]
    #[serde(skip)]
    metadata: Option<Value>,
}

impl Change {
    fn concerns(&self, id: &AutomationId) -> bool {
        let named = self.metadata.as_ref().and_then(|details| details.get("automation_id"));
        named.is_none_or(|named| named.as_str() == Some(id.as_str()))
    }
}

/// Explains one automation.
pub async fn why(tx: &mut Tx, studio: &Studio, id: &AutomationId) -> Result<Why> {
    let automation = store::automation(tx, id).await?.ok_or(Error::NotFound("automation"))?;
    let client = clients::get(tx, &automation.client_id).await?.ok_or(Error::NotFound("client"))?;
    let filter = LogFilter { automation: Some(id.clone()), ..LogFilter::default() };
    let attempts = log_page(tx, &filter).await?;
    let changes = changes(tx, id).await?;
    let quiet = preferences::get(tx, studio, &client.id).await?.quiet_hours;
    let at = automation.executed_at.unwrap_or(automation.trigger_date);
    Ok(Why {
        rule: rule(&automation),
        standing: standing(&automation, attempts.first(), client.zone()),
        utc_time: at.format("%a %-d %b %Y %H:%M UTC").to_string(),
        local_time: local(at, client.zone()),
        budget: budget(&automation, studio.settings.journey.retry_minutes),
        quiet_hours: quiet_hours(&automation, quiet, &client.timezone),
        client_name: client.full_name,
        timezone: client.timezone,
        changes,
        attempts,
        automation,
    })
}

/// The events of the moments in which the row was made and last changed: a change and its event
/// carry the same time.
async fn changes(tx: &mut Tx, id: &AutomationId) -> Result<Vec<Change>> {
    let mut changes = fetch_all!(
        tx,
        Change,
        "SELECT e.at, e.description, e.actor_kind, a.name AS admin_name, e.metadata
         FROM automation_schedules s JOIN events e ON e.client_id = s.client_id AND e.at IN (s.created_at, s.updated_at)
             LEFT JOIN admins a ON a.id = e.actor_id
         WHERE s.id = $1 AND (e.kind LIKE 'JOURNEY%' OR e.kind LIKE 'AUTOMATION%' OR e.kind LIKE 'DELIVERABLE%'
             OR e.kind LIKE 'PLAN%'
             OR e.kind IN ('CLIENT_ARCHIVED', 'CLIENT_RESTORED')) ORDER BY e.seq",
        id
    )?;
    changes.retain(|change| change.concerns(id));
    Ok(changes)
}

fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y %H:%M %Z").to_string()
}

fn budget(automation: &Automation, minutes: i64) -> String {
    let all = automation.max_retries + 1;
    match automation.status {
        AutomationStatus::Failed => format!("All {all} tries are used; a retry gives them back."),
        AutomationStatus::Scheduled | AutomationStatus::Running => format!(
            "{} of {all} tries used; after a failure it is tried again in {minutes} minutes.",
            automation.retry_count
        ),
        AutomationStatus::Completed | AutomationStatus::Cancelled => {
            format!("{} of {all} tries failed.", automation.retry_count)
        }
    }
}

fn quiet_hours(automation: &Automation, quiet: Option<QuietHours>, timezone: &str) -> String {
    if !is_for_the_client(automation) {
        return "It concerns the studio alone: quiet hours do not hold it back.".into();
    }
    quiet.map_or_else(
        || "This client takes messages at any hour.".into(),
        |QuietHours { from, until }| {
            let (from, until) = (from.format("%H:%M"), until.format("%H:%M"));
            format!("Quiet from {from} to {until} where the client is ({timezone}); what falls in it waits.")
        },
    )
}

/// Whether the client reads what comes of it.
fn is_for_the_client(automation: &Automation) -> bool {
    match automation.kind {
        AutomationKind::SendReminder => automation.template != Some(Template::Revision),
        AutomationKind::SendCelebration | AutomationKind::SendNotification => true,
        _ => false,
    }
}

fn rule(automation: &Automation) -> &'static str {
    match (automation.kind, automation.template) {
        (AutomationKind::GenerateDeliverable, _) if automation.month.is_none() => {
            "The business plan is written once the questionnaire is finished, or when an admin asks for it."
        }
        (_, Some(Template::Subdocument)) => {
            "An extra document is written because an admin asked for it; it drives nothing."
        }
        (AutomationKind::GenerateDeliverable, _) if automation.month == Some(1) => {
            "The first month's document is drafted on its day, or as soon as the business plan is approved. While a plan \
             is owed it waits for that approval, but for a few days at most (journey.plan_wait_days)."
        }
        (AutomationKind::GenerateDeliverable, _) => {
            "The month's document is drafted some days before its date (journey.generate_lead_days), \
             once the month before is delivered or skipped."
        }
        (_, Some(Template::Upcoming)) => "Three days before a month's date the client is reminded, in the morning.",
        (_, Some(Template::Overdue)) => {
            "Three days after delivery the client is nudged if the document is unopened; while it is undelivered, the \
             studio is late and says so once."
        }
        (AutomationKind::EscalateToAdmin, _) => {
            "Seven days after a month's date, or its later delivery, an unopened document comes before the studio."
        }
        (AutomationKind::SendCelebration, _) => {
            "A month is celebrated when its document is first opened, or five days after delivery."
        }
        (_, Some(Template::Revision)) => "Three days after a rejection the studio is reminded of the draft.",
        (_, Some(Template::Ready)) => "News of a delivery made during a hold waits for the hold's end.",
        (_, Some(Template::ResumeSoon)) => "Three days before a longer hold ends the client hears that it goes on.",
        (AutomationKind::ResumeJourney, _) => "A hold with a planned end ends by itself on that day.",
        _ => "No rule of this version makes such a row.",
    }
}

fn standing(automation: &Automation, latest: Option<&LogRow>, zone: Tz) -> String {
    let next = |at: DateTime<Utc>| local(at, zone);
    match automation.status {
        AutomationStatus::Scheduled => match automation.payload.gate {
            Some(SkipReason::Paused) => "The journey is on hold; the row waits with its date.".into(),
            Some(SkipReason::BlockedPrevious) => {
                format!("The month before is not done; it looks again at {}.", next(automation.trigger_date))
            }
            Some(SkipReason::BudgetSpent) => {
                format!("The budget for the model is used up; it looks again at {}.", next(automation.trigger_date))
            }
            Some(SkipReason::AwaitingPlan) => {
                format!("The business plan is not approved yet; it looks again at {}.", next(automation.trigger_date))
            }
            Some(SkipReason::CatchUp) => "Many messages are late at once; it comes within minutes.".into(),
            _ if automation.retry_count > 0 => {
                format!("Attempt {} failed; the next is at {}.", automation.retry_count, next(automation.trigger_date))
            }
            _ if automation.trigger_date != automation.original_trigger_date => format!(
                "It was planned for {} and is now due at {}.",
                next(automation.original_trigger_date),
                next(automation.trigger_date)
            ),
            _ => format!("It is due at {}.", next(automation.trigger_date)),
        },
        AutomationStatus::Running => "A worker is on it now.".into(),
        AutomationStatus::Completed => match latest.and_then(|row| row.reason) {
            Some(reason) => format!("It ended without doing anything: {}.", words(reason)),
            None => "It is done.".into(),
        },
        AutomationStatus::Failed => format!(
            "It failed {} times and waits for a retry: {}",
            automation.retry_count + 1,
            automation.error_message.as_deref().unwrap_or("no reason was noted")
        ),
        AutomationStatus::Cancelled => {
            format!("It was taken off ({}).", automation.cancel_reason.as_deref().unwrap_or("no reason was noted"))
        }
    }
}

fn words(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Paused => "the journey was on hold",
        SkipReason::AlreadyExists => "the month's document was there already",
        SkipReason::NotNeeded => "what it would have asked for had happened",
        SkipReason::PreferenceOff => "the client has switched this kind of message off",
        SkipReason::NoChannel => "the client has no linked account that can be written to",
        SkipReason::ClientInactive => "the client had left",
        SkipReason::Superseded => "something newer took its place",
        SkipReason::BlockedPrevious => "the month before was not done",
        SkipReason::BudgetSpent => "the budget for the model was used up",
        SkipReason::AwaitingPlan => "the business plan was not approved",
        SkipReason::Stale => "its time had passed more than a day before",
        SkipReason::OneADay => "the client had a journey message that day already",
        SkipReason::CatchUp => "many messages were late at once",
        SkipReason::Skipped => "the month was skipped",
    }
}
