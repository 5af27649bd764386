//! Why a verb cannot be used on what is under the cursor.
//!
//! Each answers `None` when it can. The words say what to do instead.

use wavelaunch_shared::clients::Status;
use wavelaunch_shared::clients::questions::Standing;
use wavelaunch_shared::coach::Mode;
use wavelaunch_shared::delivery::State;
use wavelaunch_shared::desk::AttentionKind;
use wavelaunch_shared::documents::DocumentStatus;
use wavelaunch_shared::journey::AutomationStatus;

use crate::screens::{Door, Linked, Started, Subject, Talk};

const NO_ROW: &str = "Nothing is chosen: move the cursor onto a row first.";

pub(super) fn always(_: Subject) -> Option<&'static str> {
    None
}

pub(super) fn needs_row(subject: Subject) -> Option<&'static str> {
    matches!(subject, Subject::Nothing).then_some(NO_ROW)
}

/// Why a document is not ready for a verb that wants it in one state.
fn wants(subject: Subject, wanted: DocumentStatus) -> Option<&'static str> {
    let status = match subject {
        Subject::Document(status) if status == wanted => return None,
        Subject::Document(status) => status,
        other => return a_document(other),
    };
    Some(match status {
        DocumentStatus::Draft => "It is a draft: send it to review first (u).",
        DocumentStatus::PendingReview => "It is in review: approve (a) or reject (r) it first.",
        DocumentStatus::Approved => "It is approved already: deliver it (d).",
        DocumentStatus::Delivered => "It is with the client already; Z takes it back.",
        DocumentStatus::Rejected => "It was rejected: have it written anew (W) before it can go on.",
    })
}

pub(super) fn to_review(subject: Subject) -> Option<&'static str> {
    wants(subject, DocumentStatus::Draft)
}

pub(super) fn to_write_anew(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(DocumentStatus::Rejected) => None,
        Subject::Document(DocumentStatus::PendingReview) => Some("Reject it first (r), with what should change."),
        other => wants(other, DocumentStatus::Rejected),
    }
}

pub(super) fn to_judge(subject: Subject) -> Option<&'static str> {
    wants(subject, DocumentStatus::PendingReview)
}

pub(super) fn to_deliver(subject: Subject) -> Option<&'static str> {
    wants(subject, DocumentStatus::Approved)
}

pub(super) fn to_take_back(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(DocumentStatus::Delivered) => None,
        Subject::Document(_) => Some("It is not with the client, so there is nothing to take back."),
        other => a_document(other),
    }
}

pub(super) fn a_document(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(_) => None,
        Subject::EmptyMonth => Some("This month has no document yet."),
        Subject::Nothing => Some(NO_ROW),
        _ => Some("This is not a document: move the cursor onto a month that has one."),
    }
}

pub(super) fn beside_a_document(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(_) => None,
        Subject::EmptyMonth => Some("This month has no document yet; a sub-document stands beside it."),
        Subject::Nothing => Some(NO_ROW),
        _ => Some("This is not a month: move the cursor onto one."),
    }
}

pub(super) fn told_of(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(DocumentStatus::Approved | DocumentStatus::Delivered) => None,
        Subject::Document(_) => Some("Its highlights are taken when it is approved (a)."),
        other => wants(other, DocumentStatus::Approved),
    }
}

pub(super) fn open_talk(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Thread(Talk::Closed) => Some("This conversation is closed: begin a new one (m)."),
        Subject::Nothing => Some(NO_ROW),
        _ => None,
    }
}

pub(super) fn to_take_over(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Coach(Mode::Ai) => None,
        Subject::Coach(Mode::Human) => Some("A person answers already; b hands it back to the coach."),
        Subject::Coach(Mode::Closed) => Some("This conversation is closed."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_hand_back(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Coach(Mode::Human) => None,
        Subject::Coach(Mode::Ai) => Some("The coach answers already."),
        other => to_take_over(other),
    }
}

pub(super) fn open_coach(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Coach(Mode::Closed) | Subject::Nothing => to_take_over(subject),
        _ => None,
    }
}

pub(super) fn present(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(Status::Archived, _) => Some("This client is archived; restore them first (U)."),
        Subject::Client(Status::Churned, _) => Some("This client has left the programme for good."),
        Subject::Nothing => Some(NO_ROW),
        _ => None,
    }
}

pub(super) fn to_start(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(_, Started::Yes) => Some("This journey was started already."),
        other => present(other),
    }
}

pub(super) fn to_certify(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(Status::Completed | Status::Archived, _) => None,
        Subject::Nothing => Some(NO_ROW),
        _ => Some("There is a certificate once the programme is complete."),
    }
}

pub(super) fn to_restore(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(Status::Archived, _) => None,
        Subject::Nothing => Some(NO_ROW),
        _ => Some("Only an archived client can be restored."),
    }
}

pub(super) fn to_run(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Automation(AutomationStatus::Scheduled) => None,
        Subject::Automation(AutomationStatus::Running) => Some("It is running now."),
        Subject::Automation(AutomationStatus::Failed) => Some("It failed: retry it (R)."),
        Subject::Automation(_) => Some("It has ended."),
        _ => Some("This is not a planned step: move the cursor onto one."),
    }
}

pub(super) fn has_a_reason(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Automation(_) => None,
        Subject::Nothing => Some(NO_ROW),
        _ => Some("Only a planned step is explained: move the cursor onto one below the months."),
    }
}

pub(super) fn a_month(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Document(DocumentStatus::Delivered) => Some("This month is delivered: it is not left out any more."),
        Subject::Document(_) | Subject::EmptyMonth => None,
        _ => Some("This is not a month: move the cursor onto one."),
    }
}

pub(super) fn under_way(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(_, Started::No) => Some("The journey has not started (S starts it)."),
        other => present(other),
    }
}

pub(super) fn to_pause(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(Status::Paused, _) => Some("It is on hold already: e moves the end, P lets it go on."),
        Subject::Client(Status::Completed, _) => Some("This programme is complete."),
        other => under_way(other),
    }
}

pub(super) fn to_resume(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Client(Status::Completed, _) => Some("This programme is complete."),
        other => under_way(other),
    }
}

pub(super) fn worked_out(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Preview => None,
        _ => Some("This change cannot be made as it stands; esc leaves it."),
    }
}

pub(super) fn an_alert(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Waiting(AttentionKind::Alert) => None,
        Subject::Waiting(AttentionKind::Escalation) => Some("An escalation ends with an answer: open it (enter)."),
        Subject::Waiting(AttentionKind::LowRated) => {
            Some("It goes when the client's ratings do: open it (enter) and read what they were told.")
        }
        Subject::Waiting(AttentionKind::Plan) => Some("A plan is owed until it is delivered: open it (enter)."),
        Subject::Waiting(AttentionKind::PauseRequest) => {
            Some("A request for a break is decided on the client's page, or declined (d).")
        }
        Subject::Waiting(AttentionKind::OpenHold) => {
            Some("It goes when the journey goes on, or when the hold is given an end: open it (enter).")
        }
        Subject::Waiting(AttentionKind::EmailChange) => Some("Another address is approved (y) or declined (d)."),
        Subject::Waiting(_) => Some("It leaves this list by itself once it is dealt with; i makes a new invitation."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn asked_for_something(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Waiting(AttentionKind::PauseRequest | AttentionKind::EmailChange) => None,
        Subject::Waiting(_) => Some("Nobody asked for anything here that could be declined."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn another_address(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Waiting(AttentionKind::EmailChange) => None,
        Subject::Waiting(_) => Some("This is not a request for another e-mail address."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn about_access(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Waiting(AttentionKind::EmailChange) => Some("Another address is approved (y) or declined (d)."),
        Subject::Waiting(kind) if kind.is_of_access() => None,
        Subject::Waiting(_) => Some("This is not about an invitation or a chat account."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_invite(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Access(Door::SwitchedOff, _) => Some("The access is switched off; switch it on first (e)."),
        Subject::Access(..) => None,
        _ => Some(NO_ROW),
    }
}

pub(super) fn in_touch(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Access(_, Linked::Yes) => None,
        Subject::Access(_, Linked::No) => Some("No chat account is linked."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_switch_off(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Access(Door::Open, _) => None,
        Subject::Access(Door::NotMade, _) => Some("This client was never invited."),
        Subject::Access(Door::SwitchedOff, _) => Some("It is switched off already; e switches it on."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_switch_on(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Access(Door::SwitchedOff, _) => None,
        Subject::Access(..) => Some("It is not switched off."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_finish(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Questionnaire(Standing::Open) => None,
        Subject::Questionnaire(_) => Some("It is finished already; O asks everything once more."),
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_ask_again(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Questionnaire(Standing::Open) => Some("It is open already; the client goes on with /answers."),
        Subject::Questionnaire(_) => None,
        _ => Some(NO_ROW),
    }
}

pub(super) fn to_retry(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Automation(AutomationStatus::Failed) => None,
        Subject::Automation(_) => Some("Only a failed step is retried; t runs a planned one now."),
        _ => Some("This is not a planned step: move the cursor onto one."),
    }
}

pub(super) fn in_doubt(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Delivery(State::InDoubt) => None,
        Subject::Nothing => Some(NO_ROW),
        _ => Some("There is no doubt about this message."),
    }
}

pub(super) fn dead(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Delivery(State::Dead) => None,
        Subject::Delivery(State::InDoubt) => Some("Settle the doubt first: s it arrived, n it did not."),
        Subject::Nothing => Some(NO_ROW),
        _ => Some("Only an undeliverable message is tried again by hand."),
    }
}

pub(super) fn queued(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::Delivery(State::Queued) => None,
        Subject::Nothing => Some(NO_ROW),
        _ => Some("Only a message that still waits can be withdrawn."),
    }
}
