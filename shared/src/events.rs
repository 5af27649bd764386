//! The append-only record of what happened: audit, activity, live refresh all read it.
//!
//! A change and its event commit in one transaction: [`record`] takes the writer's [`Tx`].

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::db::Tx;
use crate::db::rows::{Holds, Rows};
use crate::id::ClientId;
use crate::staff::Actor;
use crate::{Error, Result, fetch_all};

/// What kind of thing happened. Stored by its `SCREAMING_SNAKE_CASE` name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each name says what happened")]
pub enum EventKind {
    ClientCreated,
    ClientUpdated,
    ClientArchived,
    ClientRestored,
    ClientStatusChanged,
    OnboardingCompleted,
    OnboardingReopened,
    EmailChangeRequested,
    EmailChangeDeclined,
    PlanGenerated,
    PlanUpdated,
    PlanApproved,
    PlanDelivered,
    PlanRejected,
    PlanTakenBack,
    PlanDeleted,
    PlanMissing,
    DeliverableGenerated,
    DeliverableUpdated,
    DeliverableApproved,
    DeliverableDelivered,
    DeliverableRejected,
    DeliverableTakenBack,
    DeliverableDeleted,
    DocumentOpened,
    PortalInvited,
    PortalActivated,
    PortalDeactivated,
    PortalReactivated,
    ChatLinked,
    ChatUnlinked,
    ChatBlocked,
    PreferencesChanged,
    MessageSent,
    MessageReceived,
    ThreadClosed,
    CoachAsked,
    CoachRated,
    CoachEscalated,
    CoachEscalationLate,
    CoachCorrected,
    CoachConfigChanged,
    CoachLimitWarned,
    CoachLimitHit,
    CoachConversationChanged,
    BudgetAlert,
    JourneyStarted,
    JourneyPaused,
    JourneyResumed,
    JourneyAdjusted,
    JourneyMonthSkipped,
    JourneyMonthRestored,
    JourneyCompleted,
    PauseRequested,
    PauseDeclined,
    HoldStillOpen,
    MilestoneTold,
    SocialRecorded,
    AutomationRan,
    AutomationFailed,
    AutomationBlocked,
    AutomationCancelled,
    RevisionDue,
    DigestMade,
    StudioLate,
    ClientSilent,
    DeliveryFailed,
    DeliveryInDoubt,
    DeliverySettled,
    AdminAdded,
    AdminChanged,
    AdminRemoved,
    BackupCreated,
    BackupRestored,
    SettingsUpdated,
    AccessDenied,
}

/// One thing that happened.
#[derive(Clone, Debug, serde::Serialize, sqlx::FromRow)]
pub struct Event {
    /// Its place in the order of everything.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind.
    pub kind: EventKind,
    /// Whom it concerns.
    pub client_id: Option<ClientId>,
    /// ADMIN, CLIENT or SYSTEM.
    pub actor_kind: String,
    /// Who did it, when it was a person.
    pub actor_id: Option<String>,
    /// One line in our words; it holds no foreign text.
    pub description: String,
    /// Details as JSON.
    #[sqlx(json(nullable))]
    pub metadata: Option<Value>,
}

/// Something that happened, before it is written down.
pub(crate) struct NewEvent {
    pub kind: EventKind,
    pub client: Option<ClientId>,
    /// In our words alone.
    pub description: String,
    pub metadata: Option<Value>,
}

/// Writes down that `kind` happened to `client`. `description` is in our words alone.
pub async fn record(
    tx: &mut Tx,
    at: DateTime<Utc>,
    actor: &Actor,
    kind: EventKind,
    client: Option<&ClientId>,
    description: &str,
    metadata: Option<Value>,
) -> Result<()> {
    let event = NewEvent { kind, client: client.cloned(), description: description.to_owned(), metadata };
    record_all(tx, at, actor, [event]).await
}

/// Writes down what `actor` did, in this order.
pub(crate) async fn record_all(
    tx: &mut Tx,
    at: DateTime<Utc>,
    actor: &Actor,
    happened: impl IntoIterator<Item = NewEvent>,
) -> Result<()> {
    let mut rows = Rows::new([
        ("at", Holds::Time),
        ("kind", Holds::Text),
        ("client_id", Holds::Text),
        ("actor_kind", Holds::Text),
        ("actor_id", Holds::Text),
        ("description", Holds::Text),
        ("metadata", Holds::Json),
    ]);
    for event in happened {
        rows.add([
            at.into(),
            event.kind.stored()?.into(),
            event.client.as_ref().map(ClientId::as_str).into(),
            actor.kind().into(),
            actor.id().into(),
            event.description.into(),
            event.metadata.map(|details| details.to_string()).into(),
        ]);
    }
    rows.defer(
        tx,
        "INSERT INTO events (at, kind, client_id, actor_kind, actor_id, description, metadata)
         SELECT at, kind, client_id, actor_kind, actor_id, description, metadata FROM r",
    )
    .await
}

impl EventKind {
    /// The stored word.
    fn stored(self) -> Result<String> {
        match serde_json::to_value(self) {
            Ok(Value::String(word)) => Ok(word),
            other => Err(Error::Corrupt { what: "events.kind", detail: format!("{other:?} is no word") }),
        }
    }
}

/// The newest events, newest first: of one client or of all, before `before` if given.
pub async fn page(tx: &mut Tx, client: Option<&ClientId>, before: Option<i64>, limit: i64) -> Result<Vec<Event>> {
    const COLUMNS: &str = "SELECT seq, at, kind, client_id, actor_kind, actor_id, description, metadata FROM events
         WHERE client_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    let before = before.unwrap_or(i64::MAX);
    match client {
        Some(client) => fetch_all!(tx, Event, COLUMNS, client.as_str(), before, limit),
        None => fetch_all!(
            tx,
            Event,
            "SELECT seq, at, kind, client_id, actor_kind, actor_id, description, metadata FROM events
             WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
            before,
            limit
        ),
    }
}

/// How often each kind of thing has happened, by its stored name.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    fetch_all!(tx, (String, i64), "SELECT kind, COUNT(*) FROM events GROUP BY kind ORDER BY kind")
}
