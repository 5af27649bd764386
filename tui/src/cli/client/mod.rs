//! `client`: the people of the programme.

mod access;
mod answers;
mod answers_form;
mod edit_form;
mod export;
mod fields;
mod import;
mod list;
mod portal;
mod preferences;
mod show;

use std::path::PathBuf;

use clap::Subcommand;
use wavelaunch_shared::clients::{self, Client, ClientEdit};
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::delivery::{Channel, Queued};
use wavelaunch_shared::journey;
use wavelaunch_shared::staff::Capability;
use wavelaunch_shared::text::Foreign;

use super::care::Care;
use super::context::{Context, or_look};
use super::exit::{Failure, Outcome};
use super::paper;
use crate::editor;

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Add a client, as a lead
    Add(Box<fields::New>),
    /// Add the clients of a CSV file, all or none
    Import(import::File),
    /// List clients, by name unless told otherwise
    List(list::Wanted),
    /// One client: who they are, where they stand, what they answered
    Show {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Change what is known of a client; what is not named stays. Without anything, in your own editor
    Edit(Box<fields::Change>),
    /// Invite a client: a one-time code for Discord, a link and a picture of it for Telegram
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Invite {
        /// Id, e-mail, or the start of the name
        #[arg(required = true)]
        client: Option<String>,
        /// How to draw the link for a phone's camera
        #[arg(long, value_enum, default_value_t)]
        qr: access::Qr,
        #[command(subcommand)]
        pending: Option<access::Pending>,
    },
    /// Who was invited, who is in, who has gone silent; and switching access off
    #[command(subcommand)]
    Portal(portal::Verb),
    /// What a client answered about their brand; answer in their place, finish
    Answers(answers::Answers),
    /// Decide a client's wish for another e-mail address
    Email(portal::Email),
    /// What a client is told, by which channel, and when; change it in their place
    Preferences(preferences::Wanted),
    /// Congratulate a client on a milestone, once for each
    Milestone {
        /// Id, e-mail, or the start of the name
        client: String,
        /// What was reached, for instance 'the first hundred orders'
        milestone: String,
    },
    /// End the link to a client's chat accounts
    Unlink {
        /// Id, e-mail, or the start of the name
        client: String,
        /// Only on this one
        #[arg(long, value_name = "telegram|discord", value_parser = platform)]
        platform: Option<Channel>,
        #[command(flatten)]
        care: Care,
    },
    /// Hide a client and end all that would reach them
    Archive {
        /// Id, e-mail, or the start of the name
        client: String,
        #[command(flatten)]
        care: Care,
    },
    /// A client has left the programme for good; what there is of them stays
    Churn {
        /// Id, e-mail, or the start of the name
        client: String,
        #[command(flatten)]
        care: Care,
    },
    /// Bring an archived client back, as they were
    Restore {
        /// Id, e-mail, or the start of the name
        client: String,
    },
    /// Write the certificate of a completed programme to a file
    Certificate {
        /// Id, e-mail, or the start of the name
        client: String,
        /// Where to; a folder takes the file under its own name
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Everything that the studio holds about a client, as one JSON value
    Export {
        /// Id, e-mail, or the start of the name
        client: String,
        /// The file to write (else standard output)
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

impl Verb {
    pub fn changes(&self) -> bool {
        match self {
            Self::Import(file) => file.changes(),
            Self::List(_) | Self::Export { .. } | Self::Show { .. } => false,
            Self::Invite { pending, .. } => pending.is_none(),
            Self::Portal(verb) => verb.changes(),
            Self::Answers(answers) => answers.changes(),
            Self::Email(email) => email.changes(),
            Self::Preferences(wanted) => wanted.changes(),
            Self::Archive { care, .. } | Self::Churn { care, .. } | Self::Unlink { care, .. } => !care.dry_run,
            Self::Add(_) | Self::Edit(_) | Self::Milestone { .. } | Self::Restore { .. } | Self::Certificate { .. } => {
                true
            }
        }
    }
}

pub async fn run(verb: Verb, context: &Context) -> Outcome {
    let Context { studio, actor, out } = context;
    match verb {
        Verb::Add(new) => {
            let client = clients::add(studio, actor, (*new).into()).await?;
            out.done(&client, &format!("{} is a client now, as a lead: {}", client.full_name.line(), client.id))
        }
        Verb::Import(file) => import::run(&file, context).await,
        Verb::List(wanted) => list::run(wanted, context).await,
        Verb::Show { client } => show::run(&client, context).await,
        Verb::Edit(change) => {
            let client = named(context, &change.client).await?;
            let change = if change.says_nothing() { in_editor(&client, context)? } else { (*change).into() };
            let client = clients::edit(studio, actor, &client.id, change).await?;
            out.done(&client, &format!("{} is changed.", client.full_name.line()))
        }
        Verb::Invite { client: Some(client), qr, pending: None } => access::invite(&client, qr, context).await,
        Verb::Invite { .. } => access::invites(context).await,
        Verb::Portal(verb) => portal::run(verb, context).await,
        Verb::Answers(answers) => answers::run(answers, context).await,
        Verb::Email(email) => portal::email(email, context).await,
        Verb::Preferences(wanted) => preferences::run(wanted, context).await,
        Verb::Certificate { client, to } => {
            let client = named(context, &client).await?;
            paper::write(&journey::certificate(studio, actor, &client.id).await?, &to, context)
        }
        Verb::Export { client, to } => export::run(&client, to.as_deref(), context).await,
        Verb::Milestone { client, milestone } => tell_milestone(&client, milestone, context).await,
        Verb::Unlink { client, platform, care } => access::unlink(&client, platform, care, context).await,
        Verb::Archive { client, care } => archive(&client, care, context).await,
        Verb::Churn { client, care } => churn(&client, care, context).await,
        Verb::Restore { client } => {
            let client = named(context, &client).await?;
            clients::restore(studio, actor, &client.id).await?;
            let client = named(context, client.id.as_str()).await?;
            let replan = if client.program_start_date.is_some() {
                " Their automations stay cancelled: `wavelaunch journey replan` plans what is missing again."
            } else {
                ""
            };
            out.done(&client, &format!("{} is back as {}.{replan}", client.full_name.line(), client.status))
        }
    }
}

/// What the person changed in their editor.
fn in_editor(client: &Client, context: &Context) -> Outcome<ClientEdit> {
    context.actor.require(Capability::Edit)?;
    let Some(after) = editor::edit(&edit_form::written(client))? else {
        return Err(Failure::Refused("nothing was changed".into()));
    };
    edit_form::changes(client, &after)
}

/// What became of a message to a client.
#[derive(serde::Serialize)]
struct Told<'a> {
    client_id: &'a wavelaunch_shared::id::ClientId,
    milestone: &'a Foreign,
    outcome: &'static str,
}

async fn tell_milestone(client: &str, milestone: String, context: &Context) -> Outcome {
    let client = named(context, client).await?;
    let (name, milestone) = (client.full_name.line(), Foreign::new(milestone));
    let queued = journey::milestone(&context.studio, &context.actor, &client.id, &milestone).await?;
    let (outcome, sentence) = match queued {
        Queued::Queued(_) | Queued::Duplicate => ("QUEUED", format!("{name} is told.")),
        Queued::PreferenceOff => ("PREFERENCE_OFF", format!("Not sent: {name} has milestones turned off.")),
        Queued::NoChannel => ("NO_CHANNEL", format!("Not sent: no chat of {name} is linked.")),
    };
    context.out.done(&Told { client_id: &client.id, milestone: &milestone, outcome }, &sentence)
}

async fn archive(client: &str, care: Care, context: &Context) -> Outcome {
    let client = named(context, client).await?;
    let name = client.full_name.line();
    let consequence = "planned automations and waiting messages are cancelled, chat accounts unlinked";
    if care.dry_run {
        return context.out.done(&client, &format!("Would archive {name}: {consequence}."));
    }
    care.ask(&format!("Archive {name} <{}>? With it {consequence}.", client.email))?;
    clients::archive(&context.studio, &context.actor, &client.id).await?;
    let client = named(context, client.id.as_str()).await?;
    context.out.done(&client, &format!("{name} is archived; `wavelaunch client restore` brings them back."))
}

async fn churn(client: &str, care: Care, context: &Context) -> Outcome {
    let client = named(context, client).await?;
    let name = client.full_name.line();
    let consequence = "planned automations and waiting messages are cancelled, chat accounts unlinked, for good";
    if care.dry_run {
        return context.out.done(&client, &format!("Would let {name} leave: {consequence}."));
    }
    care.ask(&format!("{name} <{}> has left the programme? With it {consequence}.", client.email))?;
    clients::churn(&context.studio, &context.actor, &client.id).await?;
    let client = named(context, client.id.as_str()).await?;
    context.out.done(&client, &format!("{name} has left the programme; what there is of them stays."))
}

/// The platforms on which a client can be linked.
fn platform(text: &str) -> Result<Channel, String> {
    match text.to_lowercase().as_str() {
        "telegram" => Ok(Channel::Telegram),
        "discord" => Ok(Channel::Discord),
        _ => Err("choose telegram or discord".to_owned()),
    }
}

/// The client that an operator named.
pub async fn named(context: &Context, text: &str) -> Outcome<Client> {
    found(&mut context.studio.db.read().await?, text).await
}

/// The same inside a transaction.
pub async fn found(tx: &mut Tx, text: &str) -> Outcome<Client> {
    or_look(clients::find(tx, text).await, "`wavelaunch client list` names them all")
}
