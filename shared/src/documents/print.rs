//! The PDF of a document: what stands around its text, and how the file is called.

use chrono::NaiveDate;

use super::{Document, store};
use crate::clients::{self, Client};
use crate::config::Typeset;
use crate::db::Tx;
use crate::id::DocumentId;
use crate::press::{self, About, Paper};
use crate::prints::{self, File, Order, Print, Subject};
use crate::programme::Month;
use crate::staff::Actor;
use crate::text::fold;
use crate::{Error, Result, Studio};

/// The longest part of a file name that comes from a title.
const LONGEST_NAME: usize = 60;

/// The PDF of a document, for whoever may see it. It does not count as opened.
pub async fn pdf(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<File> {
    let order = order_of(&mut studio.db.read().await?, studio, actor, id).await?;
    prints::file(studio, &order).await
}

/// Makes sure that a document has its PDF, for whoever may see it: what could not be made is tried again.
pub async fn print(studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Print> {
    let order = order_of(&mut studio.db.read().await?, studio, actor, id).await?;
    prints::ready(studio, &order).await
}

/// How the PDF of a document stood when it was last wanted; `None` when it never was.
pub async fn print_of(tx: &mut Tx, id: &DocumentId) -> Result<Option<Print>> {
    prints::of(tx, &Subject::Document(id.clone())).await
}

/// Makes the PDF of what was just approved or changed. That it failed is kept with the document, and
/// is met again at the delivery.
pub(super) async fn try_to_print(studio: &Studio, actor: &Actor, id: &DocumentId) {
    if studio.settings.documents.typeset == Typeset::AtApproval
        && let Err(error) = print(studio, actor, id).await
    {
        tracing::warn!(document = %id, %error, "the PDF of an approved document is missing");
    }
}

async fn order_of(tx: &mut Tx, studio: &Studio, actor: &Actor, id: &DocumentId) -> Result<Order> {
    let document = store::get(tx, actor, id).await?;
    let client = clients::get(tx, &document.client_id).await?.ok_or(Error::NotFound("document"))?;
    Ok(Order {
        subject: Subject::Document(document.id.clone()),
        client: client.id.clone(),
        name: file_name(document.its_month().ok(), document.title.raw()),
        paper: Paper::Document(paper(studio, &client, &document)?),
    })
}

/// The document as it is set.
fn paper(studio: &Studio, client: &Client, document: &Document) -> Result<press::Document> {
    let words = &studio.messages;
    let title = document.title.raw();
    let above = match document.its_month().ok() {
        None => studio.settings.studio.name.clone(),
        Some(month) => {
            let month_title = studio.programme.title(month);
            let number = ("month", month.to_string());
            if title.trim().eq_ignore_ascii_case(month_title) {
                words.plain("pdf_month", &[number])?
            } else {
                words.plain("pdf_month_titled", &[number, ("month_title", month_title.to_owned())])?
            }
        }
    };
    let for_whom =
        [("client_name", client.full_name.raw().to_owned()), ("studio_name", studio.settings.studio.name.clone())];
    let date = date_of(document, client);
    let below = [words.plain("pdf_prepared", &for_whom)?, date.format("%-d %B %Y").to_string()];
    let page = words.plain("pdf_page", &[("page", HOLE.into()), ("pages", HOLE.into())])?;
    let mut parts = page.split(HOLE);
    let frame = press::Frame {
        above: &above,
        below: &below,
        footer: &words.plain("pdf_footer", &for_whom)?,
        contents: &words.plain("pdf_contents", &[])?,
        page: std::array::from_fn(|_| parts.next().unwrap_or_default()),
    };
    let about = About::new(title, &studio.settings.studio.name, date);
    Ok(press::Document::new(about, &frame, document.content_markdown.raw()))
}

/// Stands for a number that only the press knows.
const HOLE: &str = "\u{fffc}";

/// The day that a document bears: that of its approval, so that delivery changes nothing in it.
fn date_of(document: &Document, client: &Client) -> NaiveDate {
    let at = document.approved_at.or(document.generated_at).unwrap_or(document.created_at);
    at.with_timezone(&client.zone()).date_naive()
}

/// `month-3-market-entry-preparation.pdf`, `business-plan.pdf`: plain letters, digits and hyphens alone.
fn file_name(month: Option<Month>, title: &str) -> String {
    let mut name = month.map(|month| format!("month-{month}")).unwrap_or_default();
    for word in fold(title).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.len() + word.len() >= LONGEST_NAME {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(word);
    }
    if name.is_empty() {
        name.push_str("document");
    }
    name.push_str(".pdf");
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Market Entry Preparation", "month-3-market-entry-preparation.pdf")]
    #[case("../../etc/passwd\u{0}", "month-3-etc-passwd.pdf")]
    #[case("Übung & Café: CON", "month-3-ubung-cafe-con.pdf")]
    #[case("ブランド戦略", "month-3.pdf")]
    fn a_file_name_is_safe_everywhere(#[case] title: &str, #[case] name: &str) {
        assert_eq!(file_name(Month::new(3).ok(), title), name);
    }

    #[rstest]
    #[case("Business plan, version 2", "business-plan-version-2.pdf")]
    #[case("事業計画", "document.pdf")]
    fn a_plan_is_named_by_its_title(#[case] title: &str, #[case] name: &str) {
        assert_eq!(file_name(None, title), name);
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let name = file_name(Month::new(3).ok(), &"word ".repeat(100));
        assert!(name.len() <= LONGEST_NAME + 4 && name.ends_with("-word.pdf"), "{name}");
    }
}
