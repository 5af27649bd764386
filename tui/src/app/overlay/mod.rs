//! Sheets over a screen: questions, typing, the palette, help, past notes.
//!
//! The topmost sheet takes every key. Each tells the app what became of it.

mod choose;
mod confirm;
mod help;
mod invitation;
mod notes;
mod page;
mod palette;
mod write;

pub use choose::{Choice, Choose};
pub use confirm::Confirm;
pub use help::Help;
pub use invitation::Invitation;
pub use notes::Notes;
pub use page::Page;
pub use palette::Palette;
pub use write::Write;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::effect::Wish;
use super::view::Cx;
use crate::term::Key;
use crate::verbs::VerbId;

/// A sheet.
pub enum Overlay {
    /// A question before something is done.
    Confirm(Confirm),
    /// A choice between a few things.
    Choose(Choose),
    /// A reason, a reply, a date to be typed.
    Write(Write),
    /// Verbs and places by name.
    Palette(Palette),
    /// What can be done here.
    Help(Help),
    /// What was said before.
    Notes(Notes),
    /// An invitation, as a picture for a phone.
    Invitation(Invitation),
    /// A text to be read.
    Page(Page),
}

/// What becomes of a sheet after a key.
pub enum Fate {
    /// It stays.
    Stay,
    /// It goes, and this is wanted.
    Close(Vec<Wish>),
    /// It goes, and a verb is to be done as if its key had been pressed.
    Run(VerbId),
    /// It stays, while the person changes its text in their own editor.
    Edit(String),
    /// Another sheet comes over it.
    Cover(Overlay),
    /// It goes together with the one beneath it.
    CloseBoth,
}

impl Overlay {
    /// Offers a key.
    pub fn key(&mut self, key: Key) -> Fate {
        match self {
            Self::Confirm(sheet) => sheet.key(key),
            Self::Choose(sheet) => sheet.key(key),
            Self::Write(sheet) => sheet.key(key),
            Self::Palette(sheet) => sheet.key(key),
            Self::Help(sheet) => sheet.key(key),
            Self::Notes(sheet) => sheet.key(key),
            Self::Invitation(sheet) => sheet.key(key),
            Self::Page(sheet) => sheet.key(key),
        }
    }

    /// Offers pasted text.
    pub fn paste(&mut self, text: &str) {
        match self {
            Self::Write(sheet) => sheet.paste(text),
            Self::Palette(sheet) => sheet.paste(text),
            Self::Help(sheet) => sheet.paste(text),
            Self::Confirm(sheet) => sheet.paste(text),
            Self::Notes(_) | Self::Choose(_) | Self::Invitation(_) | Self::Page(_) => {}
        }
    }

    /// Takes back a text that the person changed in their own editor.
    pub fn edited(&mut self, text: &str) {
        if let Self::Write(sheet) = self {
            sheet.edited(text);
        }
    }

    /// Draws the sheet over an area; answers where the text cursor is.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        match self {
            Self::Confirm(sheet) => sheet.draw(buf, area, cx.theme()),
            Self::Write(sheet) => Some(sheet.draw(buf, area, cx.theme())),
            Self::Palette(sheet) => Some(sheet.draw(buf, area, cx.theme())),
            Self::Help(sheet) => Some(sheet.draw(buf, area, cx.theme())),
            Self::Choose(sheet) => {
                sheet.draw(buf, area, cx.theme());
                None
            }
            Self::Notes(sheet) => {
                sheet.draw(buf, area, cx.theme());
                None
            }
            Self::Invitation(sheet) => {
                sheet.draw(buf, area, cx);
                None
            }
            Self::Page(sheet) => {
                sheet.draw(buf, area, cx.theme());
                None
            }
        }
    }
}
