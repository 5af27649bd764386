//! Looks by meaning.
//!
//! A screen never names a colour or a glyph: it says what something means and
//! the theme answers with a style, and with a mark that says the same without
//! colour. The accent belongs to the cursor alone. Text in the default colour
//! stays in the person's own palette, light or dark.

use ratatui::style::{Color, Modifier, Style};
use wavelaunch_shared::desk::MonthMark;

/// What something on the screen means for the person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Past its date, or refused.
    Late,
    /// Waits for a person.
    Waiting,
    /// Done, delivered, healthy.
    Done,
    /// The machine did it or will do it.
    Machine,
    /// Nobody knows whether it happened; a person must settle it.
    Doubt,
    /// Held on purpose.
    Paused,
    /// Nothing to say yet.
    Quiet,
}

impl Meaning {
    /// Every meaning, in the order of the legend.
    pub const ALL: [Self; 7] =
        [Self::Late, Self::Waiting, Self::Done, Self::Machine, Self::Doubt, Self::Paused, Self::Quiet];
}

/// Which characters the terminal can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Marks, rules and bars beyond ASCII.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// The looks of one session.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    glyphs: Glyphs,
}

impl Theme {
    /// A theme for a terminal with these glyphs.
    #[must_use]
    pub const fn new(glyphs: Glyphs) -> Self {
        Self { glyphs }
    }

    /// Which characters may be drawn.
    #[must_use]
    pub fn glyphs(self) -> Glyphs {
        self.glyphs
    }

    /// Black on white, for what a machine reads off the screen.
    #[must_use]
    pub fn paper(self) -> Style {
        Style::new().fg(Color::Rgb(0, 0, 0)).bg(Color::Rgb(255, 255, 255))
    }

    /// The style of text that carries a meaning.
    #[must_use]
    pub fn style(self, meaning: Meaning) -> Style {
        match meaning {
            Meaning::Late => Style::new().fg(Color::Rgb(225, 70, 60)),
            Meaning::Waiting => Style::new().fg(Color::Rgb(205, 155, 30)),
            Meaning::Done => Style::new().fg(Color::Rgb(70, 165, 95)),
            Meaning::Machine => Style::new().fg(Color::Rgb(75, 140, 215)),
            Meaning::Doubt => Style::new().fg(Color::Rgb(190, 95, 195)),
            Meaning::Paused | Meaning::Quiet => self.dim(),
        }
    }

    /// The mark that says the same without colour. One cell wide.
    #[must_use]
    pub fn mark(self, meaning: Meaning) -> &'static str {
        let (unicode, ascii) = match meaning {
            Meaning::Late => ("▲", "!"),
            Meaning::Waiting => ("●", "*"),
            Meaning::Done => ("✓", "+"),
            Meaning::Machine => ("⚙", "#"),
            Meaning::Doubt => ("?", "?"),
            Meaning::Paused => ("‖", "="),
            Meaning::Quiet => ("·", "."),
        };
        self.pick(unicode, ascii)
    }

    /// The mark of a month in a grid, and the meaning whose colour it has. One cell wide, and told
    /// apart without colour.
    #[must_use]
    pub fn month(self, mark: MonthMark) -> (&'static str, Meaning) {
        let (unicode, ascii, meaning) = match mark {
            MonthMark::Opened => ("✓", "+", Meaning::Done),
            MonthMark::Delivered => ("○", "o", Meaning::Done),
            MonthMark::InReview => ("●", "*", Meaning::Waiting),
            MonthMark::Late => ("▲", "!", Meaning::Late),
            MonthMark::DueSoon => ("◆", "d", Meaning::Machine),
            MonthMark::Blocked => ("■", "B", Meaning::Late),
            MonthMark::Held => ("‖", "=", Meaning::Paused),
            MonthMark::Skipped => ("×", "x", Meaning::Quiet),
            MonthMark::ToCome => ("·", ".", Meaning::Quiet),
        };
        (self.pick(unicode, ascii), meaning)
    }

    /// The cursor's own look.
    #[must_use]
    pub fn accent(self) -> Style {
        Style::new().fg(Color::Rgb(0, 160, 175)).add_modifier(Modifier::BOLD)
    }

    /// Text beside the point: units, labels, hints.
    #[must_use]
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Headings and the thing itself.
    #[must_use]
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The pointer before the row under the cursor.
    #[must_use]
    pub fn pointer(self) -> &'static str {
        self.pick("›", ">")
    }

    /// What stands between the steps of a path.
    #[must_use]
    pub fn step(self) -> &'static str {
        self.pick(" › ", " > ")
    }

    /// One cell of a horizontal rule.
    #[must_use]
    pub fn rule(self) -> &'static str {
        self.pick("─", "-")
    }

    /// What replaces text that did not fit.
    #[must_use]
    pub fn ellipsis(self) -> &'static str {
        self.pick("…", "~")
    }

    /// A bullet of a list.
    #[must_use]
    pub fn bullet(self) -> &'static str {
        self.pick("•", "-")
    }

    /// The bar beside a quotation.
    #[must_use]
    pub fn quote(self) -> &'static str {
        self.pick("│", "|")
    }

    /// An arrow between a before and an after.
    #[must_use]
    pub fn arrow(self) -> &'static str {
        self.pick("→", "->")
    }

    /// A filled and an empty cell of a bar.
    #[must_use]
    pub fn bar(self) -> (&'static str, &'static str) {
        match self.glyphs {
            Glyphs::Unicode => ("█", "░"),
            Glyphs::Ascii => ("#", "."),
        }
    }

    /// The steps of a sparkline, lowest first.
    #[must_use]
    pub fn spark(self) -> &'static [&'static str] {
        match self.glyphs {
            Glyphs::Unicode => &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Glyphs::Ascii => &["_", ".", "-", "=", "+", "*", "#"],
        }
    }

    /// How a key is written in footers: `enter` as its symbol where there is one.
    #[must_use]
    pub fn key(self, key: &str) -> &str {
        match key {
            "enter" => self.pick("↵", "enter"),
            "up" => self.pick("↑", "up"),
            "down" => self.pick("↓", "down"),
            "left" => self.pick("←", "left"),
            "right" => self.pick("→", "right"),
            other => other,
        }
    }

    fn pick(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self.glyphs {
            Glyphs::Unicode => unicode,
            Glyphs::Ascii => ascii,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::term::Profile;

    #[test]
    fn every_meaning_has_its_own_one_cell_mark_in_both_sets() {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let theme = Theme::new(glyphs);
            let marks: HashSet<_> = Meaning::ALL.iter().map(|m| theme.mark(*m)).collect();
            assert_eq!(marks.len(), Meaning::ALL.len());
            assert!(marks.iter().all(|mark| mark.width() == 1));
        }
    }

    #[test]
    fn every_month_has_its_own_one_cell_mark_in_both_sets() {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let marks: HashSet<_> = MonthMark::ALL.iter().map(|mark| Theme::new(glyphs).month(*mark).0).collect();
            assert_eq!(marks.len(), MonthMark::ALL.len());
            assert!(marks.iter().all(|mark| mark.width() == 1 && (glyphs == Glyphs::Unicode || mark.is_ascii())));
        }
    }

    #[test]
    fn ascii_means_ascii() {
        let theme = Theme::new(Glyphs::Ascii);
        let (full, empty) = theme.bar();
        let mut all = vec![theme.pointer(), theme.step(), theme.rule(), theme.ellipsis()];
        all.extend([theme.bullet(), theme.arrow(), full, empty, theme.key("enter")]);
        all.extend(theme.spark());
        all.extend(Meaning::ALL.iter().map(|m| theme.mark(*m)));
        assert!(all.iter().all(|text| text.is_ascii()), "{all:?}");
    }

    #[test]
    fn the_five_loud_meanings_stay_apart_at_every_depth_with_colour() {
        let theme = Theme::new(Glyphs::Unicode);
        for profile in [Profile::Ansi16, Profile::Ansi256, Profile::Rgb] {
            let colours: HashSet<_> =
                Meaning::ALL[..5].iter().map(|m| profile.reduce(theme.style(*m).fg.unwrap_or_default())).collect();
            assert_eq!(colours.len(), 5, "{profile:?}");
        }
    }
}
