//! `social`: alerts, and marking them as seen.

use chrono::TimeDelta;
use wavelaunch_shared::social::{self, Platform};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{clients, testing};

use crate::home::{Home, keys};

#[tokio::test]
async fn an_alert_is_listed_until_it_is_seen_and_stays_readable() {
    let studio = testing::sqlite().await;
    let home = Home::on(&studio.address);
    assert!(home.run(&["social", "alerts"]).ok().stderr.contains("Nothing has moved yet"));
    home.run(&["client", "add", "Maya Okonkwo", "maya@example.com"]).ok();
    let maya = clients::find(&mut studio.db.read().await.unwrap(), "maya").await.unwrap();
    for followers in [900, 1_100] {
        let owner = Actor::local_owner();
        social::record(&studio, &owner, &maya, Platform::Instagram, followers, None).await.unwrap();
        studio.clock.advance(TimeDelta::days(1));
    }
    let list = home.run(&["social", "alerts", "maya", "--json"]).ok().json();
    insta::assert_snapshot!("social_alert", keys(&list[0]));
    assert_eq!((list.as_array().unwrap().len(), &list[0]["is_read"]), (1, &serde_json::json!(false)));
    let id = list[0]["id"].as_str().unwrap();
    assert!(home.run(&["social", "alerts"]).ok().stdout.contains("Instagram passed 1K"));

    assert_eq!(home.run(&["--read-only", "social", "seen", id]).code, 1);
    assert_eq!(home.run(&["social", "seen", id, "--json"]).ok().json()["is_read"], true);
    assert_eq!(home.run(&["social", "alerts", "--json"]).ok().json()[0]["is_read"], true);
    assert_eq!(home.run(&["social", "seen", "nonsense"]).code, 3);
    home.run(&["admin", "add", "vi@example.com", "--role", "viewer"]).ok();
    assert_eq!(home.run(&["--as", "vi@example.com", "social", "seen", id]).code, 1);
}
