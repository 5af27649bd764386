//! The home card: where things stand, and where to go from here.

use chrono::{DateTime, Utc};
use wavelaunch_shared::clients::questions::Standing;
use wavelaunch_shared::journey::{self, Overview};
use wavelaunch_shared::text::{Reply, Rich};
use wavelaunch_shared::{Result, documents, portal};

use super::action::Action;
use super::coach::CoachAction;
use super::progress::{bar, line, resume_line};
use super::turn::Turn;
use super::words::{day, day_of, phrase, reply};
use super::{Output, onboarding};

/// The card, in at most fifteen lines. Until the first business plan is there, it says that one is coming. A document
/// is new until it is opened: what came since the last visit, and what was overlooked before.
pub(super) async fn card(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let mut card = stand(turn).await?;
    let Some(Output::Say(home)) = card.first_mut() else { return Ok(card) };
    if let Some(due) = turn.client.plan_due_at {
        home.text = std::mem::take(&mut home.text).then(plan_line(turn, due)?);
    }
    if let Some(open) = open_questions(turn).await? {
        home.text = std::mem::take(&mut home.text).then(open.text);
        home.buttons.splice(0..0, open.buttons);
    }
    Ok(card)
}

/// That the plan is being made, and by when; a promise that has passed is not repeated.
fn plan_line(turn: &Turn<'_>, due: DateTime<Utc>) -> Result<Rich> {
    if due < turn.studio.clock.now() {
        return turn.studio.messages.body("plan_line_late", &[]);
    }
    turn.studio.messages.body("plan_line", &[("plan_date", day_of(due, &turn.client))])
}

/// What is still to be answered, with the button that goes on with it.
async fn open_questions(turn: &Turn<'_>) -> Result<Option<Reply>> {
    let form = onboarding::form(turn).await?;
    if form.standing() != Standing::Open {
        return Ok(None);
    }
    let answered = ("answered", form.answered().to_string());
    reply(turn.studio, "home_questions", &[answered], &[Action::Answers]).map(Some)
}

async fn stand(turn: &Turn<'_>) -> Result<Vec<Output>> {
    let mut tx = turn.studio.db.read().await?;
    let overview = journey::overview(&mut tx, turn.studio, &turn.client).await?;
    let unread = portal::unread(&mut tx, &turn.client.id).await?;
    let mine = documents::list(&mut tx, &turn.actor(), &turn.client.id).await?;
    drop(tx);
    let unread = ("unread_messages", unread.to_string());
    let unopened = mine.iter().filter(|document| document.first_opened_at.is_none()).count();
    let unopened = ("new_documents", unopened.to_string());
    let since = ("member_since", day_of(turn.client.created_at, &turn.client));
    let stand = [("progress_bar", bar(&overview)), ("progress_line", line(turn, &overview)?)];
    let everywhere =
        [Action::Documents, Action::Progress, Action::Messages, Action::Coach(CoachAction::Open), Action::Settings];
    let Some(month) = current(&overview) else {
        if overview.months.is_empty() || overview.next_month().is_some() {
            let values = [turn.name(), ("start_line", start_line(turn, &overview)?), unread, since];
            let actions = [Action::Documents, Action::Messages, Action::Coach(CoachAction::Open), Action::Settings];
            return turn.say("home_not_started", &values, &actions);
        }
        let [progress_bar, progress_line] = stand;
        let values = [turn.name(), progress_bar, progress_line, unread];
        let actions = [Action::Documents, Action::Progress, Action::Messages, Action::Settings];
        return turn.say("home_finished", &values, &actions);
    };
    let of_month = [("month", month.month.to_string()), ("month_title", month.title.clone())];
    let mut values = vec![turn.name(), unread, unopened];
    values.extend(of_month);
    values.extend(stand);
    if overview.is_paused {
        values.push(("resume_line", resume_line(turn)?));
        return turn.say("home_paused", &values, &everywhere);
    }
    values.extend([("next_line", journey::next_line(turn.studio, &overview)?), since]);
    turn.say("home", &values, &everywhere)
}

/// The month that the client is in; none before the start and after the end.
pub(super) fn current(overview: &Overview) -> Option<&journey::MonthView> {
    overview.next_month()?;
    let number = overview.current_month?;
    overview.months.iter().find(|month| month.month == number)
}

fn start_line(turn: &Turn<'_>, overview: &Overview) -> Result<String> {
    match overview.months.first() {
        Some(first) => phrase(turn.studio, "start_line", &[("start_date", day(first.planned_date.date_naive()))]),
        None => phrase(turn.studio, "start_line_open", &[]),
    }
}
