//! `db backup`, `restore`, `verify` and `copy`: the safety copies.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use wavelaunch_shared::db::backup::{self, Moved, Onto};
use wavelaunch_shared::db::{Db, Url};

use crate::cli::care::Care;
use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Write a consistent copy of everything to a file, while others work on
    Backup {
        /// The file to make; it must not exist yet
        file: PathBuf,
    },
    /// Replace everything by a backup
    Restore {
        /// A file made by `db backup`, on either kind of database
        file: PathBuf,
        /// Where to keep what is there now (else next to FILE)
        #[arg(long, value_name = "FILE")]
        safety_copy: Option<PathBuf>,
        #[command(flatten)]
        care: Care,
    },
    /// Prove that a backup restores: load it into a scratch database and compare
    Verify {
        /// A file made by `db backup` (else one made now)
        file: Option<PathBuf>,
    },
    /// Copy everything into another, empty database of either kind
    Copy {
        /// `sqlite://path` or `postgres://host/name`
        #[arg(long, value_name = "URL")]
        to: Url,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Verify { .. } => false,
            Self::Restore { care, .. } => !care.dry_run,
            Self::Backup { .. } | Self::Copy { .. } => true,
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    match verb {
        Verb::Backup { file } => make(&file, context).await,
        Verb::Restore { file, safety_copy, care } => restore(&file, safety_copy, care, context).await,
        Verb::Verify { file } => verify(file.as_deref(), context).await,
        Verb::Copy { to } => copy(&to, context).await,
    }
}

async fn make(file: &Path, context: &Context) -> Outcome {
    let moved = backup::backup(&context.studio, &context.actor, file).await?;
    context.out.done(&moved, &format!("{} are in {}; digest {}.", rows(&moved), file.display(), moved.digest))
}

async fn restore(file: &Path, safety_copy: Option<PathBuf>, care: Care, context: &Context) -> Outcome {
    let (studio, actor) = (&context.studio, &context.actor);
    let database = studio.settings.database_url()?;
    if care.dry_run {
        let verified = backup::verify(studio, actor, Some(file)).await?;
        let sentence = format!("Would replace all of {database} by {} of {}.", rows(&verified.backup), file.display());
        return context.out.done(&verified, &sentence);
    }
    let safety_copy = safety_copy.unwrap_or_else(|| beside(file, context));
    care.ask(&format!(
        "Replace all of {database} by {}? What is there now is kept in {}.",
        file.display(),
        safety_copy.display()
    ))?;
    let moved = backup::restore(studio, actor, file, &Onto::Replacing { safety_copy }).await?;
    let kept = moved.safety_copy.as_ref().map(|copy| format!(" What was there is in {}.", copy.display()));
    context.out.done(&moved, &format!("{} are restored.{}", rows(&moved), kept.unwrap_or_default()))
}

async fn verify(file: Option<&Path>, context: &Context) -> Outcome {
    let verified = backup::verify(&context.studio, &context.actor, file).await?;
    let what = file.map_or_else(|| "a backup made now".to_owned(), |file| file.display().to_string());
    if verified.differing.is_empty() {
        let sentence = format!("{} of {what} came back as they were.", rows(&verified.backup));
        return context.out.done(&verified, &sentence);
    }
    context.out.done(&verified, "")?;
    let tables = verified.differing.join(", ");
    Err(Failure::Refused(format!("{what} does not restore: {tables} differ; keep an older backup and make a new one")))
}

async fn copy(to: &Url, context: &Context) -> Outcome {
    let folder = tempfile::tempdir()?;
    let target = Db::open(to).await?;
    let moved = backup::copy(&context.studio, &context.actor, &target, folder.path()).await;
    target.close().await;
    let moved = moved?;
    context.out.done(&moved, &format!("{} are in {to}.", rows(&moved)))
}

fn rows(moved: &Moved) -> String {
    format!("{} rows", moved.rows())
}

/// Next to the backup, named by the time, so that no copy ever overwrites another.
fn beside(file: &Path, context: &Context) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(context.studio.clock.now().format(".before-%Y%m%dT%H%M%SZ").to_string());
    file.with_file_name(name)
}
