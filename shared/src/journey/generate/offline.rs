//! The offline writer: a document from the playbook and the client's own answers.
//!
//! It needs no key, invents nothing, and says at the top what it is. What was not answered stands
//! there as not answered, and is listed at the end.

use std::collections::BTreeSet;

use super::brief::{Brief, Work, one_line};
use super::extra;
use crate::Studio;
use crate::coach::playbooks;
use crate::programme::Month;

/// What stands where an answer is missing.
const MISSING: &str = "(still to be answered)";

/// The placeholders that are answers: their names, the question, and what people call it.
const ANSWERS: [(&str, &str, &str); 19] = [
    ("age_range", "target_demographic_age", "the age of the audience"),
    ("audience", "target_audience", "who it is for"),
    ("brand_image", "ideal_brand_image", "the image of the brand"),
    ("brand_personality", "brand_personality", "the personality of the brand"),
    ("channels", "current_channels", "the present channels"),
    ("competitors", "emerging_competitors", "the competitors"),
    ("deadlines", "specific_deadlines", "fixed dates"),
    ("demographics", "demographic_profile", "what the audience has in common"),
    ("differentiation", "differentiation", "what is different about it"),
    ("font", "preferred_font", "the lettering"),
    ("goals", "hope_to_achieve", "the goals"),
    ("growth", "growth_strategies", "the ways to grow"),
    ("inspiration", "inspiration_brands", "the brands that inspire it"),
    ("long_term", "long_term_vision", "the vision for the years to come"),
    ("pain_points", "key_pain_points", "the audience's problem"),
    ("scaling_goals", "scaling_goals", "the goals for growth"),
    ("unique_value", "unique_value_props", "what sets the brand apart"),
    ("values", "brand_values", "the values of the brand"),
    ("vision", "vision_for_venture", "the vision"),
];

/// Writes the document of the brief.
pub(super) fn compose(studio: &Studio, brief: &Brief) -> String {
    let mut writer = Writer { studio, brief, missing: BTreeSet::new() };
    let mut text = writer.opening();
    let sections = match &brief.work {
        Work::Plan(_) => playbooks::plan_sections().to_vec(),
        Work::Month(month) => playbooks::document_sections(*month).to_vec(),
        Work::Extra { month, title, .. } => extra::sections(*month, title),
    };
    for section in &sections {
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
        let playbook = match &self.brief.work {
            Work::Plan(_) => "for business plans".to_owned(),
            Work::Month(month) | Work::Extra { month, .. } => format!("for month {month}"),
        };
        let composed = format!(
            "> Composed offline, without a language model: from the studio's playbook {playbook} and from {}'s own \
             answers. Please read it with that in mind.",
            escaped(self.brief.client.full_name.raw()),
        );
        let Some(reason) = self.brief.rejection() else { return composed };
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
        // The plan stands before the first month.
        let (previous, this, next) = match &self.brief.work {
            Work::Plan(_) => (None, None, Some(Month::FIRST)),
            Work::Month(month) | Work::Extra { month, .. } => (month.previous(), Some(*month), month.next()),
        };
        let known = match name {
            "client_name" => Some(escaped(&one_line(client.full_name.raw()))),
            "month_title" => Some(title(this, "the business plan")),
            "prev_month_title" => Some(title(previous, "the preparation")),
            "next_month_title" => Some(title(next, "the time after the programme")),
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

    /// What the approved plan and months brought.
    fn earlier(&self) -> String {
        let brought = |lines: &[String]| lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("; ");
        let plan = self.brief.plan.iter().filter(|plan| !plan.highlights.is_empty());
        let plan = plan.map(|plan| format!("- Business plan: {}", brought(&plan.highlights)));
        let months = self.brief.earlier.iter().filter(|earlier| !earlier.highlights.is_empty()).filter_map(|earlier| {
            let title = self.studio.programme.title(Month::new(earlier.month).ok()?);
            Some(format!("- Month {}, {title}: {}", earlier.month, brought(&earlier.highlights)))
        });
        let lines: Vec<String> = plan.chain(months).collect();
        if lines.is_empty() {
            return String::new();
        }
        format!("\n\n**What is settled already.**\n\n{}", lines.join("\n"))
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
