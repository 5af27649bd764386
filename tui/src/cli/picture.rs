//! `picture`: a screen of the demonstration as an SVG file, for the README.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::{Error, Studio};

use super::exit::{Failure, Outcome};
use super::options::Options;
use super::output::say;
use crate::app::{Event, Look, Session};
use crate::data::Desk;
use crate::demo::Demo;
use crate::picture::svg;
use crate::screens::Place;
use crate::term::{Input, Key};
use crate::theme::{Glyphs, Theme};
use crate::verbs::Rights;

/// How long a screen may take to gather what it shows.
const PATIENCE: Duration = Duration::from_secs(30);
/// The morning that the picture shows unless `--now` names another: a Monday, in seconds.
const MORNING: i64 = 1_795_421_520;

/// What to draw, and where to.
#[derive(Args, Debug)]
pub struct Picture {
    /// The file to write
    file: PathBuf,
    /// Keys to press first, separated by spaces, for instance 'c enter'
    #[arg(long, default_value = "")]
    keys: String,
    /// Columns of the terminal
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(40..=300))]
    columns: u16,
    /// Rows of the terminal
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u16).range(12..=100))]
    rows: u16,
}

pub async fn run(picture: &Picture, options: &Options) -> Outcome {
    let now = options.now.or(DateTime::<Utc>::from_timestamp(MORNING, 0)).unwrap_or_default();
    let demo = Demo::with_history(now, |_, _| {}).await.map_err(|error| failed(&error.to_string()))?;
    let frame = frame(&demo.studio(), picture).await?;
    let drawn = svg(&frame, "wavelaunch demo").map_err(|error| failed(&error.to_string()))?;
    std::fs::write(&picture.file, drawn).map_err(|error| Error::file(&picture.file, error))?;
    say(&format!("{} is written.", picture.file.display()));
    Ok(())
}

/// The screen that a person would see after pressing the keys.
async fn frame(studio: &Studio, picture: &Picture) -> Outcome<Buffer> {
    let look = Look { theme: Theme::new(Glyphs::Unicode), zone: studio.zone()?, rights: Rights::Edit };
    let desk = Desk::of_studio(studio, &Actor::local_owner());
    let mut session = Session::new(look, desk, studio.clock.clone(), &Place::Today);
    settle(&mut session).await?;
    for name in picture.keys.split_whitespace() {
        let key = Key::parse(name).ok_or_else(|| failed(&format!("there is no key {name:?}")))?;
        session.feed(Event::Input(Input::Key(key)));
        settle(&mut session).await?;
    }
    let mut terminal =
        Terminal::new(TestBackend::new(picture.columns, picture.rows)).unwrap_or_else(|never| match never {});
    terminal.draw(|frame| session.draw(frame)).unwrap_or_else(|never| match never {});
    Ok(terminal.backend().buffer().clone())
}

/// Waits until the screen has everything that it asked for.
async fn settle(session: &mut Session) -> Outcome {
    let all = async {
        while session.busy() {
            let event = session.next_result().await;
            session.feed(event);
        }
    };
    tokio::time::timeout(PATIENCE, all).await.map_err(|_| failed("the screen did not become ready"))
}

fn failed(why: &str) -> Failure {
    Failure::Refused(format!("the picture cannot be drawn: {why}"))
}
