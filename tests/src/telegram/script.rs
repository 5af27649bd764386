//! What a test does as the people on the other side, and what it sees through their eyes.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::FakeTelegram;
use super::entities::{Entity, utf16_len};
use super::overlay::Shown;
use super::state::{Author, Document, Person, Press, SeenMessage, Standing, State, Webhook};

#[expect(clippy::must_use_candidate, reason = "called for what they do; the ids are a convenience")]
impl FakeTelegram {
    /// Creates a person who has not started the bot yet.
    pub fn user(&self, id: i64, first_name: &str, username: Option<&str>) -> i64 {
        let person = Person {
            id,
            first_name: first_name.to_owned(),
            username: username.map(str::to_owned),
            language: "en".to_owned(),
            standing: Standing::Stranger,
        };
        self.state.change(|state| state.people.insert(id, person));
        id
    }

    /// Creates a person who has started the bot, without the bot hearing of it.
    pub fn started_user(&self, id: i64, first_name: &str, username: Option<&str>) -> i64 {
        self.user(id, first_name, username);
        self.state.change(|state| stand(state, id, Standing::Started));
        id
    }

    /// Sends a text to the bot; a leading `/command` is marked as one. Gives the update's id. Starts the chat if need be.
    pub fn user_sends(&self, user: i64, text: &str) -> i64 {
        self.state.change(|state| {
            let entities = command_at_the_start(text).into_iter().collect();
            let message = say(state, user, Shown { text: text.to_owned(), entities }, None);
            let body = state.message_json(&message);
            state.intake.push("message", &body)
        })
    }

    /// Sends a file to the bot. Gives the update's id.
    pub fn user_sends_document(&self, user: i64, name: &str, media_type: &str, bytes: &[u8], caption: &str) -> i64 {
        self.state.change(|state| {
            let document = state.keep_file(name, media_type, bytes.to_vec());
            let message = say(state, user, Shown { text: caption.to_owned(), entities: Vec::new() }, Some(document));
            let body = state.message_json(&message);
            state.intake.push("message", &body)
        })
    }

    /// Changes an own message; the bot gets `edited_message`. Gives the update's id.
    pub fn user_edits(&self, user: i64, message: i64, text: &str) -> Result<i64> {
        self.state.change(|state| {
            let found = state
                .message_mut(user, message)
                .filter(|found| found.author == Author::Person)
                .context("a person edits only an own message")?;
            let before = std::mem::replace(
                &mut found.shown,
                Shown { text: text.to_owned(), entities: command_at_the_start(text).into_iter().collect() },
            );
            found.edits.push(before);
            let body = state.message(user, message).map(|found| state.message_json(found)).unwrap_or_default();
            Ok(state.intake.push("edited_message", &body))
        })
    }

    /// Presses the button with this label or this callback data. Gives the id of the callback query.
    pub fn user_presses(&self, user: i64, message: i64, button: &str) -> Result<String> {
        self.state.change(|state| {
            let found = state.message(user, message).with_context(|| format!("{user} has no message {message}"))?;
            let buttons = found.buttons();
            let pressed = buttons
                .iter()
                .flatten()
                .find(|candidate| candidate.label == button || candidate.callback_data.as_deref() == Some(button));
            let Some(data) = pressed.and_then(|pressed| pressed.callback_data.clone()) else {
                let labels: Vec<_> = buttons.iter().flatten().map(|button| &button.label).collect();
                bail!("no button {button:?} to press under message {message}; there are {labels:?}");
            };
            let body = state.message_json(found);
            Ok(press(state, user, &body, &data))
        })
    }

    /// A press with data that no button has, as from an old or forged message. Gives the id of the callback query.
    pub fn user_forges_press(&self, user: i64, message: i64, data: &str) -> String {
        self.state.change(|state| {
            let body = state.message(user, message).map(|found| state.message_json(found));
            let inaccessible = json!({ "chat": state.chat_json(user), "message_id": message, "date": 0 });
            press(state, user, &body.unwrap_or(inaccessible), data)
        })
    }

    /// Blocks the bot, which hears of it through `my_chat_member`. Gives the update's id.
    pub fn user_blocks(&self, user: i64) -> i64 {
        self.member_change(user, Standing::Blocked, "member", "kicked")
    }

    /// Unblocks the bot. Gives the update's id.
    pub fn user_unblocks(&self, user: i64) -> i64 {
        self.member_change(user, Standing::Started, "kicked", "member")
    }

    /// Closes the account; the bot hears nothing of it.
    pub fn user_deactivates(&self, user: i64) {
        self.state.change(|state| stand(state, user, Standing::Deactivated));
    }

    /// Queues any update, malformed ones too. Gives the id that it was queued under.
    pub fn push_raw(&self, update: Value) -> i64 {
        self.state.change(|state| state.intake.push_raw(update))
    }

    /// The chat with a person as that person sees it: deleted messages are gone.
    #[must_use]
    pub fn chat(&self, user: i64) -> Vec<SeenMessage> {
        self.state.read(|state| state.seen_in(user))
    }

    /// The presses and what the bot answered.
    #[must_use]
    pub fn presses(&self) -> Vec<Press> {
        self.state.read(|state| state.presses.clone())
    }

    fn member_change(&self, user: i64, standing: Standing, old: &str, new: &str) -> i64 {
        self.state.change(|state| {
            stand(state, user, standing);
            let member = |status: &str| {
                let mut member = json!({ "status": status, "user": state.bot_json() });
                if status == "kicked" {
                    member["until_date"] = json!(0);
                }
                member
            };
            let change = json!({
                "chat": state.chat_json(user), "from": state.person_json(user), "date": state.date(), "old_chat_member": member(old), "new_chat_member": member(new),
            });
            state.intake.push("my_chat_member", &change)
        })
    }
}

impl State {
    /// The chat with a person as that person sees it.
    #[must_use]
    pub fn seen_in(&self, user: i64) -> Vec<SeenMessage> {
        self.messages.iter().filter(|message| message.chat == user && !message.deleted).cloned().collect()
    }

    /// What the bot wrote to a person, deleted messages left out.
    #[must_use]
    pub fn from_bot(&self, user: i64) -> Vec<SeenMessage> {
        self.messages
            .iter()
            .filter(|message| message.chat == user && !message.deleted && message.author == Author::Bot)
            .cloned()
            .collect()
    }

    /// Whether the bot has confirmed this update by polling beyond it.
    #[must_use]
    pub fn is_confirmed(&self, update: i64) -> bool {
        self.intake.is_confirmed(update)
    }

    /// Whether a poll is waiting for updates right now.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.intake.is_polled()
    }

    /// The webhook, as it is set.
    #[must_use]
    pub fn webhook(&self) -> &Webhook {
        &self.webhook
    }

    /// The command menu of a scope (`default`, `all_private_chats`, …) and language (empty for none).
    #[must_use]
    pub fn menu(&self, scope: &str, language: &str) -> Vec<(String, String)> {
        let word = |command: &Value, field: &str| command[field].as_str().unwrap_or_default().to_owned();
        let menu = self.menus.get(&format!("{scope}::{language}")).and_then(Value::as_array);
        menu.map(|menu| menu.iter().map(|command| (word(command, "command"), word(command, "description"))).collect())
            .unwrap_or_default()
    }

    /// The `sendChatAction` calls: chat and action.
    #[must_use]
    pub fn chat_actions(&self) -> &[(i64, String)] {
        &self.actions
    }

    /// The presses and what the bot answered.
    #[must_use]
    pub fn presses(&self) -> &[Press] {
        &self.presses
    }

    /// Every request so far.
    #[must_use]
    pub fn journal(&self) -> &crate::journal::Journal {
        &self.journal
    }
}

fn stand(state: &mut State, user: i64, standing: Standing) {
    if let Some(person) = state.people.get_mut(&user) {
        person.standing = standing;
    }
}

fn say(state: &mut State, user: i64, shown: Shown, document: Option<Document>) -> SeenMessage {
    stand(state, user, Standing::Started);
    let message = SeenMessage {
        id: state.fresh_id(),
        chat: user,
        author: Author::Person,
        shown,
        markup: None,
        document,
        edits: Vec::new(),
        deleted: false,
        reply_to: None,
        date: state.date(),
    };
    state.messages.push(message.clone());
    message
}

fn press(state: &mut State, user: i64, message: &Value, data: &str) -> String {
    let id = format!("43{:016}", state.fresh_id());
    let query = json!({ "id": id, "from": state.person_json(user), "message": message, "chat_instance": "1234567890", "data": data });
    state.presses.push(Press { id: id.clone(), person: user, at: state.clock.now(), answer: None });
    state.intake.push("callback_query", &query);
    id
}

fn command_at_the_start(text: &str) -> Option<Entity> {
    let command = text.split_whitespace().next().filter(|_| text.starts_with('/'))?;
    let name = command[1..].split('@').next().unwrap_or_default();
    let valid =
        !name.is_empty() && name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then(|| Entity::new("bot_command", 0, utf16_len(command)))
}
