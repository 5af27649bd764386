//! `--limit` and `--after`: lists print everything that matches unless told otherwise.

use clap::Args;

use super::exit::Outcome;

/// How many rows a list asks the database for at once.
const STRETCH: i64 = 500;

/// Which part of a list to print.
#[derive(Args, Clone, Debug)]
pub struct Paging {
    /// At most so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    limit: Option<i64>,
    /// Begin after this one: the id of the last one printed before
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
}

impl Paging {
    /// The wanted part of a list that is short enough to be read whole.
    pub fn cut<R>(&self, mut rows: Vec<R>, id: impl Fn(&R) -> &str) -> Vec<R> {
        if let Some(after) = &self.after {
            let past = rows.iter().position(|row| id(row) == after).map_or(rows.len(), |at| at + 1);
            rows.drain(..past);
        }
        rows.truncate(self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
        rows
    }

    /// Gathers rows stretch by stretch: `page` gives at most so many rows from where the last one
    /// ended, and where it ended if there may be more.
    pub async fn gather<R, K, F>(&self, first: Option<K>, page: impl Fn(Option<K>, i64) -> F) -> Outcome<Vec<R>>
    where
        F: Future<Output = Outcome<(Vec<R>, Option<K>)>>,
    {
        let mut rows = Vec::new();
        let mut place = first;
        loop {
            let have = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let wanted = self.limit.map_or(STRETCH, |limit| (limit - have).min(STRETCH));
            if wanted == 0 {
                return Ok(rows);
            }
            let (more, next) = page(place, wanted).await?;
            rows.extend(more);
            match next {
                Some(next) => place = Some(next),
                None => return Ok(rows),
            }
        }
    }
}
