use chrono::{DateTime, TimeDelta, Utc};

use super::page::{Stretch, statement};
use super::*;
use crate::clients::{NewClient, add};
use crate::db::Kind;
use crate::id::ClientId;
use crate::staff::Actor;
use crate::testing::{TestStudio, monday_noon, on_both};
use crate::{Result, execute};

/// Somebody in a month, seen so many hours ago.
async fn client(studio: &TestStudio, name: &str, month: Option<i64>, seen: Option<i64>) -> ClientId {
    let email = format!("{}@example.com", name.replace(' ', ".").to_lowercase());
    let new = NewClient { full_name: name.into(), email, ..NewClient::default() };
    let id = add(studio, &Actor::local_owner(), new).await.unwrap().id;
    let seen = seen.map(|hours| monday_noon() - TimeDelta::hours(hours));
    let mut tx = studio.db.write().await.unwrap();
    execute!(
        tx,
        "UPDATE clients SET current_month = $2, last_seen_at = $3, status = CASE WHEN $2 IS NULL THEN 'LEAD' ELSE 'ACTIVE' END
         WHERE id = $1",
        &id,
        month,
        seen
    )
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn month(studio: &TestStudio, id: &ClientId, month: i64, planned: DateTime<Utc>, delivered: bool) {
    let mut tx = studio.db.write().await.unwrap();
    execute!(
        tx,
        "INSERT INTO journey_months (client_id, month, planned_date, delivered_at, updated_at) VALUES ($1, $2, $3, $4, $3)",
        id,
        month,
        planned,
        delivered.then_some(planned)
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn names(studio: &TestStudio, filter: &str, sort: Sort, limit: i64) -> Result<Vec<String>> {
    let filter: Filter = filter.parse()?;
    let mut tx = studio.db.read().await?;
    let (mut names, mut after) = (Vec::new(), None::<Cursor>);
    loop {
        let page = page(&mut tx, monday_noon(), &filter, sort, after.as_ref(), limit).await?;
        names.extend(page.rows.iter().map(|row| row.client.full_name.raw().to_owned()));
        match page.next {
            // Through its text form, as a script would.
            Some(next) => after = Some(next.to_string().parse()?),
            None => break,
        }
    }
    assert_eq!(i64::try_from(names.len()).unwrap(), count(&mut tx, monday_noon(), &filter).await?);
    assert_eq!(names.len(), ids(&mut tx, monday_noon(), &filter).await?.len());
    Ok(names)
}

#[tokio::test]
async fn every_order_pages_by_key_without_gaps_or_repeats() {
    on_both(|studio| async move {
        for (name, month, seen) in [
            ("Zoë", Some(2), Some(1)),
            ("adam", None, None),
            ("Émile", Some(1), Some(1)),
            ("Bo Li", Some(2), None),
            ("Twin", Some(1), Some(5)),
            ("twin", None, None),
            ("Łukasz", None, Some(3)),
        ] {
            let email = format!("{}{}", name, month.is_some());
            client(&studio, name, month, seen).await;
            // The twins' e-mails must differ.
            let mut tx = studio.db.write().await.unwrap();
            execute!(tx, "UPDATE clients SET email = $2 WHERE full_name = $1", name, email).unwrap();
            tx.commit().await.unwrap();
            studio.clock.advance(TimeDelta::seconds(1));
        }
        for limit in [1, 2, 3, 7, 100] {
            let of = async |sort| names(&studio, "", sort, limit).await.unwrap();
            let by_name = of(Sort::Name).await;
            assert_eq!(by_name, ["adam", "Bo Li", "Émile", "Łukasz", "Twin", "twin", "Zoë"], "{limit}");
            let by_month = of(Sort::Month).await;
            assert_eq!(by_month, ["Émile", "Twin", "Bo Li", "Zoë", "adam", "Łukasz", "twin"], "{limit}");
            let seen = of(Sort::LastSeen).await;
            assert_eq!(seen, ["Émile", "Zoë", "Łukasz", "Twin", "twin", "Bo Li", "adam"], "{limit}");
            let newest = of(Sort::Newest).await;
            assert_eq!(newest, ["Łukasz", "twin", "Twin", "Bo Li", "Émile", "adam", "Zoë"], "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_word_of_a_filter_finds_whom_it_means() {
    on_both(|studio| async move {
        let ada = client(&studio, "Ada 100%", Some(3), None).await;
        let bo = client(&studio, "Bo_Li", Some(4), None).await;
        // Yesterday's is not late yet: a day's grace is part of the promise.
        month(&studio, &ada, 2, monday_noon() - TimeDelta::hours(36), false).await;
        let cy = client(&studio, "Cy", None, None).await;
        let long_ago = monday_noon() - TimeDelta::days(5);
        month(&studio, &ada, 1, long_ago, true).await;
        month(&studio, &bo, 1, long_ago, false).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "INSERT INTO deliverables (id, client_id, month, title, content_markdown, status, delivered_at, updated_at)
             VALUES ('d', $1, 1, 't', 'x', 'DELIVERED', $2, $2)",
            &ada,
            long_ago
        )
        .unwrap();
        execute!(
            tx,
            "UPDATE clients SET is_paused = TRUE, industry_niche = 'Home Espresso', brand_name = 'Cybrand' WHERE id = $1",
            &cy
        )
        .unwrap();
        tx.commit().await.unwrap();
        let gone = client(&studio, "Gone", None, None).await;
        crate::clients::archive(&studio, &Actor::local_owner(), &gone).await.unwrap();
        for (filter, meant) in [
            ("", vec!["Ada 100%", "Bo_Li", "Cy"]),
            ("ADA", vec!["Ada 100%"]),
            ("0%", vec!["Ada 100%"]),
            ("o_l", vec!["Bo_Li"]),
            ("cybr", vec!["Cy"]),
            ("@example.com", vec!["Ada 100%", "Bo_Li", "Cy"]),
            ("month:3,4", vec!["Ada 100%", "Bo_Li"]),
            ("!month:3", vec!["Bo_Li", "Cy"]),
            ("month:none", vec!["Cy"]),
            ("late", vec!["Bo_Li"]),
            ("!late status:active", vec!["Ada 100%"]),
            ("silent", vec!["Ada 100%"]),
            ("paused", vec!["Cy"]),
            ("!paused", vec!["Ada 100%", "Bo_Li"]),
            ("niche:\"home esp\"", vec!["Cy"]),
            ("!niche:espresso", vec!["Ada 100%", "Bo_Li"]),
            ("status:lead", vec!["Cy"]),
            ("status:archived", vec!["Gone"]),
            ("'; DROP TABLE clients; --", vec![]),
            ("\u{1b}[2J\0", vec![]),
        ] {
            assert_eq!(names(&studio, filter, Sort::Name, 2).await.unwrap(), meant, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_tells_what_is_next() {
    on_both(|studio| async move {
        let planned = client(&studio, "A planned", Some(1), None).await;
        let late = client(&studio, "B late", Some(2), None).await;
        let held = client(&studio, "C held", Some(2), None).await;
        client(&studio, "D nothing", None, None).await;
        month(&studio, &late, 1, monday_noon() - TimeDelta::days(33), true).await;
        month(&studio, &late, 2, monday_noon() - TimeDelta::days(3), false).await;
        month(&studio, &held, 1, monday_noon() - TimeDelta::days(9), false).await;
        let mut tx = studio.db.write().await.unwrap();
        for (id, days, status) in [("x2", 2, "SCHEDULED"), ("x1", 1, "SCHEDULED"), ("x0", 0, "COMPLETED")] {
            execute!(
                tx,
                "INSERT INTO automation_schedules (id, client_id, type, trigger_date, status, payload, updated_at,
                                                   dedupe_key, original_trigger_date, month, template)
                 VALUES ($1, $2, 'SEND_REMINDER', $3, $4, $5, $3, $1, $3, 1, 'UPCOMING')",
                id,
                &planned,
                monday_noon() + TimeDelta::days(days),
                status,
                sqlx::types::Json(serde_json::json!({}))
            )
            .unwrap();
        }
        execute!(tx, "UPDATE clients SET is_paused = TRUE, pause_end_date = $2 WHERE id = $1", &held, monday_noon())
            .unwrap();
        for (connection, platform) in [("k1", "INSTAGRAM"), ("k2", "TIKTOK")] {
            execute!(
                tx,
                "INSERT INTO social_connections
                     (id, client_id, platform, platform_user_id, platform_username, access_token, updated_at)
                 VALUES ($1, $2, $3, 'u', 'u', 't', $4)",
                connection,
                &late,
                platform,
                monday_noon()
            )
            .unwrap();
            for (day, followers) in [(1, 3_000_000_000_i64), (2, 5)] {
                execute!(
                    tx,
                    "INSERT INTO social_snapshots (id, connection_id, date, followers, metrics) VALUES ($1, $2, $3, $4, $5)",
                    format!("{connection}{day}"),
                    connection,
                    monday_noon() - TimeDelta::days(day),
                    followers,
                    sqlx::types::Json(serde_json::json!({}))
                )
                .unwrap();
            }
        }
        tx.commit().await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let rows = page(&mut tx, monday_noon(), &Filter::default(), Sort::Name, None, 9).await.unwrap().rows;
        let next: Vec<&Next> = rows.iter().map(|row| &row.next).collect();
        let reminder = Next::Scheduled {
            automation: "SEND_REMINDER".into(),
            template: Some("UPCOMING".into()),
            month: Some(1),
            at: monday_noon() + TimeDelta::days(1),
        };
        let expected =
            [&reminder, &Next::Late { month: 2, days: 3 }, &Next::Paused { until: Some(monday_noon()) }, &Next::Nothing];
        assert_eq!(next, expected);
        assert_eq!(rows.iter().map(|row| row.delivered_months).collect::<Vec<_>>(), [0, 1, 0, 0]);
        assert_eq!(rows.iter().map(|row| row.followers).collect::<Vec<_>>(), [None, Some(6_000_000_000), None, None]);
    })
    .await;
}

#[tokio::test]
async fn a_place_of_another_order_or_from_nowhere_is_refused() {
    let studio = crate::testing::sqlite().await;
    client(&studio, "Ada", None, None).await;
    client(&studio, "Bo", None, None).await;
    let mut tx = studio.db.read().await.unwrap();
    let filter = Filter::default();
    let first = page(&mut tx, monday_noon(), &filter, Sort::Name, None, 1).await.unwrap();
    assert!(page(&mut tx, monday_noon(), &filter, Sort::Newest, first.next.as_ref(), 1).await.is_err());
    assert!("bm9uc2Vuc2U".parse::<Cursor>().is_err());
}

/// Each order must come out of an index: a sort of 100,000 rows for every page would be felt.
#[tokio::test]
async fn no_order_sorts_or_scans_the_whole_table() {
    on_both(|studio| async move {
        client(&studio, "Ada", Some(1), Some(1)).await;
        client(&studio, "Bo", None, None).await;
        let mut tx = studio.db.write().await.unwrap();
        if tx.kind() == Kind::Postgres {
            // On two rows a scan is cheaper than any index; what counts is that the index serves.
            for setting in ["SET LOCAL enable_seqscan = off", "SET LOCAL enable_sort = off"] {
                execute!(tx, setting).unwrap();
            }
        }
        for (sort, stretch) in [
            (Sort::Name, Stretch::Name),
            (Sort::Month, Stretch::Month),
            (Sort::Month, Stretch::NoMonth),
            (Sort::LastSeen, Stretch::Seen),
            (Sort::LastSeen, Stretch::NeverSeen),
            (Sort::Newest, Stretch::Newest),
        ] {
            let filter = Filter::default();
            let cursor = page(&mut tx, monday_noon(), &filter, sort, None, 1).await.unwrap().next;
            let sql = statement(stretch, monday_noon(), &filter, cursor.as_ref(), 50);
            let plan = match tx.kind() {
                Kind::Sqlite => {
                    let rows = sql.prefixed("EXPLAIN QUERY PLAN").fetch_all::<(i64, i64, i64, String)>(&mut tx).await;
                    rows.unwrap().into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
                }
                Kind::Postgres => {
                    let rows = sql.prefixed("EXPLAIN").fetch_all::<(String,)>(&mut tx).await;
                    rows.unwrap().into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
                }
            };
            let (index, sorts) = match tx.kind() {
                Kind::Sqlite => ("USING INDEX", "TEMP B-TREE"),
                Kind::Postgres => ("Index Scan", "Sort"),
            };
            assert!(plan.contains(index) && !plan.contains(sorts), "{stretch:?}\n{plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_page_of_every_order_can_be_entered_by_its_place() {
    on_both(|studio| async move {
        for (name, month, seen) in [
            ("Ada Obi", Some(2), Some(1)),
            ("Bo Li", None, None),
            ("Cy Ng", Some(1), Some(4)),
            ("Di Roy", Some(2), None),
            ("Ed Poe", None, Some(3)),
        ] {
            client(&studio, name, month, seen).await;
            studio.clock.advance(TimeDelta::minutes(1));
        }
        let mut tx = studio.db.read().await.unwrap();
        for (filter, total) in [("", 5), ("month:2", 2)] {
            let filter: Filter = filter.parse().unwrap();
            for sort in [Sort::Name, Sort::Month, Sort::LastSeen, Sort::Newest] {
                let places = places(&mut tx, monday_noon(), &filter, sort, 2).await.unwrap();
                assert_eq!((places.total, places.ends.len()), (total, usize::try_from(total / 2).unwrap()), "{sort:?}");
                let mut after = None;
                for end in &places.ends {
                    let page = page(&mut tx, monday_noon(), &filter, sort, after.as_ref(), 2).await.unwrap();
                    assert_eq!(page.rows.len(), 2);
                    // Where more follows, the page names the same place.
                    assert!(page.next.is_none_or(|next| next == *end), "{sort:?}");
                    after = Some(end.clone());
                }
            }
        }
    })
    .await;
}
