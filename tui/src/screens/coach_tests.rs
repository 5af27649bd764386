//! The screens about the coach, on a real studio without a model.

use chrono::TimeDelta;
use wavelaunch_shared::clients::{self, NewClient};
use wavelaunch_shared::coach::{self, Outcome, Rating};
use wavelaunch_shared::db::Sql;
use wavelaunch_shared::id::{ClientId, ConversationId};
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite};

use crate::data::Desk;
use crate::screens::{CoachPart, Place};
use crate::testing::{Rig, looks};
use crate::theme::Glyphs;
use crate::verbs::Rights;

async fn client(studio: &TestStudio, name: &str) -> ClientId {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    let new = NewClient { full_name: name.to_owned(), email, ..NewClient::default() };
    let client = clients::add(studio, &Actor::local_owner(), new).await.unwrap();
    journey::start(studio, &Actor::local_owner(), &client.id, None).await.unwrap();
    client.id
}

async fn ask(studio: &TestStudio, client: &ClientId, question: &str) -> Outcome {
    coach::ask(studio, client, None, &question.into(), "TELEGRAM", &mut |_: &str| {}).await.unwrap()
}

/// An answer, rated.
async fn rated(studio: &TestStudio, client: &ClientId, question: &str, rating: Rating) -> ConversationId {
    let Outcome::Answer(answer) = ask(studio, client, question).await else { panic!("no answer to {question}") };
    coach::rate(studio, client, &answer.message_id, rating).await.unwrap();
    answer.conversation
}

/// A day in the life of a coach: Maya is content, Ben is not and waits since yesterday, Cleo has just called.
async fn lively() -> (TestStudio, ClientId, ConversationId) {
    let studio = sqlite().await;
    let maya = client(&studio, "Maya Okonkwo").await;
    let ben = client(&studio, "Ben Ito").await;
    let cleo = client(&studio, "Cleo Marsh").await;
    let talk = rated(&studio, &maya, "How do I choose my niche?", Rating::Up).await;
    studio.clock.advance(TimeDelta::minutes(3));
    rated(&studio, &maya, "What should I post in the first weeks?", Rating::Up).await;
    for (question, rating) in [
        ("How do I find a name for my brand?", Rating::Down),
        ("Whom do I interview about my idea?", Rating::Up),
        ("What is a value proposition?", Rating::Down),
        ("How do I test my idea?", Rating::Down),
        ("How do I write a bio?", Rating::Up),
    ] {
        studio.clock.advance(TimeDelta::minutes(3));
        rated(&studio, &ben, question, rating).await;
    }
    ask(&studio, &ben, "Can I talk to a human?").await;
    studio.clock.advance(TimeDelta::hours(25));
    ask(&studio, &cleo, "could they sue me for my name?").await;
    studio.clock.advance(TimeDelta::minutes(40));
    ask(&studio, &cleo, "I want to die").await;
    (studio, maya, talk)
}

async fn rig(studio: &TestStudio, place: &Place, size: (u16, u16), glyphs: Glyphs) -> Rig {
    let desk = Desk::of_studio(studio, &Actor::local_owner());
    let mut rig = Rig::on_clock(desk, place, size, glyphs, Rights::Edit, studio.clock.clone());
    rig.settle().await;
    rig
}

#[tokio::test]
async fn who_waits_stands_with_a_clock() {
    let (studio, ..) = lively().await;
    let place = Place::Coach(CoachPart::Waiting);
    let mut wide = rig(&studio, &place, (120, 40), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_waiting_120x40", wide.text());
    let mut narrow = rig(&studio, &place, (40, 12), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_waiting_40x12", narrow.text());
    let mut plain = rig(&studio, &place, (80, 24), Glyphs::Ascii).await;
    insta::assert_snapshot!("coach_waiting_ascii", plain.text());
    let mut rig = rig(&studio, &place, (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_waiting_80x24", rig.text());
    insta::assert_snapshot!("coach_waiting_looks", looks(&rig.frame()));
    rig.press_and_settle("x").await;
    rig.shows(&["Close this call for a person?"]);
    rig.press_and_settle("y").await;
    rig.shows(&["The call for a person is closed."]);
    rig.press_and_settle("enter").await;
    rig.shows(&["I want to die", "waits for a person"]);
}

#[tokio::test]
async fn conversations_are_found_and_read_and_answered() {
    let (studio, ..) = lively().await;
    let mut rig = rig(&studio, &Place::Coach(CoachPart::Talks), (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_talks_80x24", rig.text());
    rig.press("/");
    rig.type_text("niche up");
    rig.press_and_settle("enter").await;
    rig.shows(&["Maya Okonkwo"]);
    assert!(!rig.text().contains("Ben Ito"), "{}", rig.text());
    rig.press_and_settle("enter t").await;
    rig.shows(&["The coach is silent here; you answer.", "a person answers"]);
    rig.press("b");
    rig.type_text("She waits for the sample.");
    rig.press_and_settle("enter").await;
    rig.shows(&["The coach answers again, and the client is told."]);
    rig.press("e");
    rig.shows(&["Instead of: "]);
    rig.type_text("Post twice a week at first.");
    rig.press_and_settle("ctrl-s").await;
    rig.shows(&["Corrected; the client is told.", "the studio, correcting the coach", "Post twice a week"]);
}

#[tokio::test]
async fn an_answer_is_marked_and_one_that_is_being_written_grows() {
    let (studio, maya, talk) = lively().await;
    let place = Place::Transcript(maya.clone(), talk.clone());
    let mut rig = rig(&studio, &place, (80, 24), Glyphs::Unicode).await;
    rig.press("left e");
    let title = rig.text();
    assert!(title.contains("Instead of: "), "{title}");
    rig.press("esc");
    let question = coach::transcript(&mut studio.db.read().await.unwrap(), &Actor::local_owner(), &talk).await.unwrap();
    let mut tx = studio.db.write().await.unwrap();
    let mut turn =
        Sql::new("INSERT INTO coach_turns (question_id, client_id, day, reserved_tokens, lease_until, draft) VALUES (");
    turn.bind(question[2].id.as_str()).push(", ").bind(maya.as_str()).push(", '2026-03-31', 0, ");
    turn.bind(studio.clock.now() + TimeDelta::seconds(60));
    turn.push(", 'Begin with one promise') RETURNING question_id");
    turn.fetch_all::<(String,)>(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    rig.changed();
    rig.settle().await;
    insta::assert_snapshot!("coach_writing", rig.text());
}

#[tokio::test]
async fn quality_and_costs_are_boards() {
    let (studio, ..) = lively().await;
    for (size, name) in [((80, 24), "coach_quality_80x24"), ((120, 40), "coach_quality_120x40")] {
        let mut rig = rig(&studio, &Place::Coach(CoachPart::Quality), size, Glyphs::Unicode).await;
        insta::assert_snapshot!(name, rig.text());
    }
    let mut tx = studio.db.write().await.unwrap();
    let maya = clients::find(&mut tx, "maya").await.unwrap();
    for (operation, tokens) in [(coach::Operation::Coach, 40_000), (coach::Operation::GeneratePlan, 9_000)] {
        let used = coach::Use {
            client: Some(&maya.id),
            operation,
            model: "gpt-4.1",
            tokens_in: tokens,
            tokens_out: tokens / 10,
        };
        coach::record_use(&mut tx, &studio, &used, studio.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let limits = coach::BudgetLimits { token_limit: Some(60_000), cost_limit_micros: None, auto_pause: true };
    coach::set_budget(&studio, &Actor::local_owner(), coach::Period::Monthly, limits).await.unwrap();
    let mut rig = rig(&studio, &Place::Coach(CoachPart::Costs), (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_costs_80x24", rig.text());
    rig.press_and_settle("s").await;
    rig.shows(&["30 days by day", "2026-03-31"]);
}

#[tokio::test]
async fn the_coach_is_set_tried_and_set_back() {
    let (studio, ..) = lively().await;
    let mut rig = rig(&studio, &Place::Coach(CoachPart::Setup), (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("coach_setup_80x24", rig.text());
    rig.press_and_settle("down down down down down enter").await;
    rig.shows(&["leaves it to the studio", "version 1"]);
    rig.press("t");
    rig.type_text("How should I price my product?");
    rig.press_and_settle("enter").await;
    rig.shows(&["declined, the studio answers this itself"]);
    rig.press("x");
    rig.press("t");
    rig.type_text("How do I choose my niche?");
    rig.press_and_settle("enter").await;
    insta::assert_snapshot!("coach_trial", rig.text());
    rig.press("x");
    rig.press("D");
    rig.shows(&["Restore the coach as delivered?", "pricing_strategy"]);
    rig.press_and_settle("y").await;
    rig.shows(&["version 2", "restored as delivered"]);
}

#[tokio::test]
async fn the_instructions_go_to_the_persons_own_editor_and_come_back_as_a_difference() {
    let (studio, ..) = lively().await;
    let mut rig = rig(&studio, &Place::Coach(CoachPart::Setup), (80, 24), Glyphs::Unicode).await;
    let above = 4 + coach::Topic::ALL.len();
    rig.press(&format!("{}enter ctrl-o", "down ".repeat(above)));
    let instructions = rig.letter();
    assert!(instructions.contains("{capabilities}"), "{instructions}");
    rig.edited(&"too long ".repeat(1_000));
    rig.shows(&["That was too long: 8999 bytes, at most 8192 fit here."]);
    rig.edited(&format!("{instructions}\n\nNever use the word synergy.\n"));
    rig.press("ctrl-s");
    rig.shows(&["Change the coach?", "Never use the word synergy."]);
    rig.press_and_settle("y").await;
    rig.shows(&["version 1"]);
}
