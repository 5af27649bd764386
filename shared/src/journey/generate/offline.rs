//! The offline writer: a month's document from the playbook and the client's own answers.
//!
//! It needs no key, invents nothing, and says at the top what it is. What was not answered stands
//! there as not answered, and is listed at the end.

use std::collections::BTreeSet;

use super::brief::{Brief, one_line};
use crate::Studio;
use crate::coach::playbooks;
use crate::programme::Month;

/// What stands where an answer is missing.
const MISSING: &str = "(still to be answered)";

/// The placeholders that are answers: their names, the question, and what people call it.
const ANSWERS: [(&str, &str, &str); 15] = [
    ("age_range", "target_demographic_age", "the age of the audience"),
    ("audience", "target_audience", "who it is for"),
    ("brand_image", "ideal_brand_image", "the image of the brand"),
    ("brand_personality", "brand_personality", "the personality of the brand"),
    ("channels", "current_channels", "the present channels"),
    ("competitors", "emerging_competitors", "the competitors"),
    ("deadlines", "specific_deadlines", "fixed dates"),
    ("demographics", "demographic_profile", "what the audience has in common"),
    ("font", "preferred_font", "the lettering"),
    ("goals", "hope_to_achieve", "the goals"),
    ("pain_points", "key_pain_points", "the audience's problem"),
    ("scaling_goals", "scaling_goals", "the goals for growth"),
    ("unique_value", "unique_value_props", "what sets the brand apart"),
    ("values", "brand_values", "the values of the brand"),
    ("vision", "vision_for_venture", "the vision"),
];

/// Writes the document of the brief's month.
pub(super) fn compose(studio: &Studio, brief: &Brief) -> String {
    let mut writer = Writer { studio, brief, missing: BTreeSet::new() };
    let mut text = writer.opening();
    for section in playbooks::document_sections(brief.month) {
        for part in ["\n\n## ", &section.name, "\n\n", &writer.fill(&section.markdown)] {
            text.push_str(part);
        }
        if section.name == "Context" {
            text.push_str(&writer.earlier());
        }
    }
    text.push_str(&writer.closing());
    text.push('\n');
    text
}

struct Writer<'a> {
    studio: &'a Studio,
    brief: &'a Brief,
    /// What was asked for and not answered.
    missing: BTreeSet<&'static str>,
}

impl Writer<'_> {
    /// What this text is, and what the review of the last draft said.
    fn opening(&self) -> String {
        let composed = format!(
            "> Composed offline, without a language model: from the studio's playbook for month {} and from {}'s own \
             answers. Please read it with that in mind.",
            self.brief.month,
            escaped(self.brief.client.full_name.raw()),
        );
        let Some(reason) = &self.brief.rejection else { return composed };
        let reason = escaped(&one_line(reason.raw()));
        format!(
            "{composed}\n\n> The last draft was refused: “{reason}”. The offline writer cannot act on that; please edit \
             this text."
        )
    }

    /// Puts the values in. A brace that is no placeholder stays as it is, and only what a client
    /// has said stands in quotation marks.
    fn fill(&mut self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let known = after.split_once('}').and_then(|(name, tail)| Some((self.value(name)?, tail)));
            if let Some((value, tail)) = known {
                let unquoted = tail.strip_prefix('”').filter(|_| value == MISSING && filled.ends_with('“'));
                if unquoted.is_some() {
                    filled.pop();
                }
                filled.push_str(&value);
                rest = unquoted.unwrap_or(tail);
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let client = &self.brief.client;
        let title = |month: Option<Month>, none: &str| {
            month.map_or_else(|| none.to_owned(), |month| self.studio.programme.title(month).to_owned())
        };
        let known = match name {
            "client_name" => Some(escaped(&one_line(client.full_name.raw()))),
            "month_title" => Some(title(Some(self.brief.month), "")),
            "prev_month_title" => Some(title(self.brief.month.previous(), "the preparation")),
            "next_month_title" => Some(title(self.brief.month.next(), "the time after the programme")),
            "brand_name" => Some(match &client.brand_name {
                Some(brand) if !brand.is_blank() => escaped(&one_line(brand.raw())),
                _ => format!("{}'s brand", escaped(&one_line(client.full_name.raw()))),
            }),
            _ => None,
        };
        known.or_else(|| self.answer(name))
    }

    /// An answer, or the plain statement that there is none; `None` when no answer has this name.
    fn answer(&mut self, name: &str) -> Option<String> {
        let client = &self.brief.client;
        let (found, what) = match name {
            "niche" => {
                let told = client.industry_niche.as_ref().map(|niche| one_line(niche.raw()));
                (told.filter(|niche| !niche.is_empty()).or_else(|| self.brief.answer("industry_niche")), "the niche")
            }
            "country" => (client.country.as_ref().map(|country| one_line(country.raw())), "the country"),
            _ => {
                let (_, key, what) = ANSWERS.iter().find(|(placeholder, _, _)| *placeholder == name)?;
                (self.brief.answer(key), *what)
            }
        };
        if found.is_none() {
            self.missing.insert(what);
        }
        Some(found.map_or_else(|| MISSING.to_owned(), |answer| escaped(&answer)))
    }

    /// What the approved months brought.
    fn earlier(&self) -> String {
        let lines: Vec<String> = self
            .brief
            .earlier
            .iter()
            .filter(|earlier| !earlier.highlights.is_empty())
            .filter_map(|earlier| {
                let title = self.studio.programme.title(Month::new(earlier.month).ok()?);
                let brought = earlier.highlights.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("; ");
                Some(format!("- Month {}, {title}: {brought}", earlier.month))
            })
            .collect();
        if lines.is_empty() {
            return String::new();
        }
        format!("\n\n**What the earlier months settled.**\n\n{}", lines.join("\n"))
    }

    /// What is still open.
    fn closing(&self) -> String {
        if self.missing.is_empty() {
            return String::new();
        }
        let list: Vec<String> = self.missing.iter().map(|what| format!("- [ ] {what}")).collect();
        format!(
            "\n\n## Still to be answered\n\nThis document would say more if we knew:\n\n{}\n\nA sentence on each is enough.",
            list.join("\n")
        )
    }
}

/// Text of a person inside Markdown: shown to the letter, never markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!' | '{' | '}') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
