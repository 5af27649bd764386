//! Every message that people read: the list at the left, at the right how a channel shows it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::messages::{Audience, Origin, Preview};
use wavelaunch_shared::text::terminal_safe;

use super::listing::Listing;
use super::{Place, Subject, parts};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Problem, Query, TextRow};
use crate::theme::Theme;
use crate::verbs::{Scope, VerbId};
use crate::widgets::list::Step;
use crate::widgets::paper::{self, Scroll};
use crate::widgets::table::Column;
use crate::widgets::text::wrap;
use crate::widgets::{frame, line, rich};

const LIST: Slot = 0;
const SHOWN: Slot = 1;
/// Cells of the list.
const KEYS: u16 = 30;
/// Below this width list and text stand below each other.
const BESIDE: u16 = 72;

const COLUMNS: [Column; 2] = [Column::text("Message", 16, 24, 0), Column::text("To", 6, 6, 1)];

/// The screen.
pub struct TextsScreen {
    rows: Listing<TextRow>,
    channel: Channel,
    shown: Remote<Preview>,
    scroll: Scroll,
}

impl Default for TextsScreen {
    fn default() -> Self {
        Self {
            rows: Listing::new(|row| row.key.as_str()),
            channel: Channel::Telegram,
            shown: Remote::default(),
            scroll: Scroll::default(),
        }
    }
}

impl TextsScreen {
    fn at(&self) -> usize {
        Channel::PREFERRED.iter().position(|channel| *channel == self.channel).unwrap_or(0)
    }

    fn turn_to(&mut self, at: usize) {
        if let Some(channel) = Channel::PREFERRED.get(at) {
            self.channel = *channel;
            self.scroll = Scroll::default();
        }
    }
}

impl View for TextsScreen {
    fn place(&self) -> Place {
        Place::Texts
    }

    fn title(&self) -> String {
        "Messages".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        let shown = self.rows.chosen().map(|row| (SHOWN, Query::Text { key: row.key.clone(), channel: self.channel }));
        [(LIST, Query::Texts)].into_iter().chain(shown).collect()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, Problem>) {
        match slot {
            LIST => self.rows.take(answer, |answer| match answer {
                Answer::Texts(rows) => Some(rows),
                _ => None,
            }),
            _ => self.shown.take(answer, |answer| match answer {
                Answer::Text(preview) => Some(*preview),
                _ => None,
            }),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Tabs, Scope::List]
    }

    fn subject(&self) -> Subject {
        self.rows.chosen().map_or(Subject::Nothing, |_| Subject::Link)
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        match verb {
            VerbId::Tab(digit) => self.turn_to(usize::from(digit).wrapping_sub(1)),
            VerbId::NextTab => self.turn_to((self.at() + 1) % Channel::PREFERRED.len()),
            verb if Step::of_verb(verb).is_some() => {
                self.rows.act(verb);
                self.scroll = Scroll::default();
            }
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let names = [("Telegram", false), ("Discord", false), ("E-mail", false), ("Terminal", false)];
        line::left(buf, line::row(area, 0), theme, frame::tabs(theme, &names, self.at()));
        let body = line::below(area, if area.height > 12 { 2 } else { 1 });
        let (list, shown) = if area.width >= BESIDE {
            let x = body.x + KEYS + 2;
            (Rect { width: KEYS, ..body }, Rect { x, width: body.width.saturating_sub(KEYS + 3), ..body })
        } else {
            let high = (body.height / 2).min(8);
            (Rect { height: high, ..body }, line::below(body, high))
        };
        self.rows.draw(buf, list, cx, &COLUMNS, "There are no messages.", |row| cells(row, theme));
        let shown = parts::with_problem(buf, shown, theme, &self.shown);
        if let Some(preview) = parts::content(buf, shown, theme, &self.shown) {
            paper::draw(buf, shown, theme, &set(preview, theme, shown.width), &self.scroll);
        }
        None
    }
}

fn cells(row: &TextRow, theme: Theme) -> Vec<Line<'static>> {
    let audience = match row.audience {
        Some(Audience::Client) => "client",
        Some(Audience::Admin) => "staff",
        None => "chat",
    };
    // Words of the studio's own stand out among the product's.
    let style = if row.origin == Origin::Studio { theme.strong() } else { ratatui::style::Style::new() };
    vec![Line::styled(row.key.clone(), style), Line::styled(audience, theme.dim())]
}

/// The messages as the channel shows them, a line between two, the buttons at the end.
fn set(preview: &Preview, theme: Theme, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(subject) = &preview.subject {
        lines.push(Line::from(vec![
            Span::styled("Subject: ", theme.dim()),
            Span::styled(terminal_safe(subject), theme.strong()),
        ]));
        lines.push(Line::default());
    }
    match preview.channel {
        // Shown as its readers see it; the notation of the others is part of what is looked at.
        Channel::Telegram => lines.extend(rich::set(theme, &preview.text, width)),
        _ => {
            for (at, part) in preview.parts.iter().enumerate() {
                if at > 0 {
                    lines.push(Line::styled(theme.rule().repeat(usize::from(width.min(20))), theme.dim()));
                }
                lines.extend(wrap(&terminal_safe(part), width).into_iter().map(Line::raw));
            }
        }
    }
    if !preview.buttons.is_empty() {
        lines.push(Line::default());
        let labels: Vec<String> = preview.buttons.iter().map(|label| format!("[{}]", terminal_safe(label))).collect();
        let buttons = wrap(&labels.join("  "), width);
        lines.extend(buttons.into_iter().map(|row| Line::styled(row, theme.accent())));
    }
    lines
}
