use super::*;

#[test]
fn a_database_address_never_shows_its_password() {
    let url: Url = "postgres://wave:secret@db.example:5432/wave?sslmode=require".parse().unwrap();
    assert_eq!(url.to_string(), "postgres://db.example:5432/wave");
    assert!(!format!("{url:?}").contains("secret"));
    assert!("mysql://x".parse::<Url>().is_err());
    assert!("sqlite://".parse::<Url>().is_err());
}
