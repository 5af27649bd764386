//! What a screen is to the app.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use tokio::time::Instant;

use super::effect::Wish;
use crate::data::{Answer, Problem, Query};
use crate::screens::{Place, Subject};
use crate::term::Key;
use crate::theme::Theme;
use crate::verbs::{Rights, Scope, VerbId};

/// One open screen of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewId(pub u64);

/// A question's place in its view: a newer question in the same slot replaces
/// the older one.
pub type Slot = u32;

/// A slot of one view.
pub type SlotKey = (ViewId, Slot);

/// When something happens: for the domain, and for things that only last on the
/// screen.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The programme's time, which a demo or a rehearsal drives.
    pub now: DateTime<Utc>,
    /// The machine's own, for toasts and double presses.
    pub at: Instant,
}

/// How a session looks and who sits there.
#[derive(Clone, Debug)]
pub struct Look {
    /// Styles and glyphs.
    pub theme: Theme,
    /// The studio's zone.
    pub zone: Tz,
    /// What the person may do.
    pub rights: Rights,
}

/// What a view may know while it draws or acts.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Looks and rights.
    pub look: &'a Look,
    /// When.
    pub moment: Moment,
}

impl Cx<'_> {
    /// The theme.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.look.theme
    }

    /// The programme's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.moment.now
    }
}

/// A screen. Views say what they need as data and the app finds it; they act on
/// verbs and never on keys, except while the person types into them.
pub trait View: Send {
    /// Where this is.
    fn place(&self) -> Place;

    /// The last step of the breadcrumb.
    fn title(&self) -> String;

    /// What stands at the right of the header; the clock by default.
    fn aside(&self, _: &Cx<'_>) -> Option<Line<'static>> {
        None
    }

    /// The questions whose answers this view shows now. The app asks each one
    /// that it has not asked in that slot, and all of them when data changed.
    fn needs(&self) -> Vec<(Slot, Query)>;

    /// An answer, or why there is none.
    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>);

    /// The scopes whose verbs work here, the most particular first.
    fn scopes(&self) -> Vec<Scope>;

    /// What is under the cursor.
    fn subject(&self) -> Subject;

    /// The client whose page this is, to the verbs that concern the client rather
    /// than the row under the cursor.
    fn client(&self) -> Option<Subject> {
        None
    }

    /// Does a verb of one of its scopes.
    fn act(&mut self, verb: VerbId, cx: &Cx<'_>) -> Vec<Wish>;

    /// How often this view asks anew although no event was recorded: while it shows something that grows.
    fn follows(&self) -> Option<Duration> {
        None
    }

    /// Takes a key while the person types into the view; `None` to treat it as a
    /// verb's.
    fn typed(&mut self, _: Key) -> Option<Vec<Wish>> {
        None
    }

    /// Takes pasted text while the person types into the view.
    fn pasted(&mut self, _: &str) {}

    /// Draws the body; answers where the text cursor is.
    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position>;
}

/// Something that is loaded: kept on show while a newer answer is on its way.
#[derive(Clone, Debug)]
pub struct Remote<T> {
    value: Option<T>,
    problem: Option<Problem>,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, problem: None }
    }
}

impl<T> Remote<T> {
    /// Takes an answer. A problem leaves what was known before on show.
    pub fn set(&mut self, answer: Result<T, Problem>) {
        match answer {
            Ok(value) => *self = Self { value: Some(value), problem: None },
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Takes what a question brought: the part of the answer that `pick` finds.
    /// An answer to some other question changes nothing.
    pub fn take(&mut self, answer: Result<Answer, Problem>, pick: impl FnOnce(Answer) -> Option<T>) {
        match answer {
            Ok(answer) => {
                if let Some(value) = pick(answer) {
                    self.set(Ok(value));
                }
            }
            Err(problem) => self.set(Err(problem)),
        }
    }

    /// What is known.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Why the latest question was not answered.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
