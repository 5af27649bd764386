//! Typing: one line of text, and several.
//!
//! Positions are bytes at grapheme boundaries, so that a family emoji or an
//! accent is one step and one backspace.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation as _;

use super::line;
use super::text::{head, width};
use crate::term::{Code, Hold, Key};
use crate::theme::Theme;

/// What became of a key offered to an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The text changed.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// The key means nothing to an editor.
    Ignored,
}

/// Text being typed. `lines` decides whether line breaks are taken.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    at: usize,
    lines: Lines,
}

/// How many lines an editor holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lines {
    #[default]
    One,
    Many,
}

impl Editor {
    /// Longest text taken, in bytes: twice the longest message a chat carries.
    pub const LIMIT: usize = 8 * 1024;

    /// An empty line.
    #[must_use]
    pub fn one_line() -> Self {
        Self::default()
    }

    /// An empty text of several lines.
    #[must_use]
    pub fn many_lines() -> Self {
        Self { lines: Lines::Many, ..Self::default() }
    }

    /// The same editor with this text and the cursor at its end.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.insert(text);
        self
    }

    /// What has been typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing but space has been typed.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Offers a key.
    pub fn key(&mut self, key: Key) -> Typed {
        let before = self.text.len();
        match (key.code, key.hold) {
            (Code::Char(c), Hold::Plain) => self.insert(c.encode_utf8(&mut [0; 4])),
            (Code::Enter, _) if self.lines == Lines::Many => self.insert("\n"),
            (Code::Backspace, Hold::Plain) => self.remove(self.before(), self.at),
            (Code::Delete, _) => self.remove(self.at, self.after()),
            (Code::Char('u'), Hold::Ctrl) => self.remove(self.line_start(), self.at),
            (Code::Char('w'), Hold::Ctrl) | (Code::Backspace, _) => {
                self.remove(self.word_start(), self.at);
            }
            (Code::Left, _) => return self.go(self.before()),
            (Code::Right, _) => return self.go(self.after()),
            (Code::Home, _) | (Code::Char('a'), Hold::Ctrl) => return self.go(self.line_start()),
            (Code::End, _) | (Code::Char('e'), Hold::Ctrl) => return self.go(self.line_end()),
            (Code::Up, _) if self.lines == Lines::Many => return self.go(self.above()),
            (Code::Down, _) if self.lines == Lines::Many => return self.go(self.beneath()),
            _ => return Typed::Ignored,
        }
        if self.text.len() == before { Typed::Moved } else { Typed::Changed }
    }

    /// Takes text at the cursor: pasted or typed. Control characters are left
    /// out, line breaks become spaces in a single line, and what exceeds the
    /// limit is dropped.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars() {
            let c = match c {
                '\n' if self.lines == Lines::Many => '\n',
                '\n' | '\t' => ' ',
                c if c.is_control() => continue,
                c => c,
            };
            if self.text.len() + c.len_utf8() > Self::LIMIT {
                return;
            }
            self.text.insert(self.at, c);
            self.at += c.len_utf8();
        }
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.at = from;
    }

    fn go(&mut self, at: usize) -> Typed {
        self.at = at;
        Typed::Moved
    }

    fn before(&self) -> usize {
        self.text[..self.at].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.at + self.text[self.at..].graphemes(true).next().map_or(0, str::len)
    }

    fn line_start(&self) -> usize {
        self.text[..self.at].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |at| self.at + at)
    }

    fn word_start(&self) -> usize {
        let words = self.text[..self.at].trim_end();
        words.rfind(char::is_whitespace).map_or(0, |at| at + 1)
    }

    fn column(&self) -> u16 {
        width(&self.text[self.line_start()..self.at])
    }

    fn above(&self) -> usize {
        let start = self.line_start();
        if start == 0 {
            return 0;
        }
        let line = self.text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        line + head(&self.text[line..start - 1], self.column()).len()
    }

    fn beneath(&self) -> usize {
        let end = self.line_end();
        if end == self.text.len() {
            return end;
        }
        let line = end + 1;
        let stop = self.text[line..].find('\n').map_or(self.text.len(), |at| line + at);
        line + head(&self.text[line..stop], self.column()).len()
    }

    /// Draws the text with the cursor in sight; answers where the cursor is.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Position {
        let rows = self.rows(area.width);
        let caret = rows.iter().rposition(|(start, _)| *start <= self.at).unwrap_or(0);
        let height = usize::from(area.height.max(1));
        let first = (caret + 1).saturating_sub(height);
        for (at, (_, text)) in rows.iter().skip(first).take(height).enumerate() {
            let row = line::row(area, u16::try_from(at).unwrap_or(u16::MAX));
            line::left(buf, row, theme, Line::raw((*text).to_owned()));
        }
        let (start, _) = rows[caret];
        let x = width(&self.text[start..self.at]).min(area.width.saturating_sub(1));
        let y = u16::try_from(caret - first).unwrap_or(0);
        Position::new(area.x + x, area.y + y)
    }

    /// The text as rows of at most `cells` cells, each with its first byte. One
    /// cell is kept free for the cursor. Never empty.
    fn rows(&self, cells: u16) -> Vec<(usize, &str)> {
        let room = cells.saturating_sub(1).max(1);
        let mut rows = Vec::new();
        let mut start = 0;
        for text in self.text.split('\n') {
            let mut at = 0;
            loop {
                let part = words_of(&text[at..], room);
                rows.push((start + at, part));
                at += part.len();
                if at >= text.len() {
                    break;
                }
            }
            start += text.len() + 1;
        }
        rows
    }
}

/// The beginning of a text that fits: up to the last word's end, or as far as it goes in a word that is longer.
fn words_of(text: &str, room: u16) -> &str {
    let part = match head(text, room) {
        "" => text.graphemes(true).next().unwrap_or(""),
        part => part,
    };
    match (text[part.len()..].starts_with(' '), part.rfind(' ')) {
        // Beyond the room is the cursor's cell.
        (true, _) => &text[..=part.len()],
        (false, Some(space)) if part.len() < text.len() => &part[..=space],
        _ => part,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::theme::Glyphs;

    fn press(editor: &mut Editor, keys: &str) {
        for key in keys.split(' ') {
            editor.key(Key::parse(key).unwrap());
        }
    }

    #[test]
    fn a_grapheme_is_one_step() {
        let mut editor = Editor::one_line().with("a👨‍👩‍👧é");
        press(&mut editor, "left backspace");
        assert_eq!(editor.text(), "aé");
    }

    #[test]
    fn a_single_line_takes_no_line_break_and_no_escape() {
        let editor = Editor::one_line().with("one\ntwo\x1b[2J");
        assert_eq!(editor.text(), "one two[2J");
    }

    #[test]
    fn lines_are_walked_by_column() {
        let mut editor = Editor::many_lines().with("first line\nab\nthird");
        press(&mut editor, "up X up Y");
        assert_eq!(editor.text(), "firYst line\nabX\nthird");
        press(&mut editor, "ctrl-u down Z");
        assert_eq!(editor.text(), "st line\nZabX\nthird");
    }

    #[test]
    fn a_word_goes_at_once() {
        let mut editor = Editor::one_line().with("month:3 late ");
        press(&mut editor, "ctrl-w");
        assert_eq!(editor.text(), "month:3 ");
    }

    #[test]
    fn rows_end_between_words_where_they_can() {
        let rows = |text: &str| {
            let editor = Editor::many_lines().with(text);
            editor.rows(9).into_iter().map(|(start, row)| (start, row.to_owned())).collect::<Vec<_>>()
        };
        let owned = |rows: &[(usize, &str)]| rows.iter().map(|(at, row)| (*at, (*row).to_owned())).collect::<Vec<_>>();
        assert_eq!(rows("they were people"), owned(&[(0, "they "), (5, "were "), (10, "people")]));
        assert_eq!(rows("abcdefgh ij\nk"), owned(&[(0, "abcdefgh "), (9, "ij"), (12, "k")]));
        assert_eq!(rows("abcdefghij k"), owned(&[(0, "abcdefgh"), (8, "ij k")]));
    }

    proptest! {
        #[test]
        fn any_keys_in_any_window_keep_the_cursor_inside(
            text in "[a-c李é\n ]{0,40}",
            keys in proptest::collection::vec(
                prop::sample::select(vec!["left", "right", "up", "down", "home", "end",
                    "backspace", "delete", "x", "enter", "ctrl-w", "ctrl-u"]), 0..30),
            (wide, high) in (1u16..12, 1u16..5),
        ) {
            let mut editor = Editor::many_lines().with(&text);
            let area = Rect::new(0, 0, wide, high);
            for key in keys {
                editor.key(Key::parse(key).unwrap());
                let mut buf = Buffer::empty(area);
                let at = editor.draw(&mut buf, area, Theme::new(Glyphs::Ascii));
                prop_assert!(area.contains(at));
            }
        }
    }
}
