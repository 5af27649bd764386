//! The clipboard of the person's own machine, through the terminal (OSC 52).

use base64::Engine as _;

/// Longest encoded payload that common terminals take.
const LIMIT: usize = 74_994;

/// The sequence that puts a text on the clipboard; `None` when it is too long
/// for terminals to take.
#[must_use]
pub fn osc52(text: &str) -> Option<String> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(text);
    (encoded.len() <= LIMIT).then(|| format!("\x1b]52;c;{encoded}\x1b\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_and_bounded() {
        assert_eq!(osc52("hi").unwrap(), "\x1b]52;c;aGk=\x1b\\");
        assert_eq!(osc52(&"x".repeat(60_000)), None);
    }
}
