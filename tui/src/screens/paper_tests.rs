//! Plans, extras and highlights, as an admin works with them.

use chrono::TimeDelta;
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::sqlite;

use super::story_tests::{add, at, with_a_draft};
use super::{ClientTab, Place};

#[tokio::test]
async fn a_business_plan_is_asked_for_judged_and_delivered() {
    let studio = sqlite().await;
    let maya = add(&studio, "Maya Okonkwo", "maya@example.test").await;
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.press_and_settle("B").await;
    rig.shows(&["The business plan is written with the engine's next look", "Business plan", "due in 2 d"]);
    rig.press_and_settle("B").await;
    rig.shows(&["business plan is being written already"]);
    studio.clock.advance(TimeDelta::hours(17));
    journey::start(&studio, &Actor::local_owner(), &maya, None).await.unwrap();
    journey::tick(&studio, "test").await.unwrap();

    let mut rig = at(&studio, Place::Today).await;
    rig.shows(&["1  document to review", "1  business plan owed", "due in 1 d 7 h"]);
    at(&studio, Place::Attention).await.shows(&["business plan", "Maya Okonkwo", "due in 1 d"]);
    at(&studio, Place::client(&maya)).await.shows(&["Business plan  ● in review", "due in 1 d 7 h", "M1"]);

    let mut rig = at(&studio, Place::Review).await;
    rig.shows(&["Maya Okonkwo", "Business plan", "in review"]);
    rig.press_and_settle("enter").await;
    rig.shows(&["● in review", "by offline", "Composed offline"]);
    rig.press("A");
    rig.shows(&["Approve and deliver Maya Okonkwo, business plan?"]);
    rig.press_and_settle("y").await;
    rig.shows(&["✓ delivered", "to look for", "The people come first"]);
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.shows(&["Business plan  ✓ delivered", "not opened"]);
}

#[tokio::test]
async fn a_sub_document_is_chosen_from_the_months() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.press("E");
    rig.shows(&["Beside the document of M1", "Brand Architecture", "Community Foundation"]);
    rig.press("j");
    rig.press_and_settle("enter").await;
    rig.shows(&["Market Fortification is written with the engine's next look"]);
    journey::tick(&studio, "test").await.unwrap();
    let mut rig = at(&studio, Place::Client(maya.clone(), ClientTab::Documents)).await;
    rig.shows(&["Foundation Excellence", "Market Fortification"]);
    rig.press("E");
    rig.press("j");
    rig.press("enter");
    rig.shows(&["Market Fortification is in review already."]);
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.press("j");
    rig.press("E");
    rig.shows(&["This month has no document yet"]);
}

#[tokio::test]
async fn highlights_are_taken_at_approval_and_rewritten_by_hand() {
    let (studio, _) = with_a_draft().await;
    let mut rig = at(&studio, Place::Review).await;
    rig.press_and_settle("enter").await;
    rig.press("H");
    rig.shows(&["Its highlights are taken when it is approved (a)."]);
    rig.press_and_settle("a").await;
    rig.shows(&["to look for", "Who it is for", "what stands", "Positioning statement"]);
    rig.press("H");
    rig.shows(&["what to look for, then what stands", "Who it is for"]);
    rig.press_and_settle("ctrl-s").await;
    rig.shows(&["That is what is told of it from now on."]);
}
