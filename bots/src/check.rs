//! Looking at the platforms from outside a run: which are set up, and what is missing.

use wavelaunch_shared::config::Settings;

use crate::{discord, telegram};

/// What was found of one platform.
#[derive(Debug, Default, serde::Serialize)]
pub struct Finding {
    /// Which one.
    pub platform: &'static str,
    /// Whether it has a token.
    pub configured: bool,
    /// Who the bot is there, if its token works.
    pub bot: Option<String>,
    /// What is wrong or missing, and what to do; nothing when all is well.
    pub missing: Vec<String>,
}

impl Finding {
    /// A platform without a token: no fault.
    #[must_use]
    pub fn unset(platform: &'static str) -> Self {
        Self { platform, ..Self::default() }
    }
}

/// Looks at each platform.
pub async fn look(settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let (telegram, discord) = tokio::join!(telegram::check(&settings.telegram), discord::check(&settings.discord));
    Ok(vec![telegram?, discord?])
}
