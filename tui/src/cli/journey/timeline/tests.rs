use chrono::NaiveDate;
use wavelaunch_shared::clients::{self, NewClient};
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing;

use super::*;

async fn drawn(signs: Signs) -> String {
    let studio = testing::sqlite().await;
    let actor = Actor::local_owner();
    let new = NewClient {
        full_name: "Maya Okonkwo".into(),
        email: "maya@example.com".into(),
        timezone: "Africa/Lagos".into(),
        ..NewClient::default()
    };
    let client = clients::add(&studio, &actor, new).await.unwrap();
    let on = NaiveDate::from_ymd_opt(2026, 2, 2);
    let mut overview = journey::start(&studio, &actor, &client.id, on).await.unwrap();
    // The ids differ from run to run, and the picture is about everything else.
    overview.automations.retain(|row| row.trigger_date > studio.clock.now() + AHEAD);
    draw(&client, &overview, studio.clock.now(), signs)
}

#[tokio::test]
async fn eight_months_fit_on_eighty_columns() {
    let picture = drawn(Signs::Unicode).await;
    assert!(picture.lines().all(|line| line.width() <= 80), "{picture}");
    insta::assert_snapshot!(picture);
}

#[tokio::test]
async fn a_plain_terminal_gets_plain_signs() {
    let picture = drawn(Signs::Ascii).await;
    assert!(picture.is_ascii(), "{picture}");
}
