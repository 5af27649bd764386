//! The screens about who gets in, on a real studio.

use chrono::TimeDelta;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, sqlite_with};

use crate::data::Desk;
use crate::screens::Place;
use crate::testing::Rig;
use crate::theme::Glyphs;
use crate::verbs::Rights;

async fn studio() -> TestStudio {
    let mut settings = Settings::default();
    settings.telegram.bot_username = "wavelaunch_bot".into();
    sqlite_with(settings).await
}

async fn client(studio: &TestStudio, name: &str) -> Client {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    let new = NewClient { full_name: name.to_owned(), email, ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

async fn link(studio: &TestStudio, client: &Client, platform: Channel) {
    let code = portal::invite(studio, &Actor::local_owner(), &client.id).await.unwrap().code;
    let number = format!("{}-{}", client.full_name.line(), platform.as_str());
    let account =
        Account { platform, external_user_id: number.clone(), chat_id: number, username: None, display_name: None };
    portal::link(studio, &code, &account).await.unwrap().unwrap();
}

async fn rig(studio: &TestStudio, place: &Place, size: (u16, u16), glyphs: Glyphs) -> Rig {
    let desk = Desk::of_studio(studio, &Actor::local_owner());
    let mut rig = Rig::on_clock(desk, place, size, glyphs, Rights::Edit, studio.clock.clone());
    rig.settle().await;
    rig
}

async fn everybody(studio: &TestStudio) -> Client {
    client(studio, "Ada Obi").await;
    let bo = client(studio, "Bo Li").await;
    portal::invite(studio, &Actor::local_owner(), &bo.id).await.unwrap();
    let cleo = client(studio, "Cleo Marsh").await;
    link(studio, &cleo, Channel::Telegram).await;
    link(studio, &cleo, Channel::Discord).await;
    let dan = client(studio, "Dan Rivera").await;
    link(studio, &dan, Channel::Discord).await;
    portal::blocked(studio, Channel::Discord, "Dan Rivera-DISCORD", "direct messages are closed").await.unwrap();
    let eve = client(studio, "Eve Stone").await;
    link(studio, &eve, Channel::Telegram).await;
    portal::deactivate(studio, &Actor::local_owner(), &eve.id).await.unwrap();
    studio.clock.advance(TimeDelta::days(5) + TimeDelta::hours(6));
    cleo
}

#[tokio::test]
async fn everybodys_access_is_seen_and_steered() {
    let studio = studio().await;
    everybody(&studio).await;
    let mut rig = rig(&studio, &Place::Access, (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("access", rig.text());
    rig.press_and_settle("s s").await;
    rig.shows(&["showing invited", "Bo Li"]);
    rig.press_and_settle("s s s").await;
    rig.shows(&["showing all"]);
    // The fifth is switched off: on again with one key.
    rig.press_and_settle("end e").await;
    rig.shows(&["switched on again"]);
    rig.press_and_settle("d").await;
    rig.shows(&["Switch off Eve Stone?", "no new invitation will be needed"]);
}

#[tokio::test]
async fn an_invitation_is_a_picture_where_it_fits_and_words_everywhere() {
    let studio = studio().await;
    client(&studio, "Ada Obi").await;
    let unicode = Glyphs::Unicode;
    for (size, glyphs, drawn) in [
        ((80, 24), unicode, true),
        ((120, 40), unicode, true),
        ((60, 16), unicode, false),
        ((80, 24), Glyphs::Ascii, false),
    ] {
        let mut rig = rig(&studio, &Place::Access, size, glyphs).await;
        rig.press_and_settle("i").await;
        let frame = rig.text();
        assert!(frame.contains("/link") && frame.contains("t.me/wavelaunch_bot"), "{frame}");
        assert_eq!(frame.contains('▀'), drawn, "{frame}");
        rig.press("x");
        assert!(!rig.text().contains("An invitation for"));
    }
}

#[tokio::test]
async fn what_a_client_answered_is_read_and_written() {
    let studio = studio().await;
    let cleo = everybody(&studio).await;
    let mut rig = rig(&studio, &Place::Answers(cleo.id.clone()), (80, 24), Glyphs::Unicode).await;
    rig.press("enter");
    rig.type_text("Fitness for busy mums");
    rig.press_and_settle("ctrl-s").await;
    rig.press("down");
    rig.press("enter");
    rig.type_text("short");
    rig.press("ctrl-s");
    rig.shows(&["10 are the least"]);
    rig.press("esc");
    rig.press("y");
    insta::assert_snapshot!("answers", rig.text());
    rig.press_and_settle("F").await;
    rig.shows(&["still needed: Vision"]);
}

#[tokio::test]
async fn matters_of_access_wait_in_attention() {
    let studio = studio().await;
    let cleo = everybody(&studio).await;
    let me = Actor::Client(cleo.id.clone());
    portal::request_email(&studio, &me, &cleo.id, &"cleo@elsewhere.example".into()).await.unwrap();
    let mut rig = rig(&studio, &Place::Attention, (80, 24), Glyphs::Unicode).await;
    insta::assert_snapshot!("attention_access", rig.text());
    rig.press_and_settle("end y").await;
    rig.shows(&["cleo@elsewhere.example has"]);
}

#[tokio::test]
async fn what_a_client_is_told_is_seen_and_steered_by_channel() {
    let mut settings = Settings::default();
    settings.email.smtp_url = Secret::new("smtp://127.0.0.1:2525");
    settings.email.from = "studio@example.com".into();
    let studio = sqlite_with(settings).await;
    let cleo = client(&studio, "Cleo Marsh").await;
    link(&studio, &cleo, Channel::Telegram).await;
    link(&studio, &cleo, Channel::Discord).await;
    portal::blocked(&studio, Channel::Discord, "Cleo Marsh-DISCORD", "direct messages are closed").await.unwrap();
    let mut rig = rig(&studio, &Place::client(&cleo.id), (80, 24), Glyphs::Unicode).await;
    rig.press_and_settle("N down right right enter").await;
    insta::assert_snapshot!(rig.text());
    rig.press_and_settle("f").await;
    let (chosen, ways) = portal::ways(&mut studio.db.read().await.unwrap(), &studio, &cleo.id).await.unwrap();
    assert!(!chosen.wants(portal::Topic::Document, Channel::Email));
    assert!(chosen.wants(portal::Topic::Document, Channel::Telegram));
    assert_eq!(ways[0].channel, Channel::Email);
}
