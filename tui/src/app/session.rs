//! A session: the app, its clock, and the jobs that answer it.

use ratatui::Frame;
use tokio::time::Instant;
use wavelaunch_shared::clock::Clock;

use super::core::App;
use super::effect::{Effect, Event};
use super::jobs::Jobs;
use super::view::{Look, Moment};
use crate::data::Desk;
use crate::screens::Place;

/// Drives an [`App`]: feeds it events and carries out what it wants.
pub struct Session {
    app: App,
    jobs: Jobs,
    clock: Clock,
    clips: Vec<String>,
    letter: Option<String>,
    over: bool,
}

impl Session {
    /// A session that opens at a place.
    #[must_use]
    pub fn new(look: Look, desk: Desk, clock: Clock, place: &Place) -> Self {
        let moment = Moment { now: clock.now(), at: Instant::now() };
        let mut session = Self {
            app: App::new(look, moment),
            jobs: Jobs::new(desk),
            clock,
            clips: Vec::new(),
            letter: None,
            over: false,
        };
        let effects = session.app.open(place);
        session.carry_out(effects);
        session
    }

    /// Takes one event.
    pub fn feed(&mut self, event: Event) {
        let moment = Moment { now: self.clock.now(), at: Instant::now() };
        let effects = self.app.handle(event, moment);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(key, query) => self.jobs.ask(key, query),
                Effect::Forget(view) => self.jobs.forget(view),
                Effect::Submit(command) => self.jobs.submit(command),
                Effect::Copy(text) => self.clips.push(text),
                Effect::Edit(text) => self.letter = Some(text),
                Effect::Quit => self.over = true,
            }
        }
    }

    /// What the next job brings; waits for ever when none runs. May be dropped
    /// and called again without losing anything.
    pub async fn next_result(&mut self) -> Event {
        self.jobs.next().await
    }

    /// Whether a job is on its way. A test waits until none is.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.jobs.busy()
    }

    /// Whether the person left.
    #[must_use]
    pub fn over(&self) -> bool {
        self.over
    }

    /// Whether something changed since the last frame.
    #[must_use]
    pub fn dirty(&self) -> bool {
        self.app.dirty()
    }

    /// When the picture changes by itself: a note goes, a minute passes.
    #[must_use]
    pub fn wake(&self) -> Instant {
        self.app.wake()
    }

    /// Text to be put on the clipboard, once.
    pub fn take_clips(&mut self) -> Vec<String> {
        std::mem::take(&mut self.clips)
    }

    /// A text that the person wants to change in their own editor, once.
    pub fn take_letter(&mut self) -> Option<String> {
        self.letter.take()
    }

    /// Draws the whole screen.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        self.app.draw(frame);
    }
}
