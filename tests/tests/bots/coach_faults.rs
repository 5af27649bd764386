//! The model's faults, by name: each leaves a client who is told, a question that is stored, and an
//! allowance that is settled. On both databases, over real sockets.

use std::time::Duration;

use anyhow::{Result, ensure};
use wavelaunch_shared::coach::{self, CoachMessage};
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::db::Kind;
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{TestStudio, postgres_with, sqlite_with};
use wavelaunch_tests::faults::{Fault, LimitScope, Times};
use wavelaunch_tests::openai::{Answer, FakeOpenAi, KEY, Trouble};
use wavelaunch_tests::telegram::FakeTelegram;

use super::stage::{Bots, CAP, linked, settings};

const ANA: i64 = 501;
const QUESTION: &str = "How do I price my first product?";
const ANSWER: &str = "Start with your costs, and add what your time is worth to you.";
const CALL: &str = "POST /chat/completions";
/// A call and its three repeats.
const TRIES: usize = 4;

/// What the client ends up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// The whole answer.
    Whole,
    /// The beginning of it, and that it broke off.
    BrokenOff,
    /// What the playbooks know, that the model had none, and a button to ask again.
    Told,
}

/// A model with this fault answers one question on each database; so many calls reach it each time.
async fn fault(script: impl Fn(&FakeOpenAi), ends: Ends, calls: usize) -> Result<()> {
    for database in [Kind::Sqlite, Kind::Postgres] {
        let telegram = FakeTelegram::start().await?;
        let model = FakeOpenAi::start().await?;
        script(&model);
        let settings = impatient(&telegram, &model);
        let studio = match database {
            Kind::Sqlite => Some(sqlite_with(settings).await),
            Kind::Postgres => postgres_with(settings).await,
        };
        let Some(studio) = studio else { continue };
        one_question(&studio, &telegram, ends).await?;
        let made = model.journal().len();
        ensure!(made == calls, "{made} calls were made, not {calls}");
    }
    Ok(())
}

/// Settings that point at the stand-ins, with a second's patience and no pause between two tries.
fn impatient(telegram: &FakeTelegram, model: &FakeOpenAi) -> Settings {
    let mut settings = settings(Some(telegram), None);
    settings.model.base_url = model.base_url();
    settings.model.api_key = Secret::new(KEY);
    settings.model.name = "stand-in".into();
    settings.model.first_token_timeout_seconds = 1;
    settings.model.idle_timeout_seconds = 1;
    settings.model.retry_seconds = vec![0, 0, 0];
    settings
}

async fn one_question(studio: &TestStudio, telegram: &FakeTelegram, ends: Ends) -> Result<()> {
    telegram.started_user(ANA, "Ana", None);
    let ana = linked(studio, "Ana Lima", Channel::Telegram, &ANA.to_string()).await?;
    for fact in coach::Fact::ALL {
        coach::skip(studio, &ana.id, fact).await?;
    }
    let bots = Bots::start(studio).await?;
    telegram.user_sends(ANA, &format!("/coach {QUESTION}"));
    let told = match ends {
        Ends::Whole => "",
        Ends::BrokenOff => "broke off here",
        Ends::Told => "did not use up any of your allowance",
    };
    if !told.is_empty() {
        telegram.wait_message(ANA, CAP, |message| message.text().contains(told)).await?;
    }
    let stands = |state: &wavelaunch_tests::telegram::State| {
        let growing = |text: &str| text.is_empty() || text.ends_with('…');
        let answer = state.from_bot(ANA).into_iter().next().filter(|message| !growing(message.text()))?;
        (ends != Ends::Whole || answer.text() == ANSWER).then_some(answer)
    };
    let shown = telegram.wait_for(CAP, "the end of the answer", stands).await?;
    bots.end().await?;

    let mut tx = studio.db.read().await?;
    let owner = Actor::local_owner();
    let all = coach::conversations(&mut tx, &owner, &ana.id).await?;
    let said = coach::transcript(&mut tx, &owner, &all[0].id).await?;
    let used = coach::used(&mut tx, &ana.id, studio.clock.now()).await?;
    let contents: Vec<&str> = said.iter().map(|message: &CoachMessage| message.content.raw()).collect();
    ensure!(contents[0] == QUESTION, "the question is stored: {contents:?}");
    ensure!(used.reserved_tokens == 0, "nothing stays reserved: {used:?}");
    match ends {
        Ends::Told => {
            ensure!(contents.len() == 2 && said[0].error.is_some(), "{said:?}");
            ensure!(said[1].model.as_deref() == Some(coach::OFFLINE) && contents[1] != ANSWER, "{said:?}");
            ensure!((used.charged_tokens, used.messages) == (0, 0), "{used:?}");
            let told = telegram.wait_message(ANA, CAP, |message| message.text().contains(told)).await?;
            let buttons: Vec<String> = told.buttons().into_iter().flatten().map(|button| button.label).collect();
            ensure!(buttons == ["Try again", "Talk to a person"], "{buttons:?}");
        }
        Ends::Whole | Ends::BrokenOff => {
            ensure!(contents.len() == 2 && contents[1] == shown.text(), "{contents:?}, shown {:?}", shown.text());
            ensure!(ANSWER.starts_with(contents[1]) && used.charged_tokens > 0 && used.messages == 1, "{used:?}");
        }
    }
    ensure!(telegram.refused().is_empty(), "{:?}", telegram.refused());
    Ok(())
}

fn troubled(trouble: &Trouble) -> impl Fn(&FakeOpenAi) + use<> {
    let trouble = trouble.clone();
    move |model| {
        let trouble = trouble.clone();
        model.answers(move |_| Answer::text(ANSWER).with(trouble.clone()));
    }
}

fn always(fault: &Fault) -> impl Fn(&FakeOpenAi) + use<> {
    let fault = fault.clone();
    move |model| model.fault(CALL, fault.clone(), Times::Always)
}

fn too_many() -> Fault {
    Fault::TooMany { retry_after: 0.0, scope: LimitScope::User }
}

#[tokio::test]
async fn fault_429_that_stays() -> Result<()> {
    fault(always(&too_many()), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_429_that_passes() -> Result<()> {
    let script = |model: &FakeOpenAi| {
        model.answers(|_| Answer::text(ANSWER));
        model.fault(CALL, too_many(), Times::Next(1));
    };
    fault(script, Ends::Whole, 2).await
}

#[tokio::test]
async fn fault_500() -> Result<()> {
    fault(always(&Fault::Status(500)), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_connection_refused_midway() -> Result<()> {
    fault(always(&Fault::Cut), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_slow_first_token() -> Result<()> {
    fault(troubled(&Trouble::SlowStart(Duration::from_secs(30))), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_silence_in_mid_stream() -> Result<()> {
    fault(troubled(&Trouble::SilenceAfter(3)), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_cut() -> Result<()> {
    fault(troubled(&Trouble::CutAfter(3)), Ends::BrokenOff, 1).await
}

#[tokio::test]
async fn fault_malformed_json() -> Result<()> {
    fault(troubled(&Trouble::GarbageAfter(3)), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_error_in_the_stream() -> Result<()> {
    fault(troubled(&Trouble::ErrorAfter(3)), Ends::Told, TRIES).await
}

#[tokio::test]
async fn fault_no_usage() -> Result<()> {
    fault(troubled(&Trouble::NoUsage), Ends::Whole, 1).await
}

#[tokio::test]
async fn fault_no_finish_reason() -> Result<()> {
    fault(troubled(&Trouble::NoFinish), Ends::BrokenOff, 1).await
}
