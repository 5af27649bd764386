//! `demo`: the dashboard on a throw-away database full of life, or the same without a terminal.

use std::io::{IsTerminal, Write};

use clap::Args;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::staff::{Actor, Role};

use super::exit::{Failure, Outcome};
use super::options::Options;
use crate::demo::{Demo, Plot, Weather, unfold};

/// What `demo` takes.
#[derive(Args, Debug)]
pub struct Demonstration {
    /// How many simulated days pass in a second while you watch
    #[arg(long, value_name = "N", default_value_t = 0.005, value_parser = pace)]
    days_per_second: f64,
    /// Run without a terminal and print the totals
    #[arg(long)]
    headless: bool,
    /// How many simulated days to run
    #[arg(long, value_name = "N", requires = "headless", default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650))]
    days: i64,
    /// What decides who does what, and what fails
    #[arg(long, value_name = "N", requires = "headless", default_value_t = 8)]
    seed: u64,
    /// The share of database transactions that fail, for instance 0.02; calls to model and chat platforms fail six times as often
    #[arg(long, value_name = "RATE", requires = "headless", value_parser = share)]
    faults: Option<f64>,
}

/// Runs it.
pub async fn run(demonstration: Demonstration, options: &Options) -> Outcome {
    if demonstration.headless {
        return headless(&demonstration, options).await;
    }
    let demo = Demo::with_history(options.clock().now(), told).await.map_err(|error| failed(&error))?;
    clear_line();
    let (studio, owner) = (demo.studio(), demo.world.owner().cloned());
    let stop = CancellationToken::new();
    let unfolding = tokio::spawn(unfold(demo.world, demonstration.days_per_second, stop.clone()));
    let actor = Actor::Admin { id: owner, role: Role::Owner };
    let look = crate::Options { read_only: options.read_only, ..crate::Options::default() };
    let shown = crate::run_dashboard(&studio, &actor, look).await;
    stop.cancel();
    // A world that failed while somebody watched is worth a line once the screen is theirs again.
    if let Ok(Err(error)) = unfolding.await {
        tracing::warn!("the demonstration stopped unfolding: {error:#}");
    }
    studio.db.close().await;
    shown.map_err(|error| Failure::Refused(format!("the dashboard cannot be shown: {error}")))
}

/// Rehearses so many days, each of which must keep every promise.
async fn headless(demonstration: &Demonstration, options: &Options) -> Outcome {
    let (days, start) = (demonstration.days, options.clock().now());
    let weather = demonstration.faults.map_or(Weather::Fair, Weather::Foul);
    let plot = Plot::rehearsal(demonstration.seed, weather);
    let mut demo = Demo::founded(start, plot).await.map_err(|error| failed(&error))?;
    for day in 1..=days {
        if let Err(error) = demo.world.live_a_day(start + chrono::TimeDelta::days(day)).await {
            super::output::say(&format!("day {day} of {days}, {error:#}"));
            return Err(Failure::Told);
        }
    }
    let totals = demo.world.totals(days).await.map_err(|error| failed(&error))?;
    options.out().text(&totals, &totals.words())
}

fn told(day: i64, of: i64) {
    let mut error = std::io::stderr();
    if error.is_terminal() && day % 8 == 0 {
        // Nothing depends on this line being seen.
        let _ = write!(error, "\rliving through eight months of a studio … {:>3} %", day * 100 / of);
        let _ = error.flush();
    }
}

fn clear_line() {
    let mut error = std::io::stderr();
    if error.is_terminal() {
        let _ = write!(error, "\r\x1b[2K");
    }
}

fn failed(error: &anyhow::Error) -> Failure {
    Failure::Refused(format!("the demonstration cannot go on: {error:#}"))
}

fn pace(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|pace| (0.0..=100.0).contains(pace))
        .ok_or_else(|| "write a number of days from 0 to 100, for instance 0.1".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=0.5).contains(share))
        .ok_or_else(|| "write a share from 0 to 0.5, for instance 0.03".to_owned())
}
