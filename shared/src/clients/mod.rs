//! Clients: who they are, where they stand, what they answered.
//!
//! One row a person, whatever surfaces they use. Fields are checked in `validate`, statuses move
//! by the table of [`Status::to`] alone, and every change leaves its event in the same transaction.
//! The journey's dates are the journey's own; here they are only read.

mod answers;
mod client;
mod find;
mod import;
mod list;
mod manage;
pub mod questions;
mod status;
mod store;
mod validate;

pub use answers::{answers, save_answer, skip_question};
pub(crate) use answers::{has_plan, settled};
pub use client::{Client, ClientEdit, CoachLimit, NewClient};
pub use find::{find, get};
pub use import::{BadRow, ImportMode, ImportReport, import};
pub(crate) use list::bare_page;
pub use list::{ClientRow, Cursor, Filter, Next, Page, Places, Sort, count, ids, page, places};
pub use manage::{add, archive, change_status, churn, edit, require_room, restore, saw};
pub(crate) use manage::{apply, set_onboarded};
pub use status::{Move, Status};
pub(crate) use store::columns as client_columns;
pub use validate::normal_email;

#[cfg(test)]
mod tests;
