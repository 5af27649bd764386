//! What may be said of a client on the command line.

use clap::Args;
use wavelaunch_shared::clients::{ClientEdit, CoachLimit, NewClient};

/// A new client.
#[derive(Args, Debug)]
pub struct New {
    /// How they write their name
    name: String,
    /// Their e-mail
    email: String,
    #[command(flatten)]
    about: About,
}

/// A change to a client.
#[derive(Args, Debug)]
pub struct Change {
    /// Id, e-mail, or the start of the name
    pub client: String,
    /// How they write their name
    #[arg(long)]
    name: Option<String>,
    /// Their e-mail
    #[arg(long)]
    email: Option<String>,
    #[command(flatten)]
    about: About,
    /// Whether documents may be seen but not taken away
    #[arg(long, value_name = "true|false")]
    documents_locked: Option<bool>,
    /// Tokens a day with the coach; default for as many as everybody
    #[arg(long, value_name = "TOKENS|default")]
    coach_tokens: Option<CoachLimit>,
    /// Questions a day to the coach; default for as many as everybody
    #[arg(long, value_name = "QUESTIONS|default")]
    coach_messages: Option<CoachLimit>,
    /// Refuse when somebody else changed the client since this version
    #[arg(long, value_name = "N")]
    version: Option<i64>,
}

/// What is optional about both.
#[derive(Args, Debug, Default, PartialEq, Eq)]
struct About {
    /// What they make content about
    #[arg(long)]
    niche: Option<String>,
    /// Their IANA zone, for instance Africa/Lagos
    #[arg(long)]
    timezone: Option<String>,
    /// The brand that is being built
    #[arg(long)]
    brand: Option<String>,
    /// Where they live
    #[arg(long)]
    country: Option<String>,
    /// 18 to 100
    #[arg(long)]
    age: Option<i64>,
    /// Instagram handle
    #[arg(long)]
    instagram: Option<String>,
    /// TikTok handle
    #[arg(long)]
    tiktok: Option<String>,
    /// Telephone
    #[arg(long)]
    phone: Option<String>,
    /// Website
    #[arg(long)]
    website: Option<String>,
}

impl Change {
    /// Whether nothing but the client is named.
    pub fn says_nothing(&self) -> bool {
        let options = [
            self.name.is_none(),
            self.email.is_none(),
            self.about == About::default(),
            self.documents_locked.is_none(),
            self.coach_tokens.is_none(),
            self.coach_messages.is_none(),
        ];
        options.into_iter().all(|nothing| nothing)
    }
}

impl From<New> for NewClient {
    fn from(New { name, email, about }: New) -> Self {
        Self {
            full_name: name,
            email,
            timezone: about.timezone.unwrap_or_default(),
            brand_name: about.brand,
            industry_niche: about.niche,
            country: about.country,
            age: about.age,
            instagram_handle: about.instagram,
            tiktok_handle: about.tiktok,
            phone: about.phone,
            website: about.website,
        }
    }
}

impl From<Change> for ClientEdit {
    fn from(change: Change) -> Self {
        let about = change.about;
        Self {
            full_name: change.name,
            email: change.email,
            timezone: about.timezone,
            brand_name: about.brand,
            industry_niche: about.niche,
            country: about.country,
            age: about.age,
            instagram_handle: about.instagram,
            tiktok_handle: about.tiktok,
            phone: about.phone,
            website: about.website,
            documents_locked: change.documents_locked,
            coach_daily_token_override: change.coach_tokens,
            coach_daily_message_override: change.coach_messages,
            version: change.version,
        }
    }
}
