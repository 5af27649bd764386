use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use chrono::Days;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::coach::model::Model;
use wavelaunch_shared::coach::{self, take_over};
use wavelaunch_shared::config::ModelSettings;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::portal::{self, Account};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, on_both, sqlite};
use wavelaunch_shared::text::Reply;
use wavelaunch_shared::{Studio, journey};

use super::super::{Input, Output, Person, Platform, respond};

const PRICE: &str = "How do I set my first price?";

/// A client of month 3 with a linked account, and the person behind it.
async fn linked(studio: &TestStudio, name: &str, platform: Platform) -> (Client, Person) {
    let owner = Actor::local_owner();
    let email = format!("{}@example.com", name.to_lowercase());
    let new = NewClient { full_name: format!("{name} Test"), email, ..NewClient::default() };
    let client = clients::add(studio, &owner, new).await.unwrap();
    let began = studio.clock.now().date_naive() - Days::new(65);
    journey::start(studio, &owner, &client.id, Some(began)).await.unwrap();
    let person = Person {
        platform,
        external_user_id: format!("7{}", name.len()),
        chat_id: format!("7{}", name.len()),
        username: None,
        display_name: None,
    };
    let invite = portal::invite(studio, &owner, &client.id).await.unwrap();
    let account = Account {
        platform: person.platform.channel(),
        external_user_id: person.external_user_id.clone(),
        chat_id: person.chat_id.clone(),
        username: None,
        display_name: None,
    };
    portal::link(studio, &invite.code, &account).await.unwrap().unwrap();
    (client, person)
}

async fn say(studio: &Studio, person: &Person, text: &str) -> Reply {
    whole(respond(studio, person, Input::Text(text.into())).await).await
}

async fn command(studio: &Studio, person: &Person, name: &str, args: &str) -> Reply {
    whole(respond(studio, person, Input::Command { name: name.into(), args: args.into() }).await).await
}

async fn press(studio: &Studio, person: &Person, action: &str) -> Reply {
    whole(respond(studio, person, Input::Press { action: action.into() }).await).await
}

/// The one thing that came back, awaited to its end.
async fn whole(outputs: Vec<Output>) -> Reply {
    let [output] = <[Output; 1]>::try_from(outputs).unwrap();
    match output {
        Output::Say(reply) | Output::Replace(reply) => reply,
        Output::Toast(text) => Reply::plain(&text),
        Output::Coach(turn) => turn.done.await.unwrap(),
    }
}

fn actions(reply: &Reply) -> Vec<&str> {
    reply.buttons.iter().flatten().map(|button| button.action.as_str()).collect()
}

async fn with_model(studio: &Studio, status: StatusCode, body: &'static str) -> Studio {
    serving(studio, Router::new().route("/v1/chat/completions", post(move || async move { (status, body) }))).await
}

/// The studio with the model behind this endpoint.
async fn serving(studio: &Studio, app: Router) -> Studio {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let model = Model::from_settings(&ModelSettings { base_url, ..ModelSettings::default() }).unwrap();
    Studio { model, ..studio.clone() }
}

#[tokio::test]
async fn the_coach_opens_with_the_months_questions_and_each_can_be_pressed() {
    on_both(|studio| async move {
        let (_, ada) = linked(&studio, "Ada", Platform::Telegram).await;
        let greeting = command(&studio, &ada, "coach", "").await;
        assert!(greeting.text.to_plain().contains("month 3, Market Entry Preparation"));
        assert_eq!(actions(&greeting), ["starter:3:0", "starter:3:1", "starter:3:2", "human"]);
        let answer = press(&studio, &ada, "starter:3:0").await;
        assert!(actions(&answer)[0].starts_with("rate:"));
        assert!(press(&studio, &ada, "starter:3:9").await.text.to_plain().contains("older message"));
    })
    .await;
}

#[tokio::test]
async fn words_go_to_the_coach_while_it_is_open_and_to_the_studio_after() {
    on_both(|studio| async move {
        let (_, ada) = linked(&studio, "Ada", Platform::Telegram).await;
        command(&studio, &ada, "coach", "").await;
        let answer = say(&studio, &ada, PRICE).await;
        assert!(answer.text.to_plain().contains("without a language model"), "{}", answer.text.to_plain());
        command(&studio, &ada, "help", "").await;
        let asked = say(&studio, &ada, PRICE).await;
        assert!(actions(&asked).iter().any(|action| action.starts_with("send:")), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_rating_is_pressed_and_its_reason_written() {
    on_both(|studio| async move {
        let (client, ada) = linked(&studio, "Ada", Platform::Telegram).await;
        let answer = command(&studio, &ada, "coach", PRICE).await;
        let [up, down, person] = actions(&answer)[..] else { panic!("{answer:?}") };
        assert!(press(&studio, &ada, up).await.text.to_plain().contains("noted"));
        let asked = press(&studio, &ada, down).await;
        assert!(asked.text.to_plain().contains("what was missing"));
        say(&studio, &ada, "It was too general.").await;

        let owner = Actor::local_owner();
        let mut tx = studio.db.read().await.unwrap();
        let all = coach::conversations(&mut tx, &owner, &client.id).await.unwrap();
        let messages = coach::transcript(&mut tx, &owner, &all[0].id).await.unwrap();
        assert_eq!(messages[1].rating, Some(coach::Rating::Down));
        assert_eq!(messages[1].rating_feedback.as_ref().unwrap().raw(), "It was too general.");
        drop(tx);

        // Another person's press on the same button finds nothing.
        let (_, bo) = linked(&studio, "Bobby", Platform::Telegram).await;
        assert!(press(&studio, &bo, up).await.text.to_plain().contains("no longer have that answer"));
        assert!(press(&studio, &bo, person).await.text.to_plain().contains("cannot find that"));
    })
    .await;
}

#[tokio::test]
async fn a_person_is_one_command_or_one_press_away() {
    on_both(|studio| async move {
        let (client, ada) = linked(&studio, "Ada", Platform::Discord).await;
        let told = command(&studio, &ada, "human", "").await;
        assert!(told.text.to_plain().contains("within 24 hours"), "{}", told.text.to_plain());
        assert!(press(&studio, &ada, "human").await.text.to_plain().contains("has this already"));
        let asked = command(&studio, &ada, "coach", "ask could they sue me?").await;
        assert!(asked.text.to_plain().contains("has this already"));

        let current = coach::current(&studio, &client.id).await.unwrap().unwrap();
        take_over(&studio, &Actor::local_owner(), &current.id).await.unwrap();
        let silent = command(&studio, &ada, "coach", PRICE).await;
        assert!(silent.text.to_plain().contains("A person at"), "{}", silent.text.to_plain());
        assert!(command(&studio, &ada, "coach", "").await.text.to_plain().contains("A person at"));
    })
    .await;
}

#[tokio::test]
async fn a_model_that_refuses_is_told_and_the_question_can_be_asked_again() {
    let studio = sqlite().await;
    let (_, ada) = linked(&studio, "Ada", Platform::Discord).await;
    let down = with_model(&studio, StatusCode::UNAUTHORIZED, "").await;
    let told = command(&down, &ada, "coach", &format!("ask {PRICE}")).await;
    assert!(told.text.to_plain().contains("did not use up any of your allowance"));
    let [again, person] = actions(&told)[..] else { panic!("{told:?}") };
    assert_eq!(person, "human");
    let answer = press(&studio, &ada, again).await;
    assert!(actions(&answer)[0].starts_with("rate:"), "{answer:?}");
}

#[tokio::test]
async fn an_answer_grows_and_ends_as_it_is_stored() {
    const STREAM: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Start with \"}}]}\n\n\
        data: {\"choices\":[{\"delta\":{\"content\":\"**your costs**, see [here](http://evil.example).\"}}]}\n\n\
        data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let studio = sqlite().await;
    let (client, ada) = linked(&studio, "Ada", Platform::Discord).await;
    let model = with_model(&studio, StatusCode::OK, STREAM).await;
    let outputs = respond(&model, &ada, Input::Command { name: "coach".into(), args: PRICE.into() }).await;
    let Some(Output::Coach(mut turn)) = outputs.into_iter().next() else { panic!("no turn") };
    let grown = turn.text.wait_for(|text| text.ends_with("example).")).await.unwrap().clone();
    let reply = turn.done.await.unwrap();

    let owner = Actor::local_owner();
    let mut tx = studio.db.read().await.unwrap();
    let all = coach::conversations(&mut tx, &owner, &client.id).await.unwrap();
    let stored = coach::transcript(&mut tx, &owner, &all[0].id).await.unwrap()[1].content.raw().to_owned();
    assert_eq!(grown, stored);
    assert_eq!(reply.text, wavelaunch_shared::text::Rich::from_markdown(&stored));
    assert_eq!(reply.text.to_plain(), "Start with your costs, see here (http://evil.example).");
    assert_eq!(Channel::Discord.as_str(), all[0].surface.as_deref().unwrap());
}

#[tokio::test]
async fn nothing_to_ask_is_told() {
    let studio = sqlite().await;
    let (_, ada) = linked(&studio, "Ada", Platform::Telegram).await;
    command(&studio, &ada, "coach", "").await;
    let nothing = say(&studio, &ada, "zxcvb qwrtz").await;
    assert!(nothing.text.to_plain().contains("no good answer"));
}

#[tokio::test]
async fn a_second_question_waits_and_a_third_is_refused() {
    let studio = sqlite().await;
    let (_, ada) = linked(&studio, "Ada", Platform::Telegram).await;
    let app = Router::new().fallback(std::future::pending::<StatusCode>);
    let thinking = serving(&studio, app).await;
    let ask = || respond(&thinking, &ada, Input::Command { name: "coach".into(), args: PRICE.into() });
    let (first, second, third) = (ask().await, ask().await, ask().await);
    assert!(matches!(&first[..], [Output::Coach(_)]), "{first:?}");
    assert!(matches!(&second[..], [Output::Say(_), Output::Coach(_)]), "{second:?}");
    assert!(matches!(&third[..], [Output::Say(_)]), "{third:?}");
}
