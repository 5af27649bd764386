//! One client by whatever a person types: id, e-mail, or the start of the name.

use super::{Client, store};
use crate::db::Tx;
use crate::id::ClientId;
use crate::text::fold;
use crate::{Error, Result};

/// How many candidates an ambiguous name lists.
const SHOWN: usize = 5;

/// The client with this id.
pub async fn get(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>> {
    store::by_id(tx, id).await
}

/// The client that `text` names: an id, an e-mail, or an unambiguous start of the name in any
/// case and with or without accents. An archived client is only meant when no other fits.
pub async fn find(tx: &mut Tx, text: &str) -> Result<Client> {
    if text.contains('@') {
        return store::by_email(tx, &text.trim().to_lowercase()).await?.ok_or(Error::NotFound("client"));
    }
    if let Some(client) = store::by_id(tx, &ClientId::from_input(text)).await? {
        return Ok(client);
    }
    let start = fold(text);
    if start.is_empty() {
        return Err(Error::NotFound("client"));
    }
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX) + 1;
    let mut found = store::by_name_start(tx, &start, limit).await?;
    if found.iter().any(|client| client.deleted_at.is_none()) {
        found.retain(|client| client.deleted_at.is_none());
    }
    // A whole name means its bearer, however many longer names begin with it.
    let whole: Vec<usize> = (0..found.len()).filter(|&at| fold(found[at].full_name.raw()) == start).collect();
    if let [only] = whole[..] {
        return Ok(found.swap_remove(only));
    }
    match found.len() {
        0 => Err(Error::NotFound("client")),
        1 => Ok(found.swap_remove(0)),
        _ => Err(ambiguous(text, &found)),
    }
}

fn ambiguous(text: &str, found: &[Client]) -> Error {
    let mut names: Vec<String> =
        found.iter().take(SHOWN).map(|client| format!("{} <{}>", client.full_name.line(), client.email)).collect();
    if found.len() > SHOWN {
        names.push("and more".to_owned());
    }
    Error::refused(format!(
        "{:?} begins more than one name: {}; write more of it, or the e-mail",
        super::validate::shown(text),
        names.join(", ")
    ))
}
