//! What goes into the app and what comes out of it, as data.

use super::overlay::Overlay;
use super::view::{SlotKey, ViewId};
use crate::data::{Answer, Command, Done, Problem, Query};
use crate::editor::Trouble;
use crate::screens::Place;
use crate::term::Input;
use crate::theme::Meaning;

/// Something happened.
pub enum Event {
    /// A person did something.
    Input(Input),
    /// A question was answered.
    Answered(SlotKey, Result<Answer, Problem>),
    /// A command was carried out, or not. The text says what was done.
    Done(Result<Done, Problem>),
    /// Something in the database changed, here or elsewhere.
    Changed,
    /// The person came back from their own editor: with another text, the same, or a trouble.
    Edited(Result<Option<String>, Trouble>),
    /// Time passed.
    Tick,
}

/// What the app wants done outside of itself.
pub enum Effect {
    /// Find the answer; a newer question in the same slot replaces this one.
    Ask(SlotKey, Query),
    /// Nobody waits for this view's answers any more.
    Forget(ViewId),
    /// Carry out a command.
    Submit(Command),
    /// Put text on the person's clipboard.
    Copy(String),
    /// Let the person change a text in their own editor.
    Edit(String),
    /// End the session.
    Quit,
}

/// What a view wants of the app.
pub enum Wish {
    /// Show another place.
    Go(Place),
    /// Leave this place.
    Back,
    /// Put a sheet over the screen.
    Show(Overlay),
    /// Carry out a command.
    Submit(Command),
    /// Say something.
    Say(Meaning, String),
    /// Put text on the person's clipboard.
    Copy(String),
    /// End the session.
    Quit,
}
