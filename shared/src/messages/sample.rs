//! Values for previews: those of a client who does not exist, and those that a real client has.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::clients::Client;
use crate::db::Tx;
use crate::programme::{MONTHS, Month};
use crate::{Result, Studio, documents, journey, portal};

/// Names and their values, as a message is filled with them.
type Values = Vec<(String, String)>;

/// What each value looks like.
const SAMPLES: &[(&str, &str)] = &[
    ("answer", "Slow coffee for people in a hurry"),
    ("answer_list", "- 1. Your niche: coffee\n- 2. Your values: not answered"),
    ("answered", "12"),
    ("attempts", "4"),
    ("author_name", "Bo Lindqvist"),
    ("brand_name", "Slow Cup"),
    ("card", "1"),
    ("cause", "the model did not answer in time"),
    ("change", "the e-mail address"),
    ("channel_list", "- Telegram\n- e-mail"),
    ("channels", "Telegram, Discord"),
    ("chat_list", "- What should my first product cost? · 27 March"),
    ("city", "Lisbon"),
    ("client_name", "Maya Okonkwo"),
    ("code", "483920"),
    ("command", "/nonsense"),
    ("completions", "3"),
    ("contact_name", "Ada Lovelace"),
    ("count", "14"),
    ("date", "30 March 2026"),
    ("day", "Thursday 2 April"),
    ("days", "31"),
    ("days_paused", "21"),
    ("days_unopened", "7"),
    ("document_list", "- 1. Foundations\n- 2. Audience"),
    ("document_status", "delivered"),
    ("document_title", "Foundations"),
    ("documents", "2"),
    ("due_date", "30 March 2026"),
    ("email", "maya@example.com"),
    ("encouragement", "One month at a time. The early work carries all the rest."),
    ("end_date", "25 November 2026"),
    ("event_time", "on Thursday at 18:00"),
    ("event_title", "Open studio hour"),
    ("expiry_date", "6 April 2026"),
    ("failed", "1"),
    ("field", "Website"),
    ("fired", "42"),
    ("followers", "12,480"),
    ("heading", "12 of 29 · Your values"),
    ("highlights", "- Your brand in one sentence\n- Three promises to your audience\n- A price that carries the work"),
    ("hint", "Two or three sentences are enough."),
    ("hours", "24"),
    ("instagram", "@slowcup"),
    ("label", "Your values"),
    ("least", "20"),
    ("left", "5"),
    ("length", "2,340"),
    ("limit", "10"),
    ("link", "https://t.me/studio_bot?start=EXAMPLE"),
    ("local_time", "14:05"),
    ("member_since", "2 March 2026"),
    ("message_text", "Thank you for the draft. Could we talk about the second chapter?"),
    ("milestone", "the first hundred orders"),
    ("milestone_reminder", "on"),
    ("minutes", "12"),
    ("month", "3"),
    ("month_focus", "Find out who buys, and why"),
    ("months", "3"),
    ("months_delivered", "2"),
    ("months_skipped", "1"),
    ("more", "4"),
    ("most", "2,000"),
    ("name", "Maya Okonkwo"),
    ("new_date", "2 April 2026"),
    ("new_deliverable", "on"),
    ("new_documents", "1"),
    ("new_message", "on"),
    ("next", "month 4, on 29 April 2026"),
    ("next_date", "29 April 2026"),
    ("news_list", "- Month 1 is ready · 30 March 2026 · new"),
    ("next_days", "- Thursday 2 April: 1 to write, 3 to remind, 2 due"),
    ("next_line", "Next: month 4, on 29 April 2026"),
    ("next_month", "4"),
    ("number", "7"),
    ("offset", "UTC+1"),
    ("overdue", "- Bo Lindqvist, month 2: not delivered, 4 days late"),
    ("page", "1"),
    ("pages", "2"),
    ("period", "23 to 30 March 2026"),
    ("phone", "+351 21 000 0000"),
    ("plan_date", "2 April 2026"),
    ("platform", "Telegram"),
    ("post_title", "My first hundred orders"),
    ("previous_month", "2"),
    ("priority", "high"),
    ("programmes", "1"),
    ("progress", "2 of 8"),
    ("progress_bar", "██████░░░░░░░░░░"),
    ("progress_line", "2 of 8 delivered, 25 %"),
    ("progress_percent", "25"),
    ("prompt", "What does your brand stand for?"),
    ("question", "How should I price my first product?"),
    ("questions", "6"),
    ("quiet_hours", "21:00 to 08:00"),
    ("reason", "Too long, and the prices are missing"),
    ("reference", "ck3x9example"),
    ("rejected_date", "27 March 2026"),
    ("remaining", "3"),
    ("reminders", "3"),
    ("reset_time", "02:00"),
    ("resume_date", "13 April 2026"),
    ("resume_line", "It continues on 13 April 2026."),
    ("row", "ck3x9example"),
    ("rule", "Three days before a month's date the client is reminded, in the morning."),
    ("seconds", "5"),
    ("seen", "27 March 2026"),
    ("setting", "New messages"),
    ("start_date", "30 March 2026"),
    ("start_line", "Your journey starts on 30 March 2026."),
    ("state", "in progress"),
    ("state_mark", "●"),
    ("status", "active"),
    ("step", "2"),
    ("step_title", "Your brand"),
    ("switches", "- Weekly digest: on\n- Clients' messages: off"),
    ("text", "Atlantis"),
    ("topic_list", "- New documents: on\n- Events: off"),
    ("thread_list", "- About chapter two · 1 unread"),
    ("thread_subject", "About chapter two"),
    ("tiktok", "@slowcup"),
    ("timeline", "- 3. Audience: 13 April 2026\n- 4. Offer: 13 May 2026"),
    ("timezone", "Europe/Lisbon"),
    ("title", "What should my first product cost?"),
    ("unread", "3"),
    ("unread_messages", "2"),
    ("value", "on"),
    ("waiting", "1"),
    ("wanted", "maya.okonkwo@example.com"),
    ("website", "https://slowcup.example"),
    ("weekly_summary", "off"),
];

/// A value for each of `vars`.
pub(super) fn values<'a>(studio: &Studio, vars: &'a BTreeSet<String>) -> Vec<(&'a str, String)> {
    let of = |name: &str| match (name, SAMPLES.iter().find(|(known, _)| *known == name)) {
        ("studio_name", _) => studio.settings.studio.name.clone(),
        ("month_list", _) => bullets(Month::all().map(|month| format!("{month}. {}", studio.programme.title(month)))),
        ("month_title", _) => Month::new(3).map_or_else(|_| name.to_owned(), |month| title(studio, month)),
        ("next_month_title", _) => Month::new(4).map_or_else(|_| name.to_owned(), |month| title(studio, month)),
        (_, Some((_, sample))) => (*sample).to_owned(),
        (name, None) => name.to_owned(),
    };
    vars.iter().map(|name| (name.as_str(), of(name))).collect()
}

/// Puts what is known of somebody in the place of the samples.
pub(super) fn put_in(values: &mut [(&str, String)], known: &[(String, String)]) {
    for (name, value) in values {
        if let Some((_, own)) = known.iter().find(|(known, _)| known == *name) {
            value.clone_from(own);
        }
    }
}

/// What a real client's messages would say now.
pub(super) async fn of_client(tx: &mut Tx, studio: &Studio, client: &Client) -> Result<Values> {
    let overview = journey::overview(tx, studio, client).await?;
    let name = client.full_name.raw();
    let own = |name: &str, value: String| (name.to_owned(), value);
    let mut values = vec![
        own("client_name", name.to_owned()),
        own("name", name.to_owned()),
        own("timezone", client.timezone.clone()),
        own("progress_percent", overview.progress_percent.to_string()),
        own("months_delivered", overview.months_delivered.to_string()),
        own("months_skipped", overview.months_skipped.to_string()),
        own("progress_line", format!("{} of {MONTHS} delivered", overview.months_delivered)),
        own("unread_messages", portal::unread(tx, &client.id).await?.to_string()),
        own("member_since", spoken(client.created_at.with_timezone(&client.zone()).date_naive())),
    ];
    if let Some(start) = overview.program_start_date {
        values.push(own("start_date", spoken(start.date_naive())));
    }
    if let Some(month) = overview.current_month.and_then(|now| overview.months.iter().find(|month| month.month == now))
    {
        values.push(own("month", month.month.to_string()));
        values.push(own("month_title", month.title.clone()));
        values.push(own("due_date", spoken(month.planned_date.date_naive())));
    }
    if let Some(next) = overview.next_month() {
        values.push(own("next_month", next.month.to_string()));
        values.push(own("next_month_title", next.title.clone()));
        values.push(own("next_date", spoken(next.planned_date.date_naive())));
        let still = overview.months.iter().filter(|month| month.month >= next.month);
        let days =
            still.map(|month| format!("{}. {}: {}", month.month, month.title, spoken(month.planned_date.date_naive())));
        values.push(own("timeline", bullets(days)));
    }
    let latest = overview.months.iter().rfind(|month| month.delivered_at.is_some());
    let document = match latest {
        Some(month) => documents::main_of(tx, &client.id, Month::new(month.month)?).await?,
        None => None,
    };
    if let Some(document) = document {
        values.push(own("document_title", document.title.raw().to_owned()));
        if !document.highlights.is_empty() {
            values.push(own("highlights", bullets(&document.highlights)));
        }
    }
    Ok(values)
}

fn title(studio: &Studio, month: Month) -> String {
    studio.programme.title(month).to_owned()
}

fn spoken(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn bullets(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().map(|line| format!("- {}", line.as_ref())).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Catalogue;

    #[test]
    fn each_value_has_an_example_and_each_example_is_of_a_value() {
        let worked_out = ["month_list", "month_title", "next_month_title", "studio_name"];
        let examples: BTreeSet<&str> = SAMPLES.iter().map(|(name, _)| *name).chain(worked_out).collect();
        let catalogue = Catalogue::built_in().unwrap();
        let values: BTreeSet<&str> =
            catalogue.iter().flat_map(|(_, message)| &message.vars).map(String::as_str).collect();
        assert_eq!(examples, values);
    }
}
