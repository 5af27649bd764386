//! The sixty invented creators of the demonstration, and how each behaves.

/// How a creator uses the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Opens within hours, asks little.
    Prompt,
    /// Opens within a day or two, writes often.
    Chatty,
    /// Opens days later, now and then only after a nudge.
    Slow,
    /// Often does not open at all.
    Silent,
}

/// One invented creator.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Full name.
    pub name: &'static str,
    /// What they make.
    pub niche: &'static str,
    /// ISO country code.
    pub country: &'static str,
    /// IANA zone.
    pub zone: &'static str,
    /// Followers when they joined.
    pub followers: i64,
    /// How they behave.
    pub habit: Habit,
}

const fn person(
    name: &'static str,
    niche: &'static str,
    country: &'static str,
    zone: &'static str,
    followers: i64,
    habit: Habit,
) -> Person {
    Person { name, niche, country, zone, followers, habit }
}

use Habit::{Chatty, Prompt, Silent, Slow};

/// Everybody, in the order in which they joined.
pub const PEOPLE: [Person; 60] = [
    person("Maya Okonkwo", "Language learning", "NG", "Africa/Lagos", 9_400, Chatty),
    person("Zoë Brontë-Müller", "Makeup for mature skin", "DE", "Europe/Berlin", 7_900, Slow),
    person("Seán Ó Briain", "Indie game dev", "IE", "Europe/Dublin", 38_000, Prompt),
    person("محمد الفارسي", "Home espresso", "SA", "Asia/Riyadh", 2_100, Prompt),
    person("Łukasz Żółć", "Long-distance running", "PL", "Europe/Warsaw", 17_200, Slow),
    person("Priya Raghunathan", "Vegan street food", "IN", "Asia/Kolkata", 4_600, Silent),
    person("李小龍", "Personal finance for nurses", "TW", "Asia/Taipei", 22_000, Prompt),
    person("Ana María Hernández", "Second-hand fashion", "MX", "America/Mexico_City", 12_300, Chatty),
    person("Kiri Te Awa", "Sleep and recovery", "NZ", "Pacific/Auckland", 8_600, Prompt),
    person("さくら 田中", "Urban gardening", "JP", "Asia/Tokyo", 15_800, Prompt),
    person("Tobias Lindqvist", "Vintage synths", "SE", "Europe/Stockholm", 6_100, Slow),
    person("Olena Kovalenko", "Watercolour, slowly", "UA", "Europe/Kyiv", 3_900, Chatty),
    person("D'Angelo Brooks", "Barbering", "US", "America/New_York", 51_000, Prompt),
    person("Nguyễn Thị Mai", "Toddler meals", "VN", "Asia/Ho_Chi_Minh", 11_700, Prompt),
    person("Fatoumata Diallo", "Notion templates", "SN", "Africa/Dakar", 5_200, Chatty),
    person("Émile Lefèvre", "Bread at home", "FR", "Europe/Paris", 28_400, Prompt),
    person("Ingrid Solberg", "Knitwear repair", "NO", "Europe/Oslo", 4_400, Slow),
    person("João Pedro Silva", "Street photography", "BR", "America/Sao_Paulo", 33_500, Chatty),
    person("김하늘", "Skincare for teens", "KR", "Asia/Seoul", 64_000, Prompt),
    person("Leilani Kahale", "Surf fitness", "US", "Pacific/Honolulu", 9_900, Slow),
    person("נועה לוי", "Wedding dances", "IL", "Asia/Jerusalem", 7_300, Prompt),
    person("Kwame Mensah", "Tech productivity", "GH", "Africa/Accra", 18_100, Chatty),
    person("Björk Arnardóttir", "Astronomy from the balcony", "IS", "Atlantic/Reykjavik", 2_800, Prompt),
    person("Tenzin Dorji", "Trail cooking", "BT", "Asia/Thimphu", 3_300, Silent),
    person("Alexandria Hughes", "Sign language comedy", "GB", "Europe/London", 41_200, Chatty),
    person("Marisol Vega", "Dog training", "ES", "Europe/Madrid", 13_400, Prompt),
    person("Dimitra Papadopoulou", "Greek home cooking", "GR", "Europe/Athens", 19_600, Slow),
    person("Harper Wilson", "Caravan life", "AU", "Australia/Adelaide", 26_300, Prompt),
    person("Rajesh Iyer", "Chess for children", "IN", "Asia/Kolkata", 8_200, Chatty),
    person("Chloé Dubois", "Thrifted interiors", "BE", "Europe/Brussels", 10_500, Prompt),
    person("Amara Nwosu", "Natural hair", "NG", "Africa/Lagos", 72_000, Prompt),
    person("Petr Novák", "Model railways", "CZ", "Europe/Prague", 3_100, Slow),
    person("Siti Rahmawati", "Modest sportswear", "ID", "Asia/Jakarta", 45_700, Chatty),
    person("Yusuf Demir", "Leathercraft", "TR", "Europe/Istanbul", 6_900, Prompt),
    person("Hinemoa Parata", "Māori design", "NZ", "Pacific/Auckland", 5_800, Prompt),
    person("Lior Ben-David", "Board game reviews", "IL", "Asia/Jerusalem", 9_100, Slow),
    person("Camila Rojas", "Budget travel", "CL", "America/Santiago", 23_900, Chatty),
    person("Ægir Jónsson", "Cold water swimming", "IS", "Atlantic/Reykjavik", 4_900, Prompt),
    person("Thandiwe Dlamini", "Financial basics", "ZA", "Africa/Johannesburg", 14_200, Prompt),
    person("Matteo Ricci", "Moka pot coffee", "IT", "Europe/Rome", 30_800, Slow),
    person("Noor Haddad", "Arabic calligraphy", "JO", "Asia/Amman", 16_500, Chatty),
    person("Jörg Steiner", "Alpine huts", "AT", "Europe/Vienna", 7_700, Prompt),
    person("Pema Sherpa", "Mountain fitness", "NP", "Asia/Kathmandu", 11_100, Prompt),
    person("Ngozi Eze", "Plus-size style", "NG", "Africa/Lagos", 37_600, Chatty),
    person("Farah Karimi", "Persian desserts", "CA", "America/Toronto", 8_800, Silent),
    person("Tavita Leota", "Island music", "WS", "Pacific/Apia", 2_400, Prompt),
    person("Robert Blackwater", "Beadwork", "US", "America/Denver", 6_600, Slow),
    person("Ayşe Yılmaz", "Slow mornings", "TR", "Europe/Istanbul", 20_700, Prompt),
    person("Mbali Khumalo", "Study with me", "ZA", "Africa/Johannesburg", 27_200, Chatty),
    person("Sofía Castillo", "Bilingual parenting", "CO", "America/Bogota", 12_900, Prompt),
    person("Tove Nieminen", "Sauna culture", "FI", "Europe/Helsinki", 4_100, Prompt),
    person("Samuel Osei", "Sneaker care", "GH", "Africa/Accra", 48_300, Slow),
    person("Anne-Marie Power", "Traditional music", "CA", "America/St_Johns", 3_700, Prompt),
    person("Lucía Fernández", "Ceramics", "AR", "America/Argentina/Buenos_Aires", 15_300, Chatty),
    person("Viktor Petrov", "Calisthenics", "BG", "Europe/Sofia", 29_900, Prompt),
    person("Aroha Ngata", "Weaving", "NZ", "Pacific/Chatham", 2_600, Prompt),
    person("Daniel Cohen", "Home studio sound", "US", "America/Los_Angeles", 34_400, Slow),
    person("Emi Watanabe", "Bento for one", "JP", "Asia/Tokyo", 53_800, Chatty),
    person("Grace Njoroge", "Urban beekeeping", "KE", "Africa/Nairobi", 5_500, Prompt),
    person("Oskar Berg", "Wooden toys", "DK", "Europe/Copenhagen", 6_300, Prompt),
];
