//! Screens over a real database, as an admin goes through a day: start, read,
//! deliver, answer, settle.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use wavelaunch_shared::clients::{self, NewClient};
use wavelaunch_shared::id::{AutomationId, ClientId};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite};
use wavelaunch_shared::{delivery, journey, portal};

use super::{ClientTab, MachinePart, Place};
use crate::data::Desk;
use crate::testing::{Rig, text};
use crate::theme::Glyphs;
use crate::verbs::Rights;

pub(super) async fn add(studio: &TestStudio, name: &str, email: &str) -> ClientId {
    let new = NewClient {
        full_name: name.into(),
        email: email.into(),
        timezone: "Africa/Lagos".into(),
        industry_niche: Some("coffee".into()),
        ..NewClient::default()
    };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap().id
}

/// Maya, whose first month has been drafted and waits for review.
pub(super) async fn with_a_draft() -> (TestStudio, ClientId) {
    let studio = sqlite().await;
    let maya = add(&studio, "Maya Okonkwo", "maya@example.test").await;
    journey::start(&studio, &Actor::local_owner(), &maya, None).await.unwrap();
    studio.clock.advance(TimeDelta::minutes(1));
    journey::tick(&studio, "test").await.unwrap();
    (studio, maya)
}

async fn link(studio: &TestStudio, client: &ClientId) {
    let invite = portal::invite(studio, &Actor::local_owner(), client).await.unwrap();
    let account = portal::Account {
        platform: wavelaunch_shared::delivery::Channel::Telegram,
        external_user_id: "77".into(),
        chat_id: "77".into(),
        username: None,
        display_name: None,
    };
    portal::link(studio, &invite.code, &account).await.unwrap().unwrap();
}

pub(super) async fn at(studio: &TestStudio, place: Place) -> Rig {
    sized(studio, place, (80, 24), Glyphs::Unicode).await
}

pub(super) async fn sized(studio: &TestStudio, place: Place, size: (u16, u16), glyphs: Glyphs) -> Rig {
    let clock = studio.clock.clone();
    let desk = Desk::of_studio(studio, &Actor::local_owner());
    let mut rig = Rig::on_clock(desk, &place, size, glyphs, Rights::Edit, clock);
    rig.settle().await;
    rig
}

async fn frame(studio: &TestStudio, place: &Place, size: (u16, u16)) -> Buffer {
    sized(studio, place.clone(), size, Glyphs::Unicode).await.frame()
}

#[tokio::test]
async fn a_journey_is_started_from_the_clients_page() {
    let studio = sqlite().await;
    let maya = add(&studio, "Maya Okonkwo", "maya@example.test").await;
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.shows(&["Maya Okonkwo", "The journey has not started"]);
    rig.press("S");
    rig.type_text("someday");
    rig.press("enter");
    rig.shows(&["This is no day"]);
    rig.press("ctrl-u");
    rig.press_and_settle("enter").await;
    rig.shows(&["The journey is started", "M1 Foundation Excellence", "M8", "Next 30 days"]);
    rig.press("S");
    rig.shows(&["This journey was started already."]);
}

#[tokio::test]
async fn the_journey_is_the_spine_of_a_clients_page() {
    let (studio, maya) = with_a_draft().await;
    for (size, name) in [((80, 24), "80x24"), ((120, 40), "120x40"), ((40, 12), "40x12")] {
        insta::assert_snapshot!(format!("journey_{name}"), text(&frame(&studio, &Place::client(&maya), size).await));
    }
}

#[tokio::test]
async fn a_draft_is_read_approved_and_delivered() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Review).await;
    rig.shows(&["Maya Okonkwo", "in review"]);
    rig.press_and_settle("enter").await;
    insta::assert_snapshot!("document", rig.text());
    rig.press("d");
    rig.shows(&["It is in review: approve"]);
    rig.press("A");
    rig.shows(&["Approve and deliver Maya Okonkwo M1?", "y do it", "N leave it"]);
    rig.press("enter");
    rig.shows(&["● in review"]);
    rig.press("A");
    rig.press_and_settle("y").await;
    rig.shows(&["Approved and delivered", "✓ delivered"]);
    rig.press_and_settle("esc").await;
    rig.shows(&["Nothing waits for review"]);
    let mut rig = at(&studio, Place::client(&maya)).await;
    rig.shows(&["✓ delivered today", "not opened"]);
}

#[tokio::test]
async fn a_rejection_needs_a_reason() {
    let (studio, _) = with_a_draft().await;
    let mut rig = at(&studio, Place::Review).await;
    rig.press("r");
    rig.press("enter");
    rig.shows(&["A reason is needed"]);
    rig.type_text("too long");
    rig.press_and_settle("enter").await;
    rig.shows(&["Rejected; the reason stands", "▲ rejected"]);
    rig.press_and_settle("W").await;
    rig.shows(&["It is written anew"]);
    journey::tick(&studio, "test").await.unwrap();
    rig.changed();
    rig.settle().await;
    rig.shows(&["● in review"]);
}

#[tokio::test]
async fn a_client_writes_and_is_answered() {
    let (studio, maya) = with_a_draft().await;
    link(&studio, &maya).await;
    let new = portal::NewThread {
        subject: "Shipping\u{1b}[31m".into(),
        body: "When does the first box leave?\u{202e}".into(),
        ..portal::NewThread::default()
    };
    portal::open_thread(&studio, &Actor::Client(maya.clone()), &maya, &new, "TELEGRAM").await.unwrap();
    let mut rig = at(&studio, Place::Inbox).await;
    insta::assert_snapshot!("inbox", rig.text());
    rig.press_and_settle("enter").await;
    rig.shows(&["Shipping", "When does the first box leave?"]);
    rig.press("r");
    rig.type_text("On Friday.\nI will write when it does.");
    rig.press("esc");
    rig.shows(&["Throw it away?"]);
    rig.press("n");
    rig.press_and_settle("ctrl-s").await;
    rig.shows(&["Your answer is on its way.", "On Friday.", "queued on Telegram"]);
    insta::assert_snapshot!("thread", rig.text());
    rig.press("x");
    rig.press_and_settle("y").await;
    rig.press("r");
    rig.shows(&["This conversation is closed"]);
}

#[tokio::test]
async fn a_doubt_is_settled() {
    let (studio, maya) = with_a_draft().await;
    link(&studio, &maya).await;
    let mut rig = at(&studio, Place::Review).await;
    rig.press("A");
    rig.press_and_settle("y").await;
    let channel = delivery::Channel::Telegram;
    for leased in delivery::claim(&studio, "test", channel, 10).await.unwrap() {
        delivery::in_doubt(&studio, &leased, "connection lost after the request was written").await.unwrap();
    }
    let mut rig = at(&studio, Place::Today).await;
    rig.shows(&["delivery in doubt"]);
    let mut rig = at(&studio, Place::Machine(MachinePart::Doubt)).await;
    insta::assert_snapshot!("in_doubt", rig.text());
    rig.press_and_settle("s").await;
    rig.shows(&["Settled: it arrived.", "Nothing is in doubt"]);
    rig.press_and_settle("1").await;
    insta::assert_snapshot!("machine_log", rig.text());
}

#[tokio::test]
async fn what_another_process_changes_appears() {
    let (studio, maya) = with_a_draft().await;
    let mut rig = at(&studio, Place::Clients(String::new())).await;
    add(&studio, "Ana María Hernández", "ana@example.test").await;
    rig.changed();
    rig.settle().await;
    rig.shows(&["Ana María Hernández", "› Maya Okonkwo"]);
    let _ = maya;
}

/// The next step of a client.
pub(super) async fn step_of(studio: &TestStudio, client: &ClientId) -> AutomationId {
    let all = journey::automations(&mut studio.db.read().await.unwrap(), client).await.unwrap();
    all.into_iter().find(|row| row.status == journey::AutomationStatus::Scheduled).unwrap().id
}

#[tokio::test]
async fn every_place_draws_at_every_size_in_both_glyph_sets() {
    let (studio, maya) = with_a_draft().await;
    let mut places = vec![
        Place::Today,
        Place::Attention,
        Place::Clients("month:1".into()),
        Place::Review,
        Place::Inbox,
        Place::Portfolio,
        Place::Month(maya.clone(), 3),
        Place::Move(maya.clone(), Box::new(journey::Move::Pause { from: None, until: None, reason: None })),
        Place::Why(step_of(&studio, &maya).await),
    ];
    places.extend(MachinePart::ALL.map(Place::Machine));
    places.extend(ClientTab::ALL.map(|tab| Place::Client(maya.clone(), tab)));
    for place in places {
        for size in [(1, 1), (12, 4), (40, 12), (80, 24), (200, 60)] {
            for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
                let mut rig = sized(&studio, place.clone(), size, glyphs).await;
                let frame = rig.text();
                let ours = |c: char| "›─▲●✓○◆■×⚙‖·…█░↵•│▁".contains(c);
                assert!(glyphs == Glyphs::Unicode || !frame.contains(ours), "{place:?}:\n{frame}");
                rig.press("?");
                rig.text();
                rig.press("esc :");
                rig.text();
            }
        }
    }
}

#[tokio::test]
async fn a_picture_shows_a_place_with_everything_loaded() {
    let (studio, maya) = with_a_draft().await;
    let size = ratatui::layout::Size::new(80, 24);
    let buf = crate::draw_once(&studio, &Actor::local_owner(), &Place::client(&maya), size).await.unwrap();
    let picture = crate::picture::svg(&buf, "Wavelaunch").unwrap();
    assert!(picture.contains("Foundation Excellence") && picture.ends_with("</svg>\n"));
}

#[tokio::test]
async fn a_portfolio_is_a_grid_of_marks() {
    let (studio, _) = with_a_draft().await;
    insta::assert_snapshot!("portfolio", text(&frame(&studio, &Place::Portfolio, (80, 12)).await));
}
