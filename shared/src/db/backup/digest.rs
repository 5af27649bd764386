//! A digest of a table's rows that is the same on both databases and in any order.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::TableSum;

/// Adds up rows: the sum of their SHA-256, lane by lane, so that the order does not matter.
#[derive(Default)]
pub(super) struct Sum {
    rows: u64,
    lanes: [u64; 4],
}

impl Sum {
    pub(super) fn add(&mut self, columns: &[String], row: &[Value]) {
        let mut hash = Sha256::new();
        for (column, value) in columns.iter().zip(row) {
            hash.update(column.as_bytes());
            hash.update([0, u8::from(value.is_string())]);
            hash.update(canonical(value).as_bytes());
            hash.update([0]);
        }
        for (lane, bytes) in self.lanes.iter_mut().zip(hash.finalize().chunks_exact(8)) {
            *lane = lane.wrapping_add(bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)));
        }
        self.rows += 1;
    }

    pub(super) fn finish(&self) -> TableSum {
        let mut digest = String::with_capacity(64);
        for lane in self.lanes {
            let _ = write!(digest, "{lane:016x}");
        }
        TableSum { rows: self.rows, digest }
    }
}

/// One spelling for what the databases spell differently: SQLite keeps times and JSON as they were
/// written, PostgreSQL writes them anew; a double may lose its last digit on the way through text.
fn canonical(value: &Value) -> String {
    match value {
        Value::String(text) => {
            if text.len() >= 20
                && text.as_bytes()[10] == b'T'
                && let Ok(time) = DateTime::parse_from_rfc3339(text)
            {
                return time.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Micros, true);
            }
            if text.starts_with(['{', '[', '"'])
                && let Ok(json) = serde_json::from_str::<Value>(text)
            {
                return json.to_string();
            }
            text.clone()
        }
        Value::Number(number) if number.is_f64() => format!("{:.12e}", number.as_f64().unwrap_or_default()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sum(rows: &[Value]) -> TableSum {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(&["a".into(), "b".into()], row.as_array().unwrap());
        }
        sum.finish()
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_everything_else_does() {
        let both = sum(&[json!(["x", 1]), json!(["y", null])]);
        assert_eq!(both, sum(&[json!(["y", null]), json!(["x", 1])]));
        for other in [json!(["x", 2]), json!(["x", "1"]), json!(["x ", 1]), json!([null, 1])] {
            assert_ne!(both, sum(&[other, json!(["y", null])]));
        }
        assert_ne!(sum(&[json!(["x", "y"])]), sum(&[json!(["y", "x"])]));
    }

    #[test]
    fn times_and_json_count_by_what_they_mean() {
        let sqlite = json!(["2026-03-30T12:00:00.000+00:00", "{\"b\":1, \"a\":[]}"]);
        let postgres = json!(["2026-03-30T12:00:00+00:00", "{\"a\":[],\"b\":1}"]);
        assert_eq!(sum(&[sqlite]), sum(&[postgres]));
    }
}
