//! What a client was told, the newest first, with what each led to.

use wavelaunch_shared::Result;
use wavelaunch_shared::id::NotificationId;
use wavelaunch_shared::portal::Notification;
use wavelaunch_shared::portal::notifications::{self, Shown};
use wavelaunch_shared::text::{Button, Reply};

use super::Output;
use super::action::Action;
use super::turn::Turn;
use super::words::{day_of, label, phrase, reply};

/// How many entries a page shows.
const PAGE: usize = 6;
/// How far back the pages go.
const MOST: i64 = 50;

/// The newest of it.
pub(super) async fn list(turn: &Turn<'_>) -> Result<Vec<Output>> {
    Ok(vec![Output::Say(page_of(turn, Shown::All, 0).await?)])
}

/// Another page, or only what was not seen, in the place of the one before.
pub(super) async fn turn_to(turn: &Turn<'_>, shown: Shown, page: usize) -> Result<Vec<Output>> {
    Ok(vec![Output::Replace(page_of(turn, shown, page).await?)])
}

/// One entry in full, which is seen by that.
pub(super) async fn open(turn: &Turn<'_>, id: &NotificationId) -> Result<Vec<Output>> {
    let Some(entry) = notifications::read(turn.studio, &turn.client.id, id).await? else {
        return turn.say("not_found", &[], &[]);
    };
    let values = [
        ("heading", entry.title.clone()),
        ("date", day_of(entry.created_at, &turn.client)),
        ("message_text", entry.message.clone()),
    ];
    let mut told = reply(turn.studio, "news_entry", &values, &[])?;
    let labels = &turn.studio.messages.get("news_entry")?.buttons;
    let leads_to = entry.action_url.filter(|action| Action::read(action).is_some());
    let buttons = [leads_to, Some(Action::News(Shown::All, 0).to_string())];
    let row = labels.iter().zip(buttons).filter_map(|(label, action)| Some(Button::new(label.clone(), action?)));
    told.buttons.push(row.collect());
    Ok(vec![Output::Say(told)])
}

/// All of it is seen.
pub(super) async fn all_read(turn: &Turn<'_>) -> Result<Vec<Output>> {
    notifications::mark_all_read(turn.studio, &turn.client.id).await?;
    turn_to(turn, Shown::All, 0).await
}

async fn page_of(turn: &Turn<'_>, shown: Shown, page: usize) -> Result<Reply> {
    let mut tx = turn.studio.db.read().await?;
    let entries = notifications::list(&mut tx, &turn.client.id, shown, None, MOST).await?;
    let unread = notifications::unread(&mut tx, &turn.client.id).await?;
    drop(tx);
    if entries.is_empty() && shown == Shown::All {
        return reply(turn.studio, "news_empty", &[], &[Action::Home]);
    }
    let pages = entries.len().div_ceil(PAGE).max(1);
    let page = page.min(pages - 1);
    let here = entries.chunks(PAGE).nth(page).unwrap_or_default();
    let lines: Vec<String> = here.iter().map(|entry| line(turn, entry)).collect::<Result<_>>()?;
    let values = [
        ("news_list", if lines.is_empty() { phrase(turn.studio, "news_none", &[])? } else { lines.join("\n") }),
        ("unread", unread.to_string()),
        ("page", (page + 1).to_string()),
        ("pages", pages.to_string()),
    ];
    let mut listed = reply(turn.studio, "news_list", &values, &[])?;
    for entry in here {
        listed.buttons.push(vec![Button::new(label(&entry.title), Action::Notice(entry.id.clone()).to_string())]);
    }
    let other = if shown == Shown::All { Shown::Unread } else { Shown::All };
    let turns = [
        (page + 1 < pages).then(|| Action::News(shown, page + 1)),
        page.checked_sub(1).map(|newer| Action::News(shown, newer)),
        (other == Shown::Unread && unread > 0).then_some(Action::News(other, 0)),
        (other == Shown::All).then_some(Action::News(other, 0)),
        (unread > 0).then_some(Action::AllRead),
    ];
    let labels = &turn.studio.messages.get("news_list")?.buttons;
    let row: Vec<Button> = labels
        .iter()
        .zip(turns)
        .filter_map(|(label, action)| Some(Button::new(label.clone(), action?.to_string())))
        .collect();
    listed.buttons.extend(row.chunks(3).map(<[Button]>::to_vec));
    Ok(listed)
}

fn line(turn: &Turn<'_>, entry: &Notification) -> Result<String> {
    let key = if entry.is_read { "news_line" } else { "news_line_new" };
    let values = [("heading", entry.title.clone()), ("date", day_of(entry.created_at, &turn.client))];
    Ok(format!("- {}", phrase(turn.studio, key, &values)?))
}
