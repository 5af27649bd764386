//! What the studio makes for a client: the business plan first, then a document a month, and extras beside it.
//! Each is written, reviewed, delivered, opened.
//!
//! A document moves only as [`DocumentStatus::may_become`] allows, and each move stamps its time and its
//! person, leaves its event and has its effect on the journey in one transaction. A client sees
//! their own delivered documents and nothing else: that is part of the query, never of a surface.
//!
//! What a client receives is a PDF. It is made when the document is approved, and one that cannot
//! be made holds the delivery back; with `documents.typeset = "when_opened"` it is made when somebody
//! first wants it.

mod deed;
mod document;
mod highlights;
mod open;
mod print;
mod status;
mod store;
mod undo;
mod work;
mod write;

pub(crate) use deed::{Deed, record};
pub use document::{Document, DocumentKind, DocumentRow, ReviewRow};
pub use highlights::{Told, accomplishments_of, highlights_of, summary_of};
pub use open::{fetch, open};
pub use print::{pdf, print, print_of};
pub use status::DocumentStatus;
pub(crate) use store::{Draft, Place, by_ids, insert, latest_plan, main_of, replace_rejected};
pub use store::{get, list, plans, review_queue};
pub use undo::{delete, take_back};
pub use work::{approve, approve_and_deliver, deliver, reject, submit};
pub use write::{Edit, Telling, add, add_extra, add_plan, edit, tell};
pub(crate) use write::{next_plan, require_main};

#[cfg(test)]
mod tests;
