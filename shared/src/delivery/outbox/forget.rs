//! Codes that are kept as their hash alone must not stay in the messages that brought them.

use sqlx::types::Json;

use crate::db::Tx;
use crate::id::OutboxId;
use crate::text::Reply;
use crate::{Result, execute};

/// Messages with a code in their text.
const WITH_CODES: [&str; 3] = ["invitation", "invitation_code", "email_code"];

/// Whether messages sent for this purpose hold a code.
pub(in crate::delivery) fn holds_a_code(purpose: &str) -> bool {
    WITH_CODES.contains(&purpose)
}

/// What stands in the place of such a text.
pub(in crate::delivery) fn withheld() -> Reply {
    Reply::plain("The text had a code in it, which is not kept.")
}

/// Takes the text from a message that has come to its end, if it held a code.
pub(in crate::delivery) async fn forget(tx: &mut Tx, id: &OutboxId) -> Result<()> {
    let [first, second, third] = WITH_CODES;
    execute!(
        tx,
        "UPDATE outbox SET body = $2 WHERE id = $1 AND purpose IN ($3, $4, $5)",
        id,
        Json(withheld()),
        first,
        second,
        third
    )?;
    Ok(())
}
