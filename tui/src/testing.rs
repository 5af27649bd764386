//! Help for tests: a frame as text that a person can read in a diff.

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;
use wavelaunch_shared::clock::Clock;
use wavelaunch_shared::testing::monday_noon;

use crate::app::{Event, Look, Session};
use crate::data::Desk;
use crate::screens::Place;
use crate::term::{Input, Key};
use crate::theme::{Glyphs, Theme};
use crate::verbs::Rights;

/// The characters of a frame, one line a row, without trailing spaces.
pub fn text(buf: &Buffer) -> String {
    let area = buf.area();
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut row = String::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buf[(x, y)].symbol();
            row.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// The looks of a frame: one letter a cell and a legend of the letters.
pub fn looks(buf: &Buffer) -> String {
    let area = buf.area();
    let mut legend: Vec<(Color, Modifier)> = Vec::new();
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut row = String::new();
        for x in area.left()..area.right() {
            let cell = &buf[(x, y)];
            let look = (cell.fg, cell.modifier);
            if look == (Color::Reset, Modifier::empty()) {
                row.push(' ');
                continue;
            }
            let at = legend.iter().position(|known| *known == look).unwrap_or_else(|| {
                legend.push(look);
                legend.len() - 1
            });
            row.push(char::from(b'a' + u8::try_from(at).unwrap()));
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    for (at, (fg, modifier)) in legend.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(at).unwrap());
        writeln!(out, "{letter} = {fg:?} {modifier:?}").unwrap();
    }
    out
}

/// How long a test waits for jobs before it fails.
const CAP: std::time::Duration = std::time::Duration::from_secs(20);

/// A session on a terminal in memory.
pub struct Rig {
    session: Session,
    terminal: Terminal<TestBackend>,
}

impl Rig {
    /// A session at a place, 80 by 24, with every right.
    pub fn at(desk: Desk, place: &Place) -> Self {
        Self::with(desk, place, (80, 24), Glyphs::Unicode, Rights::Edit)
    }

    pub fn with(desk: Desk, place: &Place, (columns, rows): (u16, u16), glyphs: Glyphs, rights: Rights) -> Self {
        Self::on_clock(desk, place, (columns, rows), glyphs, rights, Clock::driven(monday_noon()))
    }

    pub fn on_clock(
        desk: Desk,
        place: &Place,
        (columns, rows): (u16, u16),
        glyphs: Glyphs,
        rights: Rights,
        clock: Clock,
    ) -> Self {
        let look = Look { theme: Theme::new(glyphs), zone: chrono_tz::Tz::Africa__Lagos, rights };
        let session = Session::new(look, desk, clock, place);
        Self { session, terminal: Terminal::new(TestBackend::new(columns, rows)).unwrap() }
    }

    /// Feeds everything that jobs bring, until none is left.
    pub async fn settle(&mut self) {
        let all = async {
            while self.session.busy() {
                let event = self.session.next_result().await;
                self.session.feed(event);
            }
        };
        tokio::time::timeout(CAP, all).await.expect("jobs end");
    }

    /// Presses keys, written as in help texts and separated by spaces.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let key = Key::parse(key).unwrap_or_else(|| panic!("no such key: {key}"));
            self.session.feed(Event::Input(Input::Key(key)));
        }
    }

    /// Presses keys and waits for what they started.
    pub async fn press_and_settle(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.press(key);
            self.settle().await;
        }
    }

    pub fn type_text(&mut self, text: &str) {
        self.session.feed(Event::Input(Input::Paste(text.into())));
    }

    /// The text that goes out to the person's own editor.
    pub fn letter(&mut self) -> String {
        self.session.take_letter().expect("a text goes to the editor")
    }

    /// The person comes back from their own editor.
    pub fn edited(&mut self, text: &str) {
        self.session.feed(Event::Edited(Ok(Some(text.into()))));
    }

    /// News that the data changed.
    pub fn changed(&mut self) {
        self.session.feed(Event::Changed);
    }

    pub fn over(&self) -> bool {
        self.session.over()
    }

    /// The frame as it is now.
    pub fn frame(&mut self) -> Buffer {
        self.terminal.draw(|frame| self.session.draw(frame)).unwrap();
        self.terminal.backend().buffer().clone()
    }

    /// The characters of the frame.
    pub fn text(&mut self) -> String {
        text(&self.frame())
    }

    /// Fails with the frame unless it shows every one of these.
    pub fn shows(&mut self, wanted: &[&str]) {
        let frame = self.text();
        for part in wanted {
            assert!(frame.contains(part), "no {part:?} in:\n{frame}");
        }
    }
}
