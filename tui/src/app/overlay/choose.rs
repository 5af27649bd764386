//! A choice between a few things: enter takes the one under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Fate;
use crate::app::Wish;
use crate::data::Command;
use crate::term::{Code, Key};
use crate::theme::{Meaning, Theme};
use crate::widgets::list::{Step, first_in_sight, step};
use crate::widgets::{frame, line};

/// One thing that can be chosen.
pub struct Choice {
    /// Its name.
    pub name: String,
    /// How it stands, in a word; empty where there is nothing to say.
    pub standing: String,
    /// What is done with it, or why it cannot be chosen.
    pub then: Result<Command, String>,
}

/// The sheet.
pub struct Choose {
    title: String,
    choices: Vec<Choice>,
    cursor: usize,
}

impl Choose {
    /// A choice between these, the cursor on the first that can be taken.
    #[must_use]
    pub fn new(title: impl Into<String>, choices: Vec<Choice>) -> Self {
        let cursor = choices.iter().position(|choice| choice.then.is_ok()).unwrap_or(0);
        Self { title: title.into(), choices, cursor }
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        match key.code {
            Code::Esc => return Fate::Close(Vec::new()),
            Code::Enter => return self.take(),
            Code::Up | Code::Char('k') => self.cursor = step(self.cursor, Step::Up, self.choices.len()),
            Code::Down | Code::Char('j') => self.cursor = step(self.cursor, Step::Down, self.choices.len()),
            _ => {}
        }
        Fate::Stay
    }

    fn take(&self) -> Fate {
        let wish = self.choices.get(self.cursor).map(|choice| match &choice.then {
            Ok(command) => Wish::Submit(command.clone()),
            Err(why) => Wish::Say(Meaning::Waiting, why.clone()),
        });
        Fate::Close(wish.into_iter().collect())
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) {
        let high = u16::try_from(self.choices.len()).unwrap_or(u16::MAX).clamp(1, area.height.saturating_sub(6).max(1));
        let inside = frame::sheet(buf, area, theme, &self.title, (60, high));
        let first = first_in_sight(self.cursor, usize::from(inside.height));
        let rows = self.choices.iter().enumerate().skip(first).take(usize::from(inside.height));
        for (row, (at, choice)) in rows.enumerate() {
            let chosen = at == self.cursor;
            let pointer = if chosen { Span::styled(theme.pointer(), theme.accent()) } else { Span::raw(" ") };
            let look = match (&choice.then, chosen) {
                (Err(_), _) => theme.dim(),
                (Ok(_), true) => theme.strong(),
                (Ok(_), false) => ratatui::style::Style::new(),
            };
            let name = Line::from(vec![pointer, Span::styled(format!(" {}", choice.name), look)]);
            let standing = Line::styled(choice.standing.clone(), theme.dim());
            line::both(buf, line::row(inside, u16::try_from(row).unwrap_or(u16::MAX)), theme, name, standing);
        }
    }
}
