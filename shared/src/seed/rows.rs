//! From an invented story to the rows that the product would have written about it.

use std::cell::Cell;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::people::email;
use super::story::{DocumentStory, Fate, Journey, MonthStory, Story};
use super::words;
use crate::clients::Status;
use crate::db::Tx;
use crate::db::bulk::Bulk;
use crate::db::schema::schema;
use crate::id::cuid_of;
use crate::journey::{Payload, Step, Template};
use crate::text::fold;
use crate::{Error, Result, Studio};

/// The tables that stories are told in, pointed at first, with the columns that they fill.
const TABLES: [(&str, &[&str]); 12] = [
    (
        "clients",
        &[
            "id",
            "full_name",
            "name_key",
            "email",
            "timezone",
            "country",
            "age",
            "industry_niche",
            "brand_name",
            "status",
            "program_start_date",
            "current_month",
            "is_paused",
            "pause_start_date",
            "pause_end_date",
            "onboarded_at",
            "last_seen_at",
            "created_at",
            "updated_at",
        ],
    ),
    ("client_answers", &["client_id", "question", "answer", "answered_at"]),
    (
        "client_portal_users",
        &[
            "id",
            "client_id",
            "email",
            "password_hash",
            "is_active",
            "invited_at",
            "activated_at",
            "last_login_at",
            "completed_onboarding",
            "onboarding_completed_at",
            "timezone_chosen_at",
            "created_at",
            "updated_at",
        ],
    ),
    ("journey_months", &["client_id", "month", "planned_date", "delivered_at", "completed_at", "updated_at"]),
    ("pauses", &["id", "client_id", "started_at", "planned_end", "created_at"]),
    (
        "automation_schedules",
        &[
            "id",
            "client_id",
            "type",
            "trigger_date",
            "status",
            "payload",
            "executed_at",
            "error_message",
            "created_at",
            "updated_at",
            "month",
            "template",
            "dedupe_key",
            "original_trigger_date",
            "local_date",
            "cancel_reason",
        ],
    ),
    (
        "deliverables",
        &[
            "id",
            "client_id",
            "month",
            "title",
            "content_markdown",
            "status",
            "generated_by",
            "generated_at",
            "approved_at",
            "delivered_at",
            "due_at",
            "first_opened_at",
            "last_opened_at",
            "download_count",
            "highlights",
            "created_at",
            "updated_at",
        ],
    ),
    (
        "portal_threads",
        &[
            "id",
            "client_id",
            "subject",
            "unread_by_admin",
            "waiting_since",
            "last_message_at",
            "created_at",
            "updated_at",
        ],
    ),
    (
        "portal_messages",
        &["id", "thread_id", "client_id", "subject", "body", "is_from_admin", "is_read", "created_at", "updated_at"],
    ),
    (
        "social_connections",
        &[
            "id",
            "client_id",
            "platform",
            "platform_user_id",
            "platform_username",
            "access_token",
            "connected_at",
            "updated_at",
        ],
    ),
    ("social_snapshots", &["id", "connection_id", "date", "followers", "engagement", "metrics", "created_at"]),
    ("events", &["at", "kind", "client_id", "actor_kind", "description"]),
];

/// Rows of many stories on their way into the database.
pub(super) struct Rows {
    tables: Vec<Bulk>,
    /// How many rows were made.
    pub count: u64,
    now: DateTime<Utc>,
    /// How many ids were made, by those before too.
    ids: Cell<u64>,
}

/// One client's part of the telling.
struct Client<'a> {
    id: &'a str,
    story: &'a Story,
    studio: &'a Studio,
    now: DateTime<Utc>,
}

impl Rows {
    pub(super) async fn new(tx: &mut Tx, now: DateTime<Utc>, ids: u64) -> Result<Self> {
        let live = schema(tx).await?;
        let tables = TABLES.iter().map(|(table, columns)| Bulk::new(&live, table, columns).map_err(foreign));
        Ok(Self { tables: tables.collect::<Result<_>>()?, count: 0, now, ids: Cell::new(ids) })
    }

    /// How many ids were made, for those who go on.
    pub(super) fn ids(&self) -> u64 {
        self.ids.get()
    }

    pub(super) fn is_full(&self) -> bool {
        self.tables.iter().any(Bulk::is_full)
    }

    /// Hands everything over, tables pointed at first.
    pub(super) async fn insert(&mut self, tx: &mut Tx) -> Result<()> {
        for table in &mut self.tables {
            table.insert(tx).await?;
        }
        Ok(())
    }

    /// An id that the dice make, so that the same seed makes the same one. They follow each other,
    /// for rows that stand side by side are written several times faster.
    fn made_id(&self, random: &mut StdRng) -> String {
        self.ids.set(self.ids.get() + 1);
        cuid_of(self.now, [self.ids.get(), random.random()])
    }

    fn add(&mut self, table: &str, row: Vec<Value>) -> Result<()> {
        self.count += 1;
        let place = TABLES.iter().position(|(known, _)| *known == table).ok_or_else(|| foreign(table.to_owned()))?;
        self.tables[place].add(row).map_err(foreign)
    }

    /// Writes down one client's story.
    pub(super) fn tell(
        &mut self,
        random: &mut StdRng,
        story: &Story,
        studio: &Studio,
        seed: u64,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let id = self.made_id(random);
        let client = Client { id: &id, story, studio, now };
        self.client(random, &client, seed)?;
        if let Some(journey) = &story.journey {
            for month in &journey.months {
                self.month(random, &client, month)?;
            }
            for step in &journey.steps {
                self.automation(random, &client, journey, step)?;
            }
        }
        self.conversation(random, &client)?;
        self.accounts(random, &client)
    }

    fn client(&mut self, random: &mut StdRng, client: &Client<'_>, seed: u64) -> Result<()> {
        let Client { id, story, now, .. } = *client;
        let email = email(story.number, seed);
        let journey = story.journey.as_ref();
        let paused = story.status == Status::Paused;
        let pause_start = now - TimeDelta::days(4);
        let onboarded = journey.map(|_| story.since + TimeDelta::hours(20));
        self.add(
            "clients",
            vec![
                json!(id),
                json!(story.person.name),
                json!(fold(&story.person.name)),
                json!(email),
                json!(story.person.zone),
                json!(story.person.country),
                json!(story.person.age),
                json!(story.person.niche),
                json!(random.random_bool(0.6).then(|| words::brand(random))),
                json!(story.status),
                json!(journey.map(|journey| time(crate::journey::zone::stored_date(journey.start)))),
                json!(journey.map(|journey| journey.current)),
                json!(paused),
                json!(paused.then(|| time(pause_start))),
                json!(story.paused_until.map(time)),
                json!(onboarded.map(time)),
                json!(story.last_seen.map(time)),
                json!(time(story.since)),
                json!(time(story.last_seen.unwrap_or(story.since))),
            ],
        )?;
        self.event(id, story.since, "CLIENT_CREATED", "Added the client")?;
        if paused {
            let (start, end) = (time(pause_start), story.paused_until.map(time));
            self.add("pauses", vec![json!(self.made_id(random)), json!(id), json!(start), json!(end), json!(start)])?;
            self.event(id, pause_start, "JOURNEY_PAUSED", "Paused the journey")?;
        }
        let Some(onboarded) = onboarded else { return Ok(()) };
        for (question, answer) in words::answers(random, story.person.niche) {
            self.add("client_answers", vec![json!(id), json!(question), json!(answer), json!(time(onboarded))])?;
        }
        self.add(
            "client_portal_users",
            vec![
                json!(self.made_id(random)),
                json!(id),
                json!(email),
                json!("!"),
                json!(story.status != Status::Churned),
                json!(time(story.since)),
                json!(time(onboarded)),
                json!(story.last_seen.map(time)),
                json!(true),
                json!(time(onboarded)),
                json!(time(onboarded)),
                json!(time(story.since)),
                json!(time(onboarded)),
            ],
        )
    }

    fn month(&mut self, random: &mut StdRng, client: &Client<'_>, month: &MonthStory) -> Result<()> {
        let delivered = month.document.and_then(|document| document.delivered).map(time);
        let due = crate::journey::zone::stored_date(month.due);
        self.add(
            "journey_months",
            vec![
                json!(client.id),
                json!(month.month),
                json!(time(due)),
                json!(delivered),
                json!(delivered),
                json!(delivered.clone().unwrap_or_else(|| time(client.story.since))),
            ],
        )?;
        match &month.document {
            Some(document) => self.document(random, client, month, document, due),
            None => Ok(()),
        }
    }

    fn document(
        &mut self,
        random: &mut StdRng,
        client: &Client<'_>,
        month: &MonthStory,
        document: &DocumentStory,
        due: DateTime<Utc>,
    ) -> Result<()> {
        let plan = client.studio.programme.month(month.month);
        let delivered = document.delivered.map(time);
        let opened = document.opened.map(time);
        self.add(
            "deliverables",
            vec![
                json!(self.made_id(random)),
                json!(client.id),
                json!(month.month),
                json!(plan.title),
                json!(words::document(plan, &client.story.person)),
                json!(if delivered.is_some() { "DELIVERED" } else { "PENDING_REVIEW" }),
                json!("offline"),
                json!(time(document.written)),
                json!(delivered),
                json!(delivered),
                json!(time(due)),
                json!(opened),
                json!(opened),
                json!(i64::from(opened.is_some())),
                json!(json!(plan.contents).to_string()),
                json!(time(document.written)),
                json!(time(document.opened.or(document.delivered).unwrap_or(document.written))),
            ],
        )?;
        match document.delivered {
            Some(at) => self.event(client.id, at, "DELIVERABLE_DELIVERED", "Delivered the month's document"),
            None => self.event(client.id, document.written, "DELIVERABLE_GENERATED", "Wrote the month's document"),
        }
    }

    fn automation(&mut self, random: &mut StdRng, client: &Client<'_>, journey: &Journey, step: &Step) -> Result<()> {
        let (status, executed, error, cancelled) = match journey.fate(step, client.story.status, client.now) {
            Fate::Scheduled => ("SCHEDULED", None, None, None),
            Fate::Completed => ("COMPLETED", Some(time(step.at.min(client.now))), None, None),
            Fate::Failed => ("FAILED", Some(time(step.at)), Some("the model did not answer in time"), None),
            Fate::Cancelled(reason) => ("CANCELLED", None, None, Some(reason)),
        };
        let (kind, template) = (step.kind.as_str(), step.template.map(Template::as_str));
        let month = i64::from(step.month.number());
        let payload = Payload { month: Some(month), template: step.template, ..Payload::default() };
        self.add(
            "automation_schedules",
            vec![
                json!(self.made_id(random)),
                json!(client.id),
                json!(kind),
                json!(time(step.at)),
                json!(status),
                json!(json!(payload).to_string()),
                json!(executed),
                json!(error),
                json!(time(client.story.since)),
                json!(executed.clone().unwrap_or_else(|| time(client.story.since))),
                json!(month),
                json!(template),
                json!(format!("{}|{kind}|{month}|{}", client.id, template.unwrap_or_default())),
                json!(time(step.at)),
                json!(step.date),
                json!(cancelled),
            ],
        )
    }

    fn conversation(&mut self, random: &mut StdRng, client: &Client<'_>) -> Result<()> {
        let Client { id, story, now, .. } = *client;
        if story.messages == 0 {
            return Ok(());
        }
        let last = story.last_seen.unwrap_or(now - TimeDelta::days(2));
        let subject = words::subject(random);
        let thread = self.made_id(random);
        // Spoken in turns, the last word being whose it has to be.
        let from_admin = |at: u32| (story.messages - at) % 2 == u32::from(story.waits);
        let at = |number: u32| last - TimeDelta::hours(3 * i64::from(story.messages - 1 - number));
        self.add(
            "portal_threads",
            vec![
                json!(thread),
                json!(id),
                json!(subject),
                json!(i64::from(story.waits)),
                json!(story.waits.then(|| time(last))),
                json!(time(last)),
                json!(time(at(0))),
                json!(time(last)),
            ],
        )?;
        for number in 0..story.messages {
            let admin = from_admin(number);
            self.add(
                "portal_messages",
                vec![
                    json!(self.made_id(random)),
                    json!(thread),
                    json!(id),
                    json!(subject),
                    json!(words::message(random, admin)),
                    json!(admin),
                    json!(admin || !story.waits || number + 1 < story.messages),
                    json!(time(at(number))),
                    json!(time(at(number))),
                ],
            )?;
        }
        Ok(())
    }

    fn accounts(&mut self, random: &mut StdRng, client: &Client<'_>) -> Result<()> {
        let Client { id, story, now, .. } = *client;
        for (platform, followers) in ["INSTAGRAM", "TIKTOK"].into_iter().zip(&story.followers) {
            let connection = self.made_id(random);
            let handle = format!("creator{:06}", story.number);
            self.add(
                "social_connections",
                vec![
                    json!(connection),
                    json!(id),
                    json!(platform),
                    json!(handle),
                    json!(handle),
                    json!(""),
                    json!(time(story.since)),
                    json!(time(now)),
                ],
            )?;
            for (weeks, percent) in [(4, 96), (0, 100)] {
                let day = crate::journey::zone::stored_date((now - TimeDelta::weeks(weeks)).date_naive());
                self.add(
                    "social_snapshots",
                    vec![
                        json!(self.made_id(random)),
                        json!(connection),
                        json!(time(day)),
                        json!(followers * percent / 100),
                        json!(f64::from(random.random_range(8_u32..90)) / 10.0),
                        json!("{}"),
                        json!(time(day)),
                    ],
                )?;
            }
        }
        Ok(())
    }

    fn event(&mut self, client: &str, at: DateTime<Utc>, kind: &str, what: &str) -> Result<()> {
        self.add("events", vec![json!(time(at)), json!(kind), json!(client), json!("SYSTEM"), json!(what)])
    }
}

/// The tables above and the migrations disagree: a fault of this build.
fn foreign(what: String) -> Error {
    Error::Corrupt { what: "schema", detail: what }
}

/// A time as SQLite keeps it.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
