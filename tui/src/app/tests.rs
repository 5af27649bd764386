//! The app on its own: keys in, frames out, with a desk that the test controls.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::{FutureExt as _, Stream, future, stream};
use tokio::io::AsyncReadExt as _;
use wavelaunch_shared::coach::Topic;
use wavelaunch_shared::staff::Actor;

use super::*;
use crate::data::{Answer, Desk, Problem};
use crate::screens::{CoachPart, Place};
use crate::term::{Input, Key, Profile, Screen, clamp};
use crate::testing::Rig;
use crate::theme::{Glyphs, Theme};
use crate::verbs::Rights;

fn empty_day() -> Answer {
    Answer::Today(Box::default())
}

fn desk_of_an_empty_day() -> Desk {
    Desk::scripted(|_| async { Ok(empty_day()) }.boxed())
}

fn silent_desk() -> Desk {
    Desk::scripted(|_| future::pending().boxed())
}

#[tokio::test]
async fn loading_never_blocks_a_key() {
    let mut rig = Rig::at(silent_desk(), &Place::Today);
    rig.shows(&["Wavelaunch › Today", "·····"]);
    rig.press("?");
    rig.shows(&["What you can do here"]);
    rig.press("esc :");
    rig.shows(&[" Do ", "go to Review"]);
    rig.press("esc q");
    assert!(rig.over());
}

#[tokio::test]
async fn a_failed_question_says_what_and_what_to_do_and_can_be_asked_again() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let desk = Desk::scripted(move |_| {
        let first = tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        async move { if first { Err(Problem::crashed()) } else { Ok(empty_day()) } }.boxed()
    });
    let mut rig = Rig::at(desk, &Place::Today);
    rig.settle().await;
    rig.shows(&["▲ This failed inside Wavelaunch", "ctrl-r"]);
    rig.press_and_settle("ctrl-r").await;
    rig.shows(&["Waiting for you"]);
}

#[tokio::test]
async fn a_job_that_panics_is_a_problem_and_not_the_end() {
    let desk = Desk::scripted(|_| async { panic!("a bug") }.boxed());
    let mut rig = Rig::at(desk, &Place::Today);
    rig.settle().await;
    rig.shows(&["This failed inside Wavelaunch"]);
}

#[tokio::test]
async fn ctrl_c_leaves_when_pressed_twice_even_from_a_sheet() {
    let mut rig = Rig::at(desk_of_an_empty_day(), &Place::Today);
    rig.settle().await;
    rig.press(":");
    rig.press("ctrl-c");
    assert!(!rig.over());
    rig.shows(&["Press ctrl-c again to leave."]);
    rig.press("ctrl-c");
    assert!(rig.over());
}

#[tokio::test]
async fn a_disabled_verb_says_why() {
    let mut rig = Rig::at(desk_of_an_empty_day(), &Place::Today);
    rig.settle().await;
    rig.press("enter");
    rig.shows(&["Nothing is chosen"]);
}

#[tokio::test]
async fn help_is_searched_by_typing() {
    let mut rig = Rig::at(desk_of_an_empty_day(), &Place::Today);
    rig.press("?");
    rig.type_text("palette");
    rig.shows(&["command palette: Find any verb"]);
    assert!(!rig.text().contains("page down"));
}

#[tokio::test]
async fn the_palette_runs_what_it_finds() {
    let mut rig = Rig::at(desk_of_an_empty_day(), &Place::Today);
    rig.settle().await;
    rig.press(":");
    rig.type_text("past");
    rig.press("enter");
    rig.shows(&["What was said"]);
}

#[tokio::test]
async fn the_driver_draws_once_and_then_only_what_changed() {
    let look = Look { theme: Theme::new(Glyphs::Ascii), zone: chrono_tz::Tz::UTC, rights: Rights::Edit };
    let clock = wavelaunch_shared::clock::Clock::driven(wavelaunch_shared::testing::monday_noon());
    let mut session = Session::new(look, desk_of_an_empty_day(), clock, &Place::Today);
    let mut screen = Screen::new(clamp(80, 24), Profile::Mono).unwrap();
    let (mut theirs, ours) = tokio::io::duplex(1 << 20);
    // Ten changes that change nothing on the screen, then a storm of sizes, then the way out.
    let sizes = (1..2000).map(|n| Input::Resize(clamp(n, n)));
    let end = [Input::Resize(clamp(80, 24)), Input::Key(Key::char('q'))];
    let inputs = stream::iter(sizes.chain(end));
    let ended = run(&mut session, &mut screen, inputs, stream::iter(vec![(); 10]), ours).await.unwrap();
    assert_eq!(ended, Ended::Left);
    let mut shown = String::new();
    theirs.read_to_string(&mut shown).await.unwrap();
    assert!(shown.contains("Wavelaunch"), "{shown:?}");
    assert!(shown.matches("\x1b[?2026h").count() < 20, "a burst is one frame: {}", shown.len());
}

#[tokio::test]
async fn the_driver_ends_when_the_terminal_goes_away() {
    let look = Look { theme: Theme::new(Glyphs::Ascii), zone: chrono_tz::Tz::UTC, rights: Rights::Look };
    let clock = wavelaunch_shared::clock::Clock::driven(wavelaunch_shared::testing::monday_noon());
    let mut session = Session::new(look, silent_desk(), clock, &Place::Today);
    let mut screen = Screen::new(clamp(65_535, 1), Profile::Rgb).unwrap();
    let ended = run(&mut session, &mut screen, stream::empty(), stream::pending(), tokio::io::sink()).await.unwrap();
    assert_eq!(ended, Ended::Left);
}

#[tokio::test]
async fn the_driver_gives_the_terminal_to_an_editor_and_goes_on_after_it() {
    let look = Look { theme: Theme::new(Glyphs::Ascii), zone: chrono_tz::Tz::UTC, rights: Rights::Edit };
    let studio = wavelaunch_shared::testing::sqlite().await;
    let desk = Desk::of_studio(&studio, &Actor::local_owner());
    let mut session = Session::new(look, desk, studio.clock.clone(), &Place::Coach(CoachPart::Setup));
    while session.busy() {
        let event = session.next_result().await;
        session.feed(event);
    }
    let mut screen = Screen::new(clamp(80, 24), Profile::Mono).unwrap();
    // To the words that call for a person.
    let to_words = vec!["down"; 3 + Topic::ALL.len()];
    let keys = to_words.into_iter().chain(["enter", "ctrl-o"]).map(|key| Input::Key(Key::parse(key).unwrap()));
    let keys = stream::iter(keys.collect::<Vec<_>>());
    let ended = run(&mut session, &mut screen, keys, stream::pending(), tokio::io::sink()).await.unwrap();
    assert!(matches!(ended, Ended::Letter(words) if words.contains("lawyer")));
    session.feed(Event::Edited(Err(crate::editor::Trouble::Unknown)));
    session.feed(Event::Edited(Ok(Some("solicitor\n".into()))));
    screen.repaint().unwrap();
    let (mut theirs, ours) = tokio::io::duplex(1 << 20);
    let ended = run(&mut session, &mut screen, stream::empty(), stream::pending(), ours).await.unwrap();
    assert_eq!(ended, Ended::Left);
    let mut shown = String::new();
    theirs.read_to_string(&mut shown).await.unwrap();
    assert!(shown.contains("solicitor") && shown.contains("set EDITOR"), "{shown}");
}

/// A keyboard as crossterm's is: between two keys it remembers whoever asked first, and wakes nobody else.
#[derive(Clone, Default)]
struct Keyboard(Arc<Mutex<(VecDeque<Input>, Option<Waker>)>>);

impl Keyboard {
    async fn press(&self, key: char) {
        // Long enough for the driver to draw and to wait for the next key.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut keyboard = self.0.lock().unwrap();
        keyboard.0.push_back(Input::Key(Key::char(key)));
        if let Some(waker) = keyboard.1.take() {
            waker.wake();
        }
    }
}

impl Stream for Keyboard {
    type Item = Input;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Input>> {
        let mut keyboard = self.0.lock().unwrap();
        if let Some(input) = keyboard.0.pop_front() {
            return Poll::Ready(Some(input));
        }
        keyboard.1.get_or_insert_with(|| cx.waker().clone());
        Poll::Pending
    }
}

#[tokio::test]
async fn every_key_is_heard_at_once() {
    let look = Look { theme: Theme::new(Glyphs::Ascii), zone: chrono_tz::Tz::UTC, rights: Rights::Look };
    let clock = wavelaunch_shared::clock::Clock::driven(wavelaunch_shared::testing::monday_noon());
    let mut session = Session::new(look, silent_desk(), clock, &Place::Today);
    let mut screen = Screen::new(clamp(80, 24), Profile::Mono).unwrap();
    let keyboard = Keyboard::default();
    let typing = async {
        for key in ['j', 'k', 'j', 'q'] {
            keyboard.press(key).await;
        }
        future::pending::<()>().await;
    };
    tokio::select! {
        ended = run(&mut session, &mut screen, keyboard.clone(), stream::pending(), tokio::io::sink()) => {
            assert_eq!(ended.unwrap(), Ended::Left);
        }
        () = typing => {}
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("a key was not heard until something else happened"),
    }
}
