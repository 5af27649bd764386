//! What the studio makes for a client month by month: written, reviewed, delivered, opened.
//!
//! A document moves only as [`DocumentStatus::may_become`] allows, and each move stamps its time and its
//! person, leaves its event and has its effect on the journey in one transaction. A client sees
//! their own delivered documents and nothing else: that is part of the query, never of a surface.

mod copies;
mod document;
mod file;
mod highlights;
mod html;
mod open;
mod status;
mod store;
mod work;

pub use copies::{platform_file, remember_platform_file};
pub use document::{Document, DocumentKind, DocumentRow, ReviewRow};
pub use file::{File, file_of};
pub use highlights::{highlights_of, summary_of};
pub use open::{fetch, open};
pub use status::DocumentStatus;
pub(crate) use store::{Draft, insert_generated, main_of, replace_rejected};
pub use store::{get, list, review_queue};
pub use work::{Edit, add, approve, approve_and_deliver, deliver, edit, reject, submit};

#[cfg(test)]
mod tests;
