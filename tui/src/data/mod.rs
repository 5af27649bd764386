//! What screens may ask and order, as data, and the desk that answers.
//!
//! Screens never see a database: they hold questions and answers. Every command
//! goes through the feature function that the command line uses too, so that
//! rules, permissions and wording are the same.

mod act;
mod ask;
mod coach_pages;
mod look;
mod problem;

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use wavelaunch_shared::Studio;
use wavelaunch_shared::staff::Actor;

pub use act::{Command, Done, Issued};
pub use ask::{Answer, AnswersPage, ClientPage, DocumentPage, MovePage, PAGE, Query, ThreadPage, UsersPage};
pub use coach_pages::{CostsPage, QualityPage, SetupPage, TranscriptPage};
pub use look::{DigestText, NoticePage, PreferencePage, TextRow};
pub use problem::Problem;

type Ask = dyn Fn(Query) -> BoxFuture<'static, Result<Answer, Problem>> + Send + Sync;
type Act = dyn Fn(Command) -> BoxFuture<'static, Result<Done, Problem>> + Send + Sync;

/// Answers questions and carries out commands for one person.
#[derive(Clone)]
pub struct Desk {
    ask: Arc<Ask>,
    act: Arc<Act>,
}

impl Desk {
    /// A desk in front of a studio's data, for `actor`.
    #[must_use]
    pub fn of_studio(studio: &Studio, actor: &Actor) -> Self {
        let both = (studio.clone(), actor.clone());
        let again = both.clone();
        Self {
            ask: Arc::new(move |query| {
                let (studio, actor) = both.clone();
                async move { Ok(ask::answer(&studio, &actor, query).await?) }.boxed()
            }),
            act: Arc::new(move |command| {
                let (studio, actor) = again.clone();
                async move { Ok(act::carry_out(&studio, &actor, command).await?) }.boxed()
            }),
        }
    }

    /// A desk made of two functions: what a test puts in a studio's place.
    #[cfg(test)]
    pub(crate) fn scripted(
        ask: impl Fn(Query) -> BoxFuture<'static, Result<Answer, Problem>> + Send + Sync + 'static,
    ) -> Self {
        let act = |_| async { Err(Problem::crashed()) }.boxed();
        Self { ask: Arc::new(ask), act: Arc::new(act) }
    }

    pub(crate) fn ask(&self, query: Query) -> BoxFuture<'static, Result<Answer, Problem>> {
        (self.ask)(query)
    }

    pub(crate) fn act(&self, command: Command) -> BoxFuture<'static, Result<Done, Problem>> {
        (self.act)(command)
    }
}
