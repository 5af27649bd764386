//! Having the model write an answer, guarded while it grows and when it is whole.

use super::{Asked, Ending, Said, Unsaid};
use crate::Studio;
use crate::coach::conversation::store;
use crate::coach::flagged::{self, Extent};
use crate::coach::guard::Guard;
use crate::coach::model::{Completion, Prompt, Turn, count_tokens};
use crate::coach::turns::Watch;
use crate::coach::{Config, context};

/// Asks the model, within what the client may be shown.
pub(super) async fn answer(
    studio: &Studio,
    asked: &Asked,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Said, Unsaid> {
    let now = studio.clock.now();
    let mut tx = studio.db.read().await?;
    let summary = store::summary(&mut tx, &asked.conversation).await?;
    let package =
        context::gather(&mut tx, &studio.programme, &asked.client, &asked.history, summary.as_ref(), now).await?;
    drop(tx);
    let (prompt, guard) = prompt(studio, &asked.config, package, &asked.text);
    complete(studio, asked, &prompt, &guard, on_text).await
}

/// What the model is asked, and what looks through its answer.
pub(in crate::coach) fn prompt(
    studio: &Studio,
    config: &Config,
    package: context::Package,
    question: &str,
) -> (Prompt, Guard) {
    let instructions = format!("{}\n\n{}", config.instructions(), flagged::REPORTING);
    // An answer that gives the instructions away begins where they begin, and is caught at once.
    let guard = Guard::new(&instructions);
    let mut messages = package.fit(context::BUDGET);
    messages.push(Turn::user(question));
    let prompt = Prompt {
        system: format!("{}\n\n{instructions}", guard.line()),
        messages,
        max_tokens: u32::try_from(config.max_tokens_per_message).unwrap_or(u32::MAX),
        temperature: studio.settings.model.temperature,
        form: Some(flagged::schema()),
    };
    (prompt, guard)
}

/// Asks the model until it has answered or the client wants no more of it.
async fn complete(
    studio: &Studio,
    asked: &Asked,
    prompt: &Prompt,
    guard: &Guard,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Said, Unsaid> {
    let watch = Watch::over(studio, &asked.client.id, &asked.question);
    let mut so_far = String::new();
    let (mut seen, mut is_clean) = (0, true);
    let mut growing = |text: &str| {
        if !text.starts_with(so_far.as_str()) {
            // A repeat begins again.
            (seen, is_clean) = (0, true);
        }
        text.clone_into(&mut so_far);
        let answer = flagged::read(text, Extent::Growing).answer;
        is_clean = is_clean && guard.passes(&answer, seen);
        seen = answer.len();
        if is_clean {
            watch.shows(&answer);
            on_text(&answer);
        }
    };
    let answered = tokio::select! {
        answered = studio.model.complete_patiently(&studio.clock, prompt, &mut growing) => Some(answered?),
        () = watch.stopped() => None,
    };
    let (completion, ending) = match answered {
        Some(completion) if completion.truncated => (completion, Ending::BrokenOff),
        Some(completion) => (completion, Ending::Whole),
        None => (left(studio, prompt, so_far), Ending::Stopped),
    };
    let extent = if ending == Ending::Stopped { Extent::Growing } else { Extent::Whole };
    let read = flagged::read(&completion.text, extent);
    if let Some(leak) = guard.leak_in(&read.answer) {
        return Err(Unsaid::Withheld(leak, completion));
    }
    if read.answer.trim().is_empty() {
        return Err(match ending {
            Ending::Stopped => Unsaid::Stopped,
            _ => Unsaid::Failed("the model returned an answer without a word".to_owned()),
        });
    }
    let completion = Completion { text: read.answer, ..completion };
    Ok(Said { completion, is_answer: true, flag: read.flag, ending })
}

/// What a stream came to that was left: nobody counts for us what it had taken.
fn left(studio: &Studio, prompt: &Prompt, so_far: String) -> Completion {
    Completion {
        tokens_in: prompt.tokens(),
        tokens_out: count_tokens(&so_far),
        text: so_far,
        model: studio.settings.model.name.clone(),
        truncated: true,
        refused: false,
    }
}
