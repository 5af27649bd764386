//! The type of text that is never trusted, and the terminal's encoder for it.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// Text that a person outside wrote: names, messages, answers, handles.
///
/// It has no `Display`, and its `Debug` shows only a length: to show it, choose a surface's
/// encoder. [`Foreign::raw`] is for storing, comparing and for the encoders themselves.
#[derive(Clone, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Foreign(String);

impl Foreign {
    /// Takes text as it came in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as it came in. Never draw, print or log it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// One line that is safe to draw in a terminal.
    #[must_use]
    pub fn line(&self) -> String {
        terminal_safe(&self.0).replace('\n', " ")
    }

    /// Lines that are safe to draw in a terminal.
    #[must_use]
    pub fn lines(&self) -> String {
        terminal_safe(&self.0)
    }

    /// True when nothing but white space was written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Foreign({} characters)", self.0.chars().count())
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Removes what can steer a terminal or deceive its reader: C0 and C1 controls (tabs become
/// spaces, newlines stay), bidirectional controls, and zero-width characters except the joiner
/// inside an emoji sequence.
#[must_use]
pub fn terminal_safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut previous = None;
    while let Some(c) = chars.next() {
        match c {
            '\n' => safe.push('\n'),
            '\t' => safe.push_str("    "),
            '\u{200d}' if previous.is_some_and(joins) && chars.peek().copied().is_some_and(is_pictograph) => {
                safe.push(c);
            }
            c if c.is_control() || is_invisible(c) => {}
            c => safe.push(c),
        }
        previous = Some(c);
    }
    safe
}

/// Bidirectional controls, zero-width characters, soft hyphens, tags and other unseen marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn joins(c: char) -> bool {
    is_pictograph(c) || matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The form by which names are searched and sorted: compatibility-folded, lower case, without
/// accents and controls, single spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            c if c.is_whitespace() => folded.push(' '),
            c if c.is_control() || is_invisible(c) || unicode_normalization::char::is_combining_mark(c) => {}
            c => match without_stroke(c) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(c),
            },
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters that Unicode does not take apart, as somebody without them on the keyboard types them.
fn without_stroke(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}
