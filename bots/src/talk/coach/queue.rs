//! One question of a client at a time: the next one waits, a third is refused.
//!
//! Kept in this process alone: it spares a person two answers at once, and the studio a flood. What
//! must hold everywhere, the allowance, is kept by the database.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Lane, OwnedMutexGuard};
use wavelaunch_shared::id::ClientId;

/// A client's lane lives as long as somebody holds a place in it.
static LANES: LazyLock<Mutex<HashMap<ClientId, Weak<Lane<()>>>>> = LazyLock::new(Mutex::default);

/// How many may be in a lane: one that is answered, one that waits.
const PLACES: usize = 2;

/// A question's place.
pub(super) struct Place {
    lane: Arc<Lane<()>>,
    /// Somebody was there before.
    pub behind: bool,
}

/// Takes a place in the client's lane; `None` when it is full.
pub(super) fn enter(client: &ClientId) -> Option<Place> {
    let mut lanes = LANES.lock().unwrap_or_else(PoisonError::into_inner);
    lanes.retain(|_, lane| lane.strong_count() > 0);
    let lane = lanes.get(client).and_then(Weak::upgrade).unwrap_or_else(|| {
        let lane = Arc::new(Lane::new(()));
        lanes.insert(client.clone(), Arc::downgrade(&lane));
        lane
    });
    // This function holds one of the counted places itself.
    let before = Arc::strong_count(&lane) - 1;
    (before < PLACES).then_some(Place { lane, behind: before > 0 })
}

impl Place {
    /// Waits until it is this question's turn. The turn ends when the guard goes.
    pub(super) async fn turn(self) -> OwnedMutexGuard<()> {
        self.lane.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_is_answered_one_waits_a_third_is_refused() {
        let ada = ClientId::from_input("cqueueada");
        let first = enter(&ada).unwrap();
        let second = enter(&ada).unwrap();
        assert_eq!((first.behind, second.behind), (false, true));
        assert!(enter(&ada).is_none());
        assert!(enter(&ClientId::from_input("cqueuebo")).is_some_and(|place| !place.behind));

        let turn = first.turn().await;
        let waiting = tokio::spawn(second.turn());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished() && enter(&ada).is_none());
        drop(turn);
        drop(waiting.await.unwrap());
        assert!(enter(&ada).is_some_and(|place| !place.behind), "an empty lane is forgotten");
    }
}
