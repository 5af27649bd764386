//! Reading a file of messages, and refusing what is wrong with it by file and line.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::fill::{line_of, placeholders, slice};
use super::{Audience, Message, Origin};
use crate::portal::Switch;
use crate::text::Rich;
use crate::{Error, Result};

type Messages = BTreeMap<String, Message>;

/// A file, as errors name it.
pub(super) struct Source<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

/// One table of it. Which of its keys must be there depends on whether it rewords another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    body: Option<Spanned<String>>,
    subject: Option<Spanned<String>>,
    buttons: Option<Spanned<Vec<Spanned<String>>>>,
    vars: Option<Spanned<Vec<String>>>,
    preference: Option<Spanned<String>>,
    audience: Option<Spanned<String>>,
}

/// Reads a whole catalogue.
pub(super) fn whole(source: &Source<'_>) -> Result<Messages> {
    source
        .tables()?
        .into_iter()
        .map(|(key, entry)| Ok((key.clone(), Table { source, key, entry }.message()?)))
        .collect()
}

/// Reads what a studio words differently, each table in the place of the message with its key.
pub(super) fn reworded(source: &Source<'_>, built_in: &Messages) -> Result<Messages> {
    let tables = source.tables()?.into_iter().map(|(key, entry)| {
        let table = Table { source, key, entry };
        let message = built_in.get(&table.key).ok_or_else(|| {
            table.wrong(table.start(), "is no message of Wavelaunch; `wavelaunch messages list` names them all")
        })?;
        let reworded = table.in_place_of(message)?;
        Ok((table.key, reworded))
    });
    tables.collect()
}

impl Source<'_> {
    fn tables(&self) -> Result<BTreeMap<String, Spanned<Entry>>> {
        toml::from_str(self.text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(self.text, span.start));
            Error::Setting(format!("{}, line {line}: {}", self.name, error.message()))
        })
    }
}

/// One table on its way to be a message.
struct Table<'a> {
    source: &'a Source<'a>,
    key: String,
    entry: Spanned<Entry>,
}

impl Table<'_> {
    fn message(&self) -> Result<Message> {
        let entry = self.entry.get_ref();
        let body = entry.body.as_ref().ok_or_else(|| self.wrong(self.start(), "has no body"))?;
        let used = self.used()?;
        let vars = self.vars()?.unwrap_or_default();
        self.only_uses(&used, &vars)?;
        if let Some(unused) = vars.iter().find(|name| !used.iter().any(|(used, _)| used == *name)) {
            let at = entry.vars.as_ref().map_or(self.start(), |vars| vars.span().start);
            return Err(self.wrong(at, format!("lists {unused} among its vars but never uses it")));
        }
        let (audience, preference) = (self.audience()?, self.preference()?);
        if preference.is_some() && audience != Some(Audience::Client) {
            let at = entry.preference.as_ref().map_or(self.start(), |preference| preference.span().start);
            return Err(self.wrong(at, "has a preference, which only a notice to a client can have"));
        }
        Ok(Message {
            audience,
            preference,
            origin: Origin::BuiltIn,
            vars,
            buttons: self.buttons()?.unwrap_or_default(),
            subject: entry.subject.as_ref().map(|subject| subject.get_ref().clone()),
            markdown: body.get_ref().clone(),
            body: Rich::from_markdown(body.get_ref()),
        })
    }

    /// The message with the words of this table; what the table leaves out stays.
    fn in_place_of(&self, message: &Message) -> Result<Message> {
        let entry = self.entry.get_ref();
        let mut reworded = Message { origin: Origin::Studio, ..message.clone() };
        if let Some(subject) = &entry.subject {
            if message.subject.is_none() {
                return Err(self.wrong(subject.span().start, "has a subject, which this message is sent without"));
            }
            reworded.subject = Some(subject.get_ref().clone());
        }
        if let Some(body) = &entry.body {
            reworded.markdown.clone_from(body.get_ref());
            reworded.body = Rich::from_markdown(body.get_ref());
        }
        self.only_uses(&self.used()?, &message.vars)?;
        let missing = message.vars.iter().find(|name| !reworded.uses(name));
        if let Some(name) = missing {
            let at = entry.body.as_ref().or(entry.subject.as_ref()).map_or(self.start(), |text| text.span().start);
            return Err(self.wrong(at, format!("leaves {{{name}}} out, which belongs to this message")));
        }
        if let Some(buttons) = self.buttons()? {
            if buttons.len() != message.buttons.len() {
                let at = entry.buttons.as_ref().map_or(self.start(), |buttons| buttons.span().start);
                let (given, wanted) = (buttons.len(), message.buttons.len());
                let what =
                    format!("has {given} buttons where {wanted} belong: what each does is a matter of its place");
                return Err(self.wrong(at, what));
            }
            reworded.buttons = buttons;
        }
        self.same("vars", entry.vars.as_ref().map(|vars| vars.span().start), self.vars()?, &message.vars)?;
        let at = entry.audience.as_ref().map(|audience| audience.span().start);
        self.same("audience", at, self.audience()?.map(Some), &message.audience)?;
        let at = entry.preference.as_ref().map(|preference| preference.span().start);
        self.same("preference", at, at.map(|_| self.preference()).transpose()?, &message.preference)?;
        Ok(reworded)
    }

    /// What a studio's file may repeat but not change.
    fn same<T: PartialEq>(&self, what: &str, at: Option<usize>, given: Option<T>, wanted: &T) -> Result<()> {
        match given {
            Some(given) if given != *wanted => {
                Err(self
                    .wrong(at.unwrap_or(self.start()), format!("has another {what} than the message that it rewords")))
            }
            _ => Ok(()),
        }
    }

    /// The placeholders of subject and body with their places in the file.
    fn used(&self) -> Result<Vec<(String, usize)>> {
        let entry = self.entry.get_ref();
        let mut used = Vec::new();
        for text in [&entry.subject, &entry.body].into_iter().flatten() {
            // Read as they stand in the file, so that their places are the file's.
            let (start, raw) = (text.span().start, slice(self.source.text, &text.span()));
            let found = placeholders(raw).map_err(|(what, at)| self.wrong(start + at, what))?;
            used.extend(found.into_iter().map(|found| (found.name.to_owned(), start + found.at)));
        }
        Ok(used)
    }

    fn only_uses(&self, used: &[(String, usize)], vars: &BTreeSet<String>) -> Result<()> {
        match used.iter().find(|(name, _)| !vars.contains(name)) {
            Some((name, at)) => Err(self.wrong(*at, format!("uses {{{name}}}, which is not among its vars"))),
            None => Ok(()),
        }
    }

    fn vars(&self) -> Result<Option<BTreeSet<String>>> {
        let Some(vars) = &self.entry.get_ref().vars else { return Ok(None) };
        let set: BTreeSet<String> = vars.get_ref().iter().cloned().collect();
        if set.len() < vars.get_ref().len() {
            return Err(self.wrong(vars.span().start, "lists a var twice"));
        }
        Ok(Some(set))
    }

    fn buttons(&self) -> Result<Option<Vec<String>>> {
        let Some(buttons) = &self.entry.get_ref().buttons else { return Ok(None) };
        for label in buttons.get_ref() {
            let what = if label.get_ref().trim().is_empty() {
                "has a button without a label"
            } else if label.get_ref().contains(['{', '}']) {
                "has a brace on a button, where no value can stand"
            } else {
                continue;
            };
            return Err(self.wrong(label.span().start, what));
        }
        Ok(Some(buttons.get_ref().iter().map(|label| label.get_ref().clone()).collect()))
    }

    fn audience(&self) -> Result<Option<Audience>> {
        let Some(word) = &self.entry.get_ref().audience else { return Ok(None) };
        match word.get_ref().as_str() {
            "client" => Ok(Some(Audience::Client)),
            "admin" => Ok(Some(Audience::Admin)),
            other => Err(self.wrong(word.span().start, format!("has the audience {other:?}; it is client or admin"))),
        }
    }

    fn preference(&self) -> Result<Option<Switch>> {
        let Some(word) = &self.entry.get_ref().preference else { return Ok(None) };
        let name = word.get_ref().as_str();
        match Switch::named(name) {
            Some(switch) => Ok(Some(switch)),
            None if name == "always" => Ok(None),
            None => {
                let known = Switch::ALL.map(Switch::as_str).join(", ");
                Err(self.wrong(word.span().start, format!("has the preference {name:?}; it is always, {known}")))
            }
        }
    }

    fn start(&self) -> usize {
        self.entry.span().start
    }

    fn wrong(&self, at: usize, what: impl std::fmt::Display) -> Error {
        let line = line_of(self.source.text, at);
        Error::Setting(format!("{}, line {line}: [{}] {what}", self.source.name, self.key))
    }
}

impl Message {
    fn uses(&self, name: &str) -> bool {
        let placeholder = format!("{{{name}}}");
        self.markdown.contains(&placeholder) || self.subject.as_ref().is_some_and(|text| text.contains(&placeholder))
    }
}
