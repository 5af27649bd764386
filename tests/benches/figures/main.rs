//! The figures that this software is held to, measured and printed: `cargo bench -p wavelaunch-tests --bench figures`.
//!
//! What each means stands in docs/figures.md. Nothing here fails because a machine is slow: a figure is printed with its
//! reach beside it, and a person judges. It fails when something could not be measured at all.

mod bare;
mod coach;
mod figure;
mod idle;
mod keys;
mod planner;
mod programs;
mod scale;
mod seeded;
mod start;
mod steps;
mod world;

use anyhow::Result;
use figure::Figure;
use scale::Scale;
use seeded::Seeded;

fn main() -> Result<()> {
    let scale = Scale::from_environment()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{}", figure::heading());
    show(&[planner::measure()?]);
    runtime.block_on(measure(scale))
}

async fn measure(scale: Scale) -> Result<()> {
    show(&steps::measure(scale).await?);
    show(&coach::measure().await?);
    let (seeded, figures) = Seeded::make(scale)?;
    show(&figures);
    show(&start::measure(&seeded).await?);
    show(&keys::measure(&seeded).await?);
    // Last, for the workers change the studio.
    show(&idle::measure(&seeded).await?);
    Ok(())
}

fn show(figures: &[Figure]) {
    for figure in figures {
        println!("{figure}");
    }
}
