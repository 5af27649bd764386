//! `chat`: the same conversation in this terminal.

use clap::{Args, ValueEnum};
use tokio::io::{BufReader, stdin, stdout};
use wavelaunch_shared::clients;

use super::Options;
use super::exit::Outcome;
use crate::console::{self, Format};
use crate::talk::Manner;

/// What `chat` takes.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The client to talk as: id, e-mail, or an unambiguous start of the name
    #[arg(long = "as", value_name = "CLIENT")]
    client: String,
    /// The platform to behave like
    #[arg(long, value_enum, default_value_t = Platform::Telegram)]
    platform: Platform,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Platform {
    Telegram,
    Discord,
}

pub(super) async fn chat(options: &Options, arguments: &Arguments) -> Outcome {
    let studio = options.studio().await?;
    let client = clients::find(&mut studio.db.read().await?, &arguments.client).await?;
    let manner = match arguments.platform {
        Platform::Telegram => Manner::Telegram,
        Platform::Discord => Manner::Discord,
    };
    let format = if options.json { Format::Json } else { Format::Text };
    let talked = console::chat(&studio, &client, manner, format, BufReader::new(stdin()), stdout()).await;
    studio.db.close().await;
    Ok(talked?)
}
