//! What a notice says: the catalogue's text for a piece of news, with the facts as they are now.
//!
//! Buttons carry these actions: `staff:client:ID`, `staff:write:ID`, `staff:call:ID`, `staff:retry:ID`,
//! `staff:force:ID`, `staff:rewrite:ID`, `staff:reply:ID`, `staff:answer:ID`, `staff:take:ID`, `staff:invite:ID`.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::store::News;
use super::tell::{Listener, StaffNotice};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::documents::{self, Document, DocumentKind, DocumentStatus};
use crate::events::EventKind;
use crate::id::{AutomationId, ClientId, DocumentId, EscalationId, MessageId, ThreadId};
use crate::programme::Month;
use crate::staff::Actor;
use crate::{Result, Studio, coach, journey, portal};

/// The longest part of somebody's words that a notice repeats, in characters.
const QUOTED: usize = 600;

/// What a piece of news is about.
pub(super) enum Subject {
    Silent {
        client: ClientId,
        month: Month,
    },
    Failed {
        client: ClientId,
        automation: AutomationId,
    },
    Blocked {
        client: ClientId,
        month: Month,
        automation: AutomationId,
    },
    BudgetSpent {
        client: ClientId,
    },
    PlanMissing {
        client: ClientId,
    },
    Late {
        client: ClientId,
        month: Month,
    },
    Hold {
        client: ClientId,
        since: DateTime<Utc>,
    },
    /// The coach calls for a person, or did so a day ago.
    Coach {
        client: ClientId,
        escalation: EscalationId,
        key: &'static str,
    },
    Break {
        client: ClientId,
    },
    InviteExpiring {
        client: ClientId,
        expires_at: DateTime<Utc>,
    },
    InviteRequested {
        client: ClientId,
    },
    Unreachable {
        client: ClientId,
        since: DateTime<Utc>,
    },
    Review {
        client: ClientId,
        document: DocumentId,
    },
    /// Of a month, or of the plan.
    Revision {
        client: ClientId,
        month: Option<Month>,
    },
    Message {
        client: ClientId,
        thread: ThreadId,
        message: MessageId,
    },
}

impl Subject {
    /// What an event tells; `None` when it is nothing for the staff.
    pub(super) fn of(news: News) -> Option<Self> {
        let client = news.client_id?;
        let details = Details(news.metadata.unwrap_or_default());
        let of_client = news.actor_kind == "CLIENT";
        Some(match news.kind {
            EventKind::ClientSilent => Self::Silent { client, month: details.month()? },
            EventKind::AutomationFailed => Self::Failed { client, automation: details.automation()? },
            EventKind::AutomationBlocked if details.text("budget").is_some() => Self::BudgetSpent { client },
            EventKind::AutomationBlocked => {
                Self::Blocked { client, month: details.month()?, automation: details.automation()? }
            }
            EventKind::PlanMissing => Self::PlanMissing { client },
            EventKind::StudioLate => Self::Late { client, month: details.month()? },
            EventKind::HoldStillOpen => Self::Hold { client, since: details.text("since")?.parse().ok()? },
            EventKind::CoachEscalated => Self::Coach {
                client,
                escalation: EscalationId::from_input(details.text("escalation")?),
                key: "coach_escalation_admin",
            },
            EventKind::CoachEscalationLate => Self::Coach {
                client,
                escalation: EscalationId::from_input(details.text("escalation")?),
                key: "coach_escalation_late",
            },
            EventKind::PauseRequested => Self::Break { client },
            EventKind::PortalInvited if of_client => Self::InviteRequested { client },
            EventKind::ChatBlocked => Self::Unreachable { client, since: news.at },
            EventKind::DeliverableGenerated | EventKind::PlanGenerated => {
                Self::Review { client, document: DocumentId::from_input(details.text("document_id")?) }
            }
            EventKind::RevisionDue => Self::Revision { client, month: details.month() },
            EventKind::MessageReceived => Self::Message {
                client,
                thread: ThreadId::from_input(details.text("thread_id")?),
                message: MessageId::from_input(details.text("message_id")?),
            },
            _ => return None,
        })
    }

    fn client(&self) -> &ClientId {
        match self {
            Self::Silent { client, .. }
            | Self::Failed { client, .. }
            | Self::Blocked { client, .. }
            | Self::BudgetSpent { client }
            | Self::PlanMissing { client }
            | Self::Late { client, .. }
            | Self::Hold { client, .. }
            | Self::Coach { client, .. }
            | Self::Break { client }
            | Self::InviteExpiring { client, .. }
            | Self::InviteRequested { client }
            | Self::Unreachable { client, .. }
            | Self::Review { client, .. }
            | Self::Revision { client, .. }
            | Self::Message { client, .. } => client,
        }
    }
}

/// The details of an event.
struct Details(Value);

impl Details {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn month(&self) -> Option<Month> {
        Month::new(self.0.get("month")?.as_i64()?).ok()
    }

    fn automation(&self) -> Option<AutomationId> {
        self.text("automation_id").map(AutomationId::from_input)
    }
}

/// The notice for one of those who want it; `None` when there is nothing to tell any more.
pub(super) async fn notice(
    tx: &mut Tx,
    studio: &Studio,
    listener: &Listener,
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<Option<StaffNotice>> {
    let Some(client) = clients::get(tx, subject.client()).await? else { return Ok(None) };
    let mut words = Words { tx, studio, client, now };
    match subject {
        Subject::Silent { month, .. } => words.silent(*month).await,
        Subject::Failed { automation, .. } => words.failed(automation).await,
        Subject::Blocked { month, automation, .. } => Ok(words.blocked(*month, automation)),
        Subject::BudgetSpent { .. } => Ok(Some(words.budget_spent())),
        Subject::PlanMissing { .. } => Ok(Some(words.plan_missing())),
        Subject::Late { month, .. } => words.late(*month).await,
        Subject::Hold { since, .. } => Ok(Some(words.hold(*since))),
        Subject::Coach { escalation, key, .. } => words.coach(&listener.actor(), escalation, key).await,
        Subject::Break { .. } => words.asked_for_a_break().await,
        Subject::InviteExpiring { expires_at, .. } => Ok(Some(words.invite_expiring(*expires_at))),
        Subject::InviteRequested { .. } => Ok(Some(words.invite_requested())),
        Subject::Unreachable { since, .. } => words.unreachable(*since).await,
        Subject::Review { document, .. } => words.review(document).await,
        Subject::Revision { month, .. } => words.revision(*month).await,
        Subject::Message { thread, message, .. } => words.message(&listener.actor(), thread, message).await,
    }
}

/// What the texts are made of.
struct Words<'a> {
    tx: &'a mut Tx,
    studio: &'a Studio,
    client: Client,
    now: DateTime<Utc>,
}

type Values = Vec<(&'static str, String)>;

impl Words<'_> {
    async fn silent(&mut self, month: Month) -> Result<Option<StaffNotice>> {
        let Some(document) = self.document(month).await? else { return Ok(None) };
        let days = document.delivered_at.map_or(0, |at| (self.now - at).num_days());
        let mut values = self.of_month(month);
        values.extend([
            ("document_title", document.title.raw().to_owned()),
            ("due_date", self.due(month).await?),
            ("document_status", document.status.words().to_owned()),
            ("days_unopened", days.to_string()),
        ]);
        Ok(Some(self.notice("escalation", values, &["client", "write", "call"])))
    }

    async fn failed(&mut self, automation: &AutomationId) -> Result<Option<StaffNotice>> {
        let why = journey::why(self.tx, self.studio, automation).await?;
        let row = &why.automation;
        let month = row.month.and_then(|month| Month::new(month).ok());
        let cause = row.error_message.clone().unwrap_or_default();
        let common = [("attempts", (row.retry_count + 1).to_string()), ("cause", cause), ("row", row.id.to_string())];
        let retry = format!("staff:retry:{}", row.id);
        let (key, mut values) = match month.filter(|_| row.kind == journey::AutomationKind::GenerateDeliverable) {
            Some(month) => ("gen_failed", self.of_month(month)),
            None => ("automation_failed", vec![self.name(), ("rule", why.rule.to_owned())]),
        };
        values.extend(common);
        Ok(Some(StaffNotice { key, values, actions: vec![retry, self.action("client")] }))
    }

    fn blocked(&self, month: Month, automation: &AutomationId) -> Option<StaffNotice> {
        let previous = month.previous()?;
        let mut values = self.of_month(month);
        values.extend([("previous_month", previous.to_string()), ("row", automation.to_string())]);
        let force = format!("staff:force:{automation}");
        Some(StaffNotice { key: "blocked", values, actions: vec![force, self.action("client")] })
    }

    fn budget_spent(&self) -> StaffNotice {
        self.notice("budget_spent", vec![self.name()], &["client"])
    }

    fn plan_missing(&self) -> StaffNotice {
        self.notice("plan_missing", vec![self.name()], &["client"])
    }

    async fn late(&mut self, month: Month) -> Result<Option<StaffNotice>> {
        let cause = match self.document(month).await?.map(|document| document.status) {
            None => "cause_unwritten",
            Some(DocumentStatus::Draft) => "cause_draft",
            Some(DocumentStatus::PendingReview) => "cause_in_review",
            Some(DocumentStatus::Approved) => "cause_approved",
            Some(DocumentStatus::Rejected) => "cause_rejected",
            // Delivered meanwhile.
            Some(DocumentStatus::Delivered) => return Ok(None),
        };
        let mut values = self.of_month(month);
        values.extend([("due_date", self.due(month).await?), ("cause", self.phrase(cause)?)]);
        Ok(Some(self.notice("studio_late", values, &["client"])))
    }

    fn hold(&self, since: DateTime<Utc>) -> StaffNotice {
        let first = since.with_timezone(&self.client.zone()).date_naive();
        let days = (self.now - since).num_days();
        let values = vec![self.name(), ("start_date", spoken(first)), ("days_paused", days.to_string())];
        self.notice("resume_nag", values, &["client", "write"])
    }

    async fn coach(&mut self, actor: &Actor, id: &EscalationId, key: &'static str) -> Result<Option<StaffNotice>> {
        let open = coach::open_escalations(self.tx, actor).await?;
        let Some(escalation) = open.into_iter().find(|escalation| escalation.id == *id) else { return Ok(None) };
        let question = match &escalation.question {
            Some(question) => cut(question.raw()),
            None => self.phrase("question_withheld")?,
        };
        let due = escalation.due_at.with_timezone(&self.studio.zone()?).format("%-d %B %H:%M").to_string();
        let values = vec![
            self.name(),
            ("reason", escalation.trigger.reason().to_owned()),
            ("priority", self.phrase(priority(escalation.priority))?),
            ("question", question),
            ("due_date", due),
        ];
        let conversation = &escalation.conversation_id;
        let actions = vec![format!("staff:answer:{conversation}"), format!("staff:take:{conversation}")];
        Ok(Some(StaffNotice { key, values, actions }))
    }

    async fn asked_for_a_break(&mut self) -> Result<Option<StaffNotice>> {
        let open = journey::pause_requests(self.tx).await?;
        let Some(request) = open.into_iter().find(|request| request.client_id == self.client.id) else {
            return Ok(None);
        };
        let reason = match &request.reason {
            Some(reason) if !reason.is_blank() => cut(reason.raw()),
            _ => self.phrase("reason_none")?,
        };
        Ok(Some(self.notice("break_requested", vec![self.name(), ("reason", reason)], &["client", "write"])))
    }

    fn invite_expiring(&self, expires_at: DateTime<Utc>) -> StaffNotice {
        let hours = ((expires_at - self.now).num_minutes() + 59) / 60;
        self.notice("link_expiring_admin", vec![self.name(), ("hours", hours.to_string())], &["invite"])
    }

    fn invite_requested(&self) -> StaffNotice {
        self.notice("link_new_requested", vec![self.name()], &["invite"])
    }

    async fn unreachable(&mut self, since: DateTime<Utc>) -> Result<Option<StaffNotice>> {
        let accounts = portal::live_identities(self.tx, &self.client.id).await?;
        let Some(dead) = accounts.into_iter().find(|account| account.unreachable_at == Some(since)) else {
            return Ok(None);
        };
        let cause = dead.unreachable_reason.unwrap_or_default();
        let values = vec![self.name(), ("platform", dead.platform.name().to_owned()), ("cause", cause)];
        Ok(Some(self.notice("channel_dead", values, &["client"])))
    }

    async fn review(&mut self, id: &DocumentId) -> Result<Option<StaffNotice>> {
        let document = documents::get(self.tx, &Actor::System, id).await?;
        if document.status != DocumentStatus::PendingReview {
            return Ok(None);
        }
        let month = document.month.filter(|_| document.kind == DocumentKind::Main);
        let Some(month) = month.and_then(|month| Month::new(month).ok()) else {
            let values = vec![self.name(), ("document_title", document.title.raw().to_owned())];
            return Ok(Some(self.notice("document_to_review", values, &["client"])));
        };
        let mut values = self.of_month(month);
        values.push(("due_date", self.due(month).await?));
        Ok(Some(self.notice("review_waiting", values, &["client"])))
    }

    async fn revision(&mut self, month: Option<Month>) -> Result<Option<StaffNotice>> {
        let document = match month {
            Some(month) => self.document(month).await?,
            None => documents::latest_plan(self.tx, &self.client.id).await?,
        };
        let Some(document) = document else { return Ok(None) };
        let rejected = document.rejected_at.map_or_else(String::new, |at| spoken(at.date_naive()));
        let reason = document.rejection_reason.map(|reason| cut(reason.raw())).unwrap_or_default();
        let title = document.title.raw().to_owned();
        let (key, mut values) = match month {
            Some(month) => ("revision_due", self.of_month(month)),
            None => ("document_to_revise", vec![self.name(), ("document_title", title)]),
        };
        values.extend([("reason", reason), ("rejected_date", rejected)]);
        let rewrite = format!("staff:rewrite:{}", document.id);
        Ok(Some(StaffNotice { key, values, actions: vec![rewrite, self.action("client")] }))
    }

    async fn message(&mut self, actor: &Actor, thread: &ThreadId, id: &MessageId) -> Result<Option<StaffNotice>> {
        let Some(subject) = portal::find_thread(self.tx, thread).await?.map(|thread| thread.subject) else {
            return Ok(None);
        };
        let all = portal::messages(self.tx, actor, thread).await?;
        let Some(message) = all.into_iter().find(|message| message.id == *id) else { return Ok(None) };
        let text = cut(message.body.raw());
        let values = vec![self.name(), ("thread_subject", subject.raw().to_owned()), ("message_text", text)];
        let actions = vec![format!("staff:reply:{thread}")];
        Ok(Some(StaffNotice { key: "message_received", values, actions }))
    }

    /// A notice whose buttons all act on the client.
    fn notice(&self, key: &'static str, values: Values, verbs: &[&str]) -> StaffNotice {
        StaffNotice { key, values, actions: verbs.iter().map(|verb| self.action(verb)).collect() }
    }

    fn action(&self, verb: &str) -> String {
        format!("staff:{verb}:{}", self.client.id)
    }

    fn name(&self) -> (&'static str, String) {
        ("client_name", self.client.full_name.raw().to_owned())
    }

    fn of_month(&self, month: Month) -> Values {
        let title = self.studio.programme.title(month).to_owned();
        vec![self.name(), ("month", month.to_string()), ("month_title", title)]
    }

    fn phrase(&self, key: &str) -> Result<String> {
        Ok(self.studio.messages.body(key, &[])?.to_plain())
    }

    async fn document(&mut self, month: Month) -> Result<Option<Document>> {
        documents::main_of(self.tx, &self.client.id, month).await
    }

    /// The day for which a month is promised.
    async fn due(&mut self, month: Month) -> Result<String> {
        let overview = journey::overview(self.tx, self.studio, &self.client).await?;
        let row = overview.months.iter().find(|row| row.month == i64::from(month.number()));
        Ok(row.map_or_else(String::new, |row| spoken(row.planned_date.date_naive())))
    }
}

fn priority(priority: coach::Priority) -> &'static str {
    match priority {
        coach::Priority::Low => "priority_low",
        coach::Priority::Medium => "priority_medium",
        coach::Priority::High => "priority_high",
        coach::Priority::Urgent => "priority_urgent",
    }
}

fn spoken(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The beginning of somebody's words.
fn cut(text: &str) -> String {
    if text.chars().count() <= QUOTED {
        return text.to_owned();
    }
    text.chars().take(QUOTED - 1).chain(['…']).collect()
}
