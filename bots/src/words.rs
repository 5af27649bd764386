//! The few texts that a platform needs before [`talk`](crate::talk) has one.

use wavelaunch_shared::Studio;
use wavelaunch_shared::text::{Reply, Rich};

/// Where an answer will grow.
#[must_use]
pub fn thinking(studio: &Studio) -> Rich {
    studio.messages.body("coach_thinking", &[]).unwrap_or_else(|_| Rich::plain("…"))
}

/// An answer as far as it has grown. Its markup is read once it is whole: half of it means something else.
#[must_use]
pub fn growing(so_far: &str) -> Rich {
    Rich::plain(&format!("{} …", so_far.trim_end())).inert()
}

/// An answer that will never be whole.
#[must_use]
pub fn broken_off(studio: &Studio) -> Reply {
    Reply::new(
        studio
            .messages
            .body("coach_interrupted", &[])
            .unwrap_or_else(|_| Rich::plain("The answer was cut off. Please ask again.")),
    )
}
