//! The figures that this software is held to, measured and printed: `cargo bench -p wavelaunch-tests --bench figures`.
//!
//! What each means stands in docs/figures.md. Nothing here fails because a machine is slow: a figure is printed with its
//! reach beside it, and a person judges. It fails when something could not be measured at all.

mod bare;
mod coach;
mod figure;
mod idle;
mod keys;
mod paper;
mod pickup;
mod planner;
mod postgres;
mod programs;
mod scale;
mod seeded;
mod shift;
mod start;
mod steps;
mod world;

use anyhow::{Result, bail};
use figure::Figure;
use scale::Scale;
use seeded::Seeded;

/// What is measured together. `cargo bench … --bench figures -- journey` measures one of them alone.
const GROUPS: [&str; 4] = ["journey", "coach", "paper", "programs"];

fn main() -> Result<()> {
    let scale = Scale::from_environment()?;
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = asked.iter().find(|word| !GROUPS.contains(&word.as_str())) {
        bail!("there are no figures of {unknown:?}; choose among {}", GROUPS.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{}", figure::heading());
    for group in GROUPS.into_iter().filter(|group| asked.is_empty() || asked.iter().any(|word| word == group)) {
        runtime.block_on(async {
            match group {
                "journey" => measure_journey(scale).await,
                "coach" => coach::measure().await.map(|figures| show(&figures)),
                "paper" => paper::measure().map(|figures| show(&figures)),
                _ => measure_programs(scale).await,
            }
        })?;
    }
    Ok(())
}

async fn measure_journey(scale: Scale) -> Result<()> {
    show(&[planner::measure()?]);
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("made.db");
    world::make(&made, scale.steps()).await?;
    show(&steps::measure(scale, &made).await?);
    show(&postgres::measure(scale, &made).await?);
    show(&pickup::measure().await?);
    show(&shift::measure(scale, &made).await?);
    Ok(())
}

async fn measure_programs(scale: Scale) -> Result<()> {
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
