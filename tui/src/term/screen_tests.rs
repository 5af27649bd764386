use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::term::clamp;

fn screen(profile: Profile) -> Screen {
    Screen::new(clamp(20, 3), profile).unwrap()
}

fn text(screen: &mut Screen, what: &str, style: Style) -> String {
    screen
        .draw(|frame| {
            frame.buffer_mut().set_string(0, 0, what, style);
        })
        .unwrap()
}

#[test]
fn a_frame_in_which_nothing_changed_costs_nothing() {
    let mut screen = screen(Profile::Rgb);
    assert!(!text(&mut screen, "hello", Style::new()).is_empty());
    assert_eq!(text(&mut screen, "hello", Style::new()), "");
}

#[test]
fn one_changed_cell_is_one_synchronised_update() {
    let mut screen = screen(Profile::Rgb);
    text(&mut screen, "a1", Style::new());
    let bytes = text(&mut screen, "a2", Style::new());
    assert_eq!(bytes, "\x1b[?2026h\x1b[1;2H2\x1b[?2026l");
}

#[test]
fn colour_is_reduced_to_the_session_and_reset_after_use() {
    let red = Style::new().fg(Color::Rgb(230, 60, 60)).add_modifier(Modifier::BOLD);
    let cases = [
        (Profile::Rgb, "\x1b[1;38;2;230;60;60mx\x1b[0m"),
        (Profile::Ansi16, "\x1b[1;31mx\x1b[0m"),
        (Profile::Mono, "\x1b[1mx\x1b[0m"),
    ];
    for (profile, expected) in cases {
        let bytes = text(&mut screen(profile), "x", red);
        assert!(bytes.contains(expected), "{profile:?}: {bytes:?}");
    }
}

#[test]
fn a_wide_character_is_followed_by_a_position() {
    let mut screen = screen(Profile::Mono);
    let bytes = text(&mut screen, "李x", Style::new());
    assert!(bytes.contains("李\x1b[1;3Hx"), "{bytes:?}");
}

#[test]
fn the_cursor_is_shown_moved_and_hidden_only_when_that_changes() {
    let mut screen = screen(Profile::Mono);
    let at = |screen: &mut Screen, x: Option<u16>| {
        screen
            .draw(|frame| {
                if let Some(x) = x {
                    frame.set_cursor_position((x, 1));
                }
            })
            .unwrap()
    };
    assert_eq!(at(&mut screen, Some(4)), "\x1b[?2026h\x1b[2;5H\x1b[?25h\x1b[?2026l");
    assert_eq!(at(&mut screen, Some(4)), "");
    assert_eq!(at(&mut screen, Some(5)), "\x1b[?2026h\x1b[?25l\x1b[2;6H\x1b[?25h\x1b[?2026l");
    assert_eq!(at(&mut screen, None), "\x1b[?2026h\x1b[?25l\x1b[?2026l");
}

#[test]
fn escape_sequences_in_text_never_reach_the_terminal() {
    let mut screen = screen(Profile::Mono);
    let bytes = text(&mut screen, "a\x1b]52;c;ZXZpbA==\x07b", Style::new());
    let body = bytes.replace("\x1b[?2026h", "").replace("\x1b[?2026l", "");
    assert!(!body.contains("\x1b]") && !body.contains('\x07'), "{bytes:?}");
}

#[test]
fn absurd_sizes_are_drawn_at_a_sane_one() {
    for (columns, rows) in [(65_535, 1), (1, 65_535), (0, 0), (65_535, 65_535)] {
        let size = clamp(columns, rows);
        assert!(size.width <= 500 && size.height <= 200 && size.width > 0 && size.height > 0);
        let mut screen = Screen::new(size, Profile::Rgb).unwrap();
        text(&mut screen, "still here", Style::new());
        screen.resize(clamp(rows, columns));
        text(&mut screen, "and here", Style::new());
    }
}

#[test]
fn a_resize_repaints_everything_once() {
    let mut screen = screen(Profile::Mono);
    text(&mut screen, "hello", Style::new());
    screen.resize(clamp(30, 4));
    assert!(text(&mut screen, "hello", Style::new()).contains("\x1b[2J"));
    assert_eq!(text(&mut screen, "hello", Style::new()), "");
}
