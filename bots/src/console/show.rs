//! Replies in a terminal, or as lines of JSON.

use serde::Serialize;
use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::text::{Button, Reply, terminal_safe};
use wavelaunch_shared::{Result, Studio};

use super::Format;
use crate::files;
use crate::talk::{CoachReply, CoachTurn};

/// Where replies are printed, and which buttons were.
pub(super) struct Screen<'a, W> {
    studio: &'a Studio,
    client: &'a Client,
    format: Format,
    output: W,
    actions: Vec<String>,
}

#[derive(Serialize)]
struct File {
    name: String,
    mime: String,
    bytes: usize,
}

/// A button with the number that presses it.
#[derive(Serialize)]
struct Numbered {
    id: usize,
    label: String,
}

impl<'a, W: AsyncWrite + Unpin> Screen<'a, W> {
    pub(super) fn new(studio: &'a Studio, client: &'a Client, format: Format, output: W) -> Self {
        Self { studio, client, format, output, actions: Vec::new() }
    }

    /// What the button of this number does.
    pub(super) fn action(&self, number: usize) -> Option<&str> {
        number.checked_sub(1).and_then(|at| self.actions.get(at)).map(String::as_str)
    }

    pub(super) async fn reply(&mut self, reply: &Reply) -> anyhow::Result<()> {
        let text = terminal_safe(&reply.text.to_plain());
        self.print(&text, reply).await
    }

    /// Prints an answer as it grows; the end of it is what counts.
    pub(super) async fn coach(&mut self, mut turn: CoachTurn) -> anyhow::Result<()> {
        let mut shown = String::new();
        while self.format == Format::Text && turn.text.changed().await.is_ok() {
            let so_far = terminal_safe(&turn.text.borrow_and_update());
            if let Some(more) = so_far.strip_prefix(&shown) {
                self.write(more).await?;
                shown = so_far;
            }
        }
        let Ok(CoachReply { reply, beside }) = turn.done.await else { return self.write("\n\n").await };
        let text = terminal_safe(&reply.text.to_plain());
        if let Some(rest) = text.strip_prefix(&shown) {
            self.print(rest, &reply).await?;
        } else {
            self.write("\n\n").await?;
            self.print(&text, &reply).await?;
        }
        match beside {
            Some(beside) => self.reply(&beside).await,
            None => Ok(()),
        }
    }

    async fn print(&mut self, text: &str, reply: &Reply) -> anyhow::Result<()> {
        let files = self.files(reply).await?;
        let rows: Vec<Vec<Numbered>> = reply.buttons.iter().map(|row| self.number(row)).collect();
        let printed = match self.format {
            Format::Json => {
                let buttons: Vec<&Numbered> = rows.iter().flatten().collect();
                let line = json!({ "text": text, "buttons": buttons, "files": files, "private": reply.private });
                format!("{line}\n")
            }
            Format::Text => format!("{text}{}{}\n\n", listed(&files), laid_out(&rows)),
        };
        self.write(&printed).await
    }

    fn number(&mut self, row: &[Button]) -> Vec<Numbered> {
        row.iter()
            .map(|button| {
                self.actions.push(button.action.clone());
                Numbered { id: self.actions.len(), label: terminal_safe(&button.label) }
            })
            .collect()
    }

    async fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.output.write_all(text.as_bytes()).await?;
        Ok(self.output.flush().await?)
    }

    async fn files(&self, reply: &Reply) -> Result<Vec<File>> {
        let mut files = Vec::new();
        for file in &reply.files {
            let upload = files::load(self.studio, Some(&self.client.id), file).await?;
            files.push(File { name: upload.name, mime: upload.mime, bytes: upload.bytes.len() });
        }
        Ok(files)
    }
}

fn listed(files: &[File]) -> String {
    files.iter().fold(String::new(), |shown, file| {
        format!("{shown}\n(file {}, {}, {} bytes)", file.name, file.mime, file.bytes)
    })
}

/// Buttons as they stand: `[1] One  [2] Two` for each row.
fn laid_out(rows: &[Vec<Numbered>]) -> String {
    rows.iter().fold(String::new(), |shown, row| {
        let row: Vec<String> = row.iter().map(|button| format!("[{}] {}", button.id, button.label)).collect();
        format!("{shown}\n{}", row.join("  "))
    })
}
