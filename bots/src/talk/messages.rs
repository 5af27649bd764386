//! Writing to the studio, and reading what it wrote.

use wavelaunch_shared::Result;
use wavelaunch_shared::id::ThreadId;
use wavelaunch_shared::portal::{
    self, Message, NewThread, Posted, Thread, ThreadFilter, ThreadRow, ThreadShow, ThreadStatus,
};
use wavelaunch_shared::text::{Block, Button, Foreign, Reply, Rich, Span};

use super::Output;
use super::action::{Action, Recipient};
use super::state::{Draft, State};
use super::turn::Turn;
use super::words::{self, label, phrase};

/// How many conversations are offered to add to.
const OFFERED: usize = 3;

/// How many conversations a list shows.
const LISTED: i64 = 8;

/// How many messages of a conversation are shown.
const SHOWN: usize = 10;

/// A text that belongs to no exchange: where should it go?
pub(super) async fn drafted(turn: &Turn<'_>, before: Option<&Draft>, text: &Foreign) -> Result<Vec<Output>> {
    let now = turn.studio.clock.now();
    let draft = before.and_then(|draft| draft.joined(text, now)).unwrap_or_else(|| Draft::new(turn, text));
    turn.enter(&State::Draft(draft.clone())).await?;
    Ok(vec![Output::Say(picker(turn, &draft).await?)])
}

async fn picker(turn: &Turn<'_>, draft: &Draft) -> Result<Reply> {
    let to = |to: Recipient| Action::Send(draft.mark.clone(), to);
    let open = threads(turn, ThreadShow::Open, OFFERED).await?;
    let Some((latest, others)) = open.split_first() else {
        let actions = [to(Recipient::New), Action::AskCoach(draft.mark.clone()), Action::Cancel];
        return words::reply(turn.studio, "message_ask", &[], &actions);
    };
    let subject = ("thread_subject", latest.thread.subject.raw().to_owned());
    let actions = [
        to(Recipient::Thread(latest.thread.id.clone())),
        Action::Subject(draft.mark.clone()),
        Action::AskCoach(draft.mark.clone()),
        Action::Cancel,
    ];
    let mut asked = words::reply(turn.studio, "message_ask_thread", &[subject], &actions)?;
    let others = others.iter().map(|row| {
        vec![Button::new(label(row.thread.subject.raw()), to(Recipient::Thread(row.thread.id.clone())).to_string())]
    });
    asked.buttons.splice(1..1, others);
    Ok(asked)
}

/// The draft was sent on its way.
pub(super) async fn send(turn: &Turn<'_>, mark: &str, to: &Recipient) -> Result<Vec<Output>> {
    let Some(draft) = pending(turn, mark).await? else { return turn.replace("message_expired", &[], &[]) };
    let outputs = match to {
        Recipient::New => begin(turn, &draft, &subject_of(turn, &draft.text)?).await?,
        Recipient::Thread(id) => add(turn, id, &draft.text).await?,
    };
    Ok(in_place(outputs))
}

/// The draft gets a conversation of its own; what is it about?
pub(super) async fn ask_subject(turn: &Turn<'_>, mark: &str) -> Result<Vec<Output>> {
    let Some(draft) = pending(turn, mark).await? else { return turn.replace("message_expired", &[], &[]) };
    turn.enter(&State::Subject(draft)).await?;
    turn.replace("message_new_thread", &[], &[Action::Send(mark.to_owned(), Recipient::New), Action::Cancel])
}

/// The subject was written.
pub(super) async fn subject(turn: &Turn<'_>, draft: &Draft, subject: &Foreign) -> Result<Vec<Output>> {
    begin(turn, draft, subject).await
}

/// Asks for a message.
pub(super) async fn write(turn: &Turn<'_>) -> Result<Vec<Output>> {
    turn.enter(&State::Writing).await?;
    turn.say("message_write", &[turn.studio_name()], &[Action::Cancel])
}

/// The message that was asked for: it goes by itself where there is nothing to choose.
pub(super) async fn written(turn: &Turn<'_>, text: &Foreign) -> Result<Vec<Output>> {
    if threads(turn, ThreadShow::Open, 1).await?.is_empty() {
        return begin(turn, &Draft::new(turn, text), &subject_of(turn, text)?).await;
    }
    drafted(turn, None, text).await
}

/// Asks for a reply to a conversation.
async fn ask_reply(turn: &Turn<'_>, thread: &Thread) -> Result<Vec<Output>> {
    turn.enter(&State::Replying(thread.id.clone())).await?;
    turn.say("message_reply", &[("thread_subject", thread.subject.raw().to_owned())], &[Action::Cancel])
}

/// The reply button below a message of the studio.
pub(super) async fn reply(turn: &Turn<'_>, id: &ThreadId) -> Result<Vec<Output>> {
    let thread = portal::thread(turn.studio, &turn.actor(), id).await?;
    portal::mark_read(turn.studio, &turn.actor(), id).await?;
    ask_reply(turn, &thread).await
}

/// The reply was written.
pub(super) async fn replied(turn: &Turn<'_>, id: &ThreadId, text: &Foreign) -> Result<Vec<Output>> {
    turn.leave().await?;
    add(turn, id, text).await
}

/// The exchange is over.
pub(super) async fn cancel(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let key = match turn.state().await? {
        Some(State::Draft(_) | State::Subject(_) | State::Writing | State::Replying(_)) => "message_cancelled",
        _ => "cancelled",
    };
    turn.leave().await?;
    turn.replace(key, &[], &[])
}

/// The conversations, the newest first.
pub(super) async fn list(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let mut tx = turn.studio.db.read().await?;
    let filter = ThreadFilter { client: Some(turn.client.id.clone()), show: ThreadShow::All };
    let rows = portal::list(&mut tx, &filter, None, LISTED).await?;
    let unread = portal::unread(&mut tx, &turn.client.id).await?;
    drop(tx);
    if rows.is_empty() {
        return turn.say("threads_empty", &[turn.studio_name()], &[Action::Write]);
    }
    let lines: Vec<String> = rows.iter().map(|row| line(turn, row)).collect::<Result<_>>()?;
    let values = [("thread_list", lines.join("\n")), ("unread_messages", unread.to_string())];
    let mut listed = words::reply(turn.studio, "threads_list", &values, &[Action::Write])?;
    let open = rows.iter().map(|row| {
        vec![Button::new(label(row.thread.subject.raw()), Action::Thread(row.thread.id.clone()).to_string())]
    });
    listed.buttons.splice(0..0, open);
    Ok(vec![Output::Say(listed)])
}

fn line(turn: &Turn<'_>, row: &ThreadRow) -> Result<String> {
    let key = match (row.thread.status, row.thread.unread_by_client) {
        (_, 1..) => "thread_entry_new",
        (ThreadStatus::Closed, _) => "thread_entry_closed",
        (ThreadStatus::Open, _) => "thread_entry",
    };
    let values = [
        ("thread_subject", label(row.thread.subject.raw())),
        ("date", words::day_of(row.thread.last_message_at, &turn.client)),
    ];
    Ok(format!("- {}", phrase(turn.studio, key, &values)?))
}

/// One conversation; the client has read it now.
pub(super) async fn show(turn: &Turn<'_>, id: &ThreadId) -> Result<Vec<Output>> {
    let thread = portal::thread(turn.studio, &turn.actor(), id).await?;
    let messages = portal::messages(&mut turn.studio.db.read().await?, &turn.actor(), id).await?;
    portal::mark_read(turn.studio, &turn.actor(), id).await?;
    let subject = ("thread_subject", thread.subject.raw().to_owned());
    let action = match thread.status {
        ThreadStatus::Open => Action::Reply(thread.id.clone()),
        ThreadStatus::Closed => Action::Write,
    };
    let key = match thread.status {
        ThreadStatus::Open => "thread_shown",
        ThreadStatus::Closed => "thread_shown_closed",
    };
    let mut shown = words::reply(turn.studio, key, &[subject], &[action, Action::Messages])?;
    for message in messages.iter().skip(messages.len().saturating_sub(SHOWN)) {
        shown.text = shown.text.then(said(turn, message)?);
    }
    Ok(vec![Output::Say(shown)])
}

fn said(turn: &Turn<'_>, message: &Message) -> Result<Rich> {
    let author = match (&message.author, message.is_from_admin) {
        (_, false) => phrase(turn.studio, "author_you", &[])?,
        (Some(name), true) => name.raw().to_owned(),
        (None, true) => turn.studio_name().1,
    };
    let zone = turn.client.zone();
    let when = message.created_at.with_timezone(&zone).format(" · %-d %B, %H:%M").to_string();
    let heading = Block::Paragraph(vec![Span::bold(author), Span::plain(when)]);
    Ok(Rich(vec![heading]).then(Rich::plain(message.body.raw())))
}

async fn begin(turn: &Turn<'_>, draft: &Draft, subject: &Foreign) -> Result<Vec<Output>> {
    let new = NewThread { subject: subject.clone(), body: draft.text.clone(), ..NewThread::default() };
    let posted = portal::open_thread(turn.studio, &turn.actor(), &turn.client.id, &new, turn.surface()).await?;
    told(turn, posted, &draft.text).await
}

async fn add(turn: &Turn<'_>, id: &ThreadId, text: &Foreign) -> Result<Vec<Output>> {
    let posted = portal::post_from_client(turn.studio, &turn.client.id, id, text, turn.surface()).await?;
    told(turn, posted, text).await
}

/// What became of a message, in words.
async fn told(turn: &Turn<'_>, posted: Posted, text: &Foreign) -> Result<Vec<Output>> {
    match posted {
        Posted::Sent(id, _) => {
            turn.leave().await?;
            let thread = portal::thread(turn.studio, &turn.actor(), &id).await?;
            let waits_longer = thread.waiting_since.is_some_and(|since| since < thread.last_message_at);
            if waits_longer {
                return turn.say("message_sent_again", &[], &[]);
            }
            turn.say("message_sent", &[("thread_subject", thread.subject.raw().to_owned())], &[])
        }
        Posted::Closed(subject) => {
            let draft = Draft::new(turn, text);
            let send = Action::Send(draft.mark.clone(), Recipient::New);
            turn.enter(&State::Draft(draft)).await?;
            let subject = ("thread_subject", subject.raw().to_owned());
            turn.say("thread_closed", &[subject], &[send, Action::Cancel])
        }
        Posted::TooMany { limit, minutes } => {
            let values = [("limit", limit.to_string()), ("minutes", minutes.to_string())];
            turn.say("too_many_messages", &values, &[])
        }
    }
}

/// The draft with this mark, if it is still the one that waits.
pub(super) async fn pending(turn: &Turn<'_>, mark: &str) -> Result<Option<Draft>> {
    Ok(match turn.state().await? {
        Some(State::Draft(draft) | State::Subject(draft)) if draft.mark == mark => Some(draft),
        _ => None,
    })
}

/// The first words of a text, or a subject that always fits.
fn subject_of(turn: &Turn<'_>, text: &Foreign) -> Result<Foreign> {
    let line = label(text.raw().trim().lines().next().unwrap_or_default());
    if line.is_empty() {
        phrase(turn.studio, "message_default_subject", &[]).map(Foreign::new)
    } else {
        Ok(Foreign::new(line))
    }
}

async fn threads(turn: &Turn<'_>, show: ThreadShow, limit: usize) -> Result<Vec<ThreadRow>> {
    let filter = ThreadFilter { client: Some(turn.client.id.clone()), show };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    portal::list(&mut turn.studio.db.read().await?, &filter, None, limit).await
}

/// What was said now stands in the place of the question.
fn in_place(outputs: Vec<Output>) -> Vec<Output> {
    outputs
        .into_iter()
        .map(|output| match output {
            Output::Say(reply) => Output::Replace(reply),
            other => other,
        })
        .collect()
}
