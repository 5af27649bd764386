//! A ratatui backend that writes escape sequences into memory.
//!
//! ratatui's own crossterm backend asks the process for its terminal (size,
//! cursor, colour support) and writes 25 bytes for a frame in which nothing
//! changed. This one is told its size, remembers the cursor, reduces colours to
//! its own profile and stays silent unless a cell or the cursor changed.

use std::fmt::{self, Write as _};

use crossterm::Command as _;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::Profile;

/// The look that the terminal would give to the next character.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// Draws into memory; [`ByteBackend::take_frame`] hands the bytes over.
pub struct ByteBackend {
    size: Size,
    profile: Profile,
    body: String,
    cursor_wanted: Option<Position>,
    cursor_shown: Option<Position>,
    caret: Position,
}

impl ByteBackend {
    /// A backend for a terminal of this size and colour depth, whose cursor is
    /// hidden and whose screen is blank.
    #[must_use]
    pub fn new(size: Size, profile: Profile) -> Self {
        Self { size, profile, body: String::new(), cursor_wanted: None, cursor_shown: None, caret: Position::ORIGIN }
    }

    /// Remembers the terminal's new size.
    pub fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// The frame as one synchronised update, or nothing when the terminal
    /// already shows it.
    pub fn take_frame(&mut self) -> Result<String, fmt::Error> {
        if self.body.is_empty() && self.cursor_wanted == self.cursor_shown {
            return Ok(String::new());
        }
        let mut frame = String::with_capacity(self.body.len() + 48);
        BeginSynchronizedUpdate.write_ansi(&mut frame)?;
        if self.cursor_shown.is_some() {
            Hide.write_ansi(&mut frame)?;
        }
        frame.push_str(&self.body);
        if let Some(position) = self.cursor_wanted {
            MoveTo(position.x, position.y).write_ansi(&mut frame)?;
            Show.write_ansi(&mut frame)?;
        }
        EndSynchronizedUpdate.write_ansi(&mut frame)?;
        self.cursor_shown = self.cursor_wanted;
        self.body.clear();
        Ok(frame)
    }

    fn put(&mut self, pen: Pen, cell: &Cell) -> Result<Pen, fmt::Error> {
        let wanted =
            Pen { fg: self.profile.reduce(cell.fg), bg: self.profile.reduce(cell.bg), modifier: cell.modifier };
        if wanted != pen {
            write_pen(&mut self.body, pen, wanted)?;
        }
        // Nothing unprintable gets past the buffer, yet the terminal is the
        // last place where that would be noticed.
        let symbol = cell.symbol();
        let safe = if symbol.contains(char::is_control) { " " } else { symbol };
        self.body.push_str(safe);
        Ok(wanted)
    }
}

impl Backend for ByteBackend {
    type Error = fmt::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut pen = PLAIN;
        let mut next = None;
        for (x, y, cell) in content {
            if next != Some((x, y)) {
                MoveTo(x, y).write_ansi(&mut self.body)?;
            }
            pen = self.put(pen, cell)?;
            // Terminals disagree about the width of anything that is not one
            // plain cell: after it, say where we are.
            next = (cell.symbol().width() == 1).then_some((x.saturating_add(1), y));
        }
        if pen != PLAIN {
            self.body.push_str("\x1b[0m");
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.cursor_wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.cursor_wanted = Some(self.caret);
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        Ok(self.caret)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.caret = position.into();
        if self.cursor_wanted.is_some() {
            self.cursor_wanted = Some(self.caret);
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        // Whatever was drawn but not sent is about to be wiped.
        self.body.clear();
        self.body.push_str("\x1b[0m");
        Clear(crossterm::terminal::ClearType::All).write_ansi(&mut self.body)
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Self::Error> {
        // A full-screen viewport only ever asks for all of it.
        self.clear()
    }

    fn size(&self) -> Result<Size, Self::Error> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// One sequence that turns `from` into `to`.
fn write_pen(out: &mut String, from: Pen, to: Pen) -> fmt::Result {
    let mut codes: Vec<String> = Vec::new();
    let mut base = from;
    if !(from.modifier - to.modifier).is_empty() {
        codes.push("0".into());
        base = PLAIN;
    }
    for (modifier, code) in MODIFIERS {
        if (to.modifier - base.modifier).contains(modifier) {
            codes.push(code.into());
        }
    }
    if to.fg != base.fg {
        codes.push(colour_code(to.fg, 30));
    }
    if to.bg != base.bg {
        codes.push(colour_code(to.bg, 40));
    }
    write!(out, "\x1b[{}m", codes.join(";"))
}

const MODIFIERS: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The SGR parameter of a colour; `ground` is 30 for text and 40 for what is
/// behind it.
fn colour_code(colour: Color, ground: u8) -> String {
    let named = |offset: u8| (ground + offset).to_string();
    let bright = |offset: u8| (ground + 60 + offset).to_string();
    match colour {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", ground + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", ground + 8),
    }
}
