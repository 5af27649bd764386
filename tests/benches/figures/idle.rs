//! What the programs take while nothing happens: bytes written, memory held.

use std::time::Duration;

use anyhow::{Context, Result};
use wavelaunch_tests::terminal::Terminal;

use super::figure::Figure;
use super::seeded::Seeded;
use super::start::{CAP, TODAY};

const WATCHED: Duration = Duration::from_secs(10);
const MEGABYTES: f64 = 60.0;

/// The dashboard's bytes and memory, and the workers' memory.
pub async fn measure(seeded: &Seeded) -> Result<Vec<Figure>> {
    let dashboard = seeded.dashboard()?;
    dashboard.wait_for(&TODAY, CAP).await?;
    rest(&dashboard).await?;
    let written = bytes_in_silence(&dashboard).await;
    let of_dashboard = resident(&dashboard)?;
    drop(dashboard);

    let workers = seeded.workers()?;
    workers.wait_for(&["ready:"], CAP).await?;
    rest(&workers).await?;
    let of_workers = resident(&workers)?;
    Ok(vec![
        Figure::at_most("bytes written in 10 s in which nothing changes", written, 0.0, ""),
        Figure::at_most("memory of wavelaunch at rest", of_dashboard, MEGABYTES, "MB"),
        Figure::at_most("memory of wavelaunch-bots run --only workers at rest", of_workers, MEGABYTES, "MB"),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "few bytes, if any")]
async fn bytes_in_silence(dashboard: &Terminal) -> f64 {
    // The clock at the top is a change: the ten seconds must not hold the turn of a minute.
    let into_minute = wavelaunch_shared::clock::Clock::system().now().timestamp().rem_euclid(60).unsigned_abs();
    if into_minute >= 48 {
        tokio::time::sleep(Duration::from_secs(62 - into_minute)).await;
    }
    let before = dashboard.bytes();
    tokio::time::sleep(WATCHED).await;
    (dashboard.bytes() - before) as f64
}

/// Waits until the program has used no processor for two seconds.
async fn rest(terminal: &Terminal) -> Result<()> {
    let mut used = processor_ticks(terminal)?;
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = processor_ticks(terminal)?;
        if now <= used + 1 {
            return Ok(());
        }
        used = now;
    }
    anyhow::bail!("the program did not come to rest; its screen:\n{}", terminal.text())
}

/// Its time on a processor, in the kernel's ticks.
fn processor_ticks(terminal: &Terminal) -> Result<u64> {
    let stat = of_process(terminal, "stat")?;
    // The name before the bracket may hold anything; user and system time are the 14th and 15th field.
    let fields = stat.rsplit_once(')').context("an unknown form of /proc/PID/stat")?.1;
    let mut times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let mut next = || times.next().context("no times in /proc/PID/stat").and_then(|time| Ok(time?));
    Ok(next()? + next()?)
}

/// Its resident memory in megabytes.
fn resident(terminal: &Terminal) -> Result<f64> {
    let status = of_process(terminal, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in /proc/PID/status")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}

fn of_process(terminal: &Terminal, file: &str) -> Result<String> {
    let process = terminal.process_id().context("the program has ended")?;
    let path = format!("/proc/{process}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read; memory is measured on Linux alone"))
}
