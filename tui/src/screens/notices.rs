//! What the person at this dashboard is told in their chats, and in which.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use wavelaunch_shared::staff::notices::NoticeSwitch;

use super::{Place, Subject, parts, signs};
use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Remote, Slot, View, Wish};
use crate::data::{Answer, Command, NoticePage, Problem, Query};
use crate::theme::Meaning;
use crate::verbs::{Scope, VerbId};
use crate::widgets::line;
use crate::widgets::list::{Step, step};

/// The screen.
#[derive(Default)]
pub struct NoticesScreen {
    page: Remote<NoticePage>,
    cursor: usize,
}

impl NoticesScreen {
    fn switches(&self) -> &[NoticeSwitch] {
        self.page.get().map_or(&[], |page| &page.switches)
    }
}

impl View for NoticesScreen {
    fn place(&self) -> Place {
        Place::Notices
    }

    fn title(&self) -> String {
        "My notices".into()
    }

    fn needs(&self) -> Vec<(Slot, Query)> {
        vec![(0, Query::Notices)]
    }

    fn take(&mut self, _: Slot, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::Notices(page) => Some(*page),
            _ => None,
        });
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Notices, Scope::List]
    }

    fn subject(&self) -> Subject {
        if self.switches().is_empty() { Subject::Nothing } else { Subject::Link }
    }

    fn act(&mut self, verb: VerbId, _: &Cx<'_>) -> Vec<Wish> {
        if let Some(by) = Step::of_verb(verb) {
            self.cursor = step(self.cursor, by, self.switches().len());
        }
        let Some(email) = self.page.get().and_then(|page| page.email.clone()) else { return Vec::new() };
        let wish = match verb {
            VerbId::TurnOver => match self.switches().get(self.cursor) {
                Some(NoticeSwitch { kind, enabled }) => {
                    Wish::Submit(Command::SetNotice { email, kind: *kind, on: !enabled })
                }
                None => return Vec::new(),
            },
            VerbId::LinkChat => Wish::Submit(Command::LinkChat(email)),
            VerbId::UnlinkChat => {
                let lines = vec!["Notices stop coming there; a new code links it again.".into()];
                Wish::Show(Overlay::Confirm(Confirm::command(
                    "End your notices in every chat?",
                    lines,
                    Command::UnlinkChats(email),
                )))
            }
            _ => return Vec::new(),
        };
        vec![wish]
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let page = parts::content(buf, area, theme, &self.page)?;
        if page.email.is_none() {
            let text = "You are here as the owner of this machine. Add yourself with wavelaunch admin add EMAIL --role \
                        owner, come in with --as EMAIL or your SSH key, and choose here what you are told in a chat.";
            parts::empty(buf, area, theme, text);
            return None;
        }
        let reached = match page.chats.as_slice() {
            [] => "no chat is linked yet: l makes a code for Telegram or Discord".to_owned(),
            chats => format!("they come to {}", chats.join(" and ")),
        };
        parts::heading(buf, line::row(area, 0), theme, "Notices", Some(reached));
        let list = line::below(area, 1);
        let first = self.cursor.saturating_sub(usize::from(list.height).saturating_sub(1));
        for (at, switch) in page.switches.iter().enumerate().skip(first) {
            let chosen = at == self.cursor;
            let (meaning, state) = if switch.enabled { (Meaning::Done, "on") } else { (Meaning::Quiet, "off") };
            let pointer = if chosen { theme.pointer() } else { " " };
            let style = if chosen { theme.strong() } else { ratatui::style::Style::new() };
            let name = Line::styled(format!("{pointer} {}", switch.kind.name()), style);
            let row = line::row(list, u16::try_from(at - first).unwrap_or(u16::MAX));
            line::both(buf, row, theme, name, signs::sign(theme, meaning, state));
        }
        None
    }
}
