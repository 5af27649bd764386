//! The screens: one file each.
//!
//! A screen holds a cursor and what it was told, says what it needs to know, and
//! acts on verbs. It reads no database, waits for nothing and knows no key.

mod access;
mod answers;
mod attention;
mod client;
mod clients;
mod coach;
mod digest;
mod document;
mod health;
mod inbox;
mod listing;
mod machine;
mod moves;
mod narrowing;
mod notices;
mod papers;
mod parts;
mod people;
mod place;
mod portfolio;
mod preferences;
mod preview;
mod review;
mod roll;
mod signs;
mod subject;
mod talks;
mod texts;
mod thread;
mod today;
mod transcript;
mod why;
mod words;

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod coach_tests;
#[cfg(test)]
mod journey_tests;
#[cfg(test)]
mod paper_tests;
#[cfg(test)]
mod story_tests;
#[cfg(test)]
mod studio_tests;

pub use place::{ClientTab, CoachPart, MachinePart, Place};
pub use subject::{Door, Linked, Started, Subject, Talk};

use crate::app::View;

/// Builds the screen of a place.
#[must_use]
pub fn build(place: &Place) -> Box<dyn View> {
    match place {
        Place::Today => Box::new(today::TodayScreen::default()),
        Place::Attention => Box::new(attention::AttentionScreen::default()),
        Place::Clients(words) => Box::new(clients::ClientsScreen::new(words)),
        Place::Client(id, tab) => Box::new(client::ClientScreen::new(id.clone(), *tab)),
        Place::Month(id, month) => Box::new(client::ClientScreen::at_month(id.clone(), *month)),
        Place::Move(id, wanted) => Box::new(preview::PreviewScreen::new(id.clone(), wanted.clone())),
        Place::Why(id) => Box::new(why::WhyScreen::new(id.clone())),
        Place::Review => Box::new(review::ReviewScreen::default()),
        Place::Document(id) => Box::new(document::DocumentScreen::new(id.clone())),
        Place::Inbox => Box::new(inbox::InboxScreen::default()),
        Place::Thread(id) => Box::new(thread::ThreadScreen::new(id.clone())),
        Place::Machine(part) => Box::new(machine::MachineScreen::new(*part)),
        Place::Transcript(client, id) => Box::new(transcript::TranscriptScreen::new(client.clone(), id.clone())),
        Place::Coach(part) => Box::new(coach::CoachScreen::new(*part)),
        Place::Access => Box::new(access::AccessScreen::default()),
        Place::Answers(id) => Box::new(answers::AnswersScreen::new(id.clone())),
        Place::Portfolio => Box::new(portfolio::PortfolioScreen::default()),
        Place::Digest => Box::new(digest::DigestScreen::default()),
        Place::Texts => Box::new(texts::TextsScreen::default()),
        Place::Preferences(id) => Box::new(preferences::PreferencesScreen::new(id.clone())),
        Place::Notices => Box::new(notices::NoticesScreen::default()),
    }
}
