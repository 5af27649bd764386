//! The dashboard on the terminal that this process was started in.

use std::io;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use wavelaunch_shared::staff::{Actor, Capability};
use wavelaunch_shared::{Studio, desk};

use crate::app::{Ended, Event, Look, Session, run};
use crate::data::Desk;
use crate::editor;
use crate::screens::Place;
use crate::term::local::LocalTerminal;
use crate::term::{Facts, Profile, Screen};
use crate::theme::{Glyphs, Theme};
use crate::verbs::Rights;

/// What the caller decides about a local session.
#[derive(Clone, Debug)]
pub struct Options {
    /// The glyphs to draw with; `None` to go by `WAVELAUNCH_ASCII`, the locale and the terminal.
    pub glyphs: Option<Glyphs>,
    /// Nothing may be changed, whatever the person's role.
    pub read_only: bool,
    /// Where to begin.
    pub place: Place,
}

impl Default for Options {
    fn default() -> Self {
        Self { glyphs: None, read_only: false, place: Place::Today }
    }
}

/// Shows the dashboard until the person leaves. The terminal is handed back as
/// it was, whatever happens.
///
/// # Errors
/// When there is no terminal, when it cannot be written to, or when the
/// studio's time zone is not one.
pub async fn run_dashboard(studio: &Studio, actor: &Actor, options: Options) -> anyhow::Result<()> {
    let zone = studio.zone()?;
    let mut terminal = LocalTerminal::enter()?;
    let facts = terminal.facts();
    let glyphs = options.glyphs.unwrap_or_else(|| glyphs_of(&facts));
    let look = Look { theme: Theme::new(glyphs), zone, rights: rights_of(actor, options.read_only) };
    let mut session = Session::new(look, Desk::of_studio(studio, actor), studio.clock.clone(), &options.place);
    let mut screen = Screen::new(terminal.size(), Profile::detect(&facts)).map_err(io::Error::other)?;
    loop {
        let ended =
            run(&mut session, &mut screen, terminal.inputs(), desk::changes(studio), tokio::io::stdout()).await?;
        let Ended::Letter(text) = ended else { return Ok(()) };
        // The editor gets the terminal as the person knows it, and nobody else reads its keys.
        drop(terminal);
        let edited = tokio::task::spawn_blocking(move || editor::edit(&text)).await?;
        terminal = LocalTerminal::enter()?;
        screen.resize(terminal.size());
        screen.repaint()?;
        session.feed(Event::Edited(edited));
        session.feed(Event::Changed);
    }
}

/// What an actor may do in a session.
#[must_use]
pub fn rights_of(actor: &Actor, read_only: bool) -> Rights {
    if !read_only && actor.require(Capability::Edit).is_ok() { Rights::Edit } else { Rights::Look }
}

fn glyphs_of(facts: &Facts) -> Glyphs {
    let asked = std::env::var_os("WAVELAUNCH_ASCII").is_some_and(|value| !value.is_empty() && value != "0");
    if asked || !facts.speaks_unicode() { Glyphs::Ascii } else { Glyphs::Unicode }
}

/// One frame of a place with everything loaded, as a terminal with 24-bit colour
/// would show it: for pictures.
///
/// # Errors
/// When the studio's time zone is not one.
pub async fn draw_once(studio: &Studio, actor: &Actor, place: &Place, size: Size) -> anyhow::Result<Buffer> {
    let look = Look { theme: Theme::new(Glyphs::Unicode), zone: studio.zone()?, rights: rights_of(actor, false) };
    let mut session = Session::new(look, Desk::of_studio(studio, actor), studio.clock.clone(), place);
    while session.busy() {
        let event = session.next_result().await;
        session.feed(event);
    }
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height))?;
    let frame = terminal.draw(|frame| session.draw(frame))?;
    Ok(frame.buffer.clone())
}
