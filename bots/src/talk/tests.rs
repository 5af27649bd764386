//! Conversations as a person has them, on SQLite; the store's contracts are proved in `shared` on both.

use std::fmt::Write;

use chrono::TimeDelta;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::delivery::{self, Channel};
use wavelaunch_shared::events::{self, EventKind};
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_shared::text::{Button, Foreign, Reply};
use wavelaunch_shared::{documents, journey, portal};

use super::*;

/// Somebody with a chat, and the transcript of it.
pub(crate) struct Chat<'a> {
    studio: &'a TestStudio,
    person: Person,
    buttons: Vec<Button>,
    pub transcript: String,
}

impl<'a> Chat<'a> {
    pub(crate) fn new(studio: &'a TestStudio, platform: Platform, id: &str) -> Self {
        let person = Person {
            platform,
            place: if platform == Platform::Discord { Place::Shared } else { Place::Private },
            external_user_id: id.to_owned(),
            chat_id: id.to_owned(),
            username: None,
            display_name: Some(Foreign::from(id)),
        };
        Self { studio, person, buttons: Vec::new(), transcript: String::new() }
    }

    pub(crate) async fn write(&mut self, text: &str) -> Vec<Reply> {
        self.turn(format!("» {text}"), Input::Text(text.into())).await
    }

    pub(crate) async fn command(&mut self, name: &str, args: &str) -> Vec<Reply> {
        // Codes are random and must not stand in a transcript.
        let shown = if args.is_empty() { format!("» /{name}") } else { format!("» /{name} …") };
        self.turn(shown, Input::Command { name: name.into(), args: args.into() }).await
    }

    /// Presses the newest button with this label.
    pub(crate) async fn press(&mut self, label: &str) -> Vec<Reply> {
        let button = self.buttons.iter().rev().find(|button| button.label == label);
        let action = button.unwrap_or_else(|| panic!("no button {label:?} in:\n{}", self.transcript)).action.clone();
        self.turn(format!("» [{label}]"), Input::Press { action }).await
    }

    pub(crate) async fn press_action(&mut self, action: &str) -> Vec<Reply> {
        self.turn("» [an action]".into(), Input::Press { action: action.into() }).await
    }

    /// Fills in the form that a button has opened.
    pub(crate) async fn fill(&mut self, action: &str, text: &str) -> Vec<Reply> {
        let fields = vec![("text".to_owned(), text.into())];
        self.turn(format!("» (form) {text}"), Input::Form { action: action.into(), fields }).await
    }

    /// The first button whose action begins so.
    pub(super) fn button(&self, action: &str) -> Button {
        self.buttons.iter().find(|button| button.action.starts_with(action)).expect("a button that does this").clone()
    }

    pub(crate) fn person(&self) -> &Person {
        &self.person
    }

    async fn turn(&mut self, said: String, input: Input) -> Vec<Reply> {
        writeln!(self.transcript, "{said}\n").unwrap();
        let mut replies = Vec::new();
        let occasion = occasion();
        for output in respond(self.studio, &self.person, &occasion, input).await {
            match output {
                Output::Say(reply) => self.heard("", &reply, &mut replies),
                Output::Replace(reply) => self.heard("(in its place)\n", &reply, &mut replies),
                Output::Toast(text) => writeln!(self.transcript, "(toast) {text}\n").unwrap(),
                Output::Coach(turn) => {
                    let CoachReply { reply, beside } = turn.done.await.unwrap();
                    self.heard("(coach)\n", &reply, &mut replies);
                    if let Some(beside) = beside {
                        self.heard("(beside)\n", &beside, &mut replies);
                    }
                }
            }
        }
        replies
    }

    /// What the outbox holds for this chat on Telegram is seen; the rest is left as it is.
    pub(crate) async fn arrivals_for(&mut self, chat: &str) {
        for leased in delivery::claim(self.studio, "w", Channel::Telegram, 50).await.unwrap() {
            if leased.recipient == chat {
                self.heard("── arrives ──\n", &leased.body, &mut Vec::new());
                delivery::sent(self.studio, &leased, &[]).await.unwrap();
            } else {
                delivery::retry(self.studio, &leased, "not yet", Some(TimeDelta::zero())).await.unwrap();
            }
        }
    }

    /// What the outbox holds for Telegram is sent, and seen.
    async fn arrivals(&mut self) {
        while let Some(leased) = delivery::claim(self.studio, "w", Channel::Telegram, 1).await.unwrap().pop() {
            assert_eq!(leased.recipient, self.person.chat_id);
            self.heard("── arrives ──\n", &leased.body, &mut Vec::new());
            delivery::sent(self.studio, &leased, &[]).await.unwrap();
        }
    }

    fn heard(&mut self, how: &str, reply: &Reply, replies: &mut Vec<Reply>) {
        writeln!(self.transcript, "{how}{}", reply.text.to_plain()).unwrap();
        for row in &reply.buttons {
            let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
            writeln!(self.transcript, "{}", labels.join(" ")).unwrap();
            self.buttons.extend(row.iter().cloned());
        }
        for _ in &reply.files {
            writeln!(self.transcript, "(a file)").unwrap();
        }
        self.transcript.push('\n');
        replies.push(reply.clone());
    }
}

/// An occasion of its own.
pub(crate) fn occasion() -> Occasion {
    Occasion::new(wavelaunch_shared::id::cuid(testing::monday_noon()))
}

/// A client who came with a profile, and so has no questions to answer.
pub(crate) async fn client(studio: &TestStudio, name: &str) -> Client {
    let email = format!("{}@example.com", name.len());
    let industry_niche = Some("Pottery".to_owned());
    let new = NewClient { full_name: name.to_owned(), email, industry_niche, ..NewClient::default() };
    clients::add(studio, &Actor::local_owner(), new).await.unwrap()
}

async fn code(studio: &TestStudio, client: &Client) -> String {
    portal::invite(studio, &Actor::local_owner(), &client.id).await.unwrap().code
}

/// A client whose Telegram account is linked.
pub(super) async fn linked<'a>(studio: &'a TestStudio, name: &str) -> (Client, Chat<'a>) {
    let client = client(studio, name).await;
    let mut chat = Chat::new(studio, Platform::Telegram, name);
    chat.command("start", &code(studio, &client).await).await;
    chat.press("Yes, that is me").await;
    chat.transcript.clear();
    (client, chat)
}

/// A delivered document of a month.
async fn delivered(studio: &TestStudio, client: &Client, month: i64, title: &str) -> documents::Document {
    let owner = Actor::local_owner();
    let text = format!("# {title}\n\n{}", "What to do in this month, step by step. ".repeat(8));
    let month = Month::new(month).unwrap();
    let document = documents::add(studio, &owner, &client.id, month, title, &text).await.unwrap();
    documents::submit(studio, &owner, &document.id).await.unwrap();
    documents::approve_and_deliver(studio, &owner, &document.id).await.unwrap()
}

pub(super) fn text_of(replies: &[Reply]) -> String {
    replies.iter().map(|reply| reply.text.to_plain()).collect::<Vec<_>>().join("\n")
}

async fn denials(studio: &TestStudio) -> usize {
    let events = events::page(&mut studio.db.read().await.unwrap(), None, None, 200).await.unwrap();
    events.iter().filter(|event| event.kind == EventKind::AccessDenied).count()
}

#[tokio::test]
async fn a_link_is_confirmed_before_it_is_used() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Zoë Brontë-Müller").await;
    let mut chat = Chat::new(&studio, Platform::Telegram, "77");
    chat.command("start", "").await;
    chat.write("hello?").await;
    chat.command("start", "not-a-code").await;
    let first = code(&studio, &ada).await;
    chat.command("start", &first).await;
    chat.press("No").await;
    chat.command("start", &first).await;
    chat.press("Yes, that is me").await;
    chat.command("start", &first).await;
    chat.command("help", "").await;
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn a_dead_link_says_what_to_do() {
    let studio = testing::sqlite().await;
    let ada = client(&studio, "Ada").await;
    let old = code(&studio, &ada).await;
    studio.clock.advance(TimeDelta::days(8));
    let mut chat = Chat::new(&studio, Platform::Discord, "77");
    chat.command("link", "").await;
    chat.command("link", &old).await;
    chat.press("Ask for a new link").await;
    let new = code(&studio, &ada).await;
    chat.command("link", &new).await;
    chat.press("Yes, that is me").await;
    let mut other = Chat::new(&studio, Platform::Discord, "78");
    other.command("link", &new).await;
    chat.transcript.push_str(&other.transcript);
    let events = events::page(&mut studio.db.read().await.unwrap(), Some(&ada.id), None, 20).await.unwrap();
    assert!(events.iter().any(|event| event.description.contains("asks for a new one")));
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn somebody_who_tries_codes_has_to_wait() {
    let studio = testing::sqlite().await;
    let mut chat = Chat::new(&studio, Platform::Discord, "77");
    for number in 0..10 {
        let refused = chat.command("link", &format!("guess-{number}")).await;
        assert!(text_of(&refused).starts_with("I do not know this link"));
    }
    let stopped = chat.command("link", "guess-10").await;
    assert_eq!(text_of(&stopped), "That was too many attempts. Please try again in 2 minutes.");
}

#[tokio::test]
async fn the_journey_from_a_phone() {
    let studio = testing::sqlite().await;
    let owner = Actor::local_owner();
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.command("home", "").await;
    chat.command("documents", "").await;
    chat.command("progress", "").await;
    let today = studio.clock.now().date_naive();
    journey::start(&studio, &owner, &ada.id, Some(today)).await.unwrap();
    let document = delivered(&studio, &ada, 1, "Foundations, first draft").await;
    chat.arrivals().await;
    chat.command("home", "").await;
    chat.press("Documents").await;
    let opened = chat.press("Open").await;
    assert_eq!(opened[0].files, [wavelaunch_shared::text::Attachment::Document(document.id.clone())]);
    let stored = documents::get(&mut studio.db.read().await.unwrap(), &owner, &document.id).await.unwrap();
    assert!(stored.is_opened());
    chat.press("Progress").await;
    let mut discord = Chat::new(&studio, Platform::Discord, "88");
    discord.command("link", &code(&studio, &ada).await).await;
    discord.press("Yes, that is me").await;
    discord.transcript.clear();
    discord.command("journey", "").await;
    chat.transcript.push_str("── on Discord ──\n\n");
    chat.transcript.push_str(&discord.transcript);
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn the_end_of_the_programme_brings_the_certificate() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    let early = chat.press_action("certificate").await;
    assert!(text_of(&early).starts_with("Your certificate comes when") && early[0].files.is_empty());
    let today = studio.clock.now().date_naive();
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some(today)).await.unwrap();
    for month in 1..=8 {
        delivered(&studio, &ada, month, &format!("Document {month}")).await;
    }
    studio.clock.advance(TimeDelta::days(6));
    journey::tick(&studio, "test").await.unwrap();
    chat.arrivals().await;
    let sent = chat.press("My certificate").await;
    assert_eq!(sent[0].files, [wavelaunch_shared::text::Attachment::Certificate]);
    chat.command("documents", "").await;
    assert_eq!(chat.press("Certificate").await[0].files, [wavelaunch_shared::text::Attachment::Certificate]);
    let file = crate::files::load(&studio, Some(&ada.id), &sent[0].files[0]).await.unwrap();
    assert!(file.bytes.starts_with(b"%PDF-") && file.sha256.is_some());
}

#[tokio::test]
async fn a_document_that_cannot_be_sent_is_not_opened() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    let today = studio.clock.now().date_naive();
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some(today)).await.unwrap();
    let document = delivered(&studio, &ada, 1, "One").await;
    // Where the folder of files would be.
    std::fs::write(&studio.settings.files.url, "in the way").unwrap();
    let failed = chat.press_action(&format!("open:{}", document.id)).await;
    assert!(text_of(&failed).starts_with("I could not send One just now"), "{}", text_of(&failed));
    let unopened = documents::get(&mut studio.db.read().await.unwrap(), &Actor::System, &document.id).await.unwrap();
    assert!(!unopened.is_opened());

    std::fs::remove_file(&studio.settings.files.url).unwrap();
    assert_eq!(chat.press("Try again").await[0].files.len(), 1);
}

#[tokio::test]
async fn a_home_card_has_at_most_fifteen_lines() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    let not_started = chat.command("home", "").await;
    let today = studio.clock.now().date_naive();
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some(today)).await.unwrap();
    let running = chat.command("home", "").await;
    for card in [not_started, running] {
        assert!(text_of(&card).lines().count() <= 15, "{}", text_of(&card));
    }
}

#[tokio::test]
async fn documents_come_five_at_a_time_and_the_newest_first() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some(studio.clock.now().date_naive())).await.unwrap();
    for month in 1..=7 {
        delivered(&studio, &ada, month, &format!("Document {month}")).await;
        studio.clock.advance(TimeDelta::minutes(1));
    }
    chat.transcript.clear();
    chat.command("documents", "").await;
    chat.press("Earlier").await;
    chat.press("Later").await;
    chat.press_action("documents:999").await;
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn the_plan_comes_first_and_extras_stand_beside_their_month() {
    let studio = testing::sqlite().await;
    let owner = Actor::local_owner();
    let (ada, mut chat) = linked(&studio, "Ada").await;
    journey::write_plan(&studio, &owner, &ada.id).await.unwrap();
    let card = chat.command("home", "").await;
    assert!(text_of(&card).lines().count() <= 15, "{}", text_of(&card));
    journey::tick(&studio, "test").await.unwrap();
    let plan = documents::plans(&mut studio.db.read().await.unwrap(), &owner, &ada.id).await.unwrap().remove(0);
    chat.press_action(&format!("open:{}", plan.id)).await;
    documents::approve_and_deliver(&studio, &owner, &plan.id).await.unwrap();
    chat.arrivals().await;
    let opened = chat.press("Open the plan").await;
    assert_eq!(opened[0].files, [wavelaunch_shared::text::Attachment::Document(plan.id.clone())]);
    journey::start(&studio, &owner, &ada.id, Some(studio.clock.now().date_naive())).await.unwrap();
    delivered(&studio, &ada, 1, "Foundations").await;
    delivered(&studio, &ada, 2, "Readiness").await;
    let text = "What to do beside it, step by step. ".repeat(8);
    let month = Month::new(1).unwrap();
    let extra = documents::add_extra(&studio, &owner, &ada.id, month, "Visual Identity", &text).await.unwrap();
    documents::approve_and_deliver(&studio, &owner, &extra.id).await.unwrap();
    chat.command("documents", "").await;
    let lock = clients::ClientEdit { documents_locked: Some(true), ..Default::default() };
    clients::edit(&studio, &owner, &ada.id, lock).await.unwrap();
    chat.command("documents", "").await;
    chat.press("Business plan").await;
    chat.command("home", "").await;
    let said = |words: &str| assert!(chat.transcript.contains(words), "{words} is missing in {}", chat.transcript);
    said("Your business plan is being created; you have it by");
    said("your business plan is ready to read");
    said("Visual Identity (beside month 1)");
    said("🔒 Business plan");
}

#[tokio::test]
async fn a_message_goes_to_the_studio_and_the_answer_comes_back() {
    let studio = testing::sqlite().await;
    let owner = Actor::local_owner();
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.write("When will my logo be ready?\nI need it for a print shop.").await;
    chat.press("Send").await;
    let filter = portal::ThreadFilter { client: Some(ada.id.clone()), ..Default::default() };
    let threads = portal::list(&mut studio.db.read().await.unwrap(), &filter, None, 9).await.unwrap();
    let thread = &threads[0].thread;
    portal::reply_from_admin(&studio, &owner, &thread.id, "On Friday, *promised*.").await.unwrap();
    chat.arrivals().await;
    chat.command("messages", "").await;
    chat.press("When will my logo be ready?").await;
    chat.press("Reply").await;
    chat.write("Thank you!").await;
    chat.write("And the font?").await;
    chat.press("Add to it").await;
    chat.press_action("send:abcdef").await;
    chat.write("Something else").await;
    chat.press("New subject").await;
    chat.write("Invoices").await;
    chat.write("never mind").await;
    chat.press("Cancel").await;
    portal::close(&studio, &owner, &thread.id).await.unwrap();
    chat.press_action(&format!("reply:{}", thread.id)).await;
    chat.write("One more thing").await;
    chat.press("Send as new").await;
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn an_exchange_is_forgotten_after_a_day() {
    let studio = testing::sqlite().await;
    let (_, mut chat) = linked(&studio, "Ada").await;
    chat.command("messages", "").await;
    chat.press("New message").await;
    studio.clock.advance(TimeDelta::hours(24));
    let asked = chat.write("What was I about to say?").await;
    assert!(text_of(&asked).starts_with("Send this to your studio team?"), "{}", text_of(&asked));
}

#[tokio::test]
async fn an_hour_takes_so_many_messages_and_keeps_the_rest_on_hand() {
    let studio = testing::sqlite().await;
    let (_, mut chat) = linked(&studio, "Ada").await;
    for number in 0..11 {
        chat.command("messages", "").await;
        chat.press("New message").await;
        chat.write(&format!("message {number}")).await;
        if number > 0 {
            chat.press("Add to it").await;
        }
        studio.clock.advance(TimeDelta::minutes(1));
    }
    assert!(chat.transcript.contains("You have sent 10 messages within an hour"));
    studio.clock.advance(TimeDelta::hours(1));
    // The text is still there, behind the button that was pressed too early.
    let sent = chat.press("Add to it").await;
    assert_eq!(text_of(&sent), "Added.");
}

#[tokio::test]
async fn settings_stop_and_a_break() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    chat.command("settings", "").await;
    chat.press("New messages").await;
    chat.press("Quiet hours").await;
    chat.press("Time zone").await;
    chat.write("Atlantis").await;
    chat.write("lisbon").await;
    chat.write("I need a break, this is too much").await;
    chat.press("Ask for a break").await;
    journey::start(&studio, &Actor::local_owner(), &ada.id, Some(studio.clock.now().date_naive())).await.unwrap();
    chat.press("Ask for a break").await;
    chat.write("Two weeks, moving house").await;
    chat.command("break", "Three weeks").await;
    chat.command("dance", "").await;
    chat.command("stop", "").await;
    chat.press("Keep them coming").await;
    chat.command("stop", "").await;
    chat.press("Yes, stop").await;
    chat.command("home", "").await;
    chat.command("start", "").await;
    insta::assert_snapshot!(chat.transcript);
}

#[tokio::test]
async fn oracle_isolation_of_pressed_actions() {
    let studio = testing::sqlite().await;
    let owner = Actor::local_owner();
    let (ada, mut hers) = linked(&studio, "Ada").await;
    let (_, mut his) = linked(&studio, "Boris").await;
    journey::start(&studio, &owner, &ada.id, Some(studio.clock.now().date_naive())).await.unwrap();
    let document = delivered(&studio, &ada, 1, "Private plans").await;
    hers.write("My secret").await;
    hers.press("Send").await;
    let filter = portal::ThreadFilter::default();
    let thread =
        portal::list(&mut studio.db.read().await.unwrap(), &filter, None, 1).await.unwrap().remove(0).thread.id;
    let unknown = "cabcdefghijklmnopqrstuvwx";
    let mut expected = 0;
    for verb in ["open", "revise"] {
        let foreign = his.press_action(&format!("{verb}:{}", document.id)).await;
        assert_eq!(text_of(&foreign), text_of(&his.press_action(&format!("{verb}:{unknown}")).await));
        expected += 1;
        assert_eq!(denials(&studio).await, expected, "{verb}");
    }
    for verb in ["thread", "reply"] {
        let foreign = his.press_action(&format!("{verb}:{thread}")).await;
        assert_eq!(text_of(&foreign), text_of(&his.press_action(&format!("{verb}:{unknown}")).await));
        expected += 1;
        assert_eq!(denials(&studio).await, expected, "{verb}");
    }
    his.write("let me in").await;
    let mark = his.buttons.iter().rev().find_map(|button| button.action.strip_prefix("send:").map(str::to_owned));
    let foreign = his.press_action(&format!("send:{}:{thread}", mark.unwrap())).await;
    assert!(text_of(&foreign).starts_with("I cannot find that conversation"));
    assert_eq!(denials(&studio).await, expected + 1);
    assert!(!his.transcript.contains("secret") && !his.transcript.contains("Private"));
}

#[tokio::test]
async fn hostile_text_comes_back_as_text() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "*Ada* <b>_x_</b> {name}").await;
    let corpus = [
        "@everyone <@123> <#4> [free](https://evil.example) tg://user?id=1",
        "**bold** `code` ||spoiler|| ~~x~~ > quote # head\n- item\n1. one",
        "=HYPERLINK(\"http://evil\") +1 -1 @SUM(A1)",
        "\u{202e}gnp.exe\u{200b}\u{2066} zero\u{feff}width",
        "\u{1b}]0;owned\u{7}\u{9b}31m red",
        "مرحبا 👩🏽‍🎤 さくら",
        "{client_name} {0} %s {{}}",
    ];
    chat.write("A harmless beginning").await;
    chat.press("Send").await;
    for text in corpus {
        studio.clock.advance(TimeDelta::minutes(10));
        chat.write(text).await;
        chat.press("New subject").await;
        let sent = chat.write(text).await;
        let subject = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = sent[0].text.0.iter().flat_map(spans).any(|span| span == subject);
        assert!(whole, "{text:?} is not shown to the letter: {:?}", sent[0].text);
    }
    let filter = portal::ThreadFilter { client: Some(ada.id.clone()), ..Default::default() };
    let threads = portal::list(&mut studio.db.read().await.unwrap(), &filter, None, 50).await.unwrap();
    let stored: Vec<&str> = threads.iter().rev().map(|row| row.last_message.as_ref().unwrap().raw()).collect();
    assert_eq!(stored[1..], corpus);
    let listed = chat.command("messages", "").await;
    assert!(listed[0].buttons.iter().flatten().all(|button| !button.label.contains('\u{1b}')));
    let home = chat.command("home", "").await;
    assert!(text_of(&home).contains("*Ada* <b>_x_</b> {name}"));
}

fn spans(block: &wavelaunch_shared::text::Block) -> Vec<&str> {
    match block {
        wavelaunch_shared::text::Block::Paragraph(spans) => spans.iter().map(|span| span.text.as_str()).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn whoever_goes_too_fast_is_asked_to_wait() {
    let studio = testing::sqlite().await;
    let mut chat = Chat::new(&studio, Platform::Telegram, "77");
    for _ in 0..30 {
        chat.write("hello").await;
    }
    assert_eq!(text_of(&chat.write("hello").await), "That was quick. Give me 2 seconds, then try again.");
}

#[tokio::test]
async fn what_is_no_text_gets_a_hint_and_a_client_who_left_gets_none_of_it() {
    let studio = testing::sqlite().await;
    let (ada, mut chat) = linked(&studio, "Ada").await;
    let hint = chat.turn("» (sticker)".into(), Input::Unsupported("sticker")).await;
    assert_eq!(text_of(&hint), "I can read text and files, but not that. Please write it in words.");
    assert!(text_of(&chat.write("  \n ").await).starts_with("I can read text"));
    clients::archive(&studio, &Actor::local_owner(), &ada.id).await.unwrap();
    assert!(text_of(&chat.command("documents", "").await).starts_with("I do not know you yet"));
}

#[test]
fn commands_are_named_once_and_fit_every_menu() {
    for (at, command) in registry::COMMANDS.iter().enumerate() {
        assert!(command.name.chars().all(|c| c.is_ascii_lowercase()) && command.name.len() <= 32);
        assert!((3..=100).contains(&command.description.len()));
        assert!(
            registry::COMMANDS[at + 1..].iter().all(|other| other.name != command.name && other.verb != command.verb)
        );
        assert!(!command.platforms.is_empty());
    }
}
