use super::*;
use crate::journey::fixture::{begun, generation, owner, row, tick_at};
use crate::journey::{Template, cancel, why};
use crate::testing::on_both;

#[tokio::test]
async fn the_log_is_narrowed_by_words_and_paged_by_key() {
    on_both(|studio| async move {
        begun(&studio, "Ada Obi", "2026-03-30").await;
        begun(&studio, "Kiri 50%", "2026-03-30").await;
        tick_at(&studio, "2026-03-30T12:30").await;
        let now = studio.clock.now();
        let found = async |words: &str, before: Option<AutomationLogId>| {
            let filter = LogFilter { before, limit: 2, ..LogFilter::of_words(words, now, Tz::UTC).unwrap() };
            log_page(&mut studio.db.read().await.unwrap(), &filter).await.unwrap()
        };
        let first = found("", None).await;
        let second = found("", Some(first[1].id.clone())).await;
        assert_eq!(first.len(), 2);
        assert!(second.iter().all(|row| row.id < first[1].id));
        let made = found("generate done day:today", None).await;
        assert_eq!(made.len(), 2);
        assert!(made.iter().all(|row| row.kind == AutomationKind::GenerateDeliverable));
        assert!(found("generate 50%", None).await.iter().all(|row| row.full_name.raw() == "Kiri 50%"));
        assert!(found("adA", None).await.iter().all(|row| row.full_name.raw() == "Ada Obi"));
        assert!(found("day:2026-03-29", None).await.is_empty());
        assert!(found("generate failed", None).await.is_empty());
    })
    .await;
}

#[test]
fn a_wrong_word_is_refused_with_what_would_be_right() {
    for (words, hint) in [("colour:red", "day:2026-11-20"), ("day:someday", "day:today")] {
        let error = LogFilter::of_words(words, DateTime::default(), Tz::UTC).unwrap_err().to_string();
        assert!(error.contains(hint), "{error}");
    }
}

#[test]
fn a_day_is_the_studios_own() {
    let lagos: Tz = "Africa/Lagos".parse().unwrap();
    let filter = LogFilter::of_words("day:2026-03-30", DateTime::default(), lagos).unwrap();
    assert_eq!(filter.from.unwrap().to_rfc3339(), "2026-03-29T23:00:00+00:00");
    assert_eq!(filter.until.unwrap().to_rfc3339(), "2026-03-30T23:00:00+00:00");
}

#[tokio::test]
async fn why_names_tries_quiet_hours_and_the_change_that_made_it() {
    on_both(|studio| async move {
        let client = begun(&studio, "Ada Obi", "2026-03-30").await;
        let explain = async |id| why(&mut studio.db.read().await.unwrap(), &studio, &id).await.unwrap();
        let reminder = row(&studio, &client, AutomationKind::SendReminder, Some(Template::Upcoming), 2).await;
        let told = explain(reminder.id.clone()).await;
        assert!(told.budget.contains("0 of 4 tries") && told.quiet_hours.contains("21:00 to 08:00"), "{told:?}");
        assert!(told.changes[0].description.contains("tarted"), "{:?}", told.changes);
        studio.clock.advance(chrono::TimeDelta::minutes(5));
        cancel(&studio, &owner(), &reminder.id).await.unwrap();
        let told = explain(reminder.id).await;
        assert_eq!(told.changes.last().unwrap().description, "Cancelled: UPCOMING of month 2");
        assert!(explain(generation(&studio, &client, 2).await.id).await.quiet_hours.contains("studio alone"));
    })
    .await;
}
