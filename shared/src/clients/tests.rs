use rstest::rstest;

use super::*;
use crate::config::Settings;
use crate::staff::{Actor, Role};
use crate::testing::{TestStudio, monday_noon, on_both, on_both_with};
use crate::{Error, execute, fetch_scalar};

async fn added(studio: &TestStudio, name: &str, email: &str) -> Client {
    let new = NewClient { full_name: name.into(), email: email.into(), ..NewClient::default() };
    add(studio, &Actor::local_owner(), new).await.unwrap()
}

async fn moved(studio: &TestStudio, id: &crate::id::ClientId, to: Status) -> crate::Result<()> {
    let mut tx = studio.db.write().await?;
    let client = get(&mut tx, id).await?.unwrap();
    change_status(&mut tx, studio.clock.now(), &Actor::System, &client, to, "a test").await?;
    tx.commit().await
}

#[tokio::test]
async fn a_client_is_a_lead_with_a_normal_email_and_an_event() {
    on_both(|studio| async move {
        let client = added(&studio, "  Zoë Brontë ", "Zoe@Example.COM").await;
        assert_eq!((client.full_name.raw(), client.email.as_str()), ("Zoë Brontë", "zoe@example.com"));
        assert_eq!((client.status, client.timezone.as_str(), client.version), (Status::Lead, "UTC", 0));
        let mut tx = studio.db.read().await.unwrap();
        let events = crate::events::page(&mut tx, Some(&client.id), None, 9).await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].kind, crate::events::EventKind::ClientCreated);
    })
    .await;
}

#[tokio::test]
async fn an_email_is_used_once_whatever_its_case() {
    on_both(|studio| async move {
        added(&studio, "Ada", "ada@example.com").await;
        let twin = NewClient { full_name: "Twin".into(), email: "ADA@example.com".into(), ..NewClient::default() };
        let refusal = add(&studio, &Actor::local_owner(), twin).await.unwrap_err();
        assert_eq!(refusal.to_string(), "ada@example.com belongs to another client already");
        let other = added(&studio, "Other", "other@example.com").await;
        let steal = ClientEdit { email: Some("Ada@example.com".into()), ..ClientEdit::default() };
        assert!(edit(&studio, &Actor::local_owner(), &other.id, steal).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_viewer_and_a_client_may_not_change_clients() {
    on_both(|studio| async move {
        let client = added(&studio, "Ada", "ada@example.com").await;
        for actor in [Actor::Admin { id: None, role: Role::Viewer }, Actor::Client(client.id.clone())] {
            let new = NewClient { full_name: "Bo".into(), email: "bo@example.com".into(), ..NewClient::default() };
            assert!(matches!(add(&studio, &actor, new).await, Err(Error::Forbidden { .. })));
            assert!(matches!(archive(&studio, &actor, &client.id).await, Err(Error::Forbidden { .. })));
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_is_found_by_id_email_or_start_of_name() {
    on_both(|studio| async move {
        let zoe = added(&studio, "Zoë Brontë-Müller", "zoe@example.com").await;
        let sam = added(&studio, "Sam", "sam@example.com").await;
        added(&studio, "Samira Osei", "samira@example.com").await;
        let mut tx = studio.db.read().await.unwrap();
        for typed in [zoe.id.as_str(), "ZOE@example.com", "zoe", "ZOË bronte", "Zoë Brontë-Müller"] {
            assert_eq!(find(&mut tx, typed).await.unwrap().id, zoe.id, "{typed}");
        }
        assert_eq!(find(&mut tx, "sam").await.unwrap().id, sam.id, "a whole name wins");
        let refusal = find(&mut tx, "sa").await.unwrap_err().to_string();
        assert!(refusal.contains("Sam <sam@example.com>") && refusal.contains("Samira Osei"), "{refusal}");
        for nobody in ["", "x", "nobody@example.com", "\u{200b}"] {
            assert!(matches!(find(&mut tx, nobody).await, Err(Error::NotFound("client"))));
        }
    })
    .await;
}

#[tokio::test]
async fn an_archived_client_gives_way_to_a_live_one_of_the_same_name() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let old = added(&studio, "Maya Okonkwo", "old@example.com").await;
        archive(&studio, &owner, &old.id).await.unwrap();
        assert_eq!(find(&mut studio.db.read().await.unwrap(), "maya").await.unwrap().id, old.id);
        let new = added(&studio, "Maya Moreau", "new@example.com").await;
        assert_eq!(find(&mut studio.db.read().await.unwrap(), "maya").await.unwrap().id, new.id);
    })
    .await;
}

#[tokio::test]
async fn an_edit_changes_what_is_given_and_sees_a_rival() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let client = added(&studio, "Ada", "ada@example.com").await;
        let first = ClientEdit {
            industry_niche: Some("=1+1".into()),
            timezone: Some("europe/berlin".into()),
            version: Some(client.version),
            ..ClientEdit::default()
        };
        let changed = edit(&studio, &owner, &client.id, first.clone()).await;
        // Zones are written exactly as IANA does.
        assert!(changed.is_err());
        let first = ClientEdit { timezone: Some("Europe/Berlin".into()), ..first };
        let changed = edit(&studio, &owner, &client.id, first.clone()).await.unwrap();
        assert_eq!(changed.industry_niche.unwrap().raw(), "=1+1");
        assert_eq!((changed.full_name.raw(), changed.timezone.as_str(), changed.version), ("Ada", "Europe/Berlin", 1));
        assert!(matches!(edit(&studio, &owner, &client.id, first).await, Err(Error::Conflict(_))));
        let clear = ClientEdit { industry_niche: Some(" ".into()), ..ClientEdit::default() };
        assert!(edit(&studio, &owner, &client.id, clear).await.unwrap().industry_niche.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_status_moves_by_the_table_and_a_rival_is_seen() {
    on_both(|studio| async move {
        let client = added(&studio, "Ada", "ada@example.com").await;
        assert!(moved(&studio, &client.id, Status::Completed).await.is_err());
        moved(&studio, &client.id, Status::Onboarding).await.unwrap();
        moved(&studio, &client.id, Status::Active).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        let stale = change_status(&mut tx, monday_noon(), &Actor::System, &client, Status::Onboarding, "late").await;
        assert!(matches!(stale, Err(Error::Conflict(_))));
        let now = get(&mut tx, &client.id).await.unwrap().unwrap();
        assert_eq!((now.status, now.version), (Status::Active, 2));
    })
    .await;
}

#[tokio::test]
async fn paused_only_mirrors_a_hold() {
    on_both(|studio| async move {
        let client = added(&studio, "Ada", "ada@example.com").await;
        moved(&studio, &client.id, Status::Active).await.unwrap();
        let by_hand = moved(&studio, &client.id, Status::Paused).await.unwrap_err();
        assert!(by_hand.to_string().contains("journey pause"));
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET is_paused = TRUE WHERE id = $1", &client.id).unwrap();
        tx.commit().await.unwrap();
        moved(&studio, &client.id, Status::Paused).await.unwrap();
        assert!(moved(&studio, &client.id, Status::Active).await.is_err());
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn whoever_leaves_is_let_go_of_and_comes_back_as_before(
    #[values(Status::Archived, Status::Churned)] gone: Status,
) {
    on_both(move |studio| async move {
        let client = added(&studio, "Ada", "ada@example.com").await;
        moved(&studio, &client.id, Status::Active).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        execute!(
            tx,
            "INSERT INTO automation_schedules
                 (id, client_id, type, trigger_date, status, payload, updated_at, dedupe_key, original_trigger_date)
             VALUES ('c1', $1, 'SEND_REMINDER', $2, 'SCHEDULED', $3, $2, 'k', $2)",
            &client.id,
            monday_noon(),
            sqlx::types::Json(serde_json::json!({}))
        )
        .unwrap();
        execute!(
            tx,
            "INSERT INTO chat_identities (id, client_id, platform, external_user_id, linked_at)
             VALUES ('c2', $1, 'TELEGRAM', '7', $2)",
            &client.id,
            monday_noon()
        )
        .unwrap();
        tx.commit().await.unwrap();
        moved(&studio, &client.id, gone).await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        let live = fetch_scalar!(
            tx,
            i64,
            "SELECT (SELECT COUNT(*) FROM automation_schedules WHERE status = 'SCHEDULED')
                  + (SELECT COUNT(*) FROM chat_identities WHERE revoked_at IS NULL)"
        );
        assert_eq!(live.unwrap(), 0);
        drop(tx);
        let back = restore(&studio, &Actor::local_owner(), &client.id).await;
        let now = get(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap().unwrap();
        match gone {
            Status::Archived => assert_eq!((back.is_ok(), now.status, now.deleted_at), (true, Status::Active, None)),
            _ => assert_eq!((back.is_ok(), now.status), (false, Status::Churned)),
        }
    })
    .await;
}

#[tokio::test]
async fn the_programme_has_so_many_places_and_the_archived_take_none() {
    let mut settings = Settings::default();
    settings.studio.client_limit = 1;
    on_both_with(settings, |studio| async move {
        let owner = Actor::local_owner();
        let first = added(&studio, "First", "first@example.com").await;
        let second = added(&studio, "Second", "second@example.com").await;
        require_room(&mut studio.db.read().await.unwrap(), &studio).await.unwrap();
        moved(&studio, &first.id, Status::Active).await.unwrap();
        let full = require_room(&mut studio.db.read().await.unwrap(), &studio).await.unwrap_err();
        assert!(full.to_string().contains("studio.client_limit"));
        archive(&studio, &owner, &first.id).await.unwrap();
        require_room(&mut studio.db.read().await.unwrap(), &studio).await.unwrap();
        moved(&studio, &second.id, Status::Active).await.unwrap();
        assert!(restore(&studio, &owner, &first.id).await.is_err(), "the place is taken by now");
    })
    .await;
}

#[tokio::test]
async fn seeing_a_client_only_moves_forward() {
    on_both(|studio| async move {
        let client = added(&studio, "Ada", "ada@example.com").await;
        let mut tx = studio.db.write().await.unwrap();
        saw(&mut tx, &client.id, monday_noon()).await.unwrap();
        saw(&mut tx, &client.id, monday_noon() - chrono::TimeDelta::hours(1)).await.unwrap();
        let seen = get(&mut tx, &client.id).await.unwrap().unwrap();
        assert_eq!((seen.last_seen_at, seen.version), (Some(monday_noon()), 0));
    })
    .await;
}

#[tokio::test]
async fn json_keys_are_the_columns_names() {
    let studio = crate::testing::sqlite().await;
    let client = added(&studio, "Ada", "ada@example.com").await;
    let mut tx = studio.db.read().await.unwrap();
    let columns: Vec<(String,)> =
        crate::fetch_all!(tx, (String,), "SELECT name FROM pragma_table_info('clients')").unwrap();
    let json = serde_json::to_value(&client).unwrap();
    for key in json.as_object().unwrap().keys() {
        assert!(columns.iter().any(|(column,)| column == key), "{key} is no column");
    }
    assert_eq!(json["created_at"], "2026-03-30T12:00:00Z");
}
