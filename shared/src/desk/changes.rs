//! News that the data changed, by this process or by another.

use std::time::Duration;

use futures::{Stream, stream};

use crate::Studio;

/// How often other processes' changes are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Yields whenever the data may have changed: at once for commits of this process, within half a
/// second for those of others. A database that cannot be reached is asked again, never given up.
pub fn changes(studio: &Studio) -> impl Stream<Item = ()> + Send + use<> {
    let db = studio.db.clone();
    stream::unfold((db, None), |(db, mut known)| async move {
        loop {
            let own = tokio::time::timeout(LOOK, db.written()).await.is_ok();
            let now = db.version().await.ok();
            let moved = now.is_some() && known.is_some() && now != known;
            known = now.or(known);
            if own || moved {
                return Some(((), (db, known)));
            }
        }
    })
}
