//! Several conversations with the coach: which there are, going on, putting away, forgetting, taking along.

use wavelaunch_shared::coach::{self, Change, Conversation, ExportFormat, Exported};
use wavelaunch_shared::id::ConversationId;
use wavelaunch_shared::text::{Attachment, Button, Reply};
use wavelaunch_shared::{Error, Result};

use super::{CoachAction, open, stay};
use crate::talk::Output;
use crate::talk::action::Action;
use crate::talk::turn::Turn;
use crate::talk::words::{self, label};

/// How many conversations a list shows, and how many of their buttons stand beside each other.
const LISTED: i64 = 8;
const BESIDE: usize = 4;

fn action(action: CoachAction) -> Action {
    Action::Coach(action)
}

/// The conversations, the latest first.
pub(in crate::talk) async fn list(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let rows = coach::in_use(&mut turn.studio.db.read().await?, &turn.client.id, LISTED).await?;
    if rows.is_empty() {
        return turn.say("coach_chats_empty", &[], &[action(CoachAction::Open)]);
    }
    let numbered = || rows.iter().zip(1..);
    let lines: Vec<String> = numbered()
        .map(|(row, number)| {
            let day = words::day_of(row.last_message_at, &turn.client);
            format!("- {number}: {}, {day}", label(row.title.raw()))
        })
        .collect();
    let values = [("chat_list", lines.join("\n"))];
    let mut listed = words::reply(turn.studio, "coach_chats", &values, &[action(CoachAction::New)])?;
    let open: Vec<Button> = numbered()
        .map(|(row, number)| Button::new(number.to_string(), action(CoachAction::Chat(row.id.clone())).to_string()))
        .collect();
    listed.buttons.splice(0..0, open.chunks(BESIDE).map(<[Button]>::to_vec));
    Ok(vec![Output::Say(listed)])
}

/// One conversation, and what can be done with it.
pub(super) async fn show(turn: &Turn<'_>, id: &ConversationId) -> Result<Vec<Output>> {
    let Some(chat) = found(coach::own(turn.studio, &turn.client.id, id).await)? else { return gone(turn) };
    let values = [
        ("title", label(chat.title.raw())),
        ("date", words::day_of(chat.last_message_at, &turn.client)),
        ("count", chat.message_count.to_string()),
    ];
    let actions = [
        CoachAction::Change(id.clone(), Change::GoOn),
        CoachAction::Change(id.clone(), Change::Archive),
        CoachAction::Export(id.clone(), ExportFormat::Text),
        CoachAction::Export(id.clone(), ExportFormat::Markdown),
        CoachAction::Confirm(id.clone(), Change::Clear),
        CoachAction::Confirm(id.clone(), Change::Delete),
    ];
    turn.say("coach_chat", &values, &actions.map(action))
}

/// Asks before something goes that cannot be brought back.
pub(super) async fn confirm(turn: &Turn<'_>, id: &ConversationId, change: Change) -> Result<Vec<Output>> {
    let Some(chat) = found(coach::own(turn.studio, &turn.client.id, id).await)? else { return gone(turn) };
    let key = match change {
        Change::Clear => "coach_chat_clear_ask",
        Change::Delete => "coach_chat_delete_ask",
        Change::GoOn | Change::Archive => return self::change(turn, id, change).await,
    };
    let actions = [CoachAction::Change(id.clone(), change), CoachAction::Chat(id.clone())];
    turn.replace(key, &[("title", label(chat.title.raw()))], &actions.map(action))
}

/// Does something with a conversation.
pub(super) async fn change(turn: &Turn<'_>, id: &ConversationId, change: Change) -> Result<Vec<Output>> {
    let done = coach::change(turn.studio, &turn.client.id, id, change).await;
    if let Err(Error::Refused(_)) = done {
        return turn.say("coach_human_mode", &[turn.studio_name()], &[]);
    }
    let Some(chat) = found(done)? else { return gone(turn) };
    let title = [("title", label(chat.title.raw()))];
    match change {
        Change::GoOn => {
            stay(turn).await?;
            turn.replace("coach_chat_open", &title, &[])
        }
        Change::Archive => turn.replace("coach_chat_away", &title, &[action(CoachAction::Chats)]),
        Change::Clear => turn.replace("coach_chat_cleared", &title, &[action(CoachAction::Chats)]),
        Change::Delete => turn.replace("coach_chat_deleted", &title, &[action(CoachAction::Chats)]),
    }
}

/// Begins a new conversation.
pub(super) async fn begin(turn: &Turn<'_>) -> Result<Vec<Output>> {
    coach::start_new(turn.studio, &turn.client.id, turn.surface()).await?;
    open(turn).await
}

/// The latest conversation as a file, in both forms.
pub(in crate::talk) async fn export_latest(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let rows = coach::in_use(&mut turn.studio.db.read().await?, &turn.client.id, 1).await?;
    let Some(chat) = rows.first() else {
        return turn.say("coach_chats_empty", &[], &[action(CoachAction::Open)]);
    };
    let mut said = sent(turn, chat)?;
    for format in [ExportFormat::Text, ExportFormat::Markdown] {
        said = said.file(file(coach::export(turn.studio, &turn.client.id, &chat.id, format).await?));
    }
    Ok(vec![Output::Say(said)])
}

/// One conversation as a file.
pub(super) async fn export(turn: &Turn<'_>, id: &ConversationId, format: ExportFormat) -> Result<Vec<Output>> {
    let Some(chat) = found(coach::own(turn.studio, &turn.client.id, id).await)? else { return gone(turn) };
    let exported = coach::export(turn.studio, &turn.client.id, id, format).await?;
    Ok(vec![Output::Say(sent(turn, &chat)?.file(file(exported)))])
}

fn sent(turn: &Turn<'_>, chat: &Conversation) -> Result<Reply> {
    words::reply(turn.studio, "coach_exported", &[("title", label(chat.title.raw()))], &[])
}

fn file(exported: Exported) -> Attachment {
    Attachment::Text { name: exported.name, mime: exported.mime.to_owned(), content: exported.content }
}

/// What is not there is told in the coach's own words.
fn found(result: Result<Conversation>) -> Result<Option<Conversation>> {
    match result {
        Ok(chat) => Ok(Some(chat)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn gone(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.say("coach_chat_gone", &[], &[action(CoachAction::Chats)])
}
