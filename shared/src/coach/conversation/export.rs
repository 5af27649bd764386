//! A conversation as a file that its client keeps.

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::{Author, CoachMessage, Conversation, own, transcript};
use crate::clients;
use crate::id::{ClientId, ConversationId};
use crate::staff::Actor;
use crate::text::Rich;
use crate::{Error, Result, Studio};

/// The longest title within a file's name, in characters.
const NAME: usize = 40;

/// How a conversation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Plain text.
    Text,
    /// Markdown, as the coach wrote it.
    Markdown,
}

/// A written conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// A name that every system takes.
    pub name: String,
    /// Its MIME type.
    pub mime: &'static str,
    /// Everything that was said.
    pub content: String,
}

/// Writes one of the client's own conversations down, with times on the client's clock.
pub async fn export(studio: &Studio, client: &ClientId, id: &ConversationId, format: ExportFormat) -> Result<Exported> {
    let conversation = own(studio, client, id).await?;
    let mut tx = studio.db.read().await?;
    let messages = transcript(&mut tx, &Actor::Client(client.clone()), id).await?;
    let owner = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    Ok(write(&conversation, &messages, format, owner.zone(), &studio.settings.studio.name))
}

fn write(
    conversation: &Conversation,
    messages: &[CoachMessage],
    format: ExportFormat,
    zone: Tz,
    studio_name: &str,
) -> Exported {
    let title = conversation.title.line();
    let mut content = match format {
        ExportFormat::Text => format!("{title}\n"),
        ExportFormat::Markdown => format!("# {title}\n"),
    };
    for message in messages {
        let who = match message.author {
            Author::User => "You",
            Author::Assistant => "Coach",
            Author::Admin => studio_name,
            Author::System => continue,
        };
        let when = message.created_at.with_timezone(&zone).format("%-d %B %Y, %H:%M");
        let said = match format {
            ExportFormat::Text => Rich::from_markdown(message.content.raw()).to_plain(),
            ExportFormat::Markdown => message.content.raw().to_owned(),
        };
        let said = if message.author == Author::User { message.content.raw() } else { &said };
        // Writing to a string cannot fail.
        let _ = match format {
            ExportFormat::Text => write!(content, "\n{who}, {when}\n{said}\n"),
            ExportFormat::Markdown => write!(content, "\n**{who}**, {when}\n\n{said}\n"),
        };
    }
    let (ending, mime) = match format {
        ExportFormat::Text => ("txt", "text/plain"),
        ExportFormat::Markdown => ("md", "text/markdown"),
    };
    Exported { name: format!("coach-{}.{ending}", file_name(&title)), mime, content }
}

fn file_name(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    match words.join("-").chars().take(NAME).collect::<String>().trim_end_matches('-') {
        "" => "conversation".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::model::scripted::Act;
    use crate::coach::testing::{answer, client, scripted};
    use crate::testing::on_both;

    #[tokio::test]
    async fn a_conversation_is_written_down_whole_in_both_forms() {
        on_both(|studio| async move {
            let ada = client(&studio, "Ada").await.id;
            let (studio, _endpoint) = scripted(&studio, [Act::Answer("Start with **your costs**.", None)]).await;
            let id = answer(&studio, &ada, "How do I *price*?").await.conversation;
            let text = export(&studio, &ada, &id, ExportFormat::Text).await.unwrap();
            assert_eq!((text.name.as_str(), text.mime), ("coach-how-do-i-price.txt", "text/plain"));
            assert_eq!(
                text.content,
                "How do I *price*?\n\nYou, 30 March 2026, 12:00\nHow do I *price*?\n\nCoach, 30 March 2026, 12:00\n\
                 Start with your costs.\n"
            );
            let markdown = export(&studio, &ada, &id, ExportFormat::Markdown).await.unwrap();
            assert!(markdown.content.contains("**Coach**, 30 March 2026, 12:00\n\nStart with **your costs**.\n"));
            let bo = client(&studio, "Bo").await.id;
            assert!(export(&studio, &bo, &id, ExportFormat::Text).await.is_err());
        })
        .await;
    }

    #[test]
    fn any_title_makes_a_name() {
        assert_eq!(file_name("価格?"), "conversation");
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_name(&"word ".repeat(20)).len(), 39);
    }
}
