use serde_json::json;

use super::*;
use crate::talk::Besides;

#[test]
fn buttons_are_five_by_five_and_unique() {
    let wide = (0..12).map(|n| Button::new(format!("B{n}"), format!("go:{n}"))).collect::<Vec<_>>();
    let again = vec![Button::new("Again", "go:1"), Button::new("Long", "x".repeat(101))];
    let made = serde_json::to_value(rows(&[wide, again])).unwrap();
    let sizes: Vec<usize> =
        made.as_array().unwrap().iter().map(|row| row["components"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [5, 5, 2]);
    assert_eq!(
        made[0]["components"][0],
        json!({"type": 2, "style": 2, "label": "B0", "custom_id": "go:0", "disabled": false})
    );
    let many = (0..40).map(|n| vec![Button::new("B", format!("go:{n}"))]).collect::<Vec<_>>();
    assert_eq!(rows(&many).len(), 5);
}

#[test]
fn nobody_may_be_mentioned() {
    assert_eq!(serde_json::to_value(no_mentions()).unwrap()["parse"], json!([]));
}
#[test]
fn more_rows_than_discord_shows_are_packed_tighter() {
    let button = |number: usize| Button::new(format!("Choice {number}"), format!("choose:{number}"));
    let of = |rows: usize, beside: usize| -> Vec<Vec<Button>> {
        (0..rows).map(|row| (0..beside).map(|at| button(row * beside + at)).collect()).collect()
    };
    let shape = |rows: &[CreateActionRow]| -> Vec<usize> {
        let json = serde_json::to_value(rows).unwrap();
        json.as_array().unwrap().iter().map(|row| row["components"].as_array().unwrap().len()).collect()
    };
    assert_eq!(shape(&super::rows(&of(5, 2))), [2, 2, 2, 2, 2]);
    assert_eq!(shape(&super::rows(&of(7, 2))), [5, 5, 4]);
    assert_eq!(shape(&super::rows(&of(6, 4))), [5, 5, 5, 5, 4]);
}

#[test]
fn a_form_stays_within_discords_limits() {
    let field = Field {
        hint: Some("ä".repeat(200)),
        value: Some("x".repeat(5000).as_str().into()),
        least: Some(10),
        ..Field::new("text", "ä".repeat(60), 9000)
    };
    let action = "answer:industry_niche".to_owned();
    let form = Form { action, title: "ä".repeat(60), fields: vec![field], besides: Besides::Nothing };
    let modal = serde_json::to_value(modal(&form)).unwrap();
    let field = &modal["components"][0]["components"][0];
    let length = |value: &serde_json::Value| value.as_str().unwrap().chars().count();
    assert_eq!((length(&modal["title"]), length(&field["label"]), length(&field["placeholder"])), (45, 45, 100));
    assert_eq!((length(&field["value"]), &field["max_length"], &field["min_length"]), (4000, &4000.into(), &10.into()));
    assert_eq!(modal["custom_id"], "answer:industry_niche");
}
