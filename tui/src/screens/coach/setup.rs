//! How the coach is set: switched on, its limits, its topics, its words, its instructions, and every version of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use wavelaunch_shared::coach::{Config, ConfigVersion, DiffLine, Restore, Topic};
use wavelaunch_shared::text::Foreign;

use crate::app::overlay::{Confirm, Overlay, Write};
use crate::app::{Cx, Remote, Wish};
use crate::data::{Answer, Command, Problem, SetupPage};
use crate::screens::{parts, signs, words};
use crate::theme::{Meaning, Theme};
use crate::verbs::VerbId;
use crate::widgets::line;
use crate::widgets::list::{Step, first_in_sight, step};

#[derive(Default)]
pub struct Setup {
    page: Remote<SetupPage>,
    cursor: usize,
}

/// A line that can be changed.
enum Row<'a> {
    Active,
    Answer,
    Day,
    Topic(Topic),
    Words,
    Prompt,
    Version(&'a ConfigVersion, &'a Config),
}

fn rows(page: &SetupPage) -> Vec<Row<'_>> {
    let mut rows = vec![Row::Active, Row::Answer, Row::Day];
    rows.extend(Topic::ALL.map(Row::Topic));
    rows.extend([Row::Words, Row::Prompt]);
    rows.extend(page.versions.iter().map(|(version, config)| Row::Version(version, config)));
    rows
}

impl Setup {
    pub fn take(&mut self, answer: Result<Answer, Problem>) {
        self.page.take(answer, |answer| match answer {
            Answer::CoachSetup(page) => Some(*page),
            _ => None,
        });
    }

    pub fn is_known(&self) -> bool {
        self.page.get().is_some()
    }

    pub fn act(&mut self, verb: VerbId) -> Vec<Wish> {
        let Some(page) = self.page.get() else { return Vec::new() };
        let rows = rows(page);
        if let Some(by) = Step::of_verb(verb) {
            self.cursor = step(self.cursor, by, rows.len());
            return Vec::new();
        }
        let config = &page.config;
        match (verb, rows.get(self.cursor)) {
            (VerbId::ChangeSetting, Some(row)) => vec![change(config, row)],
            (VerbId::RestoreDefault, _) => {
                vec![restore(config, &page.delivered, "Restore the coach as delivered?", Restore::Default)]
            }
            (VerbId::TryCoach, _) => vec![Wish::Show(try_out(config))],
            _ => Vec::new(),
        }
    }

    pub fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
        let theme = cx.theme();
        let area = parts::with_problem(buf, area, theme, &self.page);
        let Some(page) = parts::content(buf, area, theme, &self.page) else { return };
        let rows = rows(page);
        let first = first_in_sight(self.cursor, usize::from(area.height));
        for (at, row) in rows.iter().enumerate().skip(first).take(usize::from(area.height)) {
            let pointer =
                if at == self.cursor { Span::styled(theme.pointer(), theme.accent()) } else { Span::raw(" ") };
            let mut text = Line::from(vec![pointer, Span::raw(" ")]);
            text.spans.extend(drawn(row, &page.config, cx).spans);
            line::left(buf, line::row(area, u16::try_from(at - first).unwrap_or(u16::MAX)), theme, text);
        }
    }
}

fn drawn(row: &Row<'_>, config: &Config, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme();
    match row {
        Row::Active => named("the coach", on_or_off(theme, config.is_active, "answers", "is switched off"), theme),
        Row::Answer => {
            named("an answer", Line::raw(format!("at most {} tokens", config.max_tokens_per_message)), theme)
        }
        Row::Day => named("a client's day", Line::raw(format!("{} tokens", config.max_tokens_per_day)), theme),
        Row::Topic(topic) => {
            let on = config.topics.contains(topic);
            named(topic.name(), on_or_off(theme, on, "answers", "leaves it to the studio"), theme)
        }
        Row::Words => {
            let words = Foreign::new(config.keywords.join(", ")).line();
            named("calls you at", Line::raw(words), theme)
        }
        Row::Prompt => {
            let words = config.system_prompt.split_whitespace().count();
            let begin = Foreign::new(config.system_prompt.lines().next().unwrap_or_default()).line();
            named("instructions", Line::raw(format!("{words} words: {begin}")), theme)
        }
        Row::Version(version, _) => {
            let when = words::moment(version.at, cx.now(), cx.look.zone);
            let by = version.changed_by.clone().unwrap_or_else(|| "this machine".into());
            let note = version.note.as_deref().map(|note| Foreign::new(note).line()).unwrap_or_default();
            named(&format!("version {}", version.version), Line::raw(format!("{when}, {by}: {note}")), theme)
        }
    }
}

fn named(name: &str, value: Line<'static>, theme: Theme) -> Line<'static> {
    let mut line = Line::from(vec![Span::styled(format!("{name:<22}"), theme.dim())]);
    line.spans.extend(value.spans);
    line
}

fn on_or_off(theme: Theme, on: bool, yes: &str, no: &str) -> Line<'static> {
    if on { signs::sign(theme, Meaning::Done, yes) } else { signs::sign(theme, Meaning::Quiet, no) }
}

/// What enter does on a line.
fn change(config: &Config, row: &Row<'_>) -> Wish {
    let config = config.clone();
    match row {
        Row::Active => submit(Config { is_active: !config.is_active, ..config }),
        Row::Topic(topic) => {
            let mut topics = config.topics.clone();
            match topics.iter().position(|known| known == topic) {
                Some(at) => _ = topics.remove(at),
                None => topics.push(*topic),
            }
            submit(Config { topics, ..config })
        }
        Row::Answer => {
            let now = config.max_tokens_per_message;
            number("The longest answer, in tokens", now, move |typed| {
                submit(Config { max_tokens_per_message: typed, ..config.clone() })
            })
        }
        Row::Day => {
            let now = config.max_tokens_per_day;
            number("What a client may use a day, in tokens", now, move |typed| {
                submit(Config { max_tokens_per_day: typed, ..config.clone() })
            })
        }
        Row::Words => {
            let now = config.keywords.join("\n");
            let sheet =
                Write::letter("Words that call for a person", "one a line; a * stands for any ending", move |text| {
                    let keywords = text.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect();
                    confirmed(&config, Config { keywords, ..config.clone() })
                });
            Wish::Show(Overlay::Write(sheet.with(&now)))
        }
        Row::Prompt => {
            let now = config.system_prompt.clone();
            let sheet =
                Write::letter("The coach's instructions", "topics go where {capabilities} stands", move |text| {
                    confirmed(&config, Config { system_prompt: text.trim().to_owned(), ..config.clone() })
                });
            Wish::Show(Overlay::Write(sheet.with(&now)))
        }
        Row::Version(version, then) => {
            let title = format!("Bring version {} back?", version.version);
            restore(&config, then, &title, Restore::Version(version.version))
        }
    }
}

fn submit(config: Config) -> Wish {
    Wish::Submit(Command::ChangeCoach(Box::new(config)))
}

fn number(title: &str, now: i64, then: impl Fn(i64) -> Wish + Send + 'static) -> Wish {
    let sheet = Write::line(title, "a number", move |text| {
        text.trim().parse().map(&then).map_err(|_| "Write a number, such as 5000.".to_owned())
    });
    Wish::Show(Overlay::Write(sheet.with(&now.to_string())))
}

/// Shows what would change before it does.
fn confirmed(before: &Config, after: Config) -> Result<Wish, String> {
    let lines = lines(before, &after);
    if lines.is_empty() {
        return Err("Nothing is changed yet.".into());
    }
    let command = Command::ChangeCoach(Box::new(after));
    Ok(Wish::Show(Overlay::Confirm(Confirm::command("Change the coach?", lines, command))))
}

fn restore(now: &Config, then: &Config, title: &str, what: Restore) -> Wish {
    let lines = lines(now, then);
    if lines.is_empty() {
        return Wish::Say(Meaning::Waiting, "This is how the coach is set already.".into());
    }
    Wish::Show(Overlay::Confirm(Confirm::command(title, lines, Command::RestoreCoach(what))))
}

fn lines(before: &Config, after: &Config) -> Vec<String> {
    before.diff(after).iter().map(|line| Foreign::new(DiffLine::line(line)).line()).collect()
}

fn try_out(config: &Config) -> Overlay {
    let config = config.clone();
    Overlay::Write(Write::line(
        "Ask the coach as a made-up client",
        "no client notices; it costs what it costs",
        move |text| {
            if text.trim().is_empty() {
                return Err("Ask something.".into());
            }
            Ok(Wish::Submit(Command::TryCoach { config: Box::new(config.clone()), question: text.trim().to_owned() }))
        },
    ))
}
