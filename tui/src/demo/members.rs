//! What the invented creators do.

use anyhow::Result;
use chrono::TimeDelta;
use rand::Rng;
use wavelaunch_shared::clients::{self, Client, NewClient};
use wavelaunch_shared::id::{ClientId, DocumentId};
use wavelaunch_shared::portal::{self, Account, NewThread};
use wavelaunch_shared::social::{self, Platform};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{coach, documents, journey};

use super::events;
use super::lines::{ONBOARDING, QUESTIONS};
use super::people::Habit;
use super::story::{Deed, Life};
use super::world::{Act, World};

/// The surface that the invented clients use.
const SURFACE: &str = "TELEGRAM";

/// Somebody joins: a row, an account in Telegram, the answers, and, for most, the journey.
pub(super) async fn join(world: &mut World, index: usize) -> Result<()> {
    let person = World::person(index);
    let owner = world.carer(index).clone();
    let studio = world.studio.clone();
    let handle = format!("creator{index:02}");
    let client = clients::add(
        &studio,
        &owner,
        NewClient {
            full_name: person.name.into(),
            email: format!("{handle}@example.com"),
            timezone: person.zone.into(),
            industry_niche: Some(person.niche.into()),
            country: Some(person.country.into()),
            age: Some(22 + i64::try_from(index % 30)?),
            instagram_handle: Some(format!("@{handle}")),
            ..NewClient::default()
        },
    )
    .await?;
    world.joined.insert(index, client.id.clone());
    link(world, &client, index).await?;
    answer_the_questions(world, &client, person.niche).await?;
    let at = world.in_hours(2..30);
    world.plan(at, Act::Count(index));
    // The newest two are still being onboarded.
    if index + 2 < super::people::PEOPLE.len() {
        let started = journey::start(&studio, &owner, &client.id, None).await?;
        if let Some(day) = started.program_start_date {
            world.did(&client.id, Deed::Started(day.date_naive())).await?;
            journey::write_plan(&studio, &owner, &client.id).await?;
            world.did(&client.id, Deed::AskedForPlan).await?;
        }
        plan_the_usual(world, index, person.habit);
        if world.plot.life == Life::Eventful {
            events::plan_for(world, index);
        }
    }
    Ok(())
}

async fn link(world: &mut World, client: &Client, index: usize) -> Result<()> {
    let accounts = world.accounts(index);
    world.outside.appears(World::person(index).name, &accounts);
    for (platform, number) in accounts {
        let invite = portal::invite(&world.studio, world.carer(index), &client.id).await?;
        let account = Account {
            platform,
            external_user_id: number.clone(),
            chat_id: number,
            username: None,
            display_name: Some(client.full_name.clone()),
        };
        portal::link(&world.studio, &invite.code, &account).await?.ok();
    }
    Ok(())
}

async fn answer_the_questions(world: &World, client: &Client, niche: &str) -> Result<()> {
    let now = world.studio.clock.now();
    let actor = Actor::Client(client.id.clone());
    let mut tx = world.studio.db.write().await?;
    for (question, answer) in ONBOARDING {
        let answer = Foreign::from(answer.replace("{niche}", &niche.to_lowercase()));
        clients::save_answer(&mut tx, now, &actor, &client.id, question, &answer).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn plan_the_usual(world: &mut World, index: usize, habit: Habit) {
    let days = match habit {
        Habit::Chatty => 5..14,
        Habit::Prompt => 12..35,
        Habit::Slow => 25..60,
        Habit::Silent => 50..90,
    };
    let write = world.in_hours(days.start * 24..days.end * 24);
    world.plan(write, Act::Write(index));
    if habit != Habit::Silent {
        let ask = world.in_hours(days.start * 18..days.end * 30);
        world.plan(ask, Act::AskCoach(index));
    }
}

/// When, if at all, a client opens what was just delivered.
pub(super) fn plan_opening(world: &mut World, client: ClientId, document: DocumentId) {
    let habit = world.habit_of(&client);
    let hours = match habit {
        Habit::Prompt => 1..20,
        Habit::Chatty => 1..44,
        Habit::Slow => 60..200,
        Habit::Silent if world.rng.random_ratio(1, 2) => 150..260,
        Habit::Silent => return,
    };
    let at = world.in_hours(hours);
    world.plan(at, Act::Open(client, document));
}

/// Opens a document, as the button in the chat does.
pub(super) async fn open(world: &mut World, client: &ClientId, document: &DocumentId) -> Result<()> {
    let actor = Actor::Client(client.clone());
    let found = documents::get(&mut world.studio.db.read().await?, &actor, document).await?;
    saw(world, client).await?;
    documents::open(&world.studio, &actor, document, SURFACE).await?;
    match found.its_month() {
        Ok(month) => world.did(client, Deed::Opened(month)).await,
        // The plan starts no clock.
        Err(_) => Ok(()),
    }
}

async fn saw(world: &World, client: &ClientId) -> Result<()> {
    let mut tx = world.studio.db.write().await?;
    clients::saw(&mut tx, client, world.studio.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes to the studio, and will again.
pub(super) async fn write(world: &mut World, index: usize) -> Result<()> {
    let Some(client) = world.joined.get(&index).cloned() else { return Ok(()) };
    let (subject, body) = QUESTIONS[world.rng.random_range(0..QUESTIONS.len())];
    // What may be done twice comes first.
    saw(world, &client).await?;
    let new = NewThread { subject: subject.into(), body: body.into(), ..NewThread::default() };
    portal::open_thread(&world.studio, &Actor::Client(client.clone()), &client, &new, SURFACE).await?;
    let days = if World::person(index).habit == Habit::Chatty { 9..22 } else { 25..60 };
    let again = world.in_hours(days.start * 24..days.end * 24);
    world.plan(again, Act::Write(index));
    Ok(())
}

/// Asks the coach one of the month's questions, and rates the answer now and then.
pub(super) async fn ask_coach(world: &mut World, index: usize) -> Result<()> {
    let Some(id) = world.joined.get(&index).cloned() else { return Ok(()) };
    let mut tx = world.studio.db.read().await?;
    let Some(client) = clients::get(&mut tx, &id).await? else { return Ok(()) };
    drop(tx);
    let starters = coach::starters(&world.studio, &client);
    if starters.is_empty() {
        return Ok(());
    }
    saw(world, &id).await?;
    let question = Foreign::from(starters[world.rng.random_range(0..starters.len())].clone());
    let outcome = coach::ask(&world.studio, &id, None, &question, SURFACE, &mut |_| {}).await?;
    let again = world.in_hours(15 * 24..45 * 24);
    world.plan(again, Act::AskCoach(index));
    if let coach::Outcome::Answer(answer) = outcome {
        let rating = if world.rng.random_ratio(4, 5) { coach::Rating::Up } else { coach::Rating::Down };
        coach::rate(&world.studio, &id, &answer.message_id, rating).await?;
    }
    Ok(())
}

/// The week's follower count: steady growth, a good week now and then.
pub(super) async fn count_followers(world: &mut World, index: usize) -> Result<()> {
    let Some(id) = world.joined.get(&index).cloned() else { return Ok(()) };
    let mut tx = world.studio.db.read().await?;
    let Some(client) = clients::get(&mut tx, &id).await? else { return Ok(()) };
    let before = social::history(&mut tx, &id, world.studio.clock.now() - TimeDelta::days(20)).await?;
    drop(tx);
    let followers = match before.last() {
        None => World::person(index).followers,
        Some(reading) => {
            let growth = world.rng.random_range(-4..28) + if world.rng.random_ratio(1, 15) { 60 } else { 0 };
            reading.followers + reading.followers * growth / 1000
        }
    };
    let engagement = f64::from(world.rng.random_range(18..62)) / 10.0;
    let carer = world.carer(index).clone();
    social::record(&world.studio, &carer, &client, Platform::Instagram, followers, Some(engagement)).await?;
    let next = world.studio.clock.now() + TimeDelta::days(7);
    world.plan(next, Act::Count(index));
    Ok(())
}

/// Asks for a break; an admin decides.
pub(super) async fn ask_for_break(world: &World, index: usize) -> Result<()> {
    if let Some(client) = world.joined.get(&index) {
        journey::request_break(&world.studio, client, Some(&Foreign::from("Two weeks, for a family matter"))).await?;
    }
    Ok(())
}
