//! Screens about the studio itself over a real database: its weeks, its words, what its staff are told.

use chrono::TimeDelta;
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::{self, Actor, Role};

use super::story_tests::{at, sized, with_a_draft};
use super::{ClientTab, MachinePart, Place};
use crate::data::Desk;
use crate::testing::Rig;
use crate::theme::Glyphs;
use crate::verbs::Rights;

const SIZES: [(&str, (u16, u16)); 3] = [("80x24", (80, 24)), ("120x40", (120, 40)), ("40x12", (40, 12))];

#[tokio::test]
async fn the_week_in_short_is_read_with_those_before_it() {
    let (studio, _) = with_a_draft().await;
    studio.clock.advance(TimeDelta::days(7));
    journey::tick(&studio, "test").await.unwrap();
    for (name, size) in SIZES {
        let mut rig = sized(&studio, Place::Digest, size, Glyphs::Unicode).await;
        insta::assert_snapshot!(format!("digest_{name}"), rig.text());
    }
    let mut rig = at(&studio, Place::Digest).await;
    rig.shows(&["so far", "The week in short: 6 April to 6 April 2026"]);
    rig.press("down");
    rig.shows(&["The week in short: 30 March to 6 April 2026", "Maya Okonkwo, month 1: not delivered, 7 days late"]);
}

#[tokio::test]
async fn every_message_is_seen_as_each_channel_shows_it() {
    let (studio, _) = with_a_draft().await;
    for (name, size) in SIZES {
        let mut rig = sized(&studio, Place::Texts, size, Glyphs::Unicode).await;
        insta::assert_snapshot!(format!("texts_{name}"), rig.text());
    }
    let mut rig = at(&studio, Place::Texts).await;
    rig.press_and_settle("2").await;
    rig.shows(&["**Your account has changed**"]);
    rig.press_and_settle("3").await;
    rig.shows(&["Subject: Your account has changed"]);
    rig.press_and_settle("end").await;
    rig.press_and_settle("tab tab").await;
    rig.shows(&["welcome_back"]);
}

#[tokio::test]
async fn who_is_on_the_staff_chooses_what_a_chat_brings() {
    let (studio, _) = with_a_draft().await;
    let mut rig = at(&studio, Place::Notices).await;
    rig.shows(&["the owner of this machine"]);
    let bo = staff::add(&studio, &Actor::local_owner(), "bo@example.com", None, Role::Admin).await.unwrap();
    let desk = Desk::of_studio(&studio, &Actor::Admin { id: Some(bo.id), role: Role::Admin });
    let clock = studio.clock.clone();
    let mut rig = Rig::on_clock(desk, &Place::Notices, (80, 24), Glyphs::Unicode, Rights::Edit, clock);
    rig.settle().await;
    insta::assert_snapshot!("notices_80x24", rig.text());
    rig.press("down down");
    rig.press_and_settle("enter").await;
    rig.shows(&["Failed steps: off."]);
    rig.press_and_settle("l").await;
    rig.shows(&["Code until 31 Mar"]);
}

#[tokio::test]
async fn a_milestone_is_named_and_told() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Client(maya, ClientTab::Journey)).await;
    rig.press("M");
    rig.shows(&["Which milestone has Maya Okonkwo reached?"]);
    rig.type_text("the first hundred orders");
    rig.press_and_settle("enter").await;
    rig.shows(&["no chat of this client is linked"]);
}

#[tokio::test]
async fn a_hold_without_an_end_needs_attention_after_a_week() {
    let (studio, maya) = with_a_draft().await;
    let hold = journey::Move::Pause { from: None, until: None, reason: Some("exams".into()) };
    journey::make(&studio, &Actor::local_owner(), &maya, &hold, None).await.unwrap();
    let mut rig = at(&studio, Place::Attention).await;
    rig.shows(&["Nothing needs attention"]);
    studio.clock.advance(TimeDelta::days(8));
    journey::tick(&studio, "test").await.unwrap();
    let mut rig = at(&studio, Place::Attention).await;
    rig.shows(&["open hold", "Maya Okonkwo", "exams", "8 d"]);
    let mut rig = at(&studio, Place::Today).await;
    rig.shows(&["1  hold without an end", "oldest 8 d"]);
}

#[tokio::test]
async fn grid_log_and_health_are_whole_on_a_small_terminal_and_on_a_large_one() {
    let (studio, _) = with_a_draft().await;
    let log = Place::Machine(MachinePart::Log);
    let health = Place::Machine(MachinePart::Health);
    for (screen, place) in [("portfolio", Place::Portfolio), ("log", log), ("health", health)] {
        for (name, size) in [("40x12", (40, 12)), ("120x40", (120, 40))] {
            let mut rig = sized(&studio, place.clone(), size, Glyphs::Unicode).await;
            insta::assert_snapshot!(format!("{screen}_{name}"), rig.text());
        }
        let mut rig = sized(&studio, place, (40, 12), Glyphs::Ascii).await;
        assert!(rig.text().is_ascii(), "{}", rig.text());
    }
}
