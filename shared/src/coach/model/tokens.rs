//! Counting tokens without the vendor's tokenizer.

/// About how many tokens a text has: four characters each in Latin script, one each elsewhere,
/// where a character carries more. English prose comes out within a tenth or so, and a guess errs
/// towards too many. Used for the context's budget, for reservations, and where an endpoint does
/// not report its usage.
#[must_use]
pub fn estimate_tokens(text: &str) -> i64 {
    let (mut latin, mut other) = (0_i64, 0_i64);
    for c in text.chars() {
        if (c as u32) < 0x250 {
            latin += 1;
        } else {
            other += 1;
        }
    }
    (latin + 3) / 4 + other
}
