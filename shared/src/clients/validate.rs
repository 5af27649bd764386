//! What a client's fields may hold (domain 0.5). Pure.
//!
//! Text is kept as people wrote it: what looks like a spreadsheet formula stays plain text, and
//! the surfaces encode it. Only what no surface could ever show is refused.

use chrono_tz::Tz;

use super::NewClient;
use crate::text::{fold, terminal_safe};
use crate::{Error, Result};

/// The most characters of a niche, on the client and as an answer.
pub(super) const NICHE_LENGTH: usize = 500;

/// Fields that have passed every rule, in the form in which they are stored.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub full_name: String,
    pub name_key: String,
    pub email: String,
    pub timezone: String,
    pub brand_name: Option<String>,
    pub industry_niche: Option<String>,
    pub country: Option<String>,
    pub age: Option<i64>,
    pub instagram_handle: Option<String>,
    pub tiktok_handle: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
}

/// Checks everything about a new client but what needs the database.
pub(super) fn check(new: &NewClient) -> Result<Checked> {
    let (full_name, name_key) = name(&new.full_name)?;
    Ok(Checked {
        full_name,
        name_key,
        email: normal_email(&new.email)?,
        timezone: timezone(&new.timezone)?,
        brand_name: text("the brand's name", new.brand_name.as_deref(), 1..=100)?,
        industry_niche: text("the niche", new.industry_niche.as_deref(), 1..=NICHE_LENGTH)?,
        country: text("the country", new.country.as_deref(), 2..=100)?,
        age: age(new.age)?,
        instagram_handle: text("the Instagram handle", new.instagram_handle.as_deref(), 1..=100)?,
        tiktok_handle: text("the TikTok handle", new.tiktok_handle.as_deref(), 1..=100)?,
        phone: text("the phone number", new.phone.as_deref(), 1..=100)?,
        website: text("the website", new.website.as_deref(), 1..=500)?,
    })
}

/// An e-mail address in the one form in which it is stored and compared: trimmed, lower case.
pub fn normal_email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    if email.is_empty() {
        return Err(Error::invalid("the e-mail is missing"));
    }
    let (local, domain) = email.split_once('@').unwrap_or((&email, ""));
    let plain = email.len() <= 254 && email.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != ',');
    let placed = !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    if plain && placed && !domain.contains('@') {
        return Ok(email);
    }
    Err(Error::invalid(format!("{:?} is no e-mail address", shown(text))))
}

/// A name and the key by which it is searched.
pub(super) fn name(text: &str) -> Result<(String, String)> {
    let name = text.trim();
    if steers(name) {
        return Err(Error::invalid("the name has control characters; type it without them"));
    }
    let key = fold(name);
    if key.is_empty() {
        return Err(Error::invalid("the name is missing"));
    }
    match name.chars().count() {
        2..=100 => Ok((name.to_owned(), key)),
        length => Err(Error::invalid(format!("the name has {length} characters; 2 to 100 are allowed"))),
    }
}

/// A zone by its IANA name; blank is UTC.
pub(super) fn timezone(text: &str) -> Result<String> {
    match text.trim() {
        "" => Ok("UTC".to_owned()),
        name => name.parse::<Tz>().map(|zone| zone.name().to_owned()).map_err(|_| {
            Error::invalid(format!(
                "{:?} is no IANA time zone; write for instance Europe/Berlin or America/New_York",
                shown(name)
            ))
        }),
    }
}

/// An age that the programme takes.
pub(super) fn age(age: Option<i64>) -> Result<Option<i64>> {
    match age {
        Some(years) if !(18..=100).contains(&years) => {
            Err(Error::invalid(format!("the age is {years}; clients are 18 to 100 years old")))
        }
        age => Ok(age),
    }
}

/// An optional text: blank is none; its length is counted in characters.
pub(super) fn text(what: &str, text: Option<&str>, length: std::ops::RangeInclusive<usize>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if steers(text) {
        return Err(Error::invalid(format!("{what} has control characters; type it without them")));
    }
    let count = text.chars().count();
    if !length.contains(&count) {
        let (least, most) = (length.start(), length.end());
        return Err(Error::invalid(format!("{what} has {count} characters; {least} to {most} are allowed")));
    }
    Ok(Some(text.to_owned()))
}

/// True for text with characters that no keyboard types into a form: all controls but line breaks and tabs.
fn steers(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Somebody's input as a part of our sentence: harmless, and not long.
pub(super) fn shown(text: &str) -> String {
    terminal_safe(text.trim()).chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Bo", Some("bo"))]
    #[case("  Łukasz  Żółć ", Some("lukasz zolc"))]
    #[case("Multi\nLine", Some("multi line"))]
    #[case("=HYPERLINK(\"http://example.com\")", Some("=hyperlink(\"http://example.com\")"))]
    #[case("👩🏽‍🎤 Nova", Some("👩🏽🎤 nova"))]
    #[case("B", None)]
    #[case("", None)]
    #[case("\u{200b}\u{200b}\u{200b}", None)]
    #[case("Esc \u{1b}[31mred", None)]
    fn a_name_is_kept_as_written_or_refused(#[case] typed: &str, #[case] key: Option<&str>) {
        assert_eq!(name(typed).ok().map(|(_, key)| key).as_deref(), key);
    }

    #[test]
    fn a_name_may_have_a_hundred_characters_and_no_more() {
        assert!(name(&"ä".repeat(100)).is_ok());
        assert!(name(&"ä".repeat(101)).unwrap_err().to_string().contains("101 characters"));
    }

    #[rstest]
    #[case("Ada@Example.COM ", true)]
    #[case("not-an-email", false)]
    #[case("a@b", false)]
    #[case("a b@example.com", false)]
    #[case("a@b@example.com", false)]
    fn an_email_is_normal_or_refused(#[case] typed: &str, #[case] good: bool) {
        assert_eq!(normal_email(typed).is_ok(), good);
    }

    #[test]
    fn zones_and_ages_outside_the_rules_are_refused_in_words() {
        assert_eq!(timezone("").unwrap(), "UTC");
        assert!(timezone("Mars/Olympus_Mons").unwrap_err().to_string().contains("IANA"));
        assert!(age(Some(17)).unwrap_err().to_string().contains("18 to 100"));
        assert_eq!(age(Some(18)).unwrap(), Some(18));
    }

    #[test]
    fn a_refusal_never_repeats_control_characters() {
        let refusal = normal_email("\u{1b}]0;owned\u{7}").unwrap_err().to_string();
        assert!(!refusal.chars().any(char::is_control));
    }
}
