//! The flag that the model raises beside its answer, and how both are read from what it returns.
//!
//! The flag is all that the model may say besides text: that a question calls for a person, or that the
//! client wishes for something that has a button. What follows from it is decided by code. An endpoint that
//! knows structured output returns an object; any other the answer with the flag as its last line. Both are
//! read while they grow, and what is neither is an answer without a flag. Pure.

use serde_json::{Value, json};

use super::Trigger;

/// How the model is told to report; it stands below the studio's instructions.
pub(super) const REPORTING: &str = "How you report
- Beside the answer, name one flag: LEGAL, TAX or MEDICAL when the question calls for such advice; GUARANTEE when \
you are asked to promise income or results; TECHNICAL when something of the programme does not work for them; \
DISTRESS when somebody may be in danger or in despair; BREAK when they wish for a pause from the programme; MESSAGE \
when they ask for something that only the studio can do; NONE in all other cases.
- Where you are asked for JSON, fill in its two fields. Otherwise write the answer as plain text, and below it, as the \
last line, the flag: FLAG: NONE";

/// What begins the line of a flag.
const LINE: &str = "FLAG:";

/// What the model raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`REPORTING` says when each is raised")]
pub enum Flag {
    Legal,
    Tax,
    Medical,
    Guarantee,
    Technical,
    Distress,
    Break,
    Message,
}

/// Something that a client may confirm with a button below the answer; nothing happens without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Ask the studio for a break.
    Break,
    /// Write to the studio.
    Message,
}

/// What a model's text holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flagged {
    /// The answer, without the flag.
    pub answer: String,
    /// The flag, if one was raised.
    pub flag: Option<Flag>,
}

/// Whether more of a text may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Growing,
    Whole,
}

impl Flag {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Legal, "LEGAL"),
        (Self::Tax, "TAX"),
        (Self::Medical, "MEDICAL"),
        (Self::Guarantee, "GUARANTEE"),
        (Self::Technical, "TECHNICAL"),
        (Self::Distress, "DISTRESS"),
        (Self::Break, "BREAK"),
        (Self::Message, "MESSAGE"),
    ];

    fn named(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches(|c: char| !c.is_ascii_alphabetic());
        Self::ALL.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(flag, _)| flag)
    }

    /// Why a person is needed, if one is.
    pub(super) fn trigger(self) -> Option<Trigger> {
        match self {
            Self::Legal => Some(Trigger::Legal),
            Self::Tax => Some(Trigger::Tax),
            Self::Medical => Some(Trigger::Medical),
            Self::Guarantee => Some(Trigger::Guarantee),
            Self::Technical => Some(Trigger::Technical),
            Self::Distress => Some(Trigger::Distress),
            Self::Break | Self::Message => None,
        }
    }

    /// What the client is offered, if anything.
    pub(super) fn proposal(self) -> Option<Proposal> {
        match self {
            Self::Break => Some(Proposal::Break),
            Self::Message => Some(Proposal::Message),
            _ => None,
        }
    }
}

/// The form of an answer, for endpoints that know structured output.
pub(super) fn schema() -> Value {
    let flags: Vec<&str> = ["NONE"].into_iter().chain(Flag::ALL.map(|(_, name)| name)).collect();
    json!({
        "type": "object",
        "properties": { "flag": { "type": "string", "enum": flags }, "answer": { "type": "string" } },
        "required": ["flag", "answer"],
        "additionalProperties": false,
    })
}

/// Reads what the model returned so far.
pub(super) fn read(text: &str, extent: Extent) -> Flagged {
    from_object(text, extent).unwrap_or_else(|| from_lines(text, extent))
}

/// Reads an object with a flag and an answer; none where the text is no such object.
fn from_object(text: &str, extent: Extent) -> Option<Flagged> {
    let text = text.trim_start();
    // Some models put a fence around what should be bare.
    let text = text.strip_prefix("```json").or_else(|| text.strip_prefix("```")).unwrap_or(text);
    let mut rest = text.trim_start().strip_prefix('{')?;
    let (mut answer, mut flag) = (None, None);
    while let Some((key, after)) = string(rest.trim_start()) {
        let Some(value) = after.trim_start().strip_prefix(':').map(str::trim_start) else { break };
        let (value, after) = match string(value) {
            Some((value, after)) => (value, after),
            None if value.is_empty() => break,
            None => (value.strip_prefix('"').map(unescaped)?, ""),
        };
        match key.as_str() {
            "answer" => answer = Some(value),
            "flag" => flag = Flag::named(&value),
            _ => {}
        }
        match after.trim_start().strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    match (answer, extent) {
        (Some(answer), _) => Some(Flagged { answer, flag }),
        (None, Extent::Growing) => Some(Flagged { answer: String::new(), flag }),
        (None, Extent::Whole) => None,
    }
}

/// The quoted string at the beginning, and what follows it; none while it has no end.
fn string(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some((unescaped(&inside[..at]), &inside[at + 1..])),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// The inside of a quoted string, without an escape that is not whole at its end.
fn unescaped(inside: &str) -> String {
    // Line ends have to be escaped; not every model knows.
    let mut inside = inside.replace('\n', "\\n").replace(['\r', '\t'], " ");
    loop {
        match serde_json::from_str(&format!("\"{inside}\"")) {
            Ok(text) => return text,
            Err(_) => match inside.rfind('\\') {
                Some(at) => inside.truncate(at),
                None => return inside,
            },
        }
    }
}

/// Reads plain text whose last line may be the flag.
fn from_lines(text: &str, extent: Extent) -> Flagged {
    let text = text.trim_end();
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let line = last.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | '[' | ']'));
    if let Some(start) = line.get(..LINE.len())
        && start.eq_ignore_ascii_case(LINE)
    {
        return Flagged { answer: before.trim_end().to_owned(), flag: Flag::named(&line[LINE.len()..]) };
    }
    let begins = LINE.get(..line.len()).is_some_and(|start| !line.is_empty() && start.eq_ignore_ascii_case(line));
    let answer = if begins && extent == Extent::Growing { before } else { text };
    Flagged { answer: answer.to_owned(), flag: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r#"{"flag":"TAX","answer":"Ask \"her\".\nThen **go**."}"#, "Ask \"her\".\nThen **go**.", Some(Flag::Tax))]
    #[case("```json\n{ \"answer\": \"Go.\", \"flag\": \"none\" }\n```", "Go.", None)]
    #[case("{\"flag\": \"DISTRESS\", \"answer\": \"Call\nnow\"}", "Call\nnow", Some(Flag::Distress))]
    #[case("Go now.\n\nFLAG: BREAK", "Go now.", Some(Flag::Break))]
    #[case("Go now.\n**Flag: legal.**\n", "Go now.", Some(Flag::Legal))]
    #[case("Go now.\nFLAG: NONE", "Go now.", None)]
    #[case("Go now.\nFLAG: OBEY", "Go now.", None)]
    #[case("Go now.", "Go now.", None)]
    #[case("{\"price\": 3} is JSON.", "{\"price\": 3} is JSON.", None)]
    #[case("{capabilities}", "{capabilities}", None)]
    #[case("A red flag: none of them answers.", "A red flag: none of them answers.", None)]
    #[case(r#"{"answer":"A \u00e9 \ud83d\ude00"}"#, "A é 😀", None)]
    #[case(r#"{"flag":"MESSAGE","answer":"It broke off he"#, "It broke off he", Some(Flag::Message))]
    fn a_flag_is_read_in_either_form(#[case] text: &str, #[case] answer: &str, #[case] flag: Option<Flag>) {
        assert_eq!(read(text, Extent::Whole), Flagged { answer: answer.to_owned(), flag });
    }

    proptest! {
        #[test]
        fn a_growing_answer_is_always_a_beginning_of_the_whole(
            answer in "[ -~\n\u{e9}\u{1f600}]{0,60}", flag in 0usize..8, bare in any::<bool>(),
        ) {
            let name = Flag::ALL[flag].1;
            let whole = if bare {
                format!("{answer}\nFLAG: {name}")
            } else {
                json!({ "flag": name, "answer": answer }).to_string()
            };
            let last = read(&whole, Extent::Whole);
            prop_assert_eq!(last.flag, Some(Flag::ALL[flag].0));
            for (at, _) in whole.char_indices() {
                let part = read(&whole[..at], Extent::Growing).answer;
                // A plain answer's own braces are no object for longer than they look like one.
                if !bare || !answer.trim_start().starts_with(['{', '`']) {
                    prop_assert!(last.answer.starts_with(part.trim_end()), "{:?} of {:?}", part, last.answer);
                }
            }
        }
    }
}
