//! The words that narrow a list, and the line on which they are typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use crate::term::{Code, Key};
use crate::theme::Theme;
use crate::widgets::edit::{Editor, Typed};
use crate::widgets::line;

/// The words being typed, and what they were before.
struct Typing {
    editor: Editor,
    before: String,
}

/// What a key did to the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowed {
    /// Nobody is typing, or the key moves the cursor of the list.
    NotTyped,
    /// It was taken; the words are the same.
    Same,
    /// It was taken; the list is another one now.
    Changed,
}

/// Words, typed or not.
#[derive(Default)]
pub struct Narrowing {
    words: String,
    typing: Option<Typing>,
}

impl Narrowing {
    /// These words, nobody typing.
    pub fn to(words: &str) -> Self {
        Self { words: words.to_owned(), typing: None }
    }

    /// The words as they stand.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Begins to type.
    pub fn begin(&mut self) {
        let editor = Editor::one_line().with(&self.words);
        self.typing = Some(Typing { editor, before: self.words.clone() });
    }

    /// Takes a key while somebody types.
    pub fn typed(&mut self, key: Key) -> Narrowed {
        let Some(typing) = self.typing.as_mut() else { return Narrowed::NotTyped };
        match key.code {
            // The cursor can be moved while typing.
            Code::Up | Code::Down | Code::PageUp | Code::PageDown => return Narrowed::NotTyped,
            Code::Enter => self.typing = None,
            Code::Esc => {
                let before = std::mem::take(&mut typing.before);
                self.typing = None;
                return self.become_words(before);
            }
            _ => {
                if typing.editor.key(key) == Typed::Changed {
                    let words = typing.editor.text().to_owned();
                    return self.become_words(words);
                }
            }
        }
        Narrowed::Same
    }

    /// Takes pasted text while somebody types.
    pub fn pasted(&mut self, text: &str) -> Narrowed {
        let Some(typing) = self.typing.as_mut() else { return Narrowed::NotTyped };
        typing.editor.insert(text);
        let words = typing.editor.text().to_owned();
        self.become_words(words)
    }

    fn become_words(&mut self, words: String) -> Narrowed {
        if words == self.words {
            return Narrowed::Same;
        }
        self.words = words;
        Narrowed::Changed
    }

    /// Draws the line when there are words or while they are typed, with `hint` where nothing is
    /// typed yet; answers the room below it and where the text cursor is.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme, hint: &'static str) -> (Rect, Option<Position>) {
        if self.typing.is_none() && self.words.is_empty() {
            return (area, None);
        }
        let row = line::row(area, 0);
        line::left(buf, row, theme, Line::styled(" /", theme.accent()));
        let room = Rect { x: row.x + 3.min(row.width), width: row.width.saturating_sub(3), ..row };
        let at = if let Some(typing) = &self.typing {
            if typing.editor.text().is_empty() {
                line::left(buf, room, theme, Line::styled(format!(" {hint}"), theme.dim()));
            }
            Some(typing.editor.draw(buf, room, theme))
        } else {
            line::left(buf, room, theme, Line::raw(self.words.clone()));
            None
        };
        (line::below(area, 1), at)
    }
}
