//! What invented people are called, where they live and what they make.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// Given names beside family names that go with them, a country, a zone.
struct Region {
    given: &'static [&'static str],
    family: &'static [&'static str],
    country: &'static str,
    zone: &'static str,
}

const REGIONS: [Region; 16] = [
    Region {
        given: &["Maya", "Harper", "Jordan", "Riley", "Morgan", "Avery", "Quinn", "D'Angelo", "Skyler", "Nova"],
        family: &["Brooks", "O'Neil", "Whitfield", "Carter", "Delgado", "St. John", "Okafor", "Bennett", "Park"],
        country: "US",
        zone: "America/New_York",
    },
    Region {
        given: &["Leilani", "Dakota", "Marisol", "Kai", "Jasmine", "Ezra"],
        family: &["Kealoha", "Vega", "Nguyen", "Ramirez", "Sato", "Reyes"],
        country: "US",
        zone: "America/Los_Angeles",
    },
    Region {
        given: &["Zoë", "Jörg", "Anneliese", "Jonas", "Käthe", "Bärbel", "Lukas"],
        family: &["Brontë-Müller", "Straße", "Weiß", "Schäfer", "Vogel", "Krüger"],
        country: "DE",
        zone: "Europe/Berlin",
    },
    Region {
        given: &["Chloé", "Émile", "Noémie", "Théo", "Inès", "Loïc"],
        family: &["Dubois", "Lefèvre", "Garçon", "Moreau", "Chevalier"],
        country: "FR",
        zone: "Europe/Paris",
    },
    Region {
        given: &["Łukasz", "Małgorzata", "Agnieszka", "Kacper"],
        family: &["Żółć", "Wiśniewski", "Dąbrowska", "Zieliński"],
        country: "PL",
        zone: "Europe/Warsaw",
    },
    Region {
        given: &["Олена", "Тарас", "Марія", "Ірина"],
        family: &["Шевченко", "Коваленко", "Бондаренко"],
        country: "UA",
        zone: "Europe/Kyiv",
    },
    Region {
        given: &["Seán", "Aoife", "Niamh", "Cillian"],
        family: &["Ó Briain", "Ní Dhomhnaill", "Murphy", "Byrne"],
        country: "IE",
        zone: "Europe/Dublin",
    },
    Region {
        given: &["Priya", "Rajesh", "Ananya", "Vikram", "राजेश", "अनन्या"],
        family: &["Raghunathan", "Iyer", "Sharma", "Kapoor", "कुमार"],
        country: "IN",
        zone: "Asia/Kolkata",
    },
    Region {
        given: &["さくら", "Yuki", "Haruto", "美咲"],
        family: &["田中", "Tanaka", "佐藤", "Kobayashi"],
        country: "JP",
        zone: "Asia/Tokyo",
    },
    Region {
        given: &["李", "Mei-Ling", "Wei", "Jia"],
        family: &["小龍", "Chen", "Lin", "Huang"],
        country: "TW",
        zone: "Asia/Taipei",
    },
    Region {
        given: &["محمد", "Noor", "ليلى", "Omar"],
        family: &["الفارسي", "Haddad", "القحطاني", "Nazari"],
        country: "SA",
        zone: "Asia/Riyadh",
    },
    Region {
        given: &["נועה", "Lior", "Talia"],
        family: &["כהן", "Ben-David", "Levi"],
        country: "IL",
        zone: "Asia/Jerusalem",
    },
    Region {
        given: &["Amara", "Chidi", "Ngozi", "Tunde", "Fatoumata"],
        family: &["Nwosu", "Okonkwo", "Adeyemi", "Diallo"],
        country: "NG",
        zone: "Africa/Lagos",
    },
    Region {
        given: &["Ana María", "Sofía", "Mateo", "Ximena", "João"],
        family: &["Hernández", "Núñez", "Guimarães Rosa", "Castillo"],
        country: "MX",
        zone: "America/Mexico_City",
    },
    Region {
        given: &["Kiri", "Hinemoa", "Tavita", "Aroha"],
        family: &["Te Awa", "Fa'asavalu", "Walker", "Ngata"],
        country: "NZ",
        zone: "Pacific/Auckland",
    },
    Region {
        given: &["Nguyễn", "Trần", "Lê", "Phạm"],
        family: &["Thị Minh Khai", "Văn An", "Ngọc Ánh", "Quốc Bảo"],
        country: "VN",
        zone: "Asia/Ho_Chi_Minh",
    },
];

const NICHES: [&str; 24] = [
    "Fitness for busy moms",
    "Makeup for mature skin",
    "Personal finance for nurses",
    "Urban gardening",
    "Dog training",
    "Long-distance running",
    "Toddler meals",
    "Home espresso",
    "Second-hand fashion",
    "Language learning",
    "Tech productivity",
    "Sign language comedy",
    "Sleep and recovery",
    "Watercolour, slowly",
    "Vegan street food",
    "Astronomy from the balcony",
    "Vintage synths",
    "Indie game dev",
    "Wedding dances",
    "Notion templates",
    "Barbering",
    "Slow travel by train",
    "Tiny houses",
    "Pottery",
];

/// Somebody who does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub name: String,
    pub country: &'static str,
    pub zone: &'static str,
    pub niche: &'static str,
    pub age: i64,
}

impl Person {
    pub(super) fn invent(random: &mut StdRng) -> Self {
        let region = &REGIONS[random.random_range(0..REGIONS.len())];
        let name = format!("{} {}", pick(random, region.given), pick(random, region.family));
        Self {
            name,
            country: region.country,
            zone: region.zone,
            niche: pick(random, &NICHES),
            age: random.random_range(19..62),
        }
    }
}

pub(super) fn pick(random: &mut StdRng, from: &[&'static str]) -> &'static str {
    from.choose(random).copied().unwrap_or_default()
}

/// The address of the person with this number.
pub(super) fn email(number: u64, seed: u64) -> String {
    format!("creator{number:06}.{seed}@example.com")
}
