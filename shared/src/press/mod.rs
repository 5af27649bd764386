//! The press: from text to a PDF, through one template a kind of paper in `config/documents/`.
//!
//! A template is Typst and decides how a paper looks; what it shows comes to it as data
//! (`paper.json`), never as code. It can see nothing else: no file, no network, no clock. The same
//! paper, template and fonts give the same bytes, so a [`Job`]'s key names what it makes before it
//! is made. This module knows no database and no client; [`prints`](crate::prints) keeps what it makes.

mod block;
mod fonts;
mod markdown;
mod paper;
mod typeset;
mod world;

pub use fonts::Fonts;
pub use paper::{About, Certificate, Document, Frame, Paper, Words};
pub use typeset::{Job, Printed};

#[cfg(test)]
mod tests;
