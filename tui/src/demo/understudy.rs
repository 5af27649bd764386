//! A model in memory, for a run in foul weather: it writes what is long enough to be reviewed, unless it fails.

use std::sync::Arc;
use std::time::Duration;

use wavelaunch_shared::coach::model::{Completion, ModelError, Prompt, Writer, count_tokens};

use super::luck::{Luck, WriterTrouble};

/// Stands in for the model.
#[derive(Debug)]
pub(super) struct Understudy {
    pub luck: Arc<Luck>,
}

impl Writer for Understudy {
    fn write(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        let whole = document();
        let (text, truncated) = match self.luck.writer() {
            None => (whole, false),
            Some(WriterTrouble::CutShort) => (whole.chars().take(200).collect(), true),
            Some(WriterTrouble::TooShort) => ("Of course!".to_owned(), false),
            Some(WriterTrouble::TooMany) => {
                return Err(transient("429: slow down", Some(Duration::from_secs(self.luck.pick(1..60)))));
            }
            Some(WriterTrouble::Failed) => return Err(transient("500: the server had an error", None)),
            Some(WriterTrouble::TimedOut) => return Err(transient("no word within 20 seconds", None)),
            Some(WriterTrouble::Malformed) => return Err(transient("an answer of unknown shape", None)),
        };
        let asked = prompt.messages.iter().map(|turn| turn.text.as_str()).collect::<String>();
        let (tokens_in, tokens_out) = (count_tokens(&asked), count_tokens(&text));
        Ok(Completion { text, tokens_in, tokens_out, model: "understudy".into(), truncated, refused: false })
    }
}

fn transient(what: &str, retry_after: Option<Duration>) -> ModelError {
    ModelError::Transient { what: what.to_owned(), retry_after }
}

/// What it writes, whatever it is asked.
fn document() -> String {
    ["Summary", "Context", "Framework", "Procedures", "Templates", "Metrics"]
        .map(|title| {
            format!(
                "## {title}\n\nThis month is about choosing: whom the brand serves, what it promises them, and what \
                 it can show today.\n\n- **Talk to five people.** They know what is missing.\n- **Write one promise.** \
                 Then read it aloud.\n"
            )
        })
        .join("\n")
}
