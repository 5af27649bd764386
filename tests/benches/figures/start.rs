//! From the command to the first frame with the studio's data in it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::figure::{Figure, millis, quantile};
use super::seeded::Seeded;

const STARTS: usize = 10;
/// What Today shows once its data is there, and not before.
pub const TODAY: [&str; 2] = ["Waiting for you", "Programme"];
/// No answer takes so long.
pub const CAP: Duration = Duration::from_mins(1);

/// The median of ten starts.
pub async fn measure(seeded: &Seeded) -> Result<Vec<Figure>> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut terminal = seeded.dashboard()?;
        terminal.wait_for(&TODAY, CAP).await?;
        times.push(begun.elapsed());
        terminal.send("q")?;
        terminal.wait_end(CAP).await?;
    }
    let median = quantile(&mut times, 0.5).context("no start was measured")?;
    Ok(vec![Figure::at_most("start → first full frame, median of 10", millis(median), 150.0, "ms")])
}
