//! The questionnaire as somebody goes through it.

use chrono::TimeDelta;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::events::{self, EventKind};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{self, TestStudio, on_both};
use wavelaunch_shared::text::Reply;
use wavelaunch_shared::{documents, portal};

use super::super::tests::{Chat, occasion};
use super::super::{Input, Occasion, Output, Person, Place, Platform, respond};
use super::*;

/// A client of whom nothing is known but name and address.
async fn newcomer(studio: &TestStudio, name: &str) -> Client {
    let email = format!("{}@example.com", name.to_lowercase());
    let new = NewClient { full_name: name.to_owned(), email, ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

/// The same, once they have opened their link and said who they are.
async fn arrived<'a>(studio: &'a TestStudio, platform: Platform, name: &str) -> (Client, Chat<'a>) {
    let client = newcomer(studio, name).await;
    let code = portal::invite(studio, &Actor::local_owner(), &client.id).await.unwrap().code;
    let mut chat = Chat::new(studio, platform, name);
    chat.command(if platform == Platform::Telegram { "start" } else { "link" }, &code).await;
    chat.press("Yes, that is me").await;
    (client, chat)
}

fn text_of(replies: &[Reply]) -> String {
    replies.iter().map(|reply| reply.text.to_plain()).collect::<Vec<_>>().join("\n")
}

async fn stored(studio: &TestStudio, client: &Client, key: &str) -> Option<String> {
    let answers = clients::answers(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap();
    answers.get(key).map(|answer| answer.raw().to_owned())
}

#[tokio::test]
async fn from_the_invitation_to_the_welcome() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = arrived(&studio, Platform::Telegram, "Ada").await;
    chat.press("UTC+1").await;
    chat.press("Lagos").await;
    chat.write("x").await;
    chat.write("Pottery for two").await;
    chat.command("skip", "").await;
    chat.write("A small studio that teaches couples").await;
    chat.press("Back").await;
    chat.press("Keep it").await;
    chat.command("skip", "").await;
    chat.press("Later").await;
    // Days later, another question, and on to the first one with choices.
    studio.clock.advance(TimeDelta::days(9));
    chat.command("home", "").await;
    chat.press("Go on with the questions").await;
    for _ in 4..=14 {
        studio.clock.advance(TimeDelta::seconds(30));
        chat.write("An answer of some length").await;
    }
    chat.write("none of these").await;
    chat.press("Warm, friendly").await;
    chat.write("2").await;
    for _ in 17..=29 {
        studio.clock.advance(TimeDelta::seconds(30));
        chat.command("skip", "").await;
    }
    chat.press("Look through").await;
    chat.press("Next part").await;
    chat.press("8. Gender split").await;
    chat.write("Half and half").await;
    chat.command("answers", "").await;
    chat.press("Finish").await;
    chat.press("Finish").await;
    for label in ["Next", "Next", "Next", "Got it"] {
        chat.press(label).await;
    }
    insta::assert_snapshot!(chat.transcript);
    let client = clients::get(&mut studio.db.read().await.unwrap(), &ada.id).await.unwrap().unwrap();
    assert_eq!((client.timezone.as_str(), client.onboarded_at), ("Africa/Lagos", Some(studio.clock.now())));
    assert_eq!(stored(&studio, &ada, "brand_personality").await.as_deref(), Some("warm-friendly"));
}

#[tokio::test]
async fn what_was_begun_on_telegram_goes_on_on_discord() {
    let studio = testing::sqlite().await;
    let (ada, mut telegram) = arrived(&studio, Platform::Telegram, "Ada").await;
    telegram.write("Lisbon").await;
    telegram.write("Pottery for two").await;
    let code = portal::invite(&studio, &Actor::local_owner(), &ada.id).await.unwrap().code;
    let mut discord = Chat::new(&studio, Platform::Discord, "88");
    discord.command("link", &code).await;
    let asked = discord.press("Yes, that is me").await;
    assert!(text_of(&asked).contains("2 of 29"), "{}", text_of(&asked));
    let form = super::super::form(&studio, discord.person(), "answer:vision_for_venture").await.unwrap().unwrap();
    let field = &form.fields[0];
    assert_eq!(
        (form.title.as_str(), field.label.as_str(), field.least),
        ("2 of 29 · Business basics", "Vision", Some(10))
    );
    let next = discord.fill("answer:vision_for_venture", "A studio that teaches couples").await;
    assert!(text_of(&next).contains("3 of 29"), "{}", text_of(&next));
    let again = discord.fill("answer:vision_for_venture", "short").await;
    assert!(text_of(&again).contains("a little more"));
    assert_eq!(stored(&studio, &ada, "vision_for_venture").await.as_deref(), Some("A studio that teaches couples"));
    let form = super::super::form(&studio, discord.person(), "answer:vision_for_venture").await.unwrap().unwrap();
    assert_eq!(form.fields[0].value.as_ref().unwrap().raw(), "A studio that teaches couples");
    let went_on = telegram.command("answers", "").await;
    assert!(text_of(&went_on).contains("3 of 29"));
    let stranger = Chat::new(&studio, Platform::Discord, "99");
    assert!(super::super::form(&studio, stranger.person(), "answer:vision_for_venture").await.unwrap().is_none());
}

#[tokio::test]
async fn a_turn_that_is_run_again_answers_one_question_once() {
    on_both(|studio| async move {
        let client = newcomer(&studio, "Ada").await;
        let code = portal::invite(&studio, &Actor::local_owner(), &client.id).await.unwrap().code;
        let person = Person {
            platform: Platform::Telegram,
            place: Place::Private,
            external_user_id: "77".into(),
            chat_id: "77".into(),
            username: None,
            display_name: None,
        };
        let press = |action: String| Input::Press { action };
        let turn = async |occasion: &Occasion, input: Input| {
            let outputs = respond(&studio, &person, occasion, input).await;
            let last = outputs.into_iter().next_back();
            match last {
                Some(Output::Say(reply) | Output::Replace(reply)) => reply.text.to_plain(),
                other => panic!("{other:?}"),
            }
        };
        turn(&occasion(), press(format!("link:{code}"))).await;
        let said = [
            ("Lagos", "1 of 29"),
            ("Pottery", "2 of 29"),
            ("A studio that teaches couples", "3 of 29"),
            ("/skip", "4 of 29"),
            ("Education", "5 of 29"),
        ];
        for (text, next) in said {
            let once = occasion();
            studio.clock.advance(TimeDelta::minutes(1));
            for copy in 0..10 {
                let input = match text {
                    "/skip" => Input::Command { name: "skip".into(), args: "".into() },
                    text => Input::Text(text.into()),
                };
                let shown = turn(&once, input).await;
                assert!(shown.contains(next), "copy {copy} of {text:?}: {shown}");
            }
        }
        let answers = clients::answers(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap();
        let keys: Vec<&str> = answers.keys().map(String::as_str).collect();
        assert_eq!(keys, ["industry_niche", "target_industry", "vision_for_venture"]);
        let events = events::page(&mut studio.db.read().await.unwrap(), Some(&client.id), None, 200).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.kind == EventKind::ClientUpdated).count(), 3);
        assert_eq!(events.iter().filter(|event| event.kind == EventKind::PreferencesChanged).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_tail_of_an_overlong_answer_is_no_answer() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = arrived(&studio, Platform::Telegram, "Ada").await;
    chat.write("Lagos").await;
    chat.write("Pottery").await;
    let long = chat.write(&"word ".repeat(810)).await;
    assert!(text_of(&long).contains("4000 fit"), "{}", text_of(&long));
    assert!(chat.write("and its tail, which an app sends by itself").await.is_empty());
    assert_eq!(stored(&studio, &ada, "vision_for_venture").await, None);
    studio.clock.advance(TimeDelta::seconds(30));
    let next = chat.write("The heart of it, in one line").await;
    assert!(text_of(&next).contains("3 of 29"));
}

#[tokio::test]
async fn hostile_answers_come_back_as_text() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = arrived(&studio, Platform::Telegram, "Ada").await;
    chat.write("Lagos").await;
    let hostile = "**@everyone** <b>[x](tg://user?id=1)</b> {client_name} \u{202e}=SUM(A1)";
    chat.write(hostile).await;
    assert_eq!(stored(&studio, &ada, "industry_niche").await.as_deref(), Some(hostile));
    let shown = chat.press("Back").await;
    let whole = shown[0].text.0.iter().any(|block| match block {
        wavelaunch_shared::text::Block::Paragraph(spans) => spans.iter().any(|span| span.text == hostile),
        _ => false,
    });
    assert!(whole, "{:?}", shown[0].text);
}

#[tokio::test]
async fn once_the_plan_is_written_the_answers_stand() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = arrived(&studio, Platform::Telegram, "Ada").await;
    chat.write("Lagos").await;
    for question in questions::all().iter().filter(|question| question.required) {
        let text = if question.choices.is_empty() { "An answer of some length" } else { "1" };
        onboarding::answer(&studio, &Actor::local_owner(), &ada.id, question.key, &text.into()).await.unwrap();
    }
    onboarding::finish(&studio, &Actor::local_owner(), &ada.id).await.unwrap();
    let plan = "# A plan\n\n".to_owned() + &"What comes first, and why. ".repeat(8);
    documents::add_plan(&studio, &Actor::local_owner(), &ada.id, &plan).await.unwrap();
    // The question stood open all the while.
    let refused = chat.write("Something else altogether").await;
    assert!(text_of(&refused).contains("Your plan has been written"), "{}", text_of(&refused));
    chat.command("answers", "").await;
    assert!(chat.transcript.contains("Your plan was written from these"));
    assert!(text_of(&chat.press_action("ask:industry_niche").await).contains("Your plan has been written"));
    assert_eq!(stored(&studio, &ada, "industry_niche").await.as_deref(), Some("An answer of some length"));
}

#[tokio::test]
async fn after_a_long_silence_documents_wait_for_a_word() {
    let studio = testing::sqlite().await;
    let client = super::super::tests::client(&studio, "Ada").await;
    let code = portal::invite(&studio, &Actor::local_owner(), &client.id).await.unwrap().code;
    let mut chat = Chat::new(&studio, Platform::Telegram, "77");
    chat.command("start", &code).await;
    chat.press("Yes, that is me").await;
    studio.clock.advance(TimeDelta::days(31));
    let asked = chat.command("documents", "").await;
    assert_eq!(
        text_of(&asked),
        "You have not been here for 31 days, so one check before I show your documents: are you still Ada?"
    );
    assert!(text_of(&chat.press_action("open:cabcdefghijklmnopqrstuvwx").await).contains("are you still Ada?"));
    assert!(text_of(&chat.press_action("documents:0").await).contains("are you still Ada?"));
    chat.command("documents", "").await;
    assert!(text_of(&chat.press("Yes").await).contains("There are no documents yet"));
    assert!(text_of(&chat.command("documents", "").await).contains("There are no documents yet"));
    studio.clock.advance(TimeDelta::days(30));
    chat.command("documents", "").await;
    assert!(text_of(&chat.press("No").await).contains("the documents stay closed"));
    assert!(text_of(&chat.command("documents", "").await).starts_with("I do not know you yet"));
    let mut tx = studio.db.read().await.unwrap();
    assert!(portal::identity(&mut tx, Channel::Telegram, "77").await.unwrap().is_none());
}

#[tokio::test]
async fn a_profile_is_read_and_changed() {
    let studio = testing::sqlite().await;
    let client = super::super::tests::client(&studio, "Ada").await;
    let code = portal::invite(&studio, &Actor::local_owner(), &client.id).await.unwrap().code;
    let mut chat = Chat::new(&studio, Platform::Telegram, "77");
    chat.command("start", &code).await;
    chat.press("Yes, that is me").await;
    chat.transcript.clear();
    chat.command("profile", "").await;
    chat.press("Telephone").await;
    chat.write("+234 801 234 5678").await;
    chat.press("Telephone").await;
    chat.write("-").await;
    chat.press("Name").await;
    chat.write("A").await;
    chat.write("Ada Okonkwo").await;
    chat.press("E-mail").await;
    chat.write("not an address").await;
    chat.write("Ada@Elsewhere.example").await;
    chat.command("profile", "").await;
    insta::assert_snapshot!(chat.transcript);
    let stored = clients::get(&mut studio.db.read().await.unwrap(), &client.id).await.unwrap().unwrap();
    assert_eq!((stored.full_name.raw(), stored.phone), ("Ada Okonkwo", None));
}

#[tokio::test]
async fn somebody_who_is_switched_off_is_told_so_politely() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = arrived(&studio, Platform::Telegram, "Ada").await;
    portal::deactivate(&studio, &Actor::local_owner(), &ada.id).await.unwrap();
    assert!(text_of(&chat.command("home", "").await).contains("not active at present"));
    portal::reactivate(&studio, &Actor::local_owner(), &ada.id).await.unwrap();
    assert!(text_of(&chat.command("home", "").await).contains("Hello Ada"));
}
