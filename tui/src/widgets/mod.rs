//! The pieces that screens are made of.
//!
//! They know text, styles and cells and nothing of clients or documents, so
//! that each can be tried alone. They draw exactly what they are given; text
//! that people wrote must have gone through its terminal encoder before.

pub mod chart;
pub mod edit;
pub mod frame;
pub mod line;
pub mod list;
pub mod markdown;
pub mod paper;
pub mod qr;
pub mod rich;
pub mod table;
pub mod text;
