//! Something to be typed before something is done: a reply, a reason, a date.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::{Confirm, Fate, Overlay};
use crate::app::Wish;
use crate::term::{Code, Hold, Key};
use crate::theme::{Meaning, Theme};
use crate::widgets::edit::Editor;
use crate::widgets::{frame, line};

/// What to do with the text; says what is wrong with it when it will not do.
type Then = Box<dyn Fn(&str) -> Result<Wish, String> + Send>;

/// How much room the text gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line,
    Letter,
}

/// A sheet to type on.
pub struct Write {
    title: String,
    hint: String,
    shape: Shape,
    editor: Editor,
    wrong: Option<String>,
    then: Then,
}

impl Write {
    /// One line, sent with Enter.
    pub fn line(
        title: impl Into<String>,
        hint: impl Into<String>,
        then: impl Fn(&str) -> Result<Wish, String> + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            hint: hint.into(),
            shape: Shape::Line,
            editor: Editor::one_line(),
            wrong: None,
            then: Box::new(then),
        }
    }

    /// Several lines, sent with ctrl-s.
    pub fn letter(
        title: impl Into<String>,
        hint: impl Into<String>,
        then: impl Fn(&str) -> Result<Wish, String> + Send + 'static,
    ) -> Self {
        let editor = Editor::many_lines();
        Self { shape: Shape::Letter, editor, ..Self::line(title, hint, then) }
    }

    /// The same sheet with a text to begin from.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.editor = self.editor.with(text);
        self
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        match (key.code, key.hold) {
            (Code::Esc, _) if self.editor.is_blank() => Fate::Close(Vec::new()),
            (Code::Esc, _) if self.shape == Shape::Letter => Fate::Cover(Overlay::Confirm(Confirm::discard())),
            (Code::Esc, _) => Fate::Close(Vec::new()),
            (Code::Char('s'), Hold::Ctrl) => self.send(),
            (Code::Char('o'), Hold::Ctrl) if self.shape == Shape::Letter => Fate::Edit(self.editor.text().to_owned()),
            (Code::Enter, _) if self.shape == Shape::Line => self.send(),
            _ => {
                self.editor.key(key);
                self.wrong = None;
                Fate::Stay
            }
        }
    }

    fn send(&mut self) -> Fate {
        match (self.then)(self.editor.text()) {
            Ok(wish) => Fate::Close(vec![wish]),
            Err(wrong) => {
                self.wrong = Some(wrong);
                Fate::Stay
            }
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.editor.insert(text);
    }

    /// The text comes back from the person's own editor. What does not fit stays as it was.
    pub(super) fn edited(&mut self, text: &str) {
        let text = text.trim_end();
        if text.len() > Editor::LIMIT {
            let (long, most) = (text.len(), Editor::LIMIT);
            self.wrong = Some(format!("That was too long: {long} bytes, at most {most} fit here. Nothing is changed."));
        } else {
            self.editor = Editor::many_lines().with(text);
            self.wrong = None;
        }
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Position {
        let high = match self.shape {
            Shape::Line => 3,
            Shape::Letter => area.height.saturating_sub(8).clamp(5, 14),
        };
        let inside = frame::sheet(buf, area, theme, &self.title, (72, high));
        let rows = inside.height.saturating_sub(2).max(1);
        let at = self.editor.draw(buf, Rect { height: rows, ..inside }, theme);
        if inside.height > rows {
            let note = match &self.wrong {
                Some(wrong) => Line::styled(wrong.clone(), theme.style(Meaning::Late)),
                None => Line::styled(self.hint.clone(), theme.dim()),
            };
            let last = line::row(inside, inside.height - 1);
            match self.shape {
                Shape::Line => {
                    line::both(buf, last, theme, note, Line::styled("enter do it  esc leave it", theme.dim()));
                }
                Shape::Letter => {
                    let keys = "ctrl-s send  ctrl-o your editor  esc leave it";
                    line::left(buf, line::row(inside, inside.height - 2), theme, note);
                    line::both(buf, last, theme, Line::default(), Line::styled(keys, theme.dim()));
                }
            }
        }
        at
    }
}
