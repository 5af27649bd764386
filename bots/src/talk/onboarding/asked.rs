//! One question as it is shown, and what is said when a text does not answer it.

use wavelaunch_shared::Result;
use wavelaunch_shared::clients::questions::{Form, Question, STEPS, Unfit};
use wavelaunch_shared::text::{Block, Button, Reply, Rich, Span};

use super::super::action::Action;
use super::super::turn::Turn;
use super::super::words::{self, phrase};
use super::super::{Manner, Output};

/// The question with its buttons.
pub(super) fn question(turn: &Turn<'_>, form: &Form, question: &'static Question) -> Result<Reply> {
    let hint = match (question.required, question.choices.is_empty()) {
        (_, false) => "question_choose",
        (true, true) => "question_needed",
        (false, true) => "question_optional",
    };
    let values = [
        ("heading", heading(question)),
        ("prompt", question.prompt.to_owned()),
        ("hint", phrase(turn.studio, hint, &[])?),
    ];
    let mut asked = words::reply(turn.studio, "question", &values, &[])?;
    if let Some(answer) = form.answer(question) {
        let so_far = phrase(turn.studio, "question_so_far", &[])?;
        let answer = question.shown(answer.raw());
        asked.text = asked.text.then(Rich(vec![Block::Paragraph(vec![Span::bold(so_far)])])).then(Rich::plain(answer));
    }
    let choices: Vec<Button> = question
        .choices
        .iter()
        .map(|choice| Button::new(choice.label, Action::Choose(question, *choice).to_string()))
        .collect();
    asked.buttons = choices.chunks(2).map(<[Button]>::to_vec).collect();
    asked.buttons.extend(controls(turn, form, question)?);
    Ok(asked)
}

/// `4 of 29 · Audience`.
pub(in super::super) fn heading(question: &Question) -> String {
    let step = STEPS.get(usize::from(question.step) - 1).copied().unwrap_or_default();
    format!("{} of 29 · {step}", question.number)
}

/// The buttons that steer: two beside each other.
fn controls(turn: &Turn<'_>, form: &Form, question: &'static Question) -> Result<Vec<Vec<Button>>> {
    let labels = &turn.studio.messages.get("question")?.buttons;
    let answered = form.answer(question).is_some();
    let typed = question.choices.is_empty();
    let offered = [
        // Where others read along nobody can simply write.
        (typed && turn.person.platform.manner() == Manner::Discord).then_some(Action::Answer(question)),
        answered.then_some(Action::Skip(question)),
        (!answered && !question.required).then_some(Action::Skip(question)),
        Some(Action::Back(question)),
        Some(Action::Later),
    ];
    let buttons: Vec<Button> = labels
        .iter()
        .zip(offered)
        .filter_map(|(label, action)| Some(Button::new(label, action?.to_string())))
        .collect();
    Ok(buttons.chunks(2).map(<[Button]>::to_vec).collect())
}

/// What to do about a text that is no answer.
pub(super) fn complaint(turn: &Turn<'_>, unfit: Unfit) -> Result<Vec<Output>> {
    match unfit {
        Unfit::Needed => turn.say("answer_needed", &[], &[]),
        Unfit::TooShort { least, .. } => turn.say("answer_too_short", &[("least", least.to_string())], &[]),
        Unfit::TooLong { length, most } => {
            let values = [("length", length.to_string()), ("most", most.to_string())];
            turn.say("answer_too_long", &values, &[])
        }
        Unfit::NoChoice(_) => turn.say("answer_no_choice", &[], &[]),
    }
}
