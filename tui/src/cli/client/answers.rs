//! `client answers`: the questionnaire, read or filled in on a client's behalf.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::clients::questions::{self, Form, Question, Standing};
use wavelaunch_shared::portal::onboarding::{self, Finish};
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use super::answers_form;
use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::{left, right};
use crate::editor;

/// What to do with a client's answers; nothing but the client shows them.
#[derive(Args, Debug)]
pub struct Answers {
    /// Id, e-mail, or the start of the name
    client: String,
    /// Answer this question, by its key or number
    #[arg(long, value_name = "QUESTION", value_parser = question, requires = "text")]
    set: Option<&'static Question>,
    /// The answer; nothing takes an optional one back
    #[arg(long, requires = "set")]
    text: Option<String>,
    /// Take many answers from a JSON object of keys and texts; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "set")]
    file: Option<PathBuf>,
    /// Go through all of them in your own editor
    #[arg(long, conflicts_with_all = ["set", "file"])]
    edit: bool,
    /// Finish the questionnaire: the plan can be written
    #[arg(long)]
    finish: bool,
}

impl Answers {
    pub fn changes(&self) -> bool {
        self.set.is_some() || self.file.is_some() || self.edit || self.finish
    }
}

/// A question as a program reads it.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    question: &'static Question,
    answer: Option<Foreign>,
}

/// All of it.
#[derive(Serialize)]
struct Shown {
    standing: Standing,
    answered: usize,
    missing: Vec<&'static str>,
    questions: Vec<Row>,
}

pub async fn run(answers: Answers, context: &Context) -> Outcome {
    let client = super::named(context, &answers.client).await?;
    let (studio, actor) = (&context.studio, &context.actor);
    let mut given: Vec<(&'static Question, String)> = Vec::new();
    given.extend(answers.set.zip(answers.text));
    if let Some(file) = &answers.file {
        given.extend(read(file)?);
    }
    if answers.edit {
        given.extend(edited(&client, context).await?);
    }
    // All are checked before the first is kept.
    for (question, text) in &given {
        let checked = question.check(text);
        checked.map_err(|unfit| Failure::Refused(format!("{} ({}): {unfit}", question.label, question.key)))?;
    }
    for (question, text) in &given {
        onboarding::answer(studio, actor, &client.id, question.key, &text.as_str().into()).await?;
    }
    if answers.finish {
        match onboarding::finish(studio, actor, &client.id).await? {
            Finish::Done | Finish::Already => {}
            Finish::Missing(missing) => {
                let keys = missing.iter().map(|question| question.key).collect::<Vec<_>>().join(", ");
                return Err(Failure::Refused(format!("these still need an answer: {keys}")));
            }
        }
    }
    show(&client.id, context).await
}

/// What the person changed in their editor.
async fn edited(client: &Client, context: &Context) -> Outcome<Vec<(&'static Question, String)>> {
    context.actor.require(Capability::Edit)?;
    let form = onboarding::form(&mut context.studio.db.read().await?, client).await?;
    let before = answers_form::written(&form, &client.full_name.line());
    let after = editor::edit(&before)?;
    Ok(after.map(|after| answers_form::changed(&before, &after)).unwrap_or_default())
}

async fn show(client: &wavelaunch_shared::id::ClientId, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    let client = super::found(&mut tx, client.as_str()).await?;
    let form = onboarding::form(&mut tx, &client).await?;
    drop(tx);
    if context.out.is_json() {
        return context.out.done(&shown(&form), "");
    }
    let rows: Vec<Row> = shown(&form).questions;
    context.out.list(
        &rows,
        [right("#"), left("question"), left("key"), left("answer")],
        |row| {
            let answer = match &row.answer {
                Some(answer) => Foreign::from(row.question.shown(answer.raw())).line(),
                None if row.question.required => "(needed)".to_owned(),
                None => "-".to_owned(),
            };
            [row.question.number.to_string(), row.question.label.to_owned(), row.question.key.to_owned(), answer]
        },
        "",
    )
}

fn shown(form: &Form) -> Shown {
    let row = |question: &'static Question| Row { question, answer: form.answer(question).cloned() };
    Shown {
        standing: form.standing(),
        answered: form.answered(),
        missing: form.missing().iter().map(|question| question.key).collect(),
        questions: questions::all().iter().map(row).collect(),
    }
}

/// The question that an operator named.
fn question(text: &str) -> Result<&'static Question, String> {
    let by_number = text.parse::<u8>().ok().and_then(|n| questions::all().iter().find(|question| question.number == n));
    by_number
        .or_else(|| questions::find(text.trim()))
        .ok_or_else(|| "write a question's number, 1 to 29, or its key; `client answers CLIENT` lists them".to_owned())
}

/// The answers in a file.
fn read(file: &Path) -> Outcome<Vec<(&'static Question, String)>> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(file)
            .map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", file.display())))?;
    }
    let found: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).map_err(|error| {
        Failure::Refused(format!("{} is no JSON object of question keys and texts: {error}", file.display()))
    })?;
    found
        .into_iter()
        .map(|(key, text)| {
            question(&key).map(|question| (question, text)).map_err(|why| {
                Failure::Refused(format!(
                    "there is no question {:?}; {why}",
                    wavelaunch_shared::text::terminal_safe(&key)
                ))
            })
        })
        .collect()
}
