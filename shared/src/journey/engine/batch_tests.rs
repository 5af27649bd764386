//! Many steps in one transaction come to what they would come to one by one.

use crate::clients::Client;
use crate::config::{JourneySettings, Settings};
use crate::events::EventKind;
use crate::execute;
use crate::journey::fixture::*;
use crate::journey::*;
use crate::testing::{TestStudio, on_both, on_both_with};

use AutomationKind::SendReminder;

/// So many clients, whose journeys begin on `day`.
async fn many(studio: &TestStudio, count: usize, day: &str) -> Vec<Client> {
    let mut clients = Vec::new();
    for index in 0..count {
        clients.push(begun(studio, &format!("Client {index}"), day).await);
    }
    clients
}

async fn announcement(studio: &TestStudio, client: &Client) -> Automation {
    row(studio, client, SendReminder, Some(Template::Upcoming), 1).await
}

#[tokio::test]
async fn a_row_that_cannot_be_done_leaves_its_neighbours_alone() {
    on_both(|studio| async move {
        let clients = many(&studio, 5, "2026-04-10").await;
        // No rule knows what this one is for.
        let broken = announcement(&studio, &clients[2]).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE automation_schedules SET type = 'SEND_DIGEST' WHERE id = $1", &broken.id).unwrap();
        tx.commit().await.unwrap();
        let report = tick_at(&studio, "2026-04-07T09:00").await;
        assert_eq!(report.failed, 1);
        for (index, client) in clients.iter().enumerate() {
            let told = messages(&studio, client).await.contains(&"upcoming".to_owned());
            assert_eq!(told, index != 2, "client {index}");
        }
        assert_eq!(count_events(&studio, &clients[2], EventKind::AutomationFailed).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_the_database_refuses_is_tried_again_and_its_neighbours_are_done() {
    on_both(|studio| async move {
        let clients = many(&studio, 5, "2026-04-10").await;
        let mut tx = studio.db.write().await.unwrap();
        let refusal = match studio.db.kind() {
            crate::db::Kind::Sqlite => {
                "CREATE TRIGGER refusal BEFORE INSERT ON automation_logs WHEN NEW.action = 'UPCOMING' AND NEW.attempt = 1
                   AND NEW.status = 'SUCCESS' AND NEW.client_id = (SELECT id FROM clients WHERE full_name = 'Client 2')
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            crate::db::Kind::Postgres => {
                "CREATE FUNCTION refuse() RETURNS TRIGGER AS $refuse$ BEGIN
                   IF NEW.action = 'UPCOMING' AND NEW.attempt = 1 AND NEW.status = 'SUCCESS'
                      AND NEW.client_id = (SELECT id FROM clients WHERE full_name = 'Client 2')
                   THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $refuse$ LANGUAGE plpgsql"
            }
        };
        execute!(tx, refusal).unwrap();
        if studio.db.kind() == crate::db::Kind::Postgres {
            let trigger = "CREATE TRIGGER refusal BEFORE INSERT ON automation_logs FOR EACH ROW EXECUTE FUNCTION refuse()";
            execute!(tx, trigger).unwrap();
        }
        tx.commit().await.unwrap();
        tick_at(&studio, "2026-04-07T09:00").await;
        let told = async |client| messages(&studio, client).await.iter().filter(|key| *key == "upcoming").count();
        for (index, client) in clients.iter().enumerate() {
            assert_eq!(told(client).await, usize::from(index != 2), "client {index}");
        }
        let refused = announcement(&studio, &clients[2]).await;
        assert_eq!((refused.status, refused.retry_count), (AutomationStatus::Scheduled, 1));
        assert!(refused.error_message.unwrap().contains("refused"));
        tick_at(&studio, "2026-04-07T09:15").await;
        assert_eq!(told(&clients[2]).await, 1, "the second try is not refused");
    })
    .await;
}

#[tokio::test]
async fn two_rows_of_one_client_follow_each_other() {
    on_both(|studio| async move {
        let clients = many(&studio, 3, "2026-03-30").await;
        for client in &clients {
            studio.clock.set(time("2026-04-21T10:00"));
            deliver(&studio, client, 1).await;
        }
        // The celebration of month 1 and the announcement of month 2 fall on the same morning: one a day.
        tick_at(&studio, "2026-04-26T09:00").await;
        for client in &clients {
            assert_eq!(messages(&studio, client).await.len(), 3);
        }
    })
    .await;
}

#[tokio::test]
async fn together_or_one_by_one_comes_to_the_same() {
    let mut lived = Vec::new();
    for steps_together in [1, 3, 100] {
        let journey = JourneySettings { steps_together, catch_up_per_minute: 4, ..Default::default() };
        let settings = Settings { journey, ..Default::default() };
        let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        on_both_with(settings, |studio| {
            let told = std::sync::Arc::clone(&told);
            async move {
                let clients = many(&studio, 7, "2026-03-30").await;
                for at in ["2026-04-02T12:00", "2026-04-02T12:01", "2026-04-26T09:00", "2026-05-10T12:00"] {
                    tick_at(&studio, at).await;
                }
                let mut all = Vec::new();
                for client in &clients {
                    all.push(messages(&studio, client).await);
                    for row in rows(&studio, client).await {
                        let log = attempts(&studio, &row).await;
                        let log = log.iter().map(|line| format!("{} {:?} {:?}", line.action, line.status, line.reason));
                        all.push(log.collect());
                        all.push(vec![format!("{:?} {} {:?}", row.status, row.trigger_date, row.payload.gate)]);
                    }
                }
                told.lock().unwrap().push(all);
            }
        })
        .await;
        lived.append(&mut told.lock().unwrap());
    }
    for other in &lived[1..] {
        assert_eq!(&lived[0], other);
    }
}
