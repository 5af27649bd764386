//! Changing the coach. Every change is a new version with who made it and what it changed; each can be taken
//! back, and so can all of them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;

use super::{Config, Topic, config};
use crate::coach::model::count_tokens;
use crate::db::Tx;
use crate::events::{self, EventKind};
use crate::id::{AdminId, cuid};
use crate::staff::{Actor, Capability};
use crate::{Error, Result, Studio, execute, fetch_all, fetch_optional};

/// Where the topics go in the instructions.
const CAPABILITIES: &str = "{capabilities}";
/// The longest instructions, in tokens.
const LONGEST_PROMPT: i64 = 4000;
/// What an answer may be allowed at most, in tokens.
const LONGEST_ANSWER: i64 = 4000;
/// The most words that call for a person, and the longest of them in characters.
const MOST_KEYWORDS: usize = 200;
const LONGEST_KEYWORD: usize = 60;

/// One version of the configuration.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct ConfigVersion {
    /// Counted from 1.
    pub version: i64,
    /// Since when.
    #[sqlx(rename = "updated_at")]
    pub at: DateTime<Utc>,
    /// Whose work it is; none for a change on the machine itself.
    pub changed_by: Option<String>,
    /// What changed.
    pub note: Option<String>,
}

/// Which configuration is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// The coach as delivered.
    Default,
    /// An earlier version.
    Version(i64),
}

/// Every version, the newest first.
pub async fn config_versions(tx: &mut Tx, actor: &Actor) -> Result<Vec<ConfigVersion>> {
    actor.require(Capability::View)?;
    fetch_all!(
        tx,
        ConfigVersion,
        "SELECT k.version, k.updated_at, a.email AS changed_by, k.note
         FROM coach_config k LEFT JOIN admins a ON a.id = k.updated_by ORDER BY k.version DESC"
    )
}

/// One version of the configuration; 0 are the defaults.
pub async fn config_version(tx: &mut Tx, studio: &Studio, version: i64) -> Result<Config> {
    if version == 0 {
        return Ok(Config::defaults(&studio.settings.coach));
    }
    let row = fetch_optional!(
        tx,
        super::Row,
        "SELECT system_prompt, max_tokens_per_message, max_tokens_per_day, enabled_capabilities,
                escalation_keywords, is_active, version
         FROM coach_config WHERE version = $1",
        version
    )?;
    row.map(Config::from).ok_or(Error::NotFound("version of the coach's configuration"))
}

/// Makes `wanted` the configuration in force. Its `version` is the one that the change was made to: if there
/// is a newer one meanwhile, nothing is changed.
pub async fn change_config(studio: &Studio, actor: &Actor, wanted: Config) -> Result<Config> {
    actor.require(Capability::Configure)?;
    let wanted = checked(wanted)?;
    let mut tx = studio.db.write().await?;
    let before = stored(&mut tx, studio).await?;
    if before.version != wanted.version {
        return Err(Error::refused(format!(
            "the coach's configuration was changed meanwhile (version {}); look at it and make the change again",
            before.version
        )));
    }
    let changes = changes(&before, &wanted);
    if changes.is_empty() {
        return Err(Error::refused("nothing was changed"));
    }
    let after = insert(&mut tx, studio, actor, wanted, &changes.join("; ")).await?;
    tx.commit().await?;
    Ok(after)
}

/// Brings an earlier configuration back, as a new version.
pub async fn restore_config(studio: &Studio, actor: &Actor, what: Restore) -> Result<Config> {
    actor.require(Capability::Configure)?;
    let mut tx = studio.db.write().await?;
    let before = stored(&mut tx, studio).await?;
    let (wanted, note) = match what {
        Restore::Default => (Config::defaults(&studio.settings.coach), "restored as delivered".to_owned()),
        Restore::Version(version) => {
            (config_version(&mut tx, studio, version).await?, format!("restored version {version}"))
        }
    };
    if changes(&before, &wanted).is_empty() {
        return Err(Error::refused("this is how the coach is set already"));
    }
    let wanted = Config { version: before.version, ..wanted };
    let after = insert(&mut tx, studio, actor, wanted, &note).await?;
    tx.commit().await?;
    Ok(after)
}

/// The configuration as an admin left it, whatever the settings file overrules.
async fn stored(tx: &mut Tx, studio: &Studio) -> Result<Config> {
    config(tx, &crate::config::CoachSettings { enabled: true, ..studio.settings.coach.clone() }).await
}

async fn insert(tx: &mut Tx, studio: &Studio, actor: &Actor, wanted: Config, note: &str) -> Result<Config> {
    let now = studio.clock.now();
    let after = Config { version: wanted.version + 1, ..wanted };
    let by: Option<&AdminId> = actor.admin_id();
    execute!(
        tx,
        "INSERT INTO coach_config (id, system_prompt, max_tokens_per_message, max_tokens_per_day, enabled_capabilities,
                                   escalation_keywords, is_active, updated_at, updated_by, version, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        cuid(now),
        &after.system_prompt,
        after.max_tokens_per_message,
        after.max_tokens_per_day,
        Json(&after.topics),
        Json(&after.keywords),
        after.is_active,
        now,
        by,
        after.version,
        note
    )?;
    let metadata = serde_json::json!({ "version": after.version });
    let what = format!("Changed the coach: {note}");
    events::record(tx, now, actor, EventKind::CoachConfigChanged, None, &what, Some(metadata)).await?;
    Ok(after)
}

/// A configuration as it can be kept, or what is wrong with it.
fn checked(mut wanted: Config) -> Result<Config> {
    wanted.system_prompt = wanted.system_prompt.trim().to_owned();
    if !wanted.system_prompt.contains(CAPABILITIES) {
        return Err(Error::invalid(format!(
            "the instructions need {CAPABILITIES} on a line of its own, where the list of topics goes"
        )));
    }
    let tokens = count_tokens(&wanted.system_prompt);
    if tokens > LONGEST_PROMPT {
        return Err(Error::invalid(format!(
            "the instructions take {tokens} tokens; keep them to {LONGEST_PROMPT}, since they go along with each question"
        )));
    }
    if !(50..=LONGEST_ANSWER).contains(&wanted.max_tokens_per_message) {
        return Err(Error::invalid(format!("an answer may take 50 to {LONGEST_ANSWER} tokens")));
    }
    if wanted.max_tokens_per_day < 0 {
        return Err(Error::invalid("a day's allowance is a number of tokens, 0 for none"));
    }
    wanted.keywords = keywords(&wanted.keywords)?;
    wanted.topics = Topic::ALL.into_iter().filter(|topic| wanted.topics.contains(topic)).collect();
    Ok(wanted)
}

/// Words and phrases without surrounding space, each once.
fn keywords(typed: &[String]) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    for word in typed.iter().map(|word| word.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()) {
        if !word.chars().any(char::is_alphanumeric) || word.trim_end_matches('*').contains('*') {
            return Err(Error::invalid(format!(
                "{word:?} is no word that could call for a person: write a word, a phrase, or a beginning with * behind it"
            )));
        }
        if word.chars().count() > LONGEST_KEYWORD {
            return Err(Error::invalid(format!("{word:?} is longer than {LONGEST_KEYWORD} characters")));
        }
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    if kept.len() > MOST_KEYWORDS {
        return Err(Error::invalid(format!("at most {MOST_KEYWORDS} words can call for a person")));
    }
    Ok(kept)
}

/// What differs between two configurations, a phrase for each. Pure.
fn changes(before: &Config, after: &Config) -> Vec<String> {
    let mut said = Vec::new();
    if before.is_active != after.is_active {
        said.push(if after.is_active { "switched on" } else { "switched off" }.to_owned());
    }
    let (now, then) = (after.max_tokens_per_message, before.max_tokens_per_message);
    if now != then {
        said.push(format!("{now} tokens an answer (was {then})"));
    }
    let (now, then) = (after.max_tokens_per_day, before.max_tokens_per_day);
    if now != then {
        said.push(format!("{now} tokens a day (was {then})"));
    }
    for topic in Topic::ALL {
        match (before.topics.contains(&topic), after.topics.contains(&topic)) {
            (false, true) => said.push(format!("answers {}", topic.name())),
            (true, false) => said.push(format!("leaves {} to the studio", topic.name())),
            _ => {}
        }
    }
    let missing = |from: &[String], to: &[String]| -> Vec<String> {
        from.iter().filter(|word| !to.contains(word)).cloned().collect()
    };
    for (words, verb) in [
        (missing(&after.keywords, &before.keywords), "calls a person at"),
        (missing(&before.keywords, &after.keywords), "calls no person at"),
    ] {
        if !words.is_empty() {
            said.push(format!("{verb} {}", words.join(", ")));
        }
    }
    if before.system_prompt != after.system_prompt {
        said.push("other instructions".to_owned());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Role;
    use crate::testing::on_both;

    async fn now(studio: &Studio) -> Config {
        config(&mut studio.db.read().await.unwrap(), &studio.settings.coach).await.unwrap()
    }

    #[tokio::test]
    async fn every_change_is_a_version_and_can_be_taken_back() {
        on_both(|studio| async move {
            let owner = Actor::local_owner();
            let delivered = now(&studio).await;
            let wanted = Config {
                max_tokens_per_message: 300,
                topics: vec![Topic::BusinessAdvice],
                keywords: vec![" Refund* ".into(), "refund*".into(), "lawyer".into()],
                ..delivered.clone()
            };
            let first = change_config(&studio, &owner, wanted.clone()).await.unwrap();
            assert_eq!((first.version, &first.keywords[..]), (1, &["refund*".to_owned(), "lawyer".to_owned()][..]));
            assert_eq!(now(&studio).await, first);
            let late = change_config(&studio, &owner, Config { is_active: false, ..wanted }).await;
            assert!(late.unwrap_err().to_string().contains("changed meanwhile"));
            let off = Config { is_active: false, ..first.clone() };
            assert_eq!(change_config(&studio, &owner, off).await.unwrap().version, 2);

            let back = restore_config(&studio, &owner, Restore::Version(1)).await.unwrap();
            assert_eq!(back, Config { version: 3, ..first });
            let default = restore_config(&studio, &owner, Restore::Default).await.unwrap();
            assert_eq!(default, Config { version: 4, ..delivered });
            assert!(restore_config(&studio, &owner, Restore::Default).await.is_err(), "nothing would change");
            assert!(matches!(restore_config(&studio, &owner, Restore::Version(9)).await, Err(Error::NotFound(_))));

            let mut tx = studio.db.read().await.unwrap();
            let notes: Vec<String> =
                config_versions(&mut tx, &owner).await.unwrap().into_iter().filter_map(|one| one.note).collect();
            assert_eq!(notes[..3], ["restored as delivered", "restored version 1", "switched off"]);
            assert!(notes[3].starts_with("300 tokens an answer (was 500); leaves content ideation to"), "{}", notes[3]);
        })
        .await;
    }

    #[tokio::test]
    async fn what_cannot_work_is_refused_with_what_would() {
        on_both(|studio| async move {
            let owner = Actor::local_owner();
            let delivered = now(&studio).await;
            let wrong = [
                (Config { system_prompt: "Be kind.".into(), ..delivered.clone() }, "{capabilities}"),
                (Config { max_tokens_per_message: 5, ..delivered.clone() }, "50 to 4000"),
                (Config { max_tokens_per_day: -1, ..delivered.clone() }, "0 for none"),
                (Config { keywords: vec!["*".into()], ..delivered.clone() }, "no word"),
                (Config { keywords: vec!["a*b".into()], ..delivered.clone() }, "no word"),
                (delivered.clone(), "nothing was changed"),
            ];
            for (config, why) in wrong {
                let error = change_config(&studio, &owner, config).await.unwrap_err().to_string();
                assert!(error.contains(why), "{error}");
            }
            let manager = Actor::Admin { id: None, role: Role::Manager };
            assert!(matches!(change_config(&studio, &manager, delivered).await, Err(Error::Forbidden { .. })));
        })
        .await;
    }
}
