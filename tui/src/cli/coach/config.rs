//! `coach config` and `coach try`: how the coach is set, and what it would say.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wavelaunch_shared::coach::{self, Config, ConfigVersion, DiffLine, Restore, Topic, Trial};
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use crate::cli::client;
use crate::cli::context::{Context, or_look};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::output::{dash, left, moment, print, right, say, word};
use crate::editor;

const LOOK: &str = "`wavelaunch coach config history` names them";

#[derive(Subcommand, Debug)]
pub enum ConfigVerb {
    /// The configuration in force
    Get {
        /// As the text that `edit` opens and `--file` takes
        #[arg(long)]
        text: bool,
        /// An earlier version; 0 is the coach as delivered
        #[arg(long, value_name = "N")]
        version: Option<i64>,
    },
    /// Change single settings
    Set(Settings),
    /// Change everything in your editor; what would change is shown first
    Edit {
        /// Take the text from this file instead
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Show what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Every version, the newest first
    History,
    /// What differs between two versions
    Diff {
        /// The earlier one; 0 is the coach as delivered
        from: i64,
        /// The later one (else the one in force)
        to: Option<i64>,
    },
    /// Bring a version back, as a new one
    Restore {
        /// Which (else the coach as delivered)
        version: Option<i64>,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct Settings {
    /// Whether the coach answers at all
    #[arg(long, value_name = "true|false")]
    active: Option<bool>,
    /// The longest answer, in tokens
    #[arg(long, value_name = "TOKENS")]
    answer: Option<i64>,
    /// What a client may use a day, in tokens
    #[arg(long, value_name = "TOKENS")]
    day: Option<i64>,
    /// Help with this topic; a wrong name lists them all
    #[arg(long, value_name = "TOPIC")]
    enable: Vec<Topic>,
    /// Leave this topic to the studio
    #[arg(long, value_name = "TOPIC")]
    disable: Vec<Topic>,
    /// Call for a person at this word or phrase; a * behind it stands for any ending
    #[arg(long, value_name = "WORD")]
    add_word: Vec<String>,
    /// Call for no person at this word any more
    #[arg(long, value_name = "WORD")]
    remove_word: Vec<String>,
}

#[derive(Args, Debug)]
pub struct Tried {
    /// What to ask
    question: String,
    /// With what the model would be shown of this client (else a made-up one): id, e-mail, or start of the name
    #[arg(long)]
    client: Option<String>,
    /// Under the configuration in this file instead of the one in force
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl ConfigVerb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Get { .. } | Self::History | Self::Diff { .. } => false,
            Self::Edit { dry_run, .. } => !dry_run,
            Self::Set(_) | Self::Restore { .. } => true,
        }
    }
}

pub async fn run(verb: ConfigVerb, context: &Context) -> Outcome {
    let Context { studio, actor, .. } = context;
    match verb {
        ConfigVerb::Get { text, version } => get(text, version, context).await,
        ConfigVerb::Set(settings) => {
            let wanted = settings.applied(in_force(context).await?);
            told(&coach::change_config(studio, actor, wanted).await?, context)
        }
        ConfigVerb::Edit { file, dry_run } => edit(file, dry_run, context).await,
        ConfigVerb::History => history(context).await,
        ConfigVerb::Diff { from, to } => {
            let before = version(from, context).await?;
            let after = match to {
                Some(to) => version(to, context).await?,
                None => in_force(context).await?,
            };
            let lines: Vec<String> = before.diff(&after).iter().map(DiffLine::line).collect();
            let text = if lines.is_empty() { "They are the same.".to_owned() } else { printed(&lines) };
            context.out.text(&lines, &text)
        }
        ConfigVerb::Restore { version } => {
            let what = version.filter(|version| *version > 0).map_or(Restore::Default, Restore::Version);
            told(&or_look(coach::restore_config(studio, actor, what).await, LOOK)?, context)
        }
    }
}

impl Settings {
    fn applied(self, mut config: Config) -> Config {
        config.is_active = self.active.unwrap_or(config.is_active);
        config.max_tokens_per_message = self.answer.unwrap_or(config.max_tokens_per_message);
        config.max_tokens_per_day = self.day.unwrap_or(config.max_tokens_per_day);
        config.topics.extend(self.enable);
        config.topics.retain(|topic| !self.disable.contains(topic));
        config.keywords.extend(self.add_word);
        config.keywords.retain(|word| !self.remove_word.iter().any(|gone| gone.eq_ignore_ascii_case(word)));
        config
    }
}

async fn in_force(context: &Context) -> Outcome<Config> {
    Ok(coach::config(&mut context.studio.db.read().await?, &context.studio.settings.coach).await?)
}

async fn version(version: i64, context: &Context) -> Outcome<Config> {
    context.actor.require(Capability::View)?;
    let mut tx = context.studio.db.read().await?;
    or_look(coach::config_version(&mut tx, &context.studio, version).await, LOOK)
}

async fn get(text: bool, wanted: Option<i64>, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let config = match wanted {
        Some(wanted) => version(wanted, context).await?,
        None => in_force(context).await?,
    };
    if text && !context.out.is_json() {
        return print(&Foreign::new(config.to_text()).lines());
    }
    let Config { max_tokens_per_message, max_tokens_per_day, topics, keywords, is_active, version, .. } = &config;
    let helps: Vec<String> = topics.iter().map(word).collect();
    let text = format!(
        "answers            {}\nversion            {version}\ntokens an answer   {max_tokens_per_message}\n\
         tokens a day       {max_tokens_per_day}\nhelps with         {}\ncalls a person at  {}\n\n{}",
        if *is_active { "yes" } else { "no" },
        helps.join(", "),
        keywords.join(", "),
        Foreign::new(config.system_prompt.as_str()).lines(),
    );
    context.out.text(&config, &text)
}

async fn edit(file: Option<PathBuf>, dry_run: bool, context: &Context) -> Outcome {
    let before = in_force(context).await?;
    let text = match &file {
        Some(file) => Some(read(file)?),
        None => editor::edit(&before.to_text())?,
    };
    let Some(text) = text else {
        say("Nothing was changed.");
        return Ok(());
    };
    let wanted = match before.with_text(&text) {
        Ok(wanted) => wanted,
        Err(error) if file.is_none() => {
            let kept = kept(&text)?;
            return Err(Failure::Refused(format!(
                "{error}; your text is kept in {}: mend it there and give it with --file",
                kept.display()
            )));
        }
        Err(error) => return Err(error.into()),
    };
    let lines: Vec<String> = before.diff(&wanted).iter().map(DiffLine::line).collect();
    if dry_run && context.out.is_json() {
        return context.out.text(&lines, "");
    }
    if !context.out.is_json() {
        print(&printed(&lines))?;
    }
    if dry_run {
        return Ok(());
    }
    told(&coach::change_config(&context.studio, &context.actor, wanted).await?, context)
}

fn read(file: &PathBuf) -> Outcome<String> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", file.display())))
}

/// Puts a text aside that could not be taken.
fn kept(text: &str) -> Outcome<PathBuf> {
    let file = tempfile::Builder::new().prefix("wavelaunch-coach-").suffix(".toml").tempfile()?;
    std::fs::write(file.path(), text)?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

fn printed(lines: &[String]) -> String {
    let shown: Vec<String> = lines.iter().map(|line| Foreign::new(line.as_str()).line()).collect();
    shown.join("\n") + "\n"
}

fn told(config: &Config, context: &Context) -> Outcome {
    let sentence = format!("The coach is set anew; this is version {}.", config.version);
    context.out.done(config, &sentence)
}

async fn history(context: &Context) -> Outcome {
    let rows = coach::config_versions(&mut context.studio.db.read().await?, &context.actor).await?;
    context.out.list(
        &rows,
        [right("version"), left("since"), left("by"), left("what changed")],
        |row: &ConfigVersion| {
            [
                row.version.to_string(),
                moment(row.at),
                row.changed_by.clone().unwrap_or_else(|| "this machine".into()),
                dash(row.note.as_deref().map(|note| Foreign::new(note).line())),
            ]
        },
        "The coach is as delivered; nobody has changed it.",
    )
}

/// Tries a question out.
pub async fn try_out(tried: Tried, context: &Context) -> Outcome {
    let mut tx = context.studio.db.read().await?;
    let client = match &tried.client {
        Some(client) => Some(client::found(&mut tx, client).await?.id),
        None => None,
    };
    drop(tx);
    let mut config = in_force(context).await?;
    if let Some(file) = &tried.file {
        config = config.with_text(&read(file)?)?;
    }
    let question = Foreign::new(tried.question);
    let trial = coach::try_out(&context.studio, &context.actor, &config, client.as_ref(), &question).await?;
    context.out.text(&trial, &worded(&trial))
}

fn worded(trial: &Trial) -> String {
    let cost = super::usage::money(trial.cost_micros);
    let by = trial.model.as_deref().map(|model| format!(" ({})", Foreign::new(model).line())).unwrap_or_default();
    let answer = trial.answer.lines();
    let below = format!(
        "{}{by}; {} tokens sent, {} returned, cost {cost}, {} ms",
        trial.verdict.sentence(),
        trial.tokens_in,
        trial.tokens_out,
        trial.took_ms
    );
    if answer.is_empty() { below } else { format!("{answer}\n\n{below}") }
}
