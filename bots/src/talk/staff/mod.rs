//! A member of the staff in a chat: notices are read here, and some are acted on.
//!
//! The dashboard stays the place of work. What can be done from a button is what a notice asks for, with
//! the rights that the person has there, by the same functions.

mod action;
mod link;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use wavelaunch_shared::id::{ClientId, ConversationId, ThreadId};
use wavelaunch_shared::portal::{self, NewThread};
use wavelaunch_shared::programme::MONTHS;
use wavelaunch_shared::staff::chat::{self, StaffAccount};
use wavelaunch_shared::staff::{Actor, Admin, notices};
use wavelaunch_shared::text::{Button, Foreign, Reply};
use wavelaunch_shared::{Error, Result, Studio, clients, coach, journey};

pub use action::StaffAction;
pub(super) use link::{begin, finish};

use super::action::Action;
use super::registry::{self, Verb};
use super::words::{day, day_of, phrase, replace, reply, say};
use super::{Input, Output, Person};

/// How long the words that were asked for may take.
const ASKED_FOR: TimeDelta = TimeDelta::hours(24);

/// What the next words will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Next {
    /// The beginning of a conversation with a client.
    Message(ClientId),
    /// The proposal of a call to a client.
    Call(ClientId),
    /// A reply.
    Reply(ThreadId),
    /// An answer in the coach's place.
    Answer(ConversationId),
}

/// A turn of somebody on the staff.
struct Turn<'a> {
    studio: &'a Studio,
    person: &'a Person,
    admin: Admin,
    account: StaffAccount,
}

/// What comes back to a member of the staff.
pub(super) async fn respond(
    studio: &Studio,
    person: &Person,
    (admin, account): (Admin, StaffAccount),
    input: Input,
) -> Result<Vec<Output>> {
    chat::unblocked(studio, account.platform, &account.external_user_id).await?;
    let turn = Turn { studio, person, admin, account };
    let done = match input {
        Input::Command { name, .. } => turn.command(&name).await,
        Input::Press { action } => match Action::read(&action) {
            Some(Action::Staff(action)) => turn.press(action).await,
            _ => turn.words_alone(),
        },
        Input::Text(text) => turn.said(&text).await,
        Input::Form { .. } | Input::About(_) | Input::Unsupported(_) => turn.words_alone(),
    };
    match done {
        Err(error @ (Error::Refused(_) | Error::Invalid(_) | Error::Forbidden { .. } | Error::NotFound(_))) => {
            say(studio, "staff_refused", &[("reason", error.to_string())], &[])
        }
        done => done,
    }
}

impl Turn<'_> {
    fn actor(&self) -> Actor {
        Actor::Admin { id: Some(self.admin.id.clone()), role: self.admin.role }
    }

    fn name(&self) -> (&'static str, String) {
        ("name", self.admin.name.raw().to_owned())
    }

    fn studio_name(&self) -> (&'static str, String) {
        ("studio_name", self.studio.settings.studio.name.clone())
    }

    async fn command(&self, name: &str) -> Result<Vec<Output>> {
        self.leave().await?;
        match registry::find(name).map(|command| command.verb) {
            Some(Verb::Start | Verb::Home | Verb::Link | Verb::Help) => self.home(),
            Some(Verb::Settings) => Ok(vec![Output::Say(self.settings().await?)]),
            Some(Verb::Stop) => {
                say(self.studio, "staff_stop_confirm", &[], &[of(StaffAction::Stop), of(StaffAction::Stay)])
            }
            _ => self.words_alone(),
        }
    }

    fn home(&self) -> Result<Vec<Output>> {
        say(self.studio, "staff_home", &[self.name(), self.studio_name()], &[of(StaffAction::Settings)])
    }

    fn words_alone(&self) -> Result<Vec<Output>> {
        say(self.studio, "staff_words", &[], &[])
    }

    async fn press(&self, action: StaffAction) -> Result<Vec<Output>> {
        let (studio, actor) = (self.studio, self.actor());
        match action {
            StaffAction::Link(_) => self.home(),
            StaffAction::Client(id) => self.client(&id).await,
            StaffAction::Write(id) => self.ask_for(Next::Message(id)).await,
            StaffAction::Call(id) => self.ask_for(Next::Call(id)).await,
            StaffAction::Reply(id) => self.ask_for(Next::Reply(id)).await,
            StaffAction::Answer(id) => self.ask_for(Next::Answer(id)).await,
            StaffAction::Retry(id) => {
                journey::retry(studio, &actor, &id).await?;
                say(studio, "staff_retried", &[], &[])
            }
            StaffAction::Force(id) => {
                journey::force_now(studio, &actor, &id).await?;
                say(studio, "staff_forced", &[], &[])
            }
            StaffAction::Rewrite(id) => {
                journey::regenerate(studio, &actor, &id).await?;
                say(studio, "staff_rewritten", &[], &[])
            }
            StaffAction::TakeOver(id) => {
                coach::take_over(studio, &actor, &id).await?;
                say(studio, "staff_taken_over", &[], &[of(StaffAction::Answer(id))])
            }
            StaffAction::Invite(id) => self.invite(&id).await,
            StaffAction::Settings => Ok(vec![Output::Say(self.settings().await?)]),
            StaffAction::Switch(kind, on) => {
                notices::set(studio, &actor, &self.admin.email, kind, on).await?;
                Ok(vec![Output::Replace(self.settings().await?)])
            }
            StaffAction::Cancel => {
                self.leave().await?;
                replace(studio, "cancelled", &[], &[])
            }
            StaffAction::Stop => {
                chat::stop(studio, &self.account).await?;
                replace(studio, "staff_stopped", &[], &[])
            }
            StaffAction::Stay => replace(studio, "stop_kept", &[], &[]),
        }
    }

    /// Where a client stands, in one card.
    async fn client(&self, id: &ClientId) -> Result<Vec<Output>> {
        let mut tx = self.studio.db.read().await?;
        let client = clients::get(&mut tx, id).await?.ok_or(Error::NotFound("client"))?;
        let overview = journey::overview(&mut tx, self.studio, &client).await?;
        let accounts = portal::live_identities(&mut tx, id).await?;
        drop(tx);
        let reached: Vec<&str> = accounts
            .iter()
            .filter(|account| account.unreachable_at.is_none())
            .map(|account| account.platform.name())
            .collect();
        let none = phrase(self.studio, "staff_nothing", &[])?;
        let or_none = |text: Option<String>| text.unwrap_or_else(|| none.clone());
        let next = overview.next_month();
        let next = next.map(|next| format!("{}. {}, {}", next.month, next.title, day(next.planned_date.date_naive())));
        let values = [
            ("client_name", client.full_name.raw().to_owned()),
            ("status", client.status.to_string().to_lowercase()),
            ("month", or_none(overview.current_month.map(|month| format!("{month} of {MONTHS}")))),
            ("progress", format!("{} %", overview.progress_percent)),
            ("next", or_none(next)),
            ("seen", or_none(client.last_seen_at.map(|at| day_of(at, &client)))),
            ("channels", or_none((!reached.is_empty()).then(|| reached.join(", ")))),
        ];
        say(self.studio, "staff_client", &values, &[of(StaffAction::Write(id.clone()))])
    }

    /// Asks for the words, and remembers what they are for.
    async fn ask_for(&self, next: Next) -> Result<Vec<Output>> {
        let (key, values) = match &next {
            Next::Message(client) => ("staff_write", vec![self.client_name(client).await?]),
            Next::Call(client) => ("staff_call", vec![self.client_name(client).await?]),
            Next::Reply(_) => ("staff_reply", vec![]),
            Next::Answer(_) => ("staff_answer", vec![]),
        };
        let (channel, account) = (self.account.platform, &self.person.external_user_id);
        portal::set_chat_state(self.studio, channel, account, &next).await?;
        say(self.studio, key, &values, &[of(StaffAction::Cancel)])
    }

    async fn client_name(&self, id: &ClientId) -> Result<(&'static str, String)> {
        let client = clients::get(&mut self.studio.db.read().await?, id).await?.ok_or(Error::NotFound("client"))?;
        Ok(("client_name", client.full_name.raw().to_owned()))
    }

    async fn said(&self, text: &Foreign) -> Result<Vec<Output>> {
        let (channel, account) = (self.account.platform, &self.person.external_user_id);
        let asked: Option<(Next, DateTime<Utc>)> =
            portal::chat_state(&mut self.studio.db.read().await?, channel, account).await?;
        let now = self.studio.clock.now();
        let Some((next, _)) = asked.filter(|(_, at)| now - *at < ASKED_FOR) else { return self.words_alone() };
        let (studio, actor, surface) = (self.studio, self.actor(), channel.as_str());
        match &next {
            Next::Message(client) => self.open(client, "staff_message_subject", text, surface).await?,
            Next::Call(client) => self.open(client, "staff_call_subject", text, surface).await?,
            Next::Reply(thread) => {
                portal::reply_from_admin(studio, &actor, thread, text.raw()).await?;
            }
            Next::Answer(conversation) => {
                coach::reply(studio, &actor, conversation, text.raw()).await?;
            }
        }
        self.leave().await?;
        say(studio, "staff_sent", &[], &[])
    }

    async fn open(&self, client: &ClientId, subject: &str, text: &Foreign, surface: &str) -> Result<()> {
        let subject = Foreign::new(phrase(self.studio, subject, &[])?);
        let new = NewThread { subject, body: text.clone(), ..NewThread::default() };
        portal::open_thread(self.studio, &self.actor(), client, &new, surface).await?;
        Ok(())
    }

    async fn invite(&self, id: &ClientId) -> Result<Vec<Output>> {
        let invite = portal::invite(self.studio, &self.actor(), id).await?;
        let until = invite.expires_at.with_timezone(&self.studio.zone()?).date_naive();
        let link = invite.telegram_link.unwrap_or_else(|| format!("/link {}", invite.code));
        let values = [self.client_name(id).await?, ("link", link), ("expiry_date", day(until))];
        say(self.studio, "staff_invited", &values, &[])
    }

    /// Every kind of notice, each with a button that turns it over.
    async fn settings(&self) -> Result<Reply> {
        let all = notices::switches(&mut self.studio.db.read().await?, &self.actor(), &self.admin.id).await?;
        let mut lines = Vec::new();
        let mut buttons = Vec::new();
        for switch in all {
            let state = phrase(self.studio, if switch.enabled { "settings_on" } else { "settings_off" }, &[])?;
            let values = [("name", switch.kind.name().to_owned()), ("state", state)];
            lines.push(format!("- {}", phrase(self.studio, "staff_switch", &values)?));
            let turn = of(StaffAction::Switch(switch.kind, !switch.enabled));
            buttons.push(Button::new(switch.kind.name(), turn.to_string()));
        }
        let text = reply(self.studio, "staff_settings", &[("switches", lines.join("\n"))], &[])?;
        Ok(Reply { buttons: buttons.chunks(2).map(<[Button]>::to_vec).collect(), ..text })
    }

    async fn leave(&self) -> Result<()> {
        portal::clear_chat_state(self.studio, self.account.platform, &self.person.external_user_id).await
    }
}

fn of(action: StaffAction) -> Action {
    Action::Staff(action)
}
