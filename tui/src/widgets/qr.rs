//! A text as a picture that a phone reads: two modules a character, one above the other.
//!
//! Drawn dark on light it reads everywhere. Where no colour can be set, the light modules are drawn
//! instead, since most terminals are dark.

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the picture, without which it is not found.
const QUIET: usize = 2;

/// Which modules are drawn with ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The dark ones: the terminal is made light behind them.
    Dark,
    /// The light ones: the terminal is dark by itself.
    Light,
}

/// The picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    side: usize,
    /// Row by row, the quiet edge included.
    dark: Vec<bool>,
}

impl Picture {
    /// The picture of a text; none when it is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let inner = code.width();
        let colours = code.to_colors();
        let side = inner + 2 * QUIET;
        let mut dark = vec![false; side * side];
        for (at, colour) in colours.iter().enumerate() {
            dark[(at / inner + QUIET) * side + at % inner + QUIET] = *colour == Color::Dark;
        }
        Some(Self { side, dark })
    }

    /// Columns and rows that [`Picture::half_blocks`] takes.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        let cells = |cells: usize| u16::try_from(cells).unwrap_or(u16::MAX);
        (cells(self.side), cells(self.side.div_ceil(2)))
    }

    /// The rows, two modules a character.
    #[must_use]
    pub fn half_blocks(&self, ink: Ink) -> Vec<String> {
        let rows = (0..self.side).step_by(2);
        rows.map(|y| {
            let characters = (0..self.side).map(|x| match (self.inked(x, y, ink), self.inked(x, y + 1, ink)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
            characters.collect()
        })
        .collect()
    }

    /// The rows for terminals that draw nothing but ASCII: two characters a module.
    #[must_use]
    pub fn ascii(&self, ink: Ink) -> Vec<String> {
        let row = |y| (0..self.side).map(|x| if self.inked(x, y, ink) { "##" } else { "  " }).collect();
        (0..self.side).map(row).collect()
    }

    /// Whether a module is drawn; below the last row lies more of the light edge.
    fn inked(&self, x: usize, y: usize, ink: Ink) -> bool {
        let dark = self.dark.get(y * self.side + x).copied().unwrap_or(false);
        match ink {
            Ink::Dark => dark,
            Ink::Light => !dark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://t.me/wavelaunch_studio_bot?start=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// What a phone reads in drawn rows, of which `modules` gives each character's modules from above.
    fn read(rows: &[String], modules: impl Fn(char) -> Vec<bool>, wide: usize) -> String {
        const PIXELS: usize = 4;
        let cells: Vec<Vec<Vec<bool>>> =
            rows.iter().map(|row| row.chars().step_by(wide).map(&modules).collect()).collect();
        let high = cells[0][0].len();
        let mut image =
            rqrr::PreparedImage::prepare_from_bitmap(cells[0].len() * PIXELS, rows.len() * high * PIXELS, |x, y| {
                let (x, y) = (x / PIXELS, y / PIXELS);
                cells[y / high][x][y % high]
            });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one picture is found");
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_phone_reads_what_is_drawn() {
        let picture = Picture::of(LINK).unwrap();
        let halves = |c| match c {
            '█' => vec![true, true],
            '▀' => vec![true, false],
            '▄' => vec![false, true],
            _ => vec![false, false],
        };
        assert_eq!(read(&picture.half_blocks(Ink::Dark), halves, 1), LINK);
        let inverted = |c| halves(c).into_iter().map(|ink: bool| !ink).collect();
        assert_eq!(read(&picture.half_blocks(Ink::Light), inverted, 1), LINK);
        assert_eq!(read(&picture.ascii(Ink::Dark), |c| vec![c == '#'], 2), LINK);
        let (wide, high) = picture.size();
        assert!(wide <= 45 && high <= 23, "{wide} by {high} leaves room for words at 80 columns");
    }

    #[test]
    fn what_is_too_long_has_no_picture() {
        assert_eq!(Picture::of(&"x".repeat(5000)), None);
    }
}
