use rstest::rstest;

use super::*;

const MANUAL: &str = include_str!("../../../config/wavelaunch.toml");

#[test]
fn the_settings_file_shows_every_default() {
    assert_eq!(Settings::parse("manual", MANUAL, &Vec::new()).unwrap(), Settings::default());
}

#[rstest]
#[case("[studio]\nname = 3\n", "line 2")]
#[case("[studio]\n\ncolour = \"red\"\n", "line 3: unknown field `colour`")]
#[case("[studio]\ntimezone = \"Mars/Olympus\"\n", "studio.timezone \"Mars/Olympus\" is no IANA zone")]
#[case("[journey]\nmonth_step = \"week\"\n", "line 2")]
#[case("[journey]\nsend_hour = 23\n", "journey.send_hour must be from 8 to 20")]
#[case("[delivery]\nquiet_hours = \"late\"\n", "no span of hours")]
#[case("[model]\nbase_url = \"localhost\"\n", "model.base_url must begin with http")]
#[case("[studio\n", "line 1")]
fn a_wrong_setting_is_named_with_its_line(#[case] text: &str, #[case] says: &str) {
    let error = Settings::parse("studio.toml", text, &Vec::new()).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
    assert!(error.starts_with("studio.toml"), "{error}");
}

#[test]
fn the_environment_overrules_the_file_and_is_named_when_wrong() {
    let variables = vec![
        ("WAVELAUNCH__JOURNEY__GENERATE_LEAD_DAYS".to_owned(), "0".to_owned()),
        ("TELEGRAM_TOKEN".to_owned(), "12345".to_owned()),
    ];
    let settings = Settings::parse("x", "[journey]\ngenerate_lead_days = 5\n", &variables).unwrap();
    assert_eq!(settings.journey.generate_lead_days, 0);
    assert_eq!(settings.telegram.token.expose(), "12345");

    let wrong = vec![("WAVELAUNCH__JOURNEY__GENERATE_LEAD_DAYS".to_owned(), "soon".to_owned())];
    let error = Settings::parse("x", "", &wrong).unwrap_err().to_string();
    assert!(error.starts_with("WAVELAUNCH__JOURNEY__GENERATE_LEAD_DAYS"), "{error}");
}

#[test]
fn a_secret_prints_nothing() {
    assert_eq!(format!("{:?}", Secret::new("hunter2")), "(secret)");
}

#[test]
fn quiet_hours_span_midnight() {
    let quiet: QuietHours = "21:00-08:00".parse().unwrap();
    let at = |h, m| chrono::NaiveTime::from_hms_opt(h, m, 0).unwrap();
    assert!(quiet.contains(at(23, 0)) && quiet.contains(at(7, 59)));
    assert!(!quiet.contains(at(8, 0)) && !quiet.contains(at(20, 59)));
}
