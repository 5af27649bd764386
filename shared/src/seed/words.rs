//! What invented people write, and what is written for them.

use rand::Rng;
use rand::rngs::StdRng;

use super::people::{Person, pick};
use crate::programme::MonthPlan;

const SUBJECTS: [&str; 8] = [
    "Question about this month",
    "Supplier in Lisbon",
    "The colours of the label",
    "Can we move the launch by a week?",
    "Photos for the shop",
    "Price of the starter set",
    "A collaboration offer",
    "Thank you",
];

const FROM_CLIENTS: [&str; 8] = [
    "I read it twice and the part about pricing finally makes sense. One question: should the starter set include the refill?",
    "Two followers asked whether we ship abroad. What do I tell them?",
    "Here is what I filmed on Sunday. It is rough, but I like the first ten seconds.",
    "I am travelling next week and will be slow to answer. Nothing is wrong!",
    "The supplier wants 300 pieces at least. That feels like a lot for a first run.",
    "My audience voted: they want the blue one. 62 to 38.",
    "Could you look at the text on the back of the box before I send it?",
    "Done with this month's list. What is next?",
];

const FROM_STUDIO: [&str; 6] = [
    "Good question. Start without the refill; offer it in week three to everybody who bought the set.",
    "Tell them yes, from month six on, and collect their countries in a form. That list will be worth a lot.",
    "Lovely. Cut the first two seconds and keep the rest exactly as it is.",
    "Ask for 150 at a higher price per piece. If they refuse, we have another one.",
    "Blue it is. We have noted it in your plan.",
    "Looks right to us. Send it.",
];

const BRAND_FIRST: [&str; 10] =
    ["Slow", "North", "Little", "Bright", "Salt &", "Second", "Open", "Quiet", "Golden", "Wild"];
const BRAND_LAST: [&str; 10] =
    ["Harbour", "Kitchen", "Thread", "Orbit", "Field", "Hour", "Studio", "Pepper", "Window", "Current"];

pub(super) fn brand(random: &mut StdRng) -> String {
    format!("{} {}", pick(random, &BRAND_FIRST), pick(random, &BRAND_LAST))
}

pub(super) fn subject(random: &mut StdRng) -> &'static str {
    pick(random, &SUBJECTS)
}

pub(super) fn message(random: &mut StdRng, from_admin: bool) -> &'static str {
    if from_admin { pick(random, &FROM_STUDIO) } else { pick(random, &FROM_CLIENTS) }
}

/// Three answers of the questionnaire.
pub(super) fn answers(random: &mut StdRng, niche: &str) -> [(&'static str, String); 3] {
    let age = random.random_range(18..45);
    [
        ("industry_niche", niche.to_owned()),
        ("target_audience", format!("People who care about {} and have little time for it.", niche.to_lowercase())),
        ("target_demographic_age", format!("{age}-{}", age + 12)),
    ]
}

/// A month's document, short but of the right shape.
pub(super) fn document(plan: &MonthPlan, person: &Person) -> String {
    let niche = person.niche.to_lowercase();
    let list = format!("- {}\n", plan.contents.join("\n- "));
    format!(
        "# {}\n\n## Summary\n\nThis month is about {} for a brand in {niche}. {}\n\n## Context\n\n{}\n\n\
         ## Framework\n\n{list}\n## Procedures\n\n1. Read this page once from beginning to end.\n\
         2. Choose one thing for this week.\n3. Write down what changed.\n\n## Templates\n\n{}\n\n## Metrics\n\n{}\n",
        plan.title,
        plan.focus,
        plan.sections.summary,
        plan.sections.context,
        plan.sections.templates,
        plan.sections.metrics
    )
}
