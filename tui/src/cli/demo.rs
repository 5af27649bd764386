//! `demo`: the dashboard on a throw-away database full of life, or the same without a terminal.

use std::io::{IsTerminal, Write};

use clap::Args;
use tokio_util::sync::CancellationToken;
use wavelaunch_shared::staff::{Actor, Role};

use super::exit::{Failure, Outcome};
use super::options::Options;
use crate::demo::{Demo, Totals, unfold};

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
}

/// Runs it.
pub async fn run(demonstration: Demonstration, options: &Options) -> Outcome {
    if demonstration.headless {
        return headless(demonstration.days, options).await;
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

async fn headless(days: i64, options: &Options) -> Outcome {
    let start = options.clock().now();
    let mut demo = Demo::founded(start).await.map_err(|error| failed(&error))?;
    for day in 1..=days {
        demo.world.live_until(start + chrono::TimeDelta::days(day)).await.map_err(|error| failed(&error))?;
    }
    let totals = demo.world.totals(days).await.map_err(|error| failed(&error))?;
    options.out().text(&totals, &words(&totals))
}

fn words(totals: &Totals) -> String {
    let mut lines = vec![
        format!("{} days, {} clients", totals.days, totals.clients),
        format!(
            "messages: {} sent, {} in doubt, {} dead",
            totals.messages_sent, totals.messages_in_doubt, totals.messages_dead
        ),
    ];
    lines.extend(
        totals.events.iter().map(|(kind, count)| format!("{count:>8}  {}", kind.to_lowercase().replace('_', " "))),
    );
    lines.join("\n")
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
