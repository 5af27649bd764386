//! An invitation, the one time that it can be seen: as a picture for the client's phone, and in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Fate;
use crate::app::view::Cx;
use crate::data::Issued;
use crate::term::Key;
use crate::theme::Glyphs;
use crate::widgets::qr::{Ink, Picture};
use crate::widgets::text::wrap;
use crate::widgets::{frame, line};

/// The width that the words need beside the picture.
const WORDS: u16 = 26;

/// The sheet.
pub struct Invitation {
    issued: Issued,
    picture: Option<Picture>,
}

impl Invitation {
    /// Shows what was issued.
    #[must_use]
    pub fn new(issued: Issued) -> Self {
        let picture = issued.link.as_deref().and_then(Picture::of);
        Self { issued, picture }
    }

    #[expect(clippy::unused_self, reason = "every sheet is offered keys alike; this one leaves with any")]
    pub(super) fn key(&mut self, _: Key) -> Fate {
        Fate::Close(Vec::new())
    }

    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
        let theme = cx.theme();
        let title = format!("An invitation for {}", self.issued.name);
        let inside = frame::sheet(buf, area, theme, &title, (area.width, area.height));
        let Some(picture) = self.picture.as_ref().filter(|_| theme.glyphs() == Glyphs::Unicode) else {
            return self.words(buf, inside, cx, "");
        };
        let (wide, high) = picture.size();
        if wide + WORDS > inside.width || high > inside.height {
            let why = format!("A window of {} by {} shows it as a picture too.", wide + WORDS + 8, high + 4);
            return self.words(buf, inside, cx, &why);
        }
        for (at, row) in picture.half_blocks(Ink::Dark).into_iter().enumerate() {
            let place = Rect { width: wide, ..line::row(inside, u16::try_from(at).unwrap_or(u16::MAX)) };
            line::left(buf, place, theme, Line::styled(row, theme.paper()));
        }
        let beside = Rect { x: inside.x + wide + 2, width: inside.width - wide - 2, ..inside };
        self.words(buf, beside, cx, "");
    }

    /// What the picture says, for whoever reads it or has it read out.
    fn words(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>, why: &str) {
        let theme = cx.theme();
        let until = self.issued.until.with_timezone(&cx.look.zone).format("%a %-d %b, %H:%M");
        let open = match &self.issued.link {
            Some(link) => format!("Telegram: {link}"),
            None => "Set telegram.bot_username, and there is a link for Telegram too.".into(),
        };
        let paragraphs = [
            "It works once, and is shown this once. An earlier one works no longer.".to_owned(),
            format!("Until {until}."),
            open,
            format!("Discord: /link {}", self.issued.code),
            "The link is on your clipboard; any key closes this.".to_owned(),
            why.to_owned(),
        ];
        let mut row = 0;
        for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
            for part in wrap(paragraph, area.width) {
                line::left(buf, line::row(area, row), theme, Line::raw(part));
                row += 1;
            }
            row += u16::from(area.height > 12);
        }
    }
}
