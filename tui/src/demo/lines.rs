//! What the demonstration's people say.

/// What clients write to the studio: a subject and a first message.
pub const QUESTIONS: [(&str, &str); 14] = [
    ("Packaging quote", "The supplier sent a quote for 300 boxes at 1.42 each. Is that a fair price for a first run?"),
    ("Call next week", "Could we move Thursday's call? I film that morning. Friday after two would be perfect."),
    ("Logo colours", "My audience voted and the warm green won by a mile. Can the brand sheet follow that?"),
    ("Sample arrived", "The first sample is here! The lid is a little loose, otherwise I love it. Photos tonight."),
    ("Launch date", "A festival I speak at was moved to our launch week. Keep the date, or is a week later wiser?"),
    (
        "Pricing",
        "Three people told me the bundle feels cheap. Should I test a higher price with the waiting list first?",
    ),
    ("Landing page text", "I rewrote the headline in my own words. Could somebody read it before I put it live?"),
    ("Returns", "What do we promise about returns? I would rather be generous than read small print out loud."),
    ("Collab offer", "A bigger creator offered a joint live. She wants 15 %. Does that fit what we planned?"),
    ("Behind this week", "Family things, so I have only two hours this week. What is the one thing I should do?"),
    ("Newsletter", "The welcome mail had 61 % opens, the second only 34 %. Is that normal?"),
    ("Photographer", "I found a photographer for the product shots. Do you have a shot list I can hand over?"),
    ("Shipping abroad", "Many followers are abroad. Do we ship everywhere from day one, or begin at home?"),
    ("Thank you", "The month's document is exactly what I needed. Just wanted to say so."),
];

/// What the studio answers.
pub const ANSWERS: [&str; 8] = [
    "Good question. I looked at the numbers: go ahead, and keep the receipt for the cost sheet.",
    "That works for us. I have moved it and sent you the new time.",
    "Yes, please do. I added it to this month's document so that it is not lost.",
    "I would wait until the test is over. Two weeks more will tell us, and nothing is lost by then.",
    "Lovely. Send the photos here when you have them and I will pass them to the designer.",
    "One thing only: finish the list in section three. Everything else can wait until next week.",
    "That is better than most first launches we see. Let us talk it through on the next call.",
    "We begin at home and open the next two countries a month later. I will write down why.",
];

/// Why the studio sends a draft back.
pub const REJECTIONS: [&str; 4] = [
    "The price example still uses last month's costs",
    "Too general in the framework part: use her own products",
    "The checklist misses the supplier's lead time",
    "Tone is stiff, and the audience section repeats month one",
];

/// Answers to the onboarding questions that make drafts read like somebody's: question and answer,
/// with `{niche}` for what the person makes.
pub const ONBOARDING: [(&str, &str); 16] = [
    ("vision_for_venture", "a small brand around {niche} that pays my rent and that my followers are proud to own"),
    ("hope_to_achieve", "sell out a first run of 300 and keep a waiting list for the second"),
    ("target_industry", "direct to consumer, {niche}"),
    ("target_audience", "people who found me while starting with {niche} and want less noise"),
    ("target_demographic_age", "25 to 40"),
    ("demographic_profile", "mostly women in cities, many of them with little time"),
    ("key_pain_points", "too much advice, products that look good and do not last"),
    ("unique_value_props", "I show my failures first, and everything I sell I have used for a year"),
    ("differentiation", "slow releases, repair instead of replace"),
    ("emerging_competitors", "two bigger channels with their own shops, and marketplace copies"),
    ("ideal_brand_image", "calm, honest, a little playful"),
    ("brand_values", "useful, fair to makers, nothing in plastic"),
    ("scaling_goals", "a second product line within a year"),
    ("long_term_vision", "a studio with three people and a yearly gathering"),
    ("current_channels", "Instagram every day, a newsletter on Sundays"),
    ("additional_info", "I can give this six hours a week, mostly evenings"),
];
