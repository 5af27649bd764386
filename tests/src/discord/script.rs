//! What a test does as the people on the other side.

mod acting;
mod options;
mod world;
