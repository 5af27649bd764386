//! Conversations that wait for a person, the one due first on top.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use wavelaunch_shared::coach::{Escalation, Priority};
use wavelaunch_shared::text::Foreign;

use crate::app::overlay::{Confirm, Overlay};
use crate::app::{Cx, Wish};
use crate::data::Command;
use crate::screens::listing::Listing;
use crate::screens::{Place, signs, words};
use crate::theme::Meaning;
use crate::verbs::VerbId;
use crate::widgets::table::Column;

const COLUMNS: [Column; 5] = [
    Column::text("Clock", 13, 15, 0),
    Column::text("How soon", 8, 8, 2),
    Column::text("Client", 12, 22, 0),
    Column::text("Why", 20, 34, 1),
    Column::text("The client wrote", 12, 80, 3),
];

pub fn act(verb: VerbId, row: &Escalation) -> Vec<Wish> {
    let place = || Place::Transcript(row.client_id.clone(), row.conversation_id.clone());
    vec![match verb {
        VerbId::Open => Wish::Go(place()),
        VerbId::OpenClient => Wish::Go(Place::client(&row.client_id)),
        VerbId::TakeOver => Wish::Submit(Command::TakeOver(row.conversation_id.clone())),
        VerbId::ResolveCall => {
            let lines = vec![
                format!("{} is told nothing; an answer (enter, then r) closes it as well.", row.full_name.line()),
                format!("Why they called: {}", row.trigger.reason()),
            ];
            let command = Command::ResolveCall(row.id.clone());
            Wish::Show(Overlay::Confirm(Confirm::command("Close this call for a person?", lines, command)))
        }
        _ => return Vec::new(),
    }]
}

pub fn draw(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, rows: &Listing<Escalation>) {
    let empty = "Nobody waits for a person. What calls for one appears here with its clock: a client who asks for one, a \
                 word on your list, three answers in a row that did not help, something that a coach must not answer.";
    rows.draw(buf, area, cx, &COLUMNS, empty, |row| cells(row, cx));
}

fn cells(row: &Escalation, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme();
    let late = row.due_at <= cx.now();
    let clock = if late {
        signs::sign(theme, Meaning::Late, format!("late {}", words::short_age(row.due_at, cx.now())))
    } else {
        signs::sign(theme, Meaning::Waiting, format!("due {}", words::short_age(row.due_at, cx.now())))
    };
    let soon = match row.priority {
        Priority::Urgent => Line::styled("urgent", theme.style(Meaning::Late)),
        Priority::High => Line::styled("high", theme.style(Meaning::Waiting)),
        Priority::Medium | Priority::Low => Line::styled("normal", theme.dim()),
    };
    let again = if row.calls > 1 { format!(", {} times", row.calls) } else { String::new() };
    vec![
        clock,
        soon,
        Line::raw(row.full_name.line()),
        Line::raw(format!("{}{again}", row.trigger.reason())),
        Line::styled(row.question.as_ref().map(Foreign::line).unwrap_or_default(), theme.dim()),
    ]
}
