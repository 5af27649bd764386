//! `admin key`: the SSH keys by which the staff come in.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use wavelaunch_shared::Error;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::staff::keys::{self, Key};

use crate::cli::care::Care;
use crate::cli::context::{Context, or_look};
use crate::cli::exit::Outcome;
use crate::cli::output::{ago, dash, date, left, right};

const LOOK: &str = "`wavelaunch admin list` and `wavelaunch admin key list` show what there is";

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Let somebody in with a key
    Add {
        /// Whose it is
        email: String,
        #[command(flatten)]
        key: Given,
        /// Which machine or token it is on (else the key's own comment)
        #[arg(long)]
        label: Option<String>,
    },
    /// The keys that let somebody in
    List {
        /// Only this person's
        email: Option<String>,
    },
    /// Let nobody in with a key any more
    Remove {
        /// Whose it is
        email: String,
        /// Its fingerprint, or its label where only one key has that
        key: String,
        #[command(flatten)]
        care: Care,
    },
}

/// A public key, as text or in a file.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct Given {
    /// The public key, one line: 'ssh-ed25519 AAAA… comment'
    key: Option<String>,
    /// A file that holds it, for instance `~/.ssh/id_ed25519.pub`
    #[arg(long)]
    file: Option<PathBuf>,
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::List { .. } => false,
            Self::Remove { care, .. } => !care.dry_run,
            Self::Add { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::Add { email, key, label } => add(&email, &key, label.as_deref(), context).await,
        Verb::List { email } => list(email.as_deref(), context).await,
        Verb::Remove { email, key, care } => remove(&email, &key, care, context).await,
    }
}

async fn add(email: &str, given: &Given, label: Option<&str>, context: &Context) -> Outcome {
    let line = match (&given.key, &given.file) {
        (Some(line), _) => line.clone(),
        (None, Some(file)) => read(file)?,
        (None, None) => String::new(),
    };
    let key = or_look(keys::add(&context.studio, &context.actor, email, &line, label).await, LOOK)?;
    context.out.done(&key, &format!("{} comes in with {} ({}).", key.email, key.fingerprint, key.label.line()))
}

fn read(file: &Path) -> Outcome<String> {
    Ok(std::fs::read_to_string(file).map_err(|error| Error::file(file, error))?)
}

async fn list(email: Option<&str>, context: &Context) -> Outcome {
    context.actor.require(Capability::View)?;
    let admin = match email {
        Some(email) => Some(super::member(context, email).await?.id),
        None => None,
    };
    let keys = keys::list(&mut context.studio.db.read().await?, admin.as_ref()).await?;
    let (now, zone) = (context.studio.clock.now(), context.studio.zone()?);
    context.out.list(
        &keys,
        [left("e-mail"), left("label"), left("fingerprint"), left("added"), right("used")],
        |key| {
            [
                key.email.clone(),
                key.label.line(),
                key.fingerprint.clone(),
                date(key.created_at, zone),
                dash(key.last_used_at.map(|at| ago(at, now))),
            ]
        },
        "No key lets anybody in; `wavelaunch admin key add EMAIL --file FILE` adds one.",
    )
}

async fn remove(email: &str, which: &str, care: Care, context: &Context) -> Outcome {
    let admin = super::member(context, email).await?;
    let mut keys = keys::list(&mut context.studio.db.read().await?, Some(&admin.id)).await?;
    keys.retain(|key: &Key| key.fingerprint == which || key.label.raw() == which);
    if care.dry_run {
        return context.out.done(&keys, &format!("Would take {} of {} away.", count(keys.len()), admin.email));
    }
    care.ask(&format!("Take {} of {} away?", count(keys.len()), admin.email))?;
    let key = or_look(keys::remove(&context.studio, &context.actor, email, which).await, LOOK)?;
    context.out.done(&key, &format!("{} no longer comes in with {}.", key.email, key.fingerprint))
}

fn count(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}
