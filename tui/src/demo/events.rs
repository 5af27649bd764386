//! What does not happen every day: holds, months left out, people who leave a platform, clocks that jump, a machine
//! that is off.

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use rand::Rng;
use wavelaunch_shared::clients::{self, Client};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::ClientId;
use wavelaunch_shared::journey::{self, MonthState, Move, Preview};
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::{Error, portal};

use super::luck::{Fault, Weather};
use super::outside::{Address, Leaving};
use super::story::Deed;
use super::world::{Act, World};

/// Something out of the ordinary.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The studio holds a journey.
    Hold(usize),
    /// The studio ends the hold of a journey.
    EndHold(usize),
    /// The studio leaves out one of the months to come.
    LeaveOut(usize),
    /// The studio takes a month in again.
    TakeIn(usize, Month),
    /// A person can no longer be written to on one of their platforms.
    Leave(usize),
    /// And can again.
    Return(Address),
    /// Somebody sets the machine's clock back.
    ClockBack,
    /// The machine is off for a while.
    Outage,
}

/// Plans what will come over a client's months.
pub(super) fn plan_for(world: &mut World, index: usize) {
    for (hours, event) in [
        (20 * 24..140 * 24, Event::Hold(index)),
        (30 * 24..150 * 24, Event::LeaveOut(index)),
        (10 * 24..90 * 24, Event::Leave(index)),
    ] {
        let at = world.in_hours(hours);
        world.plan(at, Act::Event(event));
    }
}

/// Plans what will come over the machine.
pub(super) fn plan_clocks(world: &mut World) {
    if let Weather::Foul(_) = world.plot.weather {
        for event in [Event::ClockBack, Event::Outage] {
            let at = world.in_hours(9 * 24..40 * 24);
            world.plan(at, Act::Event(event));
        }
    }
}

/// Lets it happen.
pub(super) async fn happen(world: &mut World, event: Event) -> Result<()> {
    match event {
        Event::Hold(index) => hold(world, index).await,
        Event::EndHold(index) => end_hold(world, index).await,
        Event::LeaveOut(index) => leave_out(world, index).await,
        Event::TakeIn(index, month) => {
            let moved = make(world, index, &Move::Unskip { month }).await?;
            if moved { did(world, index, Deed::TakenIn(month)).await } else { Ok(()) }
        }
        Event::Leave(index) => {
            leave(world, index);
            Ok(())
        }
        Event::Return(at) => {
            world.outside.returns(&at);
            Ok(portal::unblocked(&world.studio, at.0, &at.1).await?)
        }
        Event::ClockBack => set_clock_back(world).await,
        Event::Outage => {
            let hours = world.rng.random_range(20..70);
            world.off_until = Some(world.studio.clock.now() + TimeDelta::hours(hours));
            world.befalls(Fault::Outage, "caught up");
            again(world, Event::Outage);
            Ok(())
        }
    }
}

/// Holds a journey: mostly for days that are known, now and then without an end.
async fn hold(world: &mut World, index: usize) -> Result<()> {
    let Some(client) = client(world, index).await? else { return Ok(()) };
    let days = if world.rng.random_ratio(1, 5) { None } else { Some(world.rng.random_range(1..30)) };
    let today = world.studio.clock.now().with_timezone(&client.zone()).date_naive();
    let until = days.map(|days| today + TimeDelta::days(days));
    if !make(world, index, &Move::Pause { from: None, until, reason: None }).await? {
        return Ok(());
    }
    did(world, index, Deed::Paused(days)).await?;
    if days.is_none() || world.rng.random_ratio(1, 3) {
        let end = world.in_hours(2 * 24..25 * 24);
        world.plan(end, Act::Event(Event::EndHold(index)));
    }
    let next = world.in_hours(40 * 24..120 * 24);
    world.plan(next, Act::Event(Event::Hold(index)));
    Ok(())
}

async fn end_hold(world: &mut World, index: usize) -> Result<()> {
    if make(world, index, &Move::Resume).await? {
        did(world, index, Deed::Resumed).await?;
    }
    Ok(())
}

/// Leaves out one of the months to come, and takes it in again in half the cases.
async fn leave_out(world: &mut World, index: usize) -> Result<()> {
    let Some(client) = client(world, index).await? else { return Ok(()) };
    let overview = journey::overview(&mut world.studio.db.read().await?, &world.studio, &client).await?;
    let open: Vec<Month> = overview
        .months
        .iter()
        .filter(|month| !matches!(month.state, MonthState::Completed | MonthState::Skipped))
        .filter_map(|month| Month::new(month.month).ok())
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    let month = open[world.rng.random_range(0..open.len())];
    if make(world, index, &Move::Skip { month }).await? {
        did(world, index, Deed::LeftOut(month)).await?;
        if world.rng.random_ratio(1, 2) {
            let at = world.in_hours(24..40 * 24);
            world.plan(at, Act::Event(Event::TakeIn(index, month)));
        }
    }
    Ok(())
}

/// Blocks the bot, or closes an account, on one platform: the other one still reaches the person.
fn leave(world: &mut World, index: usize) {
    let accounts = world.accounts(index);
    let at = accounts[world.rng.random_range(0..accounts.len())].clone();
    let how = if world.rng.random_ratio(1, 4) { Leaving::Closes } else { Leaving::Blocks };
    world.outside.leaves(&at, how);
    world.befalls(Fault::PersonLeft, if at.0 == Channel::Telegram { "sent on through Discord" } else { "came back" });
    let back = world.in_hours(3 * 24..30 * 24);
    world.plan(back, Act::Event(Event::Return(at)));
    let next = back + TimeDelta::days(world.rng.random_range(10..60));
    world.plan(next, Act::Event(Event::Leave(index)));
}

/// Sets the clock back by some hours; the machine looks at once, as if it were then.
async fn set_clock_back(world: &mut World) -> Result<()> {
    let now = world.studio.clock.now();
    world.studio.clock.set(now - TimeDelta::minutes(world.rng.random_range(20..400)));
    world.befalls(Fault::ClockBack, "nothing was done twice");
    world.machine_looks().await?;
    again(world, Event::ClockBack);
    Ok(())
}

fn again(world: &mut World, event: Event) {
    let at = world.in_hours(15 * 24..50 * 24);
    world.plan(at, Act::Event(event));
}

/// Makes a move, and holds it to what its preview promised; false where the rules say no.
async fn make(world: &World, index: usize, wanted: &Move) -> Result<bool> {
    let Some(client) = world.joined.get(&index) else { return Ok(false) };
    let shown = match journey::preview(&mut world.studio.db.read().await?, &world.studio, client, wanted).await {
        Ok(shown) => shown,
        Err(Error::Refused(_) | Error::Invalid(_) | Error::NotFound(_)) => return Ok(false),
        Err(other) => return Err(other.into()),
    };
    let made = journey::make(&world.studio, world.carer(index), client, wanted, Some(shown.version)).await?;
    conserved(client, &made)?;
    ensure!(
        (&shown.rows, &shown.months) == (&made.rows, &made.months),
        "{client}: {wanted:?} did not do what it showed"
    );
    Ok(true)
}

fn conserved(client: &ClientId, made: &Preview) -> Result<()> {
    ensure!((made.proof.lost, made.proof.doubled) == (0, 0), "{client}: a move lost or doubled rows: {}", made.proof);
    Ok(())
}

async fn did(world: &mut World, index: usize, deed: Deed) -> Result<()> {
    match world.joined.get(&index).cloned() {
        Some(client) => world.did(&client, deed).await,
        None => Ok(()),
    }
}

async fn client(world: &World, index: usize) -> Result<Option<Client>> {
    let Some(id) = world.joined.get(&index) else { return Ok(None) };
    Ok(clients::get(&mut world.studio.db.read().await?, id).await?)
}
