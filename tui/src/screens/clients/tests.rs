//! The list over a real database: paging, narrowing, sorting.

use std::fmt::Write as _;

use wavelaunch_shared::clients::{self, ImportMode, NewClient};
use wavelaunch_shared::config::Settings;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite, sqlite_with};

use crate::data::Desk;
use crate::screens::Place;
use crate::testing::Rig;
use crate::theme::Glyphs;
use crate::verbs::Rights;

async fn studio_with(names: &[&str]) -> TestStudio {
    let studio = sqlite().await;
    for (at, name) in names.iter().enumerate() {
        let new = NewClient {
            full_name: (*name).into(),
            email: format!("c{at}@example.test"),
            timezone: "Africa/Lagos".into(),
            industry_niche: Some("coffee".into()),
            ..NewClient::default()
        };
        clients::add(&studio, &Actor::local_owner(), new).await.unwrap();
    }
    studio
}

async fn rig(studio: &TestStudio, size: (u16, u16)) -> Rig {
    let desk = Desk::of_studio(studio, &Actor::local_owner());
    let mut rig = Rig::with(desk, &Place::Clients(String::new()), size, Glyphs::Unicode, Rights::Edit);
    rig.settle().await;
    rig
}

#[tokio::test]
async fn names_of_all_scripts_keep_their_columns() {
    let names = ["Maya Okonkwo", "李小龙", "محمد الفارسي", "Łukasz Żółć", "Zoë Brontë-Müller"];
    let studio = studio_with(&names).await;
    let mut rig = rig(&studio, (80, 14)).await;
    rig.press("j");
    insta::assert_snapshot!(rig.text());
}

#[tokio::test]
async fn an_empty_studio_says_how_to_begin() {
    let studio = studio_with(&[]).await;
    rig(&studio, (80, 14)).await.shows(&["No clients yet", "client import"]);
}

#[tokio::test]
async fn words_narrow_while_they_are_typed_and_esc_takes_them_back() {
    let studio = studio_with(&["Maya Okonkwo", "Kiri Te Awa"]).await;
    let mut rig = rig(&studio, (80, 14)).await;
    rig.press_and_settle("/ k i r i").await;
    rig.shows(&["Kiri Te Awa", "1 of 2"]);
    assert!(!rig.text().contains("Maya"));
    rig.press_and_settle("esc").await;
    rig.shows(&["Maya Okonkwo"]);
    rig.press_and_settle("/ m o n t h : 9 enter").await;
    rig.shows(&["▲ not up to date:"]);
}

#[tokio::test]
async fn a_viewer_is_told_why_nothing_can_be_changed() {
    let studio = studio_with(&["Maya Okonkwo"]).await;
    let desk = Desk::of_studio(&studio, &Actor::local_owner());
    let place = Place::Clients(String::new());
    let mut rig = Rig::with(desk, &place, (100, 14), Glyphs::Unicode, Rights::Look);
    rig.settle().await;
    rig.press("m");
    rig.shows(&["You may look here"]);
}

#[tokio::test]
async fn a_long_list_is_paged_and_far_pages_are_let_go() {
    let mut settings = Settings::default();
    settings.studio.client_limit = 1000;
    let studio = sqlite_with(settings).await;
    let mut csv = String::from("name,email\n");
    for n in 0..700 {
        writeln!(csv, "Person {n:04},p{n}@example.test").unwrap();
    }
    import(&studio, &csv).await;
    let mut rig = rig(&studio, (80, 24)).await;
    rig.shows(&["Person 0000", "700"]);
    for _ in 0..80 {
        rig.press_and_settle("pagedown").await;
    }
    rig.shows(&["Person 0699"]);
    rig.press_and_settle("home").await;
    rig.shows(&["Person 0000"]);
}

#[tokio::test]
async fn end_goes_to_the_last_client_however_many_there_are() {
    let mut settings = Settings::default();
    settings.studio.client_limit = 1000;
    let studio = sqlite_with(settings).await;
    let mut csv = String::from("name,email\n");
    for n in 0..700 {
        writeln!(csv, "Person {n:04},p{n}@example.test").unwrap();
    }
    import(&studio, &csv).await;
    let mut rig = rig(&studio, (80, 24)).await;
    for order in ["Person 0699", "Person 0699", "Person 0000", "Person 0000"] {
        rig.press_and_settle("end").await;
        rig.shows(&[&format!("› {order}")]);
        rig.press_and_settle("pageup").await;
        assert!(!rig.text().contains("· · ·"), "{}", rig.text());
        rig.press_and_settle("home").await;
        rig.press_and_settle("o").await;
    }
}

async fn import(studio: &TestStudio, csv: &str) {
    let report =
        clients::import(studio, &Actor::local_owner(), csv.as_bytes(), ImportMode::AllOrNothing).await.unwrap();
    assert_eq!(report.added.len(), 700, "{:?}", report.refused.first());
}
