//! The journey's screens over a real database: move, explain, look over everybody.

use wavelaunch_shared::clients;
use wavelaunch_shared::journey::{self, Move};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite};

use super::story_tests::{add, at, sized, step_of, with_a_draft};
use super::{ClientTab, MachinePart, Place};
use crate::theme::Glyphs;

/// A hold of two weeks that begins tomorrow's week.
fn two_weeks() -> Move {
    Move::Pause { from: None, until: "2026-04-13".parse().ok(), reason: None }
}

async fn version(studio: &TestStudio, client: &wavelaunch_shared::id::ClientId) -> clients::Client {
    clients::get(&mut studio.db.read().await.unwrap(), client).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_pause_is_seen_row_by_row_before_it_is_made() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.press("p");
    rig.shows(&["Pause Maya Okonkwo: until which day?"]);
    rig.type_text("someday");
    rig.press("enter");
    rig.shows(&["This is no day"]);
    rig.press("ctrl-u");
    rig.type_text("14");
    rig.press("enter");
    rig.type_text("exams");
    rig.press_and_settle("enter").await;
    rig.shows(&["Pause Maya Okonkwo now, until 13 Apr 2026", "0 lost, 0 doubled", "y do it"]);
    insta::assert_snapshot!("pause_preview_80x24", rig.text());
    assert!(!version(&studio, &maya).await.is_paused, "a preview changes nothing");
    rig.press_and_settle("y").await;
    rig.shows(&["on hold since today until 13 Apr", "exams", "0 lost, 0 doubled"]);
    assert!(version(&studio, &maya).await.is_paused);
    rig.press("p");
    rig.shows(&["It is on hold already"]);
    rig.press_and_settle("P").await;
    rig.shows(&["Maya Okonkwo goes on now"]);
    rig.press_and_settle("y").await;
    assert!(!version(&studio, &maya).await.is_paused, "{}", rig.text());
}

#[tokio::test]
async fn a_preview_fits_its_terminal_in_both_glyph_sets() {
    let (studio, maya) = with_a_draft().await;
    let place = Place::Move(maya, Box::new(two_weeks()));
    for (name, size, glyphs) in [("120x40", (120, 40), Glyphs::Unicode), ("ascii", (80, 24), Glyphs::Ascii)] {
        let mut rig = sized(&studio, place.clone(), size, glyphs).await;
        insta::assert_snapshot!(format!("pause_preview_{name}"), rig.text());
    }
}

#[tokio::test]
async fn a_month_is_left_out_after_a_second_question_and_taken_in_again() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Month(maya.clone(), 3)).await;
    rig.press_and_settle("s").await;
    rig.shows(&["Maya Okonkwo goes without month 3", "taken off: the month was skipped"]);
    rig.press("y");
    rig.shows(&["Leave month 3 out?", "4 planned steps are taken off"]);
    rig.press_and_settle("y").await;
    rig.shows(&["· skipped"]);
    rig.press_and_settle("s").await;
    rig.shows(&["Maya Okonkwo gets month 3 after all"]);
    rig.press_and_settle("y").await;
    assert!(!rig.text().contains("skipped"));
}

#[tokio::test]
async fn a_move_that_cannot_be_made_says_why() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Move(maya, Box::new(Move::Resume))).await;
    rig.shows(&["▲"]);
    rig.press("y");
    rig.shows(&["This change cannot be made as it stands"]);
}

#[tokio::test]
async fn two_admins_do_not_undo_each_other() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Move(maya.clone(), Box::new(two_weeks()))).await;
    journey::make(
        &studio,
        &Actor::local_owner(),
        &maya,
        &Move::AdjustStart { on: "2026-04-01".parse().unwrap() },
        None,
    )
    .await
    .unwrap();
    rig.press_and_settle("y").await;
    assert!(!version(&studio, &maya).await.is_paused, "{}", rig.text());
}

#[tokio::test]
async fn any_step_is_explained() {
    let (studio, maya) = with_a_draft().await;
    let step = step_of(&studio, &maya).await;
    let mut rig = at(&studio, Place::Why(step)).await;
    insta::assert_snapshot!("why_80x24", rig.text());
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.press("w");
    rig.shows(&["Only a planned step is explained"]);
    rig.press("end");
    rig.press_and_settle("w").await;
    rig.shows(&["The rule", "Quiet hours", "What made it"]);
}

#[tokio::test]
async fn the_log_is_narrowed_by_words_and_explains_its_steps() {
    let (studio, _) = with_a_draft().await;
    let mut rig = at(&studio, Place::Machine(MachinePart::Log)).await;
    rig.press("/");
    rig.type_text("generate");
    rig.settle().await;
    rig.press("enter");
    rig.shows(&["GENERATE"]);
    assert!(!rig.text().contains("REMIND"));
    rig.press_and_settle("w").await;
    rig.shows(&["› Why", "GENERATE, month 1", "It is done."]);
    rig.press_and_settle("esc").await;
    rig.press("/");
    rig.press("ctrl-u");
    rig.type_text("failed");
    rig.settle().await;
    rig.shows(&["The machine did nothing of the kind"]);
}

#[tokio::test]
async fn health_is_read_at_a_glance() {
    let (studio, _) = with_a_draft().await;
    for (name, glyphs) in [("80x24", Glyphs::Unicode), ("ascii", Glyphs::Ascii)] {
        let mut rig = sized(&studio, Place::Machine(MachinePart::Health), (80, 24), glyphs).await;
        insta::assert_snapshot!(format!("health_{name}"), rig.text());
    }
}

#[tokio::test]
async fn the_portfolio_pages_narrows_and_opens_a_month() {
    let mut settings = wavelaunch_shared::config::Settings::default();
    settings.studio.client_limit = 1000;
    let studio = wavelaunch_shared::testing::sqlite_with(settings).await;
    for n in 0..120 {
        let id = add(&studio, &format!("Person {n:03}"), &format!("p{n}@example.test")).await;
        journey::start(&studio, &Actor::local_owner(), &id, None).await.unwrap();
    }
    let mut rig = at(&studio, Place::Portfolio).await;
    rig.press_and_settle("end").await;
    rig.shows(&["› Person 119"]);
    rig.press_and_settle("k").await;
    rig.shows(&["› Person 118"]);
    rig.press("right right");
    rig.press_and_settle("enter").await;
    rig.shows(&["Person 118", "›M3 Market Entry"]);
    rig.press_and_settle("esc").await;
    rig.press("/");
    rig.type_text("person 007");
    rig.settle().await;
    rig.press("enter");
    rig.shows(&["› Person 007"]);
    assert!(!rig.text().contains("Person 118"));
    let mut rig = sized(&studio, Place::Portfolio, (120, 40), Glyphs::Ascii).await;
    insta::assert_snapshot!("portfolio_120x40_ascii", rig.text());
}

#[tokio::test]
async fn a_request_for_a_break_is_declined_with_words() {
    let studio = sqlite().await;
    let maya = add(&studio, "Maya Okonkwo", "maya@example.test").await;
    journey::start(&studio, &Actor::local_owner(), &maya, None).await.unwrap();
    journey::request_break(&studio, &maya, Some(&"exams".into())).await.unwrap();
    let mut rig = at(&studio, Place::Attention).await;
    rig.shows(&["pause request", "exams"]);
    rig.press("s");
    rig.shows(&["A request for a break is decided"]);
    rig.press("d");
    rig.press("ctrl-s");
    rig.shows(&["Write a few words"]);
    rig.type_text("Month 2 is short. Let us talk after it.");
    rig.press_and_settle("ctrl-s").await;
    rig.shows(&["Declined; your words are on their way", "Nothing needs attention"]);
    let mut rig = at(&studio, Place::Client(maya, ClientTab::Activity)).await;
    rig.shows(&["Declined the request for a break"]);
}
