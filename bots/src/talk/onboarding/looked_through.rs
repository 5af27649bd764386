//! All answers, a step of the questionnaire a page; each can be opened and changed.

use wavelaunch_shared::Result;
use wavelaunch_shared::clients::questions::{self, Form, Question, STEPS, Standing};
use wavelaunch_shared::text::{Button, Reply};

use super::super::Output;
use super::super::action::Action;
use super::super::turn::Turn;
use super::super::words::{self, label, phrase};

/// The page of a step, from 1 to 6.
pub(in super::super) async fn list(turn: &Turn<'_>, step: u8) -> Result<Vec<Output>> {
    turn.leave().await?;
    let form = super::form(turn).await?;
    Ok(vec![Output::Replace(page(turn, &form, step)?)])
}

/// The page itself.
pub(super) fn page(turn: &Turn<'_>, form: &Form, step: u8) -> Result<Reply> {
    let steps = u8::try_from(STEPS.len()).unwrap_or(u8::MAX);
    let step = step.clamp(1, steps);
    let of_step: Vec<&'static Question> = questions::all().iter().filter(|question| question.step == step).collect();
    let lines: Vec<String> = of_step.iter().map(|question| line(turn, form, question)).collect::<Result<_>>()?;
    let values = [
        ("step", step.to_string()),
        ("step_title", STEPS[usize::from(step) - 1].to_owned()),
        ("answer_list", lines.join("\n")),
        ("answered", form.answered().to_string()),
    ];
    let key = if form.can_change() { "answers_list" } else { "answers_list_closed" };
    let mut listed = words::reply(turn.studio, key, &values, &[])?;
    if form.can_change() {
        let open: Vec<Button> = of_step
            .iter()
            .map(|question| {
                let action = Action::Ask(question).to_string();
                Button::new(format!("{}. {}", question.number, question.label), action)
            })
            .collect();
        listed.buttons = open.chunks(2).map(<[Button]>::to_vec).collect();
    }
    let labels = &turn.studio.messages.get(key)?.buttons;
    let go_on = (form.standing() == Standing::Open).then_some(Action::Answers);
    let turns = [(step > 1).then(|| Action::Review(step - 1)), (step < steps).then(|| Action::Review(step + 1)), go_on];
    let turns = labels.iter().zip(turns).filter_map(|(label, action)| Some(Button::new(label, action?.to_string())));
    listed.buttons.push(turns.collect());
    Ok(listed)
}

fn line(turn: &Turn<'_>, form: &Form, question: &Question) -> Result<String> {
    let number = ("number", question.number.to_string());
    let name = ("label", question.label.to_owned());
    let entry = match form.answer(question) {
        Some(answer) => {
            let answer = ("answer", label(question.shown(answer.raw())));
            phrase(turn.studio, "answers_entry", &[number, name, answer])?
        }
        None => phrase(turn.studio, "answers_entry_none", &[number, name])?,
    };
    Ok(format!("- {entry}"))
}
