//! The app itself: a stack of screens, sheets over them, notes beside them.

use std::collections::HashMap;
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use tokio::time::Instant;

use super::effect::{Effect, Event, Wish};
use super::overlay::{Confirm, Fate, Help, Invitation, Notes, Overlay, Page, Palette};
use super::toasts::Toasts;
use super::view::{Cx, Look, Moment, Slot, View, ViewId};
use crate::data::{Command, Done, Problem, Query};
use crate::editor::Trouble;
use crate::screens::{self, Place};
use crate::term::{Input, Key};
use crate::theme::Meaning;
use crate::verbs::{Facts, Found, Scope, Verb, VerbId, live, look_up};
use crate::widgets::frame::{self, Hint};
use crate::widgets::line;

/// How soon ctrl-c must come again to leave.
const AGAIN: Duration = Duration::from_secs(2);
/// The longest that ages and the clock may stand still.
const MINUTE: Duration = Duration::from_mins(1);

/// A screen on the stack, with the questions that it has asked.
struct Open {
    id: ViewId,
    view: Box<dyn View>,
    asked: HashMap<Slot, Query>,
}

/// One session's state. See the module's page for what drives it.
pub struct App {
    look: Look,
    moment: Moment,
    stack: Vec<Open>,
    sheets: Vec<Overlay>,
    toasts: Toasts,
    chord: Option<Key>,
    interrupted: Option<Instant>,
    /// When the top view last asked anew because it follows something.
    followed: Instant,
    sending: usize,
    next_id: u64,
    dirty: bool,
}

impl App {
    /// An app that shows nothing yet; see [`App::open`].
    #[must_use]
    pub fn new(look: Look, moment: Moment) -> Self {
        Self {
            look,
            moment,
            stack: Vec::new(),
            sheets: Vec::new(),
            toasts: Toasts::default(),
            chord: None,
            interrupted: None,
            followed: moment.at,
            sending: 0,
            next_id: 0,
            dirty: true,
        }
    }

    /// Opens a place on top of Today, which is always at the bottom.
    pub fn open(&mut self, place: &Place) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.stack.is_empty() {
            self.push(&Place::Today);
        }
        if *place != Place::Today {
            self.push(place);
        }
        self.ask(&mut effects);
        effects
    }

    /// Takes an event; answers what is to be done outside.
    pub fn handle(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        self.moment = moment;
        self.dirty = true;
        let mut effects = Vec::new();
        match event {
            Event::Input(Input::Key(key)) => self.key(key, &mut effects),
            Event::Input(Input::Paste(text)) => self.paste(&text),
            Event::Input(Input::Resize(_)) => {}
            Event::Tick => self.follow(&mut effects),
            Event::Answered((id, slot), answer) => {
                if let Some(open) = self.stack.iter_mut().find(|open| open.id == id) {
                    open.view.take(slot, answer);
                }
            }
            Event::Done(done) => self.done(done, &mut effects),
            Event::Edited(edited) => self.edited(edited),
            Event::Changed => self.reload(&mut effects),
        }
        self.ask(&mut effects);
        effects
    }

    /// Whether the picture may differ from the last one drawn.
    #[must_use]
    pub fn dirty(&self) -> bool {
        self.dirty
    }

    /// When the picture changes without anybody doing anything.
    #[must_use]
    pub fn wake(&self) -> Instant {
        let minute = self.moment.at + MINUTE;
        let next = self.toasts.next_end(self.moment.at).map_or(minute, |end| end.min(minute));
        self.next_look().map_or(next, |look| look.min(next))
    }

    /// When the top view wants to ask anew, if it follows something that grows without an event.
    fn next_look(&self) -> Option<Instant> {
        self.stack.last()?.view.follows().map(|every| self.followed + every)
    }

    fn follow(&mut self, effects: &mut Vec<Effect>) {
        if self.next_look().is_some_and(|look| look <= self.moment.at) {
            self.followed = self.moment.at;
            self.reload(effects);
        }
    }

    fn push(&mut self, place: &Place) {
        self.next_id += 1;
        let view = screens::build(place);
        self.stack.push(Open { id: ViewId(self.next_id), view, asked: HashMap::new() });
    }

    fn drop_top(&mut self, effects: &mut Vec<Effect>) {
        if let Some(open) = self.stack.pop() {
            effects.push(Effect::Forget(open.id));
        }
    }

    /// Goes to a place: back to it when it lies beneath, otherwise on top.
    fn go(&mut self, place: &Place, effects: &mut Vec<Effect>) {
        if let Some(at) = self.stack.iter().position(|open| open.view.place() == *place) {
            while self.stack.len() > at + 1 {
                self.drop_top(effects);
            }
            // What lay beneath may have grown old while nobody looked at it.
            self.reload(effects);
        } else {
            self.push(place);
        }
    }

    fn back(&mut self, effects: &mut Vec<Effect>) {
        if self.stack.len() > 1 {
            self.drop_top(effects);
            self.reload(effects);
        }
    }

    /// Asks what the top view needs and has not asked.
    fn ask(&mut self, effects: &mut Vec<Effect>) {
        let Some(open) = self.stack.last_mut() else { return };
        let needs = open.view.needs();
        open.asked.retain(|slot, _| needs.iter().any(|(needed, _)| needed == slot));
        for (slot, query) in needs {
            if open.asked.get(&slot) != Some(&query) {
                open.asked.insert(slot, query.clone());
                effects.push(Effect::Ask((open.id, slot), query));
            }
        }
    }

    /// Forgets what the top view has asked, so that it asks again. Hidden views
    /// are left alone until they are seen.
    fn reload(&mut self, _: &mut Vec<Effect>) {
        if let Some(open) = self.stack.last_mut() {
            open.asked.clear();
        }
    }

    fn done(&mut self, done: Result<Done, Problem>, effects: &mut Vec<Effect>) {
        self.sending = self.sending.saturating_sub(1);
        match done {
            Ok(done) => {
                effects.extend(done.clip.map(Effect::Copy));
                self.sheets.extend(done.issued.map(|issued| Overlay::Invitation(Invitation::new(*issued))));
                self.sheets.extend(done.page.map(|(title, text)| Overlay::Page(Page::new(title, text))));
                self.say(Meaning::Done, done.said);
            }
            Err(problem) => self.say(Meaning::Late, problem.to_string()),
        }
        self.reload(effects);
    }

    fn edited(&mut self, edited: Result<Option<String>, Trouble>) {
        match (edited, self.sheets.last_mut()) {
            (Ok(Some(text)), Some(sheet)) => sheet.edited(&text),
            (Err(trouble), _) => self.say(Meaning::Late, Problem::from(trouble).to_string()),
            _ => {}
        }
    }

    fn say(&mut self, meaning: Meaning, text: String) {
        self.toasts.say(meaning, text, self.moment.at);
    }

    fn submit(&mut self, command: Command, effects: &mut Vec<Effect>) {
        self.sending += 1;
        effects.push(Effect::Submit(command));
    }

    fn grant(&mut self, wishes: Vec<Wish>, effects: &mut Vec<Effect>) {
        for wish in wishes {
            match wish {
                Wish::Go(place) => self.go(&place, effects),
                Wish::Back => self.back(effects),
                Wish::Show(sheet) => self.sheets.push(sheet),
                Wish::Submit(command) => self.submit(command, effects),
                Wish::Say(meaning, text) => self.say(meaning, text),
                Wish::Copy(text) => {
                    effects.push(Effect::Copy(text));
                    self.say(Meaning::Done, "Copied to your clipboard.".into());
                }
                Wish::Quit => effects.push(Effect::Quit),
            }
        }
    }

    fn paste(&mut self, text: &str) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.paste(text);
        } else if let Some(open) = self.stack.last_mut() {
            open.view.pasted(text);
        }
    }

    fn key(&mut self, key: Key, effects: &mut Vec<Effect>) {
        if key == Key::ctrl('c') {
            return self.interrupt(effects);
        }
        if let Some(sheet) = self.sheets.last_mut() {
            let fate = sheet.key(key);
            return self.settle(fate, effects);
        }
        let Some(open) = self.stack.last_mut() else { return };
        if self.chord.is_none()
            && let Some(wishes) = open.view.typed(key)
        {
            return self.grant(wishes, effects);
        }
        let chord = self.chord.take();
        match look_up(&self.scopes(), chord, key) {
            Found::Verb(verb) => self.perform(verb, effects),
            Found::Prefix(_) => self.chord = Some(key),
            Found::Nothing => {}
        }
    }

    fn interrupt(&mut self, effects: &mut Vec<Effect>) {
        let at = self.moment.at;
        if self.interrupted.is_some_and(|first| at - first <= AGAIN) {
            effects.push(Effect::Quit);
        } else {
            self.interrupted = Some(at);
            self.say(Meaning::Waiting, "Press ctrl-c again to leave.".into());
        }
    }

    fn settle(&mut self, fate: Fate, effects: &mut Vec<Effect>) {
        match fate {
            Fate::Stay => {}
            Fate::Edit(text) => effects.push(Effect::Edit(text)),
            Fate::Close(wishes) => {
                self.sheets.pop();
                self.grant(wishes, effects);
            }
            Fate::CloseBoth => self.sheets.truncate(self.sheets.len().saturating_sub(2)),
            Fate::Cover(sheet) => self.sheets.push(sheet),
            Fate::Run(id) => {
                self.sheets.pop();
                let scopes = self.scopes();
                if let Some(verb) = scopes.iter().flat_map(|scope| live(*scope)).find(|verb| verb.id == id) {
                    self.perform(verb, effects);
                }
            }
        }
    }

    /// Where verbs are looked for now, the most particular first.
    fn scopes(&self) -> Vec<Scope> {
        let mut scopes = self.stack.last().map(|open| open.view.scopes()).unwrap_or_default();
        scopes.push(Scope::Everywhere);
        scopes
    }

    fn with_facts<T>(&self, ask: impl FnOnce(&Facts) -> T) -> Option<T> {
        let view = &self.stack.last()?.view;
        let (subject, client) = (view.subject(), view.client());
        Some(ask(&Facts { rights: self.look.rights, subject, client }))
    }

    fn perform(&mut self, verb: &Verb, effects: &mut Vec<Effect>) {
        if let Some(why) = self.with_facts(|facts| verb.disabled(facts)).flatten() {
            return self.say(Meaning::Waiting, why.into());
        }
        match verb.id {
            VerbId::Quit if self.stack.len() > 1 => self.sheets.push(Overlay::Confirm(Confirm::quit())),
            VerbId::Quit => effects.push(Effect::Quit),
            VerbId::Back => {
                self.toasts.dismiss(self.moment.at);
                self.back(effects);
            }
            VerbId::Help => {
                let scopes = self.scopes();
                let sheet = self.with_facts(|facts| Help::new(&scopes, facts));
                self.sheets.extend(sheet.map(Overlay::Help));
            }
            VerbId::Palette => {
                let scopes = self.scopes();
                let sheet = self.with_facts(|facts| Palette::new(&scopes, facts));
                self.sheets.extend(sheet.map(Overlay::Palette));
            }
            VerbId::Notes => self.sheets.push(Overlay::Notes(Notes::new(&self.toasts))),
            VerbId::Refresh => self.reload(effects),
            id => match Place::of_verb(id) {
                Some(place) => self.go_home_and_to(&place, effects),
                None => self.act(id, effects),
            },
        }
    }

    /// Places named by a key stand directly on Today, wherever one comes from.
    fn go_home_and_to(&mut self, place: &Place, effects: &mut Vec<Effect>) {
        if self.stack.last().is_some_and(|open| open.view.place() == *place) {
            return;
        }
        while self.stack.len() > 1 {
            self.drop_top(effects);
        }
        self.go(place, effects);
    }

    fn act(&mut self, id: VerbId, effects: &mut Vec<Effect>) {
        let cx = Cx { look: &self.look, moment: self.moment };
        let Some(open) = self.stack.last_mut() else { return };
        let wishes = open.view.act(id, &cx);
        self.grant(wishes, effects);
    }

    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        self.dirty = false;
        let area = frame.area();
        let cx = Cx { look: &self.look, moment: self.moment };
        let buf = frame.buffer_mut();
        let parts = frame::divide(area);
        let Some(top) = self.stack.last() else { return };
        self.draw_header(buf, parts.header, &cx, top.view.as_ref());
        line::rule(buf, parts.rule, cx.theme());
        let mut cursor = top.view.draw(buf, parts.body, &cx);
        line::rule(buf, parts.lower_rule, cx.theme());
        self.draw_footer(buf, parts.footer, &cx);
        frame::toasts(buf, parts.body, cx.theme(), &self.toasts.showing(self.moment.at));
        for sheet in &self.sheets {
            cursor = sheet.draw(buf, area, &cx);
        }
        if let Some(at) = cursor
            && area.contains(at)
        {
            frame.set_cursor_position(at);
        }
    }

    fn draw_header(&self, buf: &mut ratatui::buffer::Buffer, area: Rect, cx: &Cx<'_>, top: &dyn View) {
        let mut steps = vec!["Wavelaunch".to_owned()];
        // Today is at the bottom of every path; it is named only when one is there.
        let from = usize::from(self.stack.len() > 1);
        steps.extend(self.stack.iter().skip(from).map(|open| open.view.title()));
        let mut aside = top.aside(cx).unwrap_or_else(|| clock(cx));
        if self.sending > 0 {
            aside.spans.insert(0, line::mark(cx.theme(), Meaning::Machine));
            aside.spans.insert(1, " ".into());
        }
        aside.spans.push(" ".into());
        line::both(buf, area, cx.theme(), frame::breadcrumb(cx.theme(), &steps), aside);
    }

    fn draw_footer(&self, buf: &mut ratatui::buffer::Buffer, area: Rect, cx: &Cx<'_>) {
        if let Some(chord) = self.chord {
            let Found::Prefix(follow) = look_up(&self.scopes(), None, chord) else { return };
            let hints: Vec<Hint<'_>> = follow
                .iter()
                .map(|verb| {
                    let keys = verb.keys.iter().find_map(|key| key.split_once(' '));
                    Hint { key: keys.map_or("", |(_, key)| key), label: verb.short, live: true }
                })
                .collect();
            let leave = Hint { key: "esc", label: "leave it", live: true };
            return frame::footer(buf, area, cx.theme(), &hints, &[leave]);
        }
        let scopes = self.scopes();
        let drawn = self.with_facts(|facts| {
            let mut hints: Vec<Hint<'_>> = Vec::new();
            let verbs = scopes.iter().flat_map(|scope| live(*scope));
            for verb in verbs
                .filter(|verb| !verb.short.is_empty() && !matches!(verb.id, VerbId::Back | VerbId::Quit | VerbId::Help))
            {
                let hint = match verb.keys.first().and_then(|key| key.split_once(' ')) {
                    // Chords share one hint; their second keys are told once the first is pressed.
                    Some((first, _)) => Hint { key: first, label: "go to", live: true },
                    None => Hint {
                        key: verb.keys.first().copied().unwrap_or(""),
                        label: verb.short,
                        live: verb.disabled(facts).is_none(),
                    },
                };
                if !hints.iter().any(|known| known.key == hint.key) {
                    hints.push(hint);
                }
            }
            let leave = if self.stack.len() > 1 { ("esc", "back") } else { ("q", "quit") };
            let help = Hint { key: "?", label: "help", live: true };
            let fixed = [help, Hint { key: leave.0, label: leave.1, live: true }];
            frame::footer(buf, area, cx.theme(), &hints, &fixed);
        });
        debug_assert!(drawn.is_some(), "a footer is drawn beneath a screen");
    }
}

/// Place and time of the studio.
fn clock(cx: &Cx<'_>) -> Line<'static> {
    let local = cx.now().with_timezone(&cx.look.zone);
    let city = cx.look.zone.name().rsplit('/').next().unwrap_or("UTC").replace('_', " ");
    Line::raw(format!("{}  {city}", local.format("%a %e %b  %H:%M")))
}
