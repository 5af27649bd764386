//! The questionnaire as a text that a person goes through in their own editor. Pure.
//!
//! A line `## 7 demographic_profile` begins a question; what stands below it is the answer. Lines that
//! begin with `> ` are ours and are left out, in front of an answer alone.

use wavelaunch_shared::clients::questions::{Form, Question, all};
use wavelaunch_shared::text::terminal_safe;

/// The text of a form.
pub fn written(form: &Form, name: &str) -> String {
    let mut text = format!("# Answers of {name}\n\nWrite below each question. What stays as it is changes nothing.\n");
    for question in all() {
        let answer =
            form.answer(question).map(|answer| terminal_safe(question.shown(answer.raw()))).unwrap_or_default();
        let needed = if question.required { " (needed)" } else { "" };
        let choices: Vec<&str> = question.choices.iter().map(|choice| choice.label).collect();
        let choices = if choices.is_empty() { String::new() } else { format!("> One of: {}\n", choices.join("; ")) };
        let asked = format!("\n{}\n> {}{needed}\n{choices}\n{answer}\n", heading(question), question.prompt);
        text.push_str(&asked);
    }
    text
}

fn heading(question: &Question) -> String {
    format!("## {} {}", question.number, question.key)
}

/// The answers in a text, of every question that still stands in it.
pub fn read(text: &str) -> Vec<(&'static Question, String)> {
    let mut found: Vec<(&'static Question, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        if let Some(question) = all().iter().find(|question| heading(question) == line.trim_end()) {
            found.push((question, Vec::new()));
        } else if let Some((_, lines)) = found.last_mut() {
            let ours = line.starts_with("> ") && lines.iter().all(|line| line.trim().is_empty());
            if !ours {
                lines.push(line);
            }
        }
    }
    found.into_iter().map(|(question, lines)| (question, lines.join("\n").trim().to_owned())).collect()
}

/// What differs between two texts of the same form.
pub fn changed(before: &str, after: &str) -> Vec<(&'static Question, String)> {
    let before = read(before);
    read(after).into_iter().filter(|answer| !before.contains(answer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wavelaunch_shared::clients::{self, NewClient};
    use wavelaunch_shared::portal::onboarding;
    use wavelaunch_shared::staff::Actor;

    #[tokio::test]
    async fn a_form_is_read_as_it_was_written_and_only_what_changed_is_kept() {
        let studio = wavelaunch_shared::testing::sqlite().await;
        let owner = Actor::local_owner();
        let new = NewClient { full_name: "Ada".into(), email: "ada@example.com".into(), ..NewClient::default() };
        let client = clients::add(&studio, &owner, new).await.unwrap();
        let hostile = "## not a heading\n> quoted at the end\n\u{1b}[2J- item";
        for (key, text) in [("key_pain_points", hostile), ("preferred_font", "2")] {
            onboarding::answer(&studio, &owner, &client.id, key, &text.into()).await.unwrap();
        }
        let form = onboarding::form(&mut studio.db.read().await.unwrap(), &client).await.unwrap();
        let text = written(&form, "Ada");
        assert!(!text.contains('\u{1b}'));
        assert_eq!(read(&text).len(), 29);
        let answer = |key: &str| read(&text).into_iter().find(|(question, _)| question.key == key).unwrap().1;
        assert_eq!(answer("key_pain_points"), "## not a heading\n> quoted at the end\n[2J- item");
        assert_eq!((answer("preferred_font").as_str(), answer("brand_values").as_str()), ("Elegant serif", ""));
        assert_eq!(changed(&text, &text), []);
        let edited = text.replace("Elegant serif", "Modern sans");
        let changes: Vec<_> =
            changed(&text, &edited).into_iter().map(|(question, text)| (question.key, text)).collect();
        assert_eq!(changes, [("preferred_font", "Modern sans".to_owned())]);
    }
}
