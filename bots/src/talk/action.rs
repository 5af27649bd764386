//! What buttons do. An action travels through the platforms as at most 64 bytes of text.
//!
//! Whoever presses may have changed it on the way: an id in it is a request, never a permission.

use std::fmt;

use chrono_tz::Tz;
use wavelaunch_shared::clients::questions::{self, Choice, Question};
use wavelaunch_shared::delivery::Channel;
use wavelaunch_shared::id::{DocumentId, NotificationId, ThreadId};
use wavelaunch_shared::portal::notifications::Shown;
use wavelaunch_shared::portal::profile::Field;
use wavelaunch_shared::portal::{Switch, Topic};

use super::coach::CoachAction;
use super::staff::StaffAction;

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Link this account with this code.
    Link(String),
    /// The link was for somebody else.
    NotMe,
    /// Ask for a new link in the place of this expired one.
    AskLink(String),
    /// The home card.
    Home,
    /// The eight months.
    Progress,
    /// The documents.
    Documents,
    /// Another page of the documents, from 0, in the place of the one before.
    Page(usize),
    /// Send a document's file.
    Open(DocumentId),
    /// Ask for a change to a document.
    Revise(DocumentId),
    /// Send the certificate.
    Certificate,
    /// The conversations with the studio.
    Messages,
    /// One conversation.
    Thread(ThreadId),
    /// Write into a conversation.
    Reply(ThreadId),
    /// Write to the studio.
    Write,
    /// Send the draft with this mark.
    Send(String, Recipient),
    /// Give the draft with this mark a subject.
    Subject(String),
    /// Put the draft with this mark to the coach.
    AskCoach(String),
    /// End the exchange.
    Cancel,
    /// A page of what the client was told.
    News(Shown, usize),
    /// One entry of it.
    Notice(NotificationId),
    /// All of it is seen.
    AllRead,
    /// The settings.
    Settings,
    /// Turn a switch on or off.
    Set(Switch, bool),
    /// Turn quiet hours on or off.
    Quiet(bool),
    /// The channels by which messages come.
    Channels,
    /// Try this channel before all others.
    Prefer(Channel),
    /// What comes by this channel.
    Topics(Channel),
    /// Turn a topic on or off on one channel.
    SetTopic(Topic, Channel, bool),
    /// Choose a time zone.
    Timezone,
    /// The places whose clock is this many minutes ahead of UTC.
    UtcOffset(i32),
    /// Follow this clock.
    Zone(Tz),
    /// Name a city.
    City,
    /// The questionnaire: begin, go on, or look it through.
    Answers,
    /// One question of it.
    Ask(&'static Question),
    /// Write the answer to a question.
    Answer(&'static Question),
    /// Answer a question with one of its choices.
    Choose(&'static Question, Choice),
    /// Leave a question out, or as it is.
    Skip(&'static Question),
    /// The question before this one.
    Back(&'static Question),
    /// The answers of a step, from 1.
    Review(u8),
    /// Enough of it for now.
    Later,
    /// Finish the questionnaire.
    Finish,
    /// A card of the welcome tour, from 0.
    Tour(usize),
    /// What the studio knows about the client.
    Profile,
    /// Change one thing of it.
    Change(Field),
    /// Ask for another e-mail address.
    Email,
    /// Give the code that was sent to it.
    EmailCode,
    /// It is still the same person, who wanted this.
    StillMe(Wanted),
    /// It is not the client who holds this account.
    Disown,
    /// Ask for a break.
    Break,
    /// End the messages.
    Stop,
    /// Keep the messages.
    Stay,
    /// Something with the coach.
    Coach(CoachAction),
    /// Something that a member of the staff does.
    Staff(StaffAction),
}

/// What somebody wanted to see before they were asked who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The documents.
    List,
    /// This document.
    Open(DocumentId),
}

/// Where a draft goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Into a conversation of its own.
    New,
    /// Into this conversation.
    Thread(ThreadId),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(code) => write!(f, "link:{code}"),
            Self::NotMe => f.write_str("not_me"),
            Self::AskLink(code) => write!(f, "ask_link:{code}"),
            Self::Home => f.write_str("home"),
            Self::Progress => f.write_str("progress"),
            Self::Documents => f.write_str("documents"),
            Self::Page(page) => write!(f, "documents:{page}"),
            Self::Open(id) => write!(f, "open:{id}"),
            Self::Revise(id) => write!(f, "revise:{id}"),
            Self::Certificate => f.write_str("certificate"),
            Self::Messages => f.write_str("messages"),
            Self::Thread(id) => write!(f, "thread:{id}"),
            Self::Reply(id) => write!(f, "reply:{id}"),
            Self::Write => f.write_str("message"),
            Self::Send(mark, Recipient::New) => write!(f, "send:{mark}"),
            Self::Send(mark, Recipient::Thread(id)) => write!(f, "send:{mark}:{id}"),
            Self::Subject(mark) => write!(f, "subject:{mark}"),
            Self::AskCoach(mark) => write!(f, "ask_coach:{mark}"),
            Self::Cancel => f.write_str("cancel"),
            Self::News(Shown::All, page) => write!(f, "news:all:{page}"),
            Self::News(Shown::Unread, page) => write!(f, "news:unread:{page}"),
            Self::Notice(id) => write!(f, "notice:{id}"),
            Self::AllRead => f.write_str("all_read"),
            Self::Settings => f.write_str("settings"),
            Self::Set(switch, on) => write!(f, "set:{}:{}", switch.as_str(), on_off(*on)),
            Self::Quiet(on) => write!(f, "quiet:{}", on_off(*on)),
            Self::Channels => f.write_str("channels"),
            Self::Prefer(channel) => write!(f, "prefer:{}", channel.as_str()),
            Self::Topics(channel) => write!(f, "topics:{}", channel.as_str()),
            Self::SetTopic(topic, channel, on) => {
                write!(f, "topic:{}:{}:{}", topic.as_str(), channel.as_str(), on_off(*on))
            }
            Self::Timezone => f.write_str("timezone"),
            Self::UtcOffset(minutes) => write!(f, "utc:{minutes}"),
            Self::Zone(zone) => write!(f, "zone:{}", zone.name()),
            Self::City => f.write_str("city"),
            Self::Answers => f.write_str("answers"),
            Self::Ask(question) => write!(f, "ask:{}", question.key),
            Self::Answer(question) => write!(f, "answer:{}", question.key),
            Self::Choose(question, choice) => write!(f, "choose:{}:{}", question.key, choice.key),
            Self::Skip(question) => write!(f, "skip:{}", question.key),
            Self::Back(question) => write!(f, "back:{}", question.key),
            Self::Review(step) => write!(f, "review:{step}"),
            Self::Later => f.write_str("later"),
            Self::Finish => f.write_str("finish"),
            Self::Tour(card) => write!(f, "tour:{card}"),
            Self::Profile => f.write_str("profile"),
            Self::Change(field) => write!(f, "change:{}", field.as_str()),
            Self::Email => f.write_str("email"),
            Self::EmailCode => f.write_str("email_code"),
            Self::StillMe(Wanted::List) => f.write_str("still_me"),
            Self::StillMe(Wanted::Open(id)) => write!(f, "still_me:{id}"),
            Self::Disown => f.write_str("disown"),
            Self::Break => f.write_str("break"),
            Self::Stop => f.write_str("stop"),
            Self::Stay => f.write_str("stay"),
            Self::Coach(action) => action.fmt(f),
            Self::Staff(action) => action.fmt(f),
        }
    }
}

impl Action {
    /// Reads what was pressed; `None` when this version knows no such action.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (verb, rest) = text.split_once(':').unwrap_or((text, ""));
        let thread = || (!rest.is_empty()).then(|| ThreadId::from_input(rest));
        let document = || (!rest.is_empty()).then(|| DocumentId::from_input(rest));
        match verb {
            "link" => Some(Self::Link(rest.to_owned())),
            "not_me" => Some(Self::NotMe),
            "ask_link" => Some(Self::AskLink(rest.to_owned())),
            "home" => Some(Self::Home),
            "progress" => Some(Self::Progress),
            "documents" if rest.is_empty() => Some(Self::Documents),
            "documents" => rest.parse().ok().map(Self::Page),
            "open" => document().map(Self::Open),
            "revise" => document().map(Self::Revise),
            "certificate" => Some(Self::Certificate),
            "messages" => Some(Self::Messages),
            "thread" => thread().map(Self::Thread),
            "reply" => thread().map(Self::Reply),
            "message" => Some(Self::Write),
            "send" => Some(match rest.split_once(':') {
                Some((mark, id)) => Self::Send(mark.to_owned(), Recipient::Thread(ThreadId::from_input(id))),
                None => Self::Send(rest.to_owned(), Recipient::New),
            }),
            "subject" => Some(Self::Subject(rest.to_owned())),
            "ask_coach" => Some(Self::AskCoach(rest.to_owned())),
            "cancel" => Some(Self::Cancel),
            "news" => {
                let (shown, page) = rest.split_once(':')?;
                let shown = match shown {
                    "all" => Shown::All,
                    "unread" => Shown::Unread,
                    _ => return None,
                };
                page.parse().ok().map(|page| Self::News(shown, page))
            }
            "notice" => (!rest.is_empty()).then(|| Self::Notice(NotificationId::from_input(rest))),
            "all_read" => Some(Self::AllRead),
            "settings" => Some(Self::Settings),
            "set" => {
                let (switch, on) = rest.split_once(':')?;
                Some(Self::Set(Switch::named(switch)?, is_on(on)?))
            }
            "quiet" => is_on(rest).map(Self::Quiet),
            "channels" => Some(Self::Channels),
            "prefer" => Channel::stored(rest).map(Self::Prefer),
            "topics" => Channel::stored(rest).map(Self::Topics),
            "topic" => {
                let mut parts = rest.splitn(3, ':');
                let (topic, channel, on) = (parts.next()?, parts.next()?, parts.next()?);
                Some(Self::SetTopic(Topic::named(topic)?, Channel::stored(channel)?, is_on(on)?))
            }
            "timezone" => Some(Self::Timezone),
            "utc" => rest.parse().ok().map(Self::UtcOffset),
            "zone" => rest.parse().ok().map(Self::Zone),
            "city" => Some(Self::City),
            "answers" => Some(Self::Answers),
            "ask" => questions::find(rest).map(Self::Ask),
            "answer" => questions::find(rest).map(Self::Answer),
            "choose" => {
                let (question, choice) = rest.split_once(':')?;
                let question = questions::find(question)?;
                let choice = question.choices.iter().find(|known| known.key == choice)?;
                Some(Self::Choose(question, *choice))
            }
            "skip" => questions::find(rest).map(Self::Skip),
            "back" => questions::find(rest).map(Self::Back),
            "review" => rest.parse().ok().map(Self::Review),
            "later" => Some(Self::Later),
            "finish" => Some(Self::Finish),
            "tour" => rest.parse().ok().map(Self::Tour),
            "profile" => Some(Self::Profile),
            "change" => Field::named(rest).map(Self::Change),
            "email" => Some(Self::Email),
            "email_code" => Some(Self::EmailCode),
            "still_me" => Some(Self::StillMe(document().map_or(Wanted::List, Wanted::Open))),
            "disown" => Some(Self::Disown),
            "break" => Some(Self::Break),
            "stop" => Some(Self::Stop),
            "stay" => Some(Self::Stay),
            "staff" => StaffAction::read(rest).map(Self::Staff),
            _ => CoachAction::read(verb, rest).map(Self::Coach),
        }
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn is_on(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every() -> Vec<Action> {
        let thread = ThreadId::from_input("cabcdefghijklmnopqrstuvwx");
        let document = DocumentId::from_input("cabcdefghijklmnopqrstuvwx");
        let code = "A".repeat(43);
        let mut all = vec![
            Action::Link(code.clone()),
            Action::NotMe,
            Action::AskLink(code),
            Action::Home,
            Action::Progress,
            Action::Documents,
            Action::Page(12),
            Action::Open(document.clone()),
            Action::Revise(document),
            Action::Certificate,
            Action::Messages,
            Action::Thread(thread.clone()),
            Action::Reply(thread.clone()),
            Action::Write,
            Action::Send("abcdef".into(), Recipient::New),
            Action::Send("abcdef".into(), Recipient::Thread(thread)),
            Action::Subject("abcdef".into()),
            Action::AskCoach("abcdef".into()),
            Action::Cancel,
            Action::News(Shown::All, 0),
            Action::News(Shown::Unread, 7),
            Action::Notice(NotificationId::from_input("cabcdefghijklmnopqrstuvwx")),
            Action::AllRead,
            Action::Settings,
            Action::Quiet(true),
            Action::Timezone,
            Action::UtcOffset(-210),
            Action::City,
            Action::Answers,
            Action::Review(6),
            Action::Later,
            Action::Finish,
            Action::Tour(3),
            Action::Profile,
            Action::Email,
            Action::EmailCode,
            Action::StillMe(Wanted::List),
            Action::StillMe(Wanted::Open(DocumentId::from_input("cabcdefghijklmnopqrstuvwx"))),
            Action::Disown,
            Action::Break,
            Action::Stop,
            Action::Stay,
        ];
        for question in questions::all() {
            let of_it = [Action::Ask, Action::Answer, Action::Skip, Action::Back];
            all.extend(of_it.map(|action| action(question)));
            all.extend(question.choices.iter().map(|choice| Action::Choose(question, *choice)));
        }
        all.extend(chrono_tz::TZ_VARIANTS.map(Action::Zone));
        all.extend(Field::ALL.map(Action::Change));
        all.extend(Switch::ALL.map(|switch| Action::Set(switch, false)));
        all.push(Action::Channels);
        for channel in Channel::PREFERRED {
            all.extend([Action::Prefer(channel), Action::Topics(channel)]);
            all.extend(Topic::ALL.map(|topic| Action::SetTopic(topic, channel, true)));
        }
        all.extend(CoachAction::every().into_iter().map(Action::Coach));
        all.extend(StaffAction::every().into_iter().map(Action::Staff));
        all
    }

    #[test]
    fn every_action_fits_a_button_and_is_read_back() {
        for action in every() {
            let text = action.to_string();
            assert!(text.len() <= 64, "{text} has {} bytes", text.len());
            assert_eq!(Action::read(&text), Some(action), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_pressed_is_read_without_trust(text in "(send|open|set|documents|[a-z]{0,9})(:|\\PC){0,60}") {
            if let Some(action) = Action::read(&text) {
                prop_assert!(action.to_string().len() <= text.len() + 4);
            }
        }
    }
}
