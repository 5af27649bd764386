//! What the screens about the coach show.

use chrono::{DateTime, TimeDelta, Utc};
use wavelaunch_shared::coach::{
    self, Budget, By, Call, CoachMessage, Config, ConfigVersion, Conversation, ConversationRow, Quality, Usage,
};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::id::{ClientId, ConversationId};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, Studio, clients};

/// How many versions of the coach's configuration are offered.
const VERSIONS: usize = 20;

/// A conversation with the coach.
#[derive(Clone, Debug)]
pub struct TranscriptPage {
    /// The conversation.
    pub conversation: Conversation,
    /// The client's name.
    pub client: Foreign,
    /// The oldest first.
    pub messages: Vec<CoachMessage>,
    /// What is said so far of an answer that is being written.
    pub writing: Option<Foreign>,
    /// What led to an open call for a person.
    pub calls: Vec<Call>,
}

/// How good the coach is.
#[derive(Clone, Debug)]
pub struct QualityPage {
    /// The figures.
    pub figures: Quality,
    /// Yesterday's conversations to be read.
    pub sample: Vec<ConversationRow>,
}

/// What the model costs.
#[derive(Clone, Debug)]
pub struct CostsPage {
    /// The sums.
    pub rows: Vec<Usage>,
    /// What is left to spend.
    pub budgets: Vec<Budget>,
}

/// How the coach is set.
#[derive(Clone, Debug)]
pub struct SetupPage {
    /// What is in force.
    pub config: Config,
    /// The coach as delivered.
    pub delivered: Config,
    /// Every version, the newest first, as far as a person would go back.
    pub versions: Vec<(ConfigVersion, Config)>,
}

pub(super) async fn transcript(
    tx: &mut Tx,
    actor: &Actor,
    client: &ClientId,
    id: &ConversationId,
) -> Result<TranscriptPage> {
    let all = coach::conversations(tx, actor, client).await?;
    let conversation = all.into_iter().find(|one| one.id == *id).ok_or(Error::NotFound("conversation"))?;
    let messages = coach::transcript(tx, actor, id).await?;
    let writing = coach::being_written(tx, actor, id).await?;
    let calls = coach::calls(tx, actor, id).await?;
    let client = clients::get(tx, client).await?.ok_or(Error::NotFound("client"))?;
    Ok(TranscriptPage { conversation, client: client.full_name, messages, writing, calls })
}

pub(super) async fn costs(tx: &mut Tx, actor: &Actor, by: By, now: DateTime<Utc>) -> Result<CostsPage> {
    let days = if by == By::Month { 365 } else { 29 };
    let until = now.date_naive();
    let rows = coach::usage(tx, actor, by, None, until - TimeDelta::days(days), until).await?;
    let budgets = coach::budgets(tx, actor, now).await?;
    Ok(CostsPage { rows, budgets })
}

pub(super) async fn setup(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<SetupPage> {
    let config = coach::config(tx, &studio.settings.coach).await?;
    let delivered = coach::config_version(tx, studio, 0).await?;
    let mut versions = Vec::new();
    for version in coach::config_versions(tx, actor).await?.into_iter().take(VERSIONS) {
        let config = coach::config_version(tx, studio, version.version).await?;
        versions.push((version, config));
    }
    Ok(SetupPage { config, delivered, versions })
}

pub(super) async fn quality(tx: &mut Tx, studio: &Studio, actor: &Actor) -> Result<QualityPage> {
    let figures = coach::quality(tx, studio, actor).await?;
    let sample = coach::sample(tx, studio, actor).await?;
    Ok(QualityPage { figures, sample })
}
