//! The verbs.

use super::Scope::{
    Access, Answers, Attention, Client, Clients, Coach, Document, Everywhere, Inbox, Journey, List, Log, Months, Moves,
    Outbox, Paper, Person, Portfolio, Preview, Review, Rows, Tabs, Talk, ToClient, Today,
};
use super::reasons::{
    a_document, a_month, about_access, always, an_alert, another_address, asked_for_something, beside_a_document, dead,
    has_a_reason, in_doubt, in_touch, needs_row, open_coach, open_talk, present, queued, to_ask_again, to_certify,
    to_deliver, to_finish, to_hand_back, to_invite, to_judge, to_pause, to_restore, to_resume, to_retry, to_review,
    to_run, to_start, to_switch_off, to_switch_on, to_take_back, to_take_over, to_write_anew, told_of, under_way,
    worked_out,
};
use super::{Danger, Need, Scope, Verb, VerbId};
use crate::screens::Subject;

/// A verb that anybody may use and that breaks nothing.
const fn look(
    scope: Scope,
    id: VerbId,
    name: &'static str,
    keys: &'static [&'static str],
    short: &'static str,
    help: &'static str,
) -> Verb {
    Verb { id, scope, name, keys, short, help, danger: Danger::None, needs: Need::Look, refuse: always }
}

/// A verb that changes something.
const fn edit(
    scope: Scope,
    id: VerbId,
    name: &'static str,
    keys: &'static [&'static str],
    short: &'static str,
    help: &'static str,
    refuse: fn(Subject) -> Option<&'static str>,
) -> Verb {
    Verb { id, scope, name, keys, short, help, danger: Danger::None, needs: Need::Edit, refuse }
}

/// A verb that asks first.
const fn asks(mut verb: Verb) -> Verb {
    verb.danger = Danger::Asks;
    verb
}

/// The verb that explains the step under the cursor.
const fn explains(scope: Scope) -> Verb {
    let mut verb = look(
        scope,
        VerbId::Why,
        "why",
        &["w"],
        "why",
        "Explain a step: its rule, its times, its tries, and what made it.",
    );
    verb.refuse = has_a_reason;
    verb
}

/// A verb that needs something under the cursor.
const fn on_row(mut verb: Verb) -> Verb {
    verb.refuse = needs_row;
    verb
}

/// A verb that needs a document under the cursor.
const fn on_document(mut verb: Verb) -> Verb {
    verb.refuse = a_document;
    verb
}

use VerbId as V;

/// Every verb, in the order of help within its scope.
pub const VERBS: &[Verb] = &[
    on_row(look(Rows, V::Open, "open", &["enter"], "open", "Open what is under the cursor.")),
    on_row(look(Today, V::Open, "open", &["enter"], "open", "Open what is under the cursor.")),
    look(Today, V::GoReview, "go to Review", &["r"], "review", "Plans and documents that wait for your judgement."),
    look(Today, V::GoInbox, "go to Inbox", &["i"], "inbox", "Conversations with clients, those that wait first."),
    look(Today, V::GoClients, "go to Clients", &["c", "/"], "clients", "Everybody, narrowed by words."),
    look(Today, V::GoMachine, "go to the machine", &["m"], "machine", "What the machine did, and what is in doubt."),
    // Clients
    look(
        Clients,
        V::Filter,
        "filter",
        &["/"],
        "find",
        "Narrow the list: a name, month:3, late, silent, paused, !word.",
    ),
    look(Clients, V::Sort, "order", &["o"], "order", "By name, month, last seen or newest."),
    // Everybody by month
    look(
        Portfolio,
        V::Filter,
        "filter",
        &["/"],
        "find",
        "Narrow the grid: a name, month:3, late, silent, paused, !word.",
    ),
    look(Portfolio, V::Left, "month before", &["left", "h"], "", "Move the cursor a month to the left."),
    look(Portfolio, V::Right, "month after", &["right", "l"], "month", "Move the cursor a month to the right."),
    // What the engine did
    look(
        Log,
        V::Filter,
        "filter",
        &["/"],
        "find",
        "Narrow the log: a name, failed, skipped, generate, remind, day:2026-11-20.",
    ),
    explains(Log),
    // What waits for a person
    edit(
        Attention,
        V::MarkSeen,
        "mark as seen",
        &["s"],
        "seen",
        "Take an alert off this list; the client's page keeps it.",
        an_alert,
    ),
    edit(
        Attention,
        V::Decline,
        "decline",
        &["d"],
        "decline",
        "Say no to a request for a break, with a few words to the client, or to another e-mail address.",
        asked_for_something,
    ),
    edit(
        Attention,
        V::ApproveEmail,
        "approve the address",
        &["y"],
        "approve",
        "The new e-mail address is the client's: use it from now on.",
        another_address,
    ),
    edit(
        Attention,
        V::Invite,
        "invite",
        &["i"],
        "invite",
        "Make a new invitation; its link lands on your clipboard.",
        about_access,
    ),
    // Who gets in
    edit(
        Access,
        V::Invite,
        "invite",
        &["i"],
        "invite",
        "Make an invitation; an earlier one works no longer.",
        to_invite,
    ),
    asks(edit(Access, V::Unlink, "unlink", &["u"], "unlink", "End the links to the client's chat accounts.", in_touch)),
    asks(edit(
        Access,
        V::SwitchOff,
        "switch off",
        &["d"],
        "switch off",
        "Let the client in no longer; the links stay.",
        to_switch_off,
    )),
    edit(Access, V::SwitchOn, "switch on", &["e"], "", "Let the client in again.", to_switch_on),
    on_row(look(
        Access,
        V::ShowAnswers,
        "answers",
        &["a"],
        "answers",
        "What the client answered, and what is missing.",
    )),
    look(Access, V::NextShow, "show others", &["s"], "show", "All, active, invited, inactive, never invited."),
    // What a client answered
    edit(
        Answers,
        V::WriteAnswer,
        "write an answer",
        &["enter"],
        "answer",
        "Answer in the client's place, or change what they wrote.",
        needs_row,
    ),
    edit(
        Answers,
        V::FinishAnswers,
        "finish",
        &["F"],
        "finish",
        "The questionnaire is complete: the plan can be written.",
        to_finish,
    ),
    asks(edit(
        Answers,
        V::AskAgain,
        "ask everything again",
        &["O"],
        "ask again",
        "Open the questionnaire once more; the client is told.",
        to_ask_again,
    )),
    // One client
    edit(Person, V::Message, "message", &["m"], "message", "Begin a conversation with this client.", present),
    edit(
        Person,
        V::Invite,
        "invite",
        &["i"],
        "invite",
        "Make an invitation; its link lands on your clipboard.",
        present,
    ),
    edit(
        Person,
        V::StartJourney,
        "start journey",
        &["S"],
        "start",
        "Start the eight months on a day of your choice.",
        to_start,
    ),
    edit(
        Person,
        V::WritePlan,
        "write the business plan",
        &["B"],
        "",
        "Have the next version of the business plan written; it waits for review then.",
        present,
    ),
    asks(edit(
        Person,
        V::Archive,
        "archive",
        &["X"],
        "",
        "Take this client off the lists; nothing is deleted.",
        present,
    )),
    asks(edit(
        Person,
        V::Churn,
        "left the programme",
        &["C"],
        "",
        "The client has left for good; what there is of them stays.",
        present,
    )),
    edit(
        Person,
        V::SaveCertificate,
        "save the certificate",
        &["T"],
        "",
        "Write the certificate of a completed programme to a file.",
        to_certify,
    ),
    edit(Person, V::Restore, "restore", &["U"], "", "Bring an archived client back.", to_restore),
    look(
        Person,
        V::ShowAnswers,
        "answers",
        &["Q"],
        "",
        "What this client answered about their brand, and what is missing.",
    ),
    look(Client, V::CopyId, "copy the id", &["y"], "", "Put the client's id on your clipboard."),
    // Planned steps
    explains(Journey),
    edit(
        Journey,
        V::RunNow,
        "run now",
        &["t"],
        "run now",
        "Let a planned step happen now, with the same checks.",
        to_run,
    ),
    edit(Journey, V::RetryRow, "retry", &["R"], "", "Try a failed step again from the beginning.", to_retry),
    asks(edit(Journey, V::CancelRow, "cancel step", &["x"], "", "Take a planned step off.", to_run)),
    edit(
        Journey,
        V::SkipMonth,
        "skip or restore month",
        &["s"],
        "skip",
        "Leave a month out, or take it in again; a preview comes first.",
        a_month,
    ),
    // The journey as a whole: each shows what it would do before it does it
    edit(
        Moves,
        V::Pause,
        "pause",
        &["p"],
        "pause",
        "Hold the journey, from now or later; a preview comes first.",
        to_pause,
    ),
    edit(
        Moves,
        V::Resume,
        "end the pause",
        &["P"],
        "go on",
        "Let a held journey go on now; every date moves along.",
        to_resume,
    ),
    edit(
        Moves,
        V::Extend,
        "move the pause's end",
        &["e"],
        "",
        "Give a pause another end, earlier or later, or none.",
        to_resume,
    ),
    edit(
        Moves,
        V::AdjustStart,
        "adjust the start",
        &["D"],
        "start day",
        "Move the first day, and with it all that is still to come.",
        under_way,
    ),
    edit(Moves, V::Replan, "plan again", &["L"], "", "Plan what is missing, after a client came back.", under_way),
    asks(edit(Preview, V::MakeMove, "do it", &["y"], "do it", "Make the change exactly as it is shown.", worked_out)),
    // Documents
    edit(
        Review,
        V::Approve,
        "approve",
        &["a"],
        "approve",
        "Judge the document good. The client hears nothing yet.",
        to_judge,
    ),
    asks(edit(
        Review,
        V::ApproveDeliver,
        "approve and deliver",
        &["A"],
        "approve+deliver",
        "Approve, and deliver in the same moment.",
        to_judge,
    )),
    edit(
        Review,
        V::Reject,
        "reject",
        &["r"],
        "reject",
        "Send it back with a reason, which the next draft is given.",
        to_judge,
    ),
    asks(edit(
        Review,
        V::Deliver,
        "deliver",
        &["d"],
        "deliver",
        "Give an approved document to the client, who is told.",
        to_deliver,
    )),
    on_document(look(
        Review,
        V::SavePdf,
        "save the PDF",
        &["f"],
        "",
        "Write the PDF to a file, as the client receives it.",
    )),
    edit(
        Review,
        V::PrintAgain,
        "make the PDF",
        &["F"],
        "",
        "Make the PDF if it is missing, and say what is wrong with it.",
        a_document,
    ),
    edit(Review, V::Submit, "send to review", &["u"], "", "A draft is finished and waits for judgement.", to_review),
    edit(
        Review,
        V::WriteAnew,
        "write anew",
        &["W"],
        "write anew",
        "Have a rejected draft written again, with the reason in view.",
        to_write_anew,
    ),
    edit(
        Months,
        V::WriteExtra,
        "write a sub-document",
        &["E"],
        "",
        "Choose one of the month's sub-documents and have it written; it drives nothing.",
        beside_a_document,
    ),
    edit(
        Document,
        V::Highlights,
        "change the highlights",
        &["H"],
        "highlights",
        "Write what the client is told of the document: what to look for, and what stands.",
        told_of,
    ),
    asks(edit(
        Review,
        V::TakeBack,
        "take back",
        &["Z"],
        "",
        "A delivered document is a draft again; its month is open, and the client is told.",
        to_take_back,
    )),
    asks(edit(
        Review,
        V::Delete,
        "delete document",
        &["K"],
        "",
        "Remove a document; the month is written anew.",
        a_document,
    )),
    // Conversations
    edit(Talk, V::Reply, "reply", &["r"], "reply", "Answer; it goes to the chat that the client uses.", open_talk),
    asks(edit(
        Talk,
        V::CloseThread,
        "close conversation",
        &["x"],
        "close",
        "End this conversation; the client may begin another.",
        open_talk,
    )),
    look(Inbox, V::NextShow, "show others", &["s"], "show", "Open, unread, waiting for us, all."),
    // Conversations with the coach
    edit(Coach, V::Reply, "reply", &["r"], "reply", "Answer in the coach's place; marked as a person's.", open_coach),
    edit(
        Coach,
        V::TakeOver,
        "take over",
        &["t"],
        "take over",
        "The coach keeps silent; a person answers.",
        to_take_over,
    ),
    edit(Coach, V::HandBack, "hand back", &["b"], "hand back", "The coach answers again.", to_hand_back),
    // Messages on their way
    edit(Outbox, V::SettleSent, "it arrived", &["s"], "it arrived", "Settle a doubt: the client has it.", in_doubt),
    asks(edit(
        Outbox,
        V::SettleNotSent,
        "it did not arrive",
        &["n"],
        "it did not",
        "Settle a doubt: send it again.",
        in_doubt,
    )),
    edit(Outbox, V::RetryRow, "try again", &["R"], "try again", "Queue an undeliverable message again.", dead),
    asks(edit(Outbox, V::CancelRow, "withdraw", &["x"], "withdraw", "Take back a message that still waits.", queued)),
    on_row(look(Outbox, V::CopyId, "copy the id", &["y"], "", "Put the message's id on your clipboard.")),
    on_row(look(
        ToClient,
        V::OpenClient,
        "open the client",
        &["c"],
        "client",
        "Go to the page of the client concerned.",
    )),
    // Parts of a screen
    look(Tabs, V::NextTab, "next part", &["tab"], "next part", "Turn to the next part of this screen."),
    look(Tabs, V::Tab(1), "part 1", &["1"], "", "Turn to the first part."),
    look(Tabs, V::Tab(2), "part 2", &["2"], "", "Turn to the second part."),
    look(Tabs, V::Tab(3), "part 3", &["3"], "", "Turn to the third part."),
    look(Tabs, V::Tab(4), "part 4", &["4"], "", "Turn to the fourth part."),
    look(Tabs, V::Tab(5), "part 5", &["5"], "", "Turn to the fifth part."),
    look(Tabs, V::Tab(6), "part 6", &["6"], "", "Turn to the sixth part."),
    look(Tabs, V::Tab(7), "part 7", &["7"], "", "Turn to the seventh part."),
    // Moving
    look(List, V::Down, "down", &["down", "j"], "", "Move the cursor down."),
    look(List, V::Up, "up", &["up", "k"], "", "Move the cursor up."),
    look(List, V::PageDown, "page down", &["pagedown", "ctrl-d"], "", "Move ten rows down."),
    look(List, V::PageUp, "page up", &["pageup", "ctrl-u"], "", "Move ten rows up."),
    look(List, V::Top, "first row", &["home"], "", "Go to the first row."),
    look(List, V::Bottom, "last row", &["end", "G"], "", "Go to the last row."),
    look(Paper, V::Down, "read on", &["down", "j"], "", "Scroll a line down."),
    look(Paper, V::Up, "read back", &["up", "k"], "", "Scroll a line up."),
    look(Paper, V::PageDown, "page down", &["pagedown", "ctrl-d", "space"], "read on", "Scroll ten lines down."),
    look(Paper, V::PageUp, "page up", &["pageup", "ctrl-u"], "", "Scroll ten lines up."),
    look(Paper, V::Top, "beginning", &["home"], "", "Go to the beginning."),
    look(Paper, V::Bottom, "end", &["end", "G"], "", "Go to the end."),
    // Places
    look(Everywhere, V::GoToday, "go to Today", &["g t"], "today", "What waits, what is late, what the machine did."),
    look(Everywhere, V::GoClients, "go to Clients", &["g c"], "clients", "Everybody, narrowed by words."),
    look(
        Everywhere,
        V::GoReview,
        "go to Review",
        &["g r"],
        "review",
        "Plans and documents that wait for your judgement.",
    ),
    look(
        Everywhere,
        V::GoInbox,
        "go to Inbox",
        &["g i"],
        "inbox",
        "Conversations with clients, those that wait first.",
    ),
    look(
        Everywhere,
        V::GoMachine,
        "go to the machine",
        &["g m"],
        "machine",
        "What the machine did, and what is in doubt.",
    ),
    look(Everywhere, V::GoPortfolio, "go to Portfolio", &["g p"], "portfolio", "Everybody by month, one mark a month."),
    look(
        Everywhere,
        V::GoAttention,
        "go to Attention",
        &["g a"],
        "attention",
        "Plans that are owed, escalations, alerts and pause requests.",
    ),
    look(
        Everywhere,
        V::GoAccess,
        "go to Access",
        &["g u"],
        "access",
        "Who was invited, who is in, who has gone silent.",
    ),
    look(Everywhere, V::Palette, "command palette", &[":"], "command", "Find any verb by a part of its name."),
    look(Everywhere, V::Help, "help", &["?"], "help", "What each key does here."),
    look(Everywhere, V::Notes, "past notes", &["ctrl-n"], "", "Read again what was said at the edge of the screen."),
    look(Everywhere, V::Refresh, "refresh", &["ctrl-r"], "", "Ask the database again."),
    look(Everywhere, V::Back, "back", &["esc"], "back", "Leave this screen."),
    look(Everywhere, V::Quit, "quit", &["q"], "quit", "Leave Wavelaunch. The machine goes on working."),
];
