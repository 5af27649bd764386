//! Colour depth: which colours one terminal can show, and the nearest of them.
//!
//! Views paint in RGB by meaning. The depth is a fact about one session, never
//! about the process: a `NO_COLOR` in a server's environment says nothing about
//! the people who connect to it.

use ratatui::style::Color;

/// What a session knows about its terminal before it has drawn anything.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// `TERM`, or the terminal name of an SSH pty request.
    pub term: String,
    /// `COLORTERM`, which OpenSSH does not forward.
    pub colorterm: String,
    /// `NO_COLOR`: any non-empty value means no colour.
    pub no_color: String,
    /// The locale in force: `LC_ALL`, `LC_CTYPE` or `LANG`, first one set.
    pub locale: String,
}

impl Facts {
    /// Reads the facts from a look-up such as the process environment.
    #[must_use]
    pub fn read(look_up: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| look_up(name).unwrap_or_default();
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(text).find(|value| !value.is_empty()).unwrap_or_default();
        Self { term: text("TERM"), colorterm: text("COLORTERM"), no_color: text("NO_COLOR"), locale }
    }

    /// Whether the terminal can be trusted with glyphs beyond ASCII.
    #[must_use]
    pub fn speaks_unicode(&self) -> bool {
        let locale = self.locale.to_ascii_lowercase();
        let utf8 = locale.is_empty() || locale.contains("utf-8") || locale.contains("utf8");
        utf8 && !matches!(self.term.as_str(), "linux" | "dumb" | "vt100" | "vt220")
    }
}

/// How many colours a session's terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// No colour: bold, dim and underline carry what colour would.
    Mono,
    /// The sixteen colours of the terminal's own palette.
    Ansi16,
    /// The 256-colour cube.
    Ansi256,
    /// 24-bit colour.
    Rgb,
}

impl Profile {
    /// The depth to begin with. Unknown terminals get sixteen colours, which
    /// every one of them draws and which follow the person's own palette.
    #[must_use]
    pub fn detect(facts: &Facts) -> Self {
        let term = facts.term.as_str();
        let names_rgb = ["kitty", "alacritty", "ghostty", "foot", "wezterm", "-direct"];
        if !facts.no_color.is_empty() || term == "dumb" {
            Self::Mono
        } else if matches!(facts.colorterm.as_str(), "truecolor" | "24bit")
            || names_rgb.iter().any(|name| term.contains(name))
        {
            Self::Rgb
        } else if term.contains("256color") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }

    /// The nearest colour that this depth can show.
    #[must_use]
    pub fn reduce(self, colour: Color) -> Color {
        match (self, colour) {
            (Self::Mono, _) => Color::Reset,
            (Self::Ansi256, Color::Rgb(r, g, b)) => Color::Indexed(cube_index(r, g, b)),
            (Self::Ansi16, Color::Rgb(r, g, b)) => sixteen(r, g, b),
            (_, other) => other,
        }
    }
}

/// The six levels of each channel in the 256-colour cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn cube_index(r: u8, g: u8, b: u8) -> u8 {
    let nearest = |value: u8| {
        let distance = |level: &u8| level.abs_diff(value);
        (0u8..6).min_by_key(|&i| distance(&LEVELS[usize::from(i)])).unwrap_or(0)
    };
    if r.abs_diff(g) < 8 && g.abs_diff(b) < 8 && (8..=238).contains(&r) {
        return 232 + (r - 8) / 10;
    }
    16 + 36 * nearest(r) + 6 * nearest(g) + nearest(b)
}

/// By hue, because distance in RGB turns mid-tones into greys.
fn sixteen(r: u8, g: u8, b: u8) -> Color {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    if high - low < 48 {
        return match high {
            0..=63 => Color::Black,
            64..=159 => Color::DarkGray,
            160..=223 => Color::Gray,
            224..=255 => Color::White,
        };
    }
    match hue(r, g, b) {
        0..=25 | 336..=360 => Color::Red,
        26..=70 => Color::Yellow,
        71..=160 => Color::Green,
        161..=195 => Color::Cyan,
        196..=260 => Color::Blue,
        _ => Color::Magenta,
    }
}

/// The hue in degrees, 0 to 360.
fn hue(r: u8, g: u8, b: u8) -> i32 {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let high = r.max(g).max(b);
    let spread = (high - r.min(g).min(b)).max(1);
    let raw = if high == r {
        60 * (g - b) / spread
    } else if high == g {
        120 + 60 * (b - r) / spread
    } else {
        240 + 60 * (r - g) / spread
    };
    raw.rem_euclid(360)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn facts(term: &str, colorterm: &str, no_color: &str) -> Facts {
        Facts { term: term.into(), colorterm: colorterm.into(), no_color: no_color.into(), locale: String::new() }
    }

    #[rstest]
    #[case("xterm", "", "", Profile::Ansi16)]
    #[case("xterm-256color", "", "", Profile::Ansi256)]
    #[case("tmux-256color", "truecolor", "", Profile::Rgb)]
    #[case("xterm-kitty", "", "", Profile::Rgb)]
    #[case("xterm-256color", "truecolor", "1", Profile::Mono)]
    #[case("dumb", "", "", Profile::Mono)]
    #[case("\u{1b}]0;owned", "", "", Profile::Ansi16)]
    fn depth_follows_the_facts(
        #[case] term: &str,
        #[case] colorterm: &str,
        #[case] no_color: &str,
        #[case] expected: Profile,
    ) {
        assert_eq!(Profile::detect(&facts(term, colorterm, no_color)), expected);
    }

    #[rstest]
    #[case("xterm", "en_GB.UTF-8", true)]
    #[case("xterm", "", true)]
    #[case("xterm", "POSIX", false)]
    #[case("linux", "en_GB.UTF-8", false)]
    fn glyphs_follow_terminal_and_locale(#[case] term: &str, #[case] locale: &str, #[case] expected: bool) {
        let facts = Facts { term: term.into(), locale: locale.into(), ..Facts::default() };
        assert_eq!(facts.speaks_unicode(), expected);
    }

    #[test]
    fn a_mono_session_sees_no_colour_at_all() {
        for colour in [Color::Red, Color::Indexed(9), Color::Rgb(1, 2, 3)] {
            assert_eq!(Profile::Mono.reduce(colour), Color::Reset);
        }
    }

    #[test]
    fn rgb_lands_on_the_cube_and_on_hues() {
        assert_eq!(Profile::Ansi256.reduce(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(Profile::Ansi256.reduce(Color::Rgb(128, 128, 128)), Color::Indexed(244));
        assert_eq!(Profile::Ansi16.reduce(Color::Rgb(230, 70, 60)), Color::Red);
        assert_eq!(Profile::Ansi16.reduce(Color::Rgb(120, 120, 128)), Color::DarkGray);
    }
}
