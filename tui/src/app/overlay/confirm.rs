//! A question before something is done: y does it, everything else does not.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::Fate;
use crate::app::Wish;
use crate::data::Command;
use crate::term::{Code, Hold, Key};
use crate::theme::Theme;
use crate::widgets::edit::Editor;
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::text::{width, wrap};
use crate::widgets::{frame, line};

/// How a yes is given.
enum Answer {
    /// By `y`.
    Yes,
    /// By typing this text, for what cannot be taken back.
    Typing(String, Editor),
}

/// What happens on yes.
enum Then {
    Submit(Box<Command>),
    Quit,
    Discard,
}

/// The question.
pub struct Confirm {
    title: String,
    lines: Vec<String>,
    answer: Answer,
    then: Then,
    scroll: Scroll,
}

impl Confirm {
    /// Asks before a command. `lines` say what will change.
    #[must_use]
    pub fn command(title: impl Into<String>, lines: Vec<String>, command: Command) -> Self {
        Self::new(title.into(), lines, Then::Submit(Box::new(command)))
    }

    /// Asks before the session ends.
    #[must_use]
    pub fn quit() -> Self {
        Self::new("Leave Wavelaunch?".into(), vec!["The machine goes on working.".into()], Then::Quit)
    }

    /// Asks before what was typed is thrown away.
    #[must_use]
    pub fn discard() -> Self {
        let lines = vec!["What you wrote has not been sent.".into()];
        Self::new("Throw it away?".into(), lines, Then::Discard)
    }

    /// Asks for `text` to be typed instead of `y`.
    #[must_use]
    pub fn typing(mut self, text: String) -> Self {
        self.answer = Answer::Typing(text, Editor::one_line());
        self
    }

    fn new(title: String, lines: Vec<String>, then: Then) -> Self {
        Self { title, lines, answer: Answer::Yes, then, scroll: Scroll::default() }
    }

    pub(super) fn key(&mut self, key: Key) -> Fate {
        if let Answer::Typing(wanted, editor) = &mut self.answer {
            match key.code {
                Code::Esc => return Fate::Close(Vec::new()),
                Code::Enter if editor.text().trim() == wanted.trim() => return self.yes(),
                Code::Up | Code::Down => {}
                _ => {
                    editor.key(key);
                    return Fate::Stay;
                }
            }
        }
        match (key.code, key.hold) {
            (Code::Char('y' | 'Y'), Hold::Plain) => self.yes(),
            (Code::Char('j') | Code::Down, Hold::Plain) => self.read(Step::Down),
            (Code::Char('k') | Code::Up, Hold::Plain) => self.read(Step::Up),
            (Code::PageDown, _) => self.read(Step::PageDown),
            (Code::PageUp, _) => self.read(Step::PageUp),
            // No is the answer to anything that is not a yes.
            _ => Fate::Close(Vec::new()),
        }
    }

    fn read(&mut self, step: Step) -> Fate {
        self.scroll.by(step);
        Fate::Stay
    }

    fn yes(&mut self) -> Fate {
        match std::mem::replace(&mut self.then, Then::Discard) {
            Then::Submit(command) => Fate::Close(vec![Wish::Submit(*command)]),
            Then::Quit => Fate::Close(vec![Wish::Quit]),
            Then::Discard => Fate::CloseBoth,
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if let Answer::Typing(_, editor) = &mut self.answer {
            editor.insert(text);
        }
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Option<Position> {
        let room = area.width.saturating_sub(10).clamp(1, 72);
        let lines: Vec<Line<'static>> = self.lines.iter().flat_map(|text| wrap(text, room)).map(Line::raw).collect();
        let wide = lines.iter().map(Line::width).max().unwrap_or(0);
        let wide = u16::try_from(wide).unwrap_or(room).max(width(&self.title) + 2).max(34);
        let high = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inside = frame::sheet(buf, area, theme, &self.title, (wide.min(room), high));
        let text = Rect { height: inside.height.saturating_sub(2), ..inside };
        paper::draw(buf, text, theme, &lines, &self.scroll);
        let last = line::row(inside, inside.height.saturating_sub(1));
        match &self.answer {
            Answer::Yes => {
                line::right(buf, last, theme, choices(theme));
                None
            }
            Answer::Typing(wanted, editor) => {
                let prompt = format!("type {wanted} to go on: ");
                let used = width(&prompt).min(last.width);
                line::left(buf, last, theme, Line::styled(prompt, theme.dim()));
                let rest = Rect { x: last.x + used, width: last.width - used, ..last };
                Some(editor.draw(buf, rest, theme))
            }
        }
    }
}

fn choices(theme: Theme) -> Line<'static> {
    Line::from(vec![
        Span::styled("y", theme.strong()),
        Span::raw(" do it    "),
        Span::styled("N", theme.accent()),
        Span::raw(" leave it"),
    ])
}
