//! What a person did, in our own words.
//!
//! Drivers translate into these types; nothing behind them knows crossterm or
//! SSH. A key reads and prints as it is written in help texts: `ctrl-c`,
//! `enter`, `?`.

use std::fmt;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Size;

use super::clamp;

/// Longest paste taken in one go, in bytes; the rest is dropped.
pub const PASTE_LIMIT: usize = 64 * 1024;

/// One thing that a person did at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has a new size, already clamped.
    Resize(Size),
}

/// The modifier held with a key. Shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hold {
    /// None.
    Plain,
    /// Control.
    Ctrl,
    /// Alt, or Escape before the key.
    Alt,
}

/// A key without its modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the keys' own")]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

/// The named keys, as help texts write them.
const NAMES: [(Code, &str); 14] = [
    (Code::Enter, "enter"),
    (Code::Esc, "esc"),
    (Code::Tab, "tab"),
    (Code::BackTab, "shift-tab"),
    (Code::Backspace, "backspace"),
    (Code::Delete, "delete"),
    (Code::Up, "up"),
    (Code::Down, "down"),
    (Code::Left, "left"),
    (Code::Right, "right"),
    (Code::Home, "home"),
    (Code::End, "end"),
    (Code::PageUp, "pageup"),
    (Code::PageDown, "pagedown"),
];

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With what held.
    pub hold: Hold,
}

impl Key {
    /// A key with nothing held.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, hold: Hold::Plain }
    }

    /// A character key with nothing held.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Control with a character.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), hold: Hold::Ctrl }
    }

    /// Reads a key as help texts write it; `None` when there is no such key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hold, name) = match text.split_once('-') {
            Some(("ctrl", rest)) => (Hold::Ctrl, rest),
            Some(("alt", rest)) => (Hold::Alt, rest),
            _ => (Hold::Plain, text),
        };
        let mut chars = name.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(c),
            _ if name == "space" => Code::Char(' '),
            _ => NAMES.iter().find(|(_, known)| *known == name)?.0,
        };
        Some(Self { code, hold })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hold {
            Hold::Plain => {}
            Hold::Ctrl => f.write_str("ctrl-")?,
            Hold::Alt => f.write_str("alt-")?,
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            Code::Char(c) => write!(f, "{c}"),
            code => {
                let name = NAMES.iter().find(|(known, _)| *known == code);
                f.write_str(name.map_or("?", |(_, name)| name))
            }
        }
    }
}

impl Input {
    /// Translates a crossterm event; `None` for what the dashboard ignores
    /// (releases, focus, the mouse, keys it has no word for).
    #[must_use]
    pub fn from_crossterm(event: Event) -> Option<Self> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => translate(key).map(Self::Key),
            Event::Paste(text) => Some(Self::Paste(shorten(text))),
            Event::Resize(columns, rows) => Some(Self::Resize(clamp(columns, rows))),
            _ => None,
        }
    }
}

fn shorten(mut text: String) -> String {
    let mut end = text.len().min(PASTE_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

fn translate(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    let hold = if key.modifiers.contains(KeyModifiers::CONTROL) {
        Hold::Ctrl
    } else if key.modifiers.contains(KeyModifiers::ALT) {
        Hold::Alt
    } else {
        Hold::Plain
    };
    Some(Key { code, hold })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ctrl-c")]
    #[case("enter")]
    #[case("?")]
    #[case("-")]
    #[case("space")]
    #[case("alt-enter")]
    #[case("G")]
    #[case("shift-tab")]
    fn a_key_prints_as_it_reads(#[case] text: &str) {
        assert_eq!(Key::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn an_unknown_key_is_none() {
        assert_eq!(Key::parse("hyper-x"), None);
        assert_eq!(Key::parse(""), None);
    }

    #[test]
    fn a_huge_paste_is_cut_at_a_character() {
        let text = "é".repeat(PASTE_LIMIT);
        let Some(Input::Paste(cut)) = Input::from_crossterm(Event::Paste(text)) else {
            panic!("a paste stays a paste");
        };
        assert_eq!(cut.len(), PASTE_LIMIT);
    }

    #[test]
    fn a_resize_is_clamped_at_the_door() {
        let input = Input::from_crossterm(Event::Resize(65_535, 0));
        assert_eq!(input, Some(Input::Resize(Size::new(500, 1))));
    }
}
