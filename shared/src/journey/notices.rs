//! The journey's messages to a client: which text of the catalogue, with which values and buttons.
//!
//! Buttons carry these actions: `open:ID`, `progress`, `documents`, `certificate`, `message`, `coach`, `settings`.
//! Values are put in as text and can never become markup.

use chrono::{DateTime, NaiveDate, Utc};

use crate::clients::Client;
use crate::delivery::{Notice, Urgency};
use crate::documents::{Document, DocumentKind};
use crate::programme::Month;
use crate::text::{Button, Foreign};
use crate::{Result, Studio};

/// A day as people say it.
pub(super) fn spoken(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// One "- " line an entry, as the catalogue takes lists.
fn bullets(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().map(|line| format!("- {}", line.as_ref())).collect::<Vec<_>>().join("\n")
}

/// The catalogue's labels with these actions: the first button alone, the others below it.
fn buttons(studio: &Studio, key: &str, actions: &[String]) -> Result<Vec<Vec<Button>>> {
    let mut all = studio.messages.buttons(key, actions)?;
    let rest = all.split_off(all.len().min(1));
    Ok([all, rest].into_iter().filter(|row| !row.is_empty()).collect())
}

fn named(client: &Client) -> (&'static str, String) {
    ("client_name", client.full_name.raw().to_owned())
}

fn of_month(studio: &Studio, month: Month) -> [(&'static str, String); 2] {
    [("month", month.to_string()), ("month_title", studio.programme.title(month).to_owned())]
}

/// What must not be sent twice.
fn occasion(client: &Client, what: &str, which: impl std::fmt::Display) -> String {
    format!("{}|{what}|{which}", client.id)
}

/// The journey has started.
pub(super) fn activated(studio: &Studio, client: &Client, start: NaiveDate) -> Result<Notice<'static>> {
    let titles = Month::all().map(|month| format!("{month}. {}", studio.programme.title(month)));
    Ok(Notice {
        key: "activated",
        values: vec![named(client), ("start_date", spoken(start)), ("month_list", bullets(titles))],
        buttons: buttons(studio, "activated", &["progress".into()])?,
        dedupe: occasion(client, "ACTIVATED", start),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// A month is due soon.
pub(super) fn upcoming(studio: &Studio, client: &Client, month: Month, due: NaiveDate) -> Result<Notice<'static>> {
    let [number, title] = of_month(studio, month);
    Ok(Notice {
        key: "upcoming",
        values: vec![named(client), number, title, ("due_date", spoken(due))],
        buttons: buttons(studio, "upcoming", &["documents".into(), "message".into(), "settings".into()])?,
        dedupe: occasion(client, "UPCOMING", format_args!("{month}|{due}")),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// A document is there to be read.
pub(super) fn ready(studio: &Studio, client: &Client, document: &Document) -> Result<Notice<'static>> {
    match document.kind {
        DocumentKind::Plan => return plan_ready(studio, client, document),
        DocumentKind::Subdocument => return extra(studio, client, document),
        DocumentKind::Main => {}
    }
    let month = document.its_month()?;
    let [number, title] = of_month(studio, month);
    let highlights = if document.highlights.is_empty() {
        bullets(&studio.programme.month(month).contents)
    } else {
        bullets(&document.highlights)
    };
    let document_title = ("document_title", document.title.raw().to_owned());
    Ok(Notice {
        key: "ready",
        values: vec![named(client), number, title, document_title, ("highlights", highlights)],
        buttons: buttons(studio, "ready", &[format!("open:{}", document.id), "message".into(), "coach".into()])?,
        dedupe: occasion(client, "READY", document.delivery()),
        urgency: Urgency::Notice,
        reference: Some(("document", document.id.to_string())),
    })
}

/// The business plan is there to be read.
fn plan_ready(studio: &Studio, client: &Client, plan: &Document) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "plan_ready",
        values: vec![named(client)],
        buttons: buttons(studio, "plan_ready", &[format!("open:{}", plan.id), "message".into()])?,
        dedupe: occasion(client, "PLAN_READY", plan.delivery()),
        urgency: Urgency::Notice,
        reference: Some(("document", plan.id.to_string())),
    })
}

/// A document that the client had been told of is being reworked.
pub(super) fn taken_back(studio: &Studio, client: &Client, document: &Document) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "document_taken_back",
        values: vec![named(client), ("document_title", document.title.raw().to_owned())],
        buttons: buttons(studio, "document_taken_back", &["message".into()])?,
        dedupe: occasion(client, "TAKEN_BACK", document.delivery()),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// An extra document is there to be read.
fn extra(studio: &Studio, client: &Client, document: &Document) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "new_deliverable",
        values: vec![("document_title", document.title.raw().to_owned())],
        buttons: buttons(studio, "new_deliverable", &[format!("open:{}", document.id)])?,
        dedupe: occasion(client, "READY", document.delivery()),
        urgency: Urgency::Notice,
        reference: Some(("document", document.id.to_string())),
    })
}

/// A delivered document is unopened.
pub(super) fn overdue(studio: &Studio, client: &Client, month: Month, document: &Document) -> Result<Notice<'static>> {
    let document_title = ("document_title", document.title.raw().to_owned());
    Ok(Notice {
        key: "overdue",
        values: vec![named(client), ("month", month.to_string()), document_title],
        buttons: buttons(studio, "overdue", &[format!("open:{}", document.id), "message".into(), "coach".into()])?,
        dedupe: occasion(client, "OVERDUE", document.delivery()),
        urgency: Urgency::Notice,
        reference: Some(("document", document.id.to_string())),
    })
}

/// A month is late, and that is the studio's doing.
pub(super) fn studio_delay(
    studio: &Studio,
    client: &Client,
    month: Month,
    due: NaiveDate,
    estimate: NaiveDate,
) -> Result<Notice<'static>> {
    let [number, title] = of_month(studio, month);
    let dates = [("due_date", spoken(due)), ("new_date", spoken(estimate))];
    Ok(Notice {
        key: "studio_delay",
        values: [named(client), number, title].into_iter().chain(dates).collect(),
        buttons: buttons(studio, "studio_delay", &["message".into()])?,
        dedupe: occasion(client, "STUDIO_DELAY", format_args!("{month}|{due}")),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// Months with their days, one line each.
pub(super) fn timeline(studio: &Studio, days: &[(Month, NaiveDate)]) -> String {
    bullets(days.iter().map(|(month, day)| format!("{month}. {}: {}", studio.programme.title(*month), spoken(*day))))
}

/// The journey is on hold or will be, until a day or until further notice.
pub(super) fn paused(
    studio: &Studio,
    client: &Client,
    first: NaiveDate,
    until: Option<NaiveDate>,
    timeline: String,
) -> Result<Notice<'static>> {
    let start = ("start_date", spoken(first));
    let (key, values) = match until {
        Some(day) => ("paused", vec![named(client), start, ("resume_date", spoken(day)), ("timeline", timeline)]),
        None => ("paused_open", vec![named(client), start]),
    };
    Ok(Notice {
        key,
        values,
        buttons: buttons(studio, key, &["message".into()])?,
        dedupe: occasion(client, "PAUSED", format_args!("{first}|{until:?}|{}", client.version)),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// The hold ends in some days; `next` is the first month to come after it, with its day.
pub(super) fn resume_soon(
    studio: &Studio,
    client: &Client,
    resumes: NaiveDate,
    next: (Month, NaiveDate),
) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "resume_soon",
        values: vec![
            named(client),
            ("resume_date", spoken(resumes)),
            ("next_month", next.0.to_string()),
            ("next_month_title", studio.programme.title(next.0).to_owned()),
            ("next_date", spoken(next.1)),
        ],
        buttons: buttons(studio, "resume_soon", &["message".into()])?,
        dedupe: occasion(client, "RESUME_SOON", format_args!("{resumes}|{}", client.version)),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// The hold that began at `since` is over.
pub(super) fn welcome_back(
    studio: &Studio,
    client: &Client,
    timeline: String,
    since: DateTime<Utc>,
) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "welcome_back",
        values: vec![named(client), ("timeline", timeline)],
        buttons: buttons(studio, "welcome_back", &["progress".into(), "documents".into()])?,
        dedupe: occasion(client, "WELCOME_BACK", format_args!("{}|{}", since.timestamp_millis(), client.version)),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// The studio has moved the months' days; `why` names the occasion.
pub(super) fn adjusted(studio: &Studio, client: &Client, timeline: String, why: &str) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "journey_adjusted",
        values: vec![named(client), ("timeline", timeline)],
        buttons: buttons(studio, "journey_adjusted", &["progress".into(), "message".into()])?,
        dedupe: occasion(client, "ADJUSTED", why),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// The studio declines a break, in its own words.
pub(super) fn break_declined(
    studio: &Studio,
    client: &Client,
    message: &Foreign,
    request: &str,
) -> Result<Notice<'static>> {
    Ok(Notice {
        key: "break_declined",
        values: vec![("studio_name", studio.settings.studio.name.clone()), ("message_text", message.raw().to_owned())],
        buttons: buttons(studio, "break_declined", &["message".into()])?,
        dedupe: occasion(client, "BREAK_DECLINED", request),
        urgency: Urgency::Transactional,
        reference: None,
    })
}

/// What a celebration tells of the journey so far.
pub(super) struct Achieved {
    /// Months delivered.
    pub delivered: i64,
    /// What the month leaves in the client's hands.
    pub stands: Vec<String>,
    /// One line a delivered month, then more of what they brought.
    pub journey: Vec<String>,
    /// The first month that is still to come, with its date; `None` once the programme is complete.
    pub next: Option<(Month, NaiveDate)>,
    /// First and last day.
    pub start: NaiveDate,
    /// The day of the last delivery.
    pub end: NaiveDate,
}

/// A month is complete; halfway and the end have words of their own.
pub(super) fn celebration(
    studio: &Studio,
    client: &Client,
    month: Month,
    achieved: &Achieved,
) -> Result<Notice<'static>> {
    let percent = ("progress_percent", super::progress_percent(achieved.delivered).to_string());
    let (key, values, actions): (_, Vec<_>, Vec<String>) = match achieved.next {
        None => (
            "program_complete",
            vec![
                named(client),
                ("studio_name", studio.settings.studio.name.clone()),
                ("months_delivered", achieved.delivered.to_string()),
                ("start_date", spoken(achieved.start)),
                ("end_date", spoken(achieved.end)),
                ("highlights", bullets(&achieved.journey)),
            ],
            vec!["certificate".into(), "documents".into()],
        ),
        Some((next, date)) => {
            let next_title = ("next_month_title", studio.programme.title(next).to_owned());
            let next_date = ("next_date", spoken(date));
            if month.number() == 4 {
                let four = ("highlights", bullets(achieved.journey.iter().take(4)));
                ("halfway", vec![named(client), percent, four, next_title, next_date], vec!["progress".into()])
            } else {
                let [number, title] = of_month(studio, month);
                let highlights = ("highlights", bullets(&achieved.stands));
                let next = ("next_month", next.to_string());
                let values = vec![named(client), number, title, percent, highlights, next, next_title, next_date];
                ("month_complete", values, vec!["progress".into()])
            }
        }
    };
    Ok(Notice {
        key,
        values,
        buttons: buttons(studio, key, &actions)?,
        dedupe: occasion(client, "MONTH_COMPLETE", month),
        urgency: Urgency::Notice,
        reference: None,
    })
}

/// An admin names a milestone.
pub(super) fn milestone(studio: &Studio, client: &Client, name: String) -> Result<Notice<'static>> {
    let dedupe = occasion(client, "MILESTONE", name.to_lowercase());
    Ok(Notice {
        key: "milestone",
        values: vec![named(client), ("milestone", name)],
        buttons: buttons(studio, "milestone", &["progress".into()])?,
        dedupe,
        urgency: Urgency::Notice,
        reference: None,
    })
}
