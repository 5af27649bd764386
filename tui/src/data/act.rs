//! Commands: what a screen may have done.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use tokio::io::AsyncWriteExt;
use wavelaunch_shared::coach::{Config, Restore};
use wavelaunch_shared::delivery::{self, Channel, Queued, Settlement};
use wavelaunch_shared::documents::Telling;
use wavelaunch_shared::id::{
    AlertId, AutomationId, ClientId, CoachMessageId, ConversationId, DocumentId, EscalationId, OutboxId, ThreadId,
};
use wavelaunch_shared::journey::Move;
use wavelaunch_shared::portal::onboarding::{self, Finish};
use wavelaunch_shared::portal::{self, Decision, NewThread, Topic, preferences};
use wavelaunch_shared::prints::File;
use wavelaunch_shared::programme::Month;
use wavelaunch_shared::staff::notices::{self, NoticeKind};
use wavelaunch_shared::staff::{Actor, chat};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, Studio, clients, coach, documents, journey, social};

/// Something to be done. Carried out by the feature's own function, which the
/// command line calls too and which checks what the person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what is done, to what")]
pub enum Command {
    SubmitDocument(DocumentId),
    Approve(DocumentId),
    ApproveAndDeliver(DocumentId),
    Deliver(DocumentId),
    Reject { id: DocumentId, reason: String },
    TakeBack(DocumentId),
    DeleteDocument(DocumentId),
    PrintDocument(DocumentId),
    SavePdf { id: DocumentId, to: PathBuf },
    WriteAnew(DocumentId),
    WritePlan(ClientId),
    WriteExtra { client: ClientId, month: Month, title: String },
    Tell { id: DocumentId, telling: Telling },
    Reply { thread: ThreadId, body: String },
    OpenThread { client: ClientId, subject: String, body: String },
    CloseThread(ThreadId),
    CoachReply { id: ConversationId, body: String },
    TakeOver(ConversationId),
    HandBack { id: ConversationId, summary: Option<String> },
    Correct { answer: CoachMessageId, body: String },
    ResolveCall(EscalationId),
    ChangeCoach(Box<Config>),
    RestoreCoach(Restore),
    TryCoach { config: Box<Config>, question: String },
    StartJourney { client: ClientId, on: Option<NaiveDate> },
    RunNow(AutomationId),
    RetryStep(AutomationId),
    CancelStep(AutomationId),
    SeeAlert(AlertId),
    DeclineBreak { client: ClientId, message: String },
    Move { client: ClientId, wanted: Box<Move>, seen: i64 },
    Invite(ClientId),
    Unlink(ClientId),
    SwitchOff(ClientId),
    SwitchOn(ClientId),
    AskAgain(ClientId),
    SaveAnswer { client: ClientId, question: &'static str, text: String },
    FinishAnswers(ClientId),
    DecideEmail { client: ClientId, decision: Decision },
    SaveCertificate { client: ClientId, to: PathBuf },
    Milestone { client: ClientId, name: String },
    SetTopic { client: ClientId, topic: Topic, channel: Channel, on: bool },
    TryFirst { client: ClientId, channel: Channel },
    SetNotice { email: String, kind: NoticeKind, on: bool },
    LinkChat(String),
    UnlinkChats(String),
    Archive(ClientId),
    Churn(ClientId),
    Restore(ClientId),
    Settle(OutboxId, Settlement),
    RetryMessage(OutboxId),
    CancelMessage(OutboxId),
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// In a sentence.
    pub said: String,
    /// Something that the person will want to paste elsewhere.
    pub clip: Option<String>,
    /// An invitation, which can be seen this once.
    pub issued: Option<Box<Issued>>,
    /// A title and Markdown to be read.
    pub page: Option<(String, String)>,
}

/// An invitation as it is shown to whoever issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Whom it lets in.
    pub name: String,
    /// The code, for `/link` in Discord.
    pub code: String,
    /// The deep link, when the Telegram bot's name is set.
    pub link: Option<String>,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

impl Done {
    fn said(text: impl Into<String>) -> Self {
        Self { said: text.into(), clip: None, issued: None, page: None }
    }
}

/// Does it.
#[expect(clippy::too_many_lines, reason = "one short arm a command, and nothing else")]
pub(super) async fn carry_out(studio: &Studio, actor: &Actor, command: Command) -> Result<Done> {
    Ok(match command {
        Command::SubmitDocument(id) => {
            documents::submit(studio, actor, &id).await?;
            Done::said("The draft waits for review.")
        }
        Command::Approve(id) => {
            documents::approve(studio, actor, &id).await?;
            let print = documents::print_of(&mut studio.db.read().await?, &id).await?;
            let trouble = print.and_then(|print| print.trouble());
            Done::said(format!("Approved. {}", trouble.as_deref().unwrap_or("It is delivered with d.")))
        }
        Command::ApproveAndDeliver(id) => {
            documents::approve_and_deliver(studio, actor, &id).await?;
            Done::said("Approved and delivered; the client is told.")
        }
        Command::Deliver(id) => {
            documents::deliver(studio, actor, &id).await?;
            Done::said("Delivered; the client is told.")
        }
        Command::Reject { id, reason } => {
            documents::reject(studio, actor, &id, &reason).await?;
            Done::said("Rejected; the reason stands with the draft.")
        }
        Command::TakeBack(id) => {
            documents::take_back(studio, actor, &id).await?;
            Done::said("Taken back: it is a draft again, and its month is open.")
        }
        Command::DeleteDocument(id) => {
            documents::delete(studio, actor, &id).await?;
            Done::said("Deleted. The month is written anew with the engine's next look.")
        }
        Command::PrintDocument(id) => {
            let print = documents::print(studio, actor, &id).await?;
            Done::said(print.trouble().unwrap_or_else(|| format!("The PDF is there, {}.", print.length())))
        }
        Command::SavePdf { id, to } => save(&documents::pdf(studio, actor, &id).await?, &to).await?,
        Command::SaveCertificate { client, to } => {
            save(&journey::certificate(studio, actor, &client).await?, &to).await?
        }
        Command::WriteAnew(id) => {
            journey::regenerate(studio, actor, &id).await?;
            Done::said("It is written anew with the engine's next look.")
        }
        Command::WritePlan(id) => {
            journey::write_plan(studio, actor, &id).await?;
            Done::said("The business plan is written with the engine's next look, and waits for review then.")
        }
        Command::WriteExtra { client, month, title } => {
            journey::write_extra(studio, actor, &client, month, &title).await?;
            Done::said(format!("{title} is written with the engine's next look, and waits for review then."))
        }
        Command::Tell { id, telling } => {
            documents::tell(studio, actor, &id, telling).await?;
            Done::said("That is what is told of it from now on.")
        }
        Command::Reply { thread, body } => {
            portal::reply_from_admin(studio, actor, &thread, &body).await?;
            Done::said("Your answer is on its way.")
        }
        Command::OpenThread { client, subject, body } => {
            let new = NewThread { subject: subject.into(), body: body.into(), ..NewThread::default() };
            portal::open_thread(studio, actor, &client, &new, "TERMINAL").await?;
            Done::said("Your message is on its way.")
        }
        Command::CloseThread(id) => {
            portal::close(studio, actor, &id).await?;
            Done::said("The conversation is closed.")
        }
        Command::CoachReply { id, body } => {
            coach::reply(studio, actor, &id, &body).await?;
            Done::said("Your answer is on its way.")
        }
        Command::TakeOver(id) => {
            coach::take_over(studio, actor, &id).await?;
            Done::said("The coach is silent here; you answer.")
        }
        Command::HandBack { id, summary } => {
            coach::hand_back(studio, actor, &id, summary.as_deref()).await?;
            Done::said("The coach answers again, and the client is told.")
        }
        Command::Correct { answer, body } => {
            coach::correct(studio, actor, &answer, &body).await?;
            Done::said("Corrected; the client is told.")
        }
        Command::ResolveCall(id) => {
            coach::resolve(studio, actor, &id).await?;
            Done::said("The call for a person is closed.")
        }
        Command::ChangeCoach(config) => {
            let config = coach::change_config(studio, actor, *config).await?;
            Done::said(format!("The coach is set anew; this is version {}.", config.version))
        }
        Command::RestoreCoach(what) => {
            let config = coach::restore_config(studio, actor, what).await?;
            Done::said(format!("Restored; this is version {}.", config.version))
        }
        Command::TryCoach { config, question } => try_coach(studio, actor, &config, &question).await?,
        Command::StartJourney { client, on } => start(studio, actor, &client, on).await?,
        Command::RunNow(id) => {
            journey::run_now(studio, actor, &id).await?;
            Done::said("It runs with the engine's next look, within a minute.")
        }
        Command::RetryStep(id) => {
            journey::retry(studio, actor, &id).await?;
            Done::said("It is tried again with the engine's next look.")
        }
        Command::CancelStep(id) => {
            journey::cancel(studio, actor, &id).await?;
            Done::said("The step is taken off.")
        }
        Command::SeeAlert(id) => {
            social::mark_alert_read(studio, actor, &id).await?;
            Done::said("Seen.")
        }
        Command::DeclineBreak { client, message } => {
            journey::decline_break(studio, actor, &client, &message.into()).await?;
            Done::said("Declined; your words are on their way. The journey goes on as planned.")
        }
        Command::Move { client, wanted, seen } => {
            let made = journey::make(studio, actor, &client, &wanted, Some(seen)).await?;
            Done::said(format!("Done. {}.", made.proof))
        }
        Command::Invite(id) => invite(studio, actor, &id).await?,
        Command::Unlink(id) => unlink(studio, actor, &id).await?,
        Command::SwitchOff(id) => {
            portal::deactivate(studio, actor, &id).await?;
            Done::said("The access is switched off. e switches it on again.")
        }
        Command::SwitchOn(id) => {
            portal::reactivate(studio, actor, &id).await?;
            Done::said("The access is switched on again.")
        }
        Command::AskAgain(id) => {
            onboarding::reopen(studio, actor, &id).await?;
            Done::said("The questionnaire is open once more; the client is told.")
        }
        Command::SaveAnswer { client, question, text } => {
            onboarding::answer(studio, actor, &client, question, &text.into()).await?;
            Done::said("Saved.")
        }
        Command::FinishAnswers(id) => finish(studio, actor, &id).await?,
        Command::DecideEmail { client, decision } => {
            let client = portal::decide_email(studio, actor, &client, decision).await?;
            Done::said(match decision {
                Decision::Approve => format!("{} has the address now; the client is told.", client.email),
                Decision::Decline => format!("{} stays; the client is told.", client.email),
            })
        }
        Command::Churn(id) => {
            clients::churn(studio, actor, &id).await?;
            Done::said("They have left the programme; what there is of them stays.")
        }
        Command::Milestone { client, name } => {
            Done::said(match journey::milestone(studio, actor, &client, &name.into()).await? {
                Queued::PreferenceOff => "Noted, but not sent: this client has milestones turned off.",
                Queued::NoChannel => "Noted, but not sent: no chat of this client is linked.",
                Queued::Queued(_) | Queued::Duplicate => "Your congratulations are on their way.",
            })
        }
        Command::SetTopic { client, topic, channel, on } => {
            preferences::set_topic(studio, actor, &client, topic, channel, on).await?;
            Done::said(format!("{} {}: {}.", topic.words(), channel.way(), if on { "on" } else { "off" }))
        }
        Command::TryFirst { client, channel } => {
            preferences::prefer(studio, actor, &client, channel).await?;
            Done::said(format!("{} is tried first.", channel.name()))
        }
        Command::SetNotice { email, kind, on } => {
            notices::set(studio, actor, &email, kind, on).await?;
            Done::said(format!("{}: {}.", kind.name(), if on { "on" } else { "off" }))
        }
        Command::LinkChat(email) => link_chat(studio, actor, &email).await?,
        Command::UnlinkChats(email) => match chat::unlink(studio, actor, &email, None).await? {
            0 => Done::said("No chat of yours is linked."),
            _ => Done::said("Notices no longer come to your chats."),
        },
        Command::Archive(id) => {
            clients::archive(studio, actor, &id).await?;
            Done::said("Archived. U on an archived client brings them back.")
        }
        Command::Restore(id) => {
            clients::restore(studio, actor, &id).await?;
            Done::said("Restored. L on their page plans again what is missing.")
        }
        Command::Settle(id, found) => settle(studio, actor, &id, found).await?,
        Command::RetryMessage(id) => {
            delivery::retry_dead(studio, actor, &id).await?;
            Done::said("It is queued again.")
        }
        Command::CancelMessage(id) => {
            delivery::cancel(studio, actor, &id).await?;
            Done::said("Withdrawn.")
        }
    })
}

/// Writes the PDF into a folder under its own name, or to a file that is not there yet.
async fn save(file: &File, to: &Path) -> Result<Done> {
    let path = if to.is_dir() { to.join(&file.name) } else { to.to_owned() };
    let wrong = |error| Error::file(&path, error);
    let mut new = tokio::fs::File::create_new(&path).await.map_err(wrong)?;
    new.write_all(&file.bytes).await.map_err(wrong)?;
    new.flush().await.map_err(wrong)?;
    Ok(Done::said(format!("The PDF is in {}.", path.display())))
}

async fn start(studio: &Studio, actor: &Actor, client: &ClientId, on: Option<NaiveDate>) -> Result<Done> {
    let steps = journey::start(studio, actor, client, on).await?.automations.len();
    Ok(Done::said(format!("The journey is started: eight months, {steps} steps planned.")))
}

async fn try_coach(studio: &Studio, actor: &Actor, config: &Config, question: &str) -> Result<Done> {
    let trial = coach::try_out(studio, actor, config, None, &question.into()).await?;
    let cost = format!("{}.{:04}", trial.cost_micros / 1_000_000, trial.cost_micros % 1_000_000 / 100);
    let text = format!(
        "**{}**\n\n{} tokens sent, {} returned, cost {cost}, {} ms.\n\n{}",
        trial.verdict.sentence(),
        trial.tokens_in,
        trial.tokens_out,
        trial.took_ms,
        trial.answer.lines()
    );
    let title = Foreign::new(question).line();
    Ok(Done { page: Some((title, text)), ..Done::said("Tried; no client noticed.") })
}

async fn settle(studio: &Studio, actor: &Actor, id: &OutboxId, found: Settlement) -> Result<Done> {
    delivery::settle(studio, actor, id, found).await?;
    Ok(Done::said(match found {
        Settlement::Sent => "Settled: it arrived.",
        Settlement::NotSent => "Settled: it is sent again.",
    }))
}

async fn link_chat(studio: &Studio, actor: &Actor, email: &str) -> Result<Done> {
    let made = chat::code(studio, actor, email).await?;
    let until = made.expires_at.format("%-d %b %H:%M UTC");
    let (said, clip) = if let Some(link) = made.telegram_link {
        (format!("Code until {until}, link copied: {link}"), link)
    } else {
        (format!("Code until {until}, copied: {} (/start in Telegram, /link in Discord)", made.code), made.code)
    };
    Ok(Done { clip: Some(clip), ..Done::said(said) })
}

async fn invite(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<Done> {
    let invite = portal::invite(studio, actor, id).await?;
    let client = clients::get(&mut studio.db.read().await?, id).await?.ok_or(Error::NotFound("client"))?;
    let until = invite.expires_at.format("%-d %b %H:%M UTC");
    let (said, clip) = match &invite.telegram_link {
        Some(link) => (format!("Invite until {until}, link copied: {link}"), link.clone()),
        None => {
            (format!("Invite until {until}, code copied: {} (for /link in Discord)", invite.code), invite.code.clone())
        }
    };
    let issued = Issued {
        name: client.full_name.line(),
        code: invite.code,
        link: invite.telegram_link,
        until: invite.expires_at,
    };
    Ok(Done { said, clip: Some(clip), issued: Some(Box::new(issued)), page: None })
}

async fn unlink(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<Done> {
    let ended = portal::unlink(studio, actor, id, None).await?;
    Ok(Done::said(match ended {
        0 => "There was no linked account.",
        1 => "The account is unlinked, and told so.",
        _ => "The accounts are unlinked, and told so.",
    }))
}

async fn finish(studio: &Studio, actor: &Actor, id: &ClientId) -> Result<Done> {
    Ok(match onboarding::finish(studio, actor, id).await? {
        Finish::Done => Done::said("The questionnaire is finished; the client is welcomed."),
        Finish::Already => Done::said("It was finished already."),
        Finish::Missing(missing) => {
            let labels = missing.iter().map(|question| question.label).collect::<Vec<_>>().join(", ");
            return Err(Error::refused(format!("still needed: {labels}")));
        }
    })
}
