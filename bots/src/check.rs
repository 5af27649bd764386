//! Looking at the platforms and the mail server from outside a run: which are set up, and what is missing.

use wavelaunch_shared::config::Settings;

use crate::{discord, email, telegram};

/// What was found of one platform.
#[derive(Debug, Default, serde::Serialize)]
pub struct Finding {
    /// Which one.
    pub platform: &'static str,
    /// Whether it is set up.
    pub configured: bool,
    /// Who we are there, if what is set up works.
    pub bot: Option<String>,
    /// What is wrong or missing, and what to do; nothing when all is well.
    pub missing: Vec<String>,
    /// What it takes to set it up.
    #[serde(skip)]
    pub needs: &'static str,
}

impl Finding {
    /// A platform that is not set up, for want of what `needs` names: no fault.
    #[must_use]
    pub fn unset(platform: &'static str, needs: &'static str) -> Self {
        Self { platform, needs, ..Self::default() }
    }
}

/// Looks at each.
pub async fn look(settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let (telegram, discord, email) = tokio::join!(
        telegram::check(&settings.telegram),
        discord::check(&settings.discord),
        email::check(&settings.email)
    );
    Ok(vec![telegram?, discord?, email])
}
