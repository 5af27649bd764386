//! Finding somebody's clock: by the offset that their phone shows, or by a city. Pure.
//!
//! The IANA list names one city a zone and few that people live in, so the largest others stand here
//! beside it.

use std::collections::BTreeSet;

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use wavelaunch_shared::text::fold;

/// The most places that a search offers.
const OFFERED: usize = 8;

/// The places that are offered for an offset: one zone or two of every clock that many people follow.
const PLACES: [Tz; 46] = [
    Tz::Pacific__Honolulu,
    Tz::America__Anchorage,
    Tz::America__Los_Angeles,
    Tz::America__Vancouver,
    Tz::America__Denver,
    Tz::America__Phoenix,
    Tz::America__Chicago,
    Tz::America__Mexico_City,
    Tz::America__New_York,
    Tz::America__Toronto,
    Tz::America__Bogota,
    Tz::America__Lima,
    Tz::America__Caracas,
    Tz::America__Halifax,
    Tz::America__Sao_Paulo,
    Tz::America__Argentina__Buenos_Aires,
    Tz::America__Santiago,
    Tz::Atlantic__Azores,
    Tz::UTC,
    Tz::Europe__London,
    Tz::Europe__Dublin,
    Tz::Europe__Lisbon,
    Tz::Africa__Accra,
    Tz::Africa__Lagos,
    Tz::Africa__Casablanca,
    Tz::Europe__Berlin,
    Tz::Europe__Madrid,
    Tz::Europe__Paris,
    Tz::Africa__Johannesburg,
    Tz::Africa__Cairo,
    Tz::Europe__Athens,
    Tz::Africa__Nairobi,
    Tz::Europe__Istanbul,
    Tz::Asia__Riyadh,
    Tz::Asia__Dubai,
    Tz::Asia__Karachi,
    Tz::Asia__Kolkata,
    Tz::Asia__Kathmandu,
    Tz::Asia__Dhaka,
    Tz::Asia__Bangkok,
    Tz::Asia__Singapore,
    Tz::Asia__Shanghai,
    Tz::Australia__Perth,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
    Tz::Pacific__Auckland,
];

/// Large cities that have no zone of their own name.
const CITIES: [(&str, Tz); 44] = [
    ("abu dhabi", Tz::Asia__Dubai),
    ("abuja", Tz::Africa__Lagos),
    ("atlanta", Tz::America__New_York),
    ("austin", Tz::America__Chicago),
    ("bangalore", Tz::Asia__Kolkata),
    ("barcelona", Tz::Europe__Madrid),
    ("beijing", Tz::Asia__Shanghai),
    ("bengaluru", Tz::Asia__Kolkata),
    ("birmingham", Tz::Europe__London),
    ("boston", Tz::America__New_York),
    ("cape town", Tz::Africa__Johannesburg),
    ("chennai", Tz::Asia__Kolkata),
    ("dallas", Tz::America__Chicago),
    ("delhi", Tz::Asia__Kolkata),
    ("durban", Tz::Africa__Johannesburg),
    ("edinburgh", Tz::Europe__London),
    ("frankfurt", Tz::Europe__Berlin),
    ("geneva", Tz::Europe__Zurich),
    ("hamburg", Tz::Europe__Berlin),
    ("hanoi", Tz::Asia__Ho_Chi_Minh),
    ("houston", Tz::America__Chicago),
    ("islamabad", Tz::Asia__Karachi),
    ("lahore", Tz::Asia__Karachi),
    ("las vegas", Tz::America__Los_Angeles),
    ("manchester", Tz::Europe__London),
    ("marseille", Tz::Europe__Paris),
    ("miami", Tz::America__New_York),
    ("milan", Tz::Europe__Rome),
    ("montreal", Tz::America__Toronto),
    ("mumbai", Tz::Asia__Kolkata),
    ("munich", Tz::Europe__Berlin),
    ("new delhi", Tz::Asia__Kolkata),
    ("osaka", Tz::Asia__Tokyo),
    ("philadelphia", Tz::America__New_York),
    ("porto", Tz::Europe__Lisbon),
    ("pretoria", Tz::Africa__Johannesburg),
    ("rio de janeiro", Tz::America__Sao_Paulo),
    ("saint petersburg", Tz::Europe__Moscow),
    ("san diego", Tz::America__Los_Angeles),
    ("san francisco", Tz::America__Los_Angeles),
    ("seattle", Tz::America__Los_Angeles),
    ("shenzhen", Tz::Asia__Shanghai),
    ("tel aviv", Tz::Asia__Jerusalem),
    ("washington", Tz::America__New_York),
];

/// What a typed place may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Exactly this clock.
    One(Tz),
    /// One of these.
    Several(Vec<Tz>),
    /// Nothing that is known.
    Nothing,
}

/// The zone of this name, or those of the city that is called so or begins so.
pub(super) fn search(text: &str) -> Search {
    let wanted = fold(&text.replace(['_', ','], " "));
    if wanted.is_empty() {
        return Search::Nothing;
    }
    let whole = |zone: &&Tz| spoken(zone.name()) == wanted || spoken(city_part(**zone)) == wanted;
    let exact = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(text.trim()));
    if let Some(zone) = exact.or_else(|| TZ_VARIANTS.iter().find(whole)) {
        return Search::One(*zone);
    }
    if let Some((_, zone)) = CITIES.iter().find(|(city, _)| *city == wanted) {
        return Search::One(*zone);
    }
    let begun = TZ_VARIANTS.iter().filter(|zone| spoken(city_part(**zone)).starts_with(&wanted)).copied();
    let known = CITIES.iter().filter(|(city, _)| city.starts_with(&wanted)).map(|(_, zone)| *zone);
    let mut found: Vec<Tz> = Vec::new();
    for zone in begun.chain(known) {
        if !found.contains(&zone) && found.len() < OFFERED {
            found.push(zone);
        }
    }
    match found[..] {
        [] => Search::Nothing,
        [only] => Search::One(only),
        _ => Search::Several(found),
    }
}

/// The offsets that are offered, in minutes east of UTC.
pub(super) fn offsets(now: DateTime<Utc>) -> Vec<i32> {
    let all: BTreeSet<i32> = PLACES.iter().map(|zone| offset(*zone, now)).collect();
    all.into_iter().collect()
}

/// The places whose clock has this offset now.
pub(super) fn places(minutes: i32, now: DateTime<Utc>) -> Vec<Tz> {
    PLACES.into_iter().filter(|zone| offset(*zone, now) == minutes).collect()
}

/// How far a clock is ahead of UTC, in minutes.
fn offset(zone: Tz, now: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&now.naive_utc()).fix().local_minus_utc() / 60
}

/// An offset as phones show it: `UTC+5:30`.
pub(super) fn offset_label(minutes: i32) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes, rest) {
        (0, _) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// A zone as people call it: its city.
pub(super) fn city(zone: Tz) -> String {
    city_part(zone).replace('_', " ")
}

fn city_part(zone: Tz) -> &'static str {
    zone.name().rsplit('/').next().unwrap_or("UTC")
}

fn spoken(name: &str) -> String {
    fold(&name.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Lisbon", Tz::Europe__Lisbon)]
    #[case(" new york ", Tz::America__New_York)]
    #[case("São Paulo", Tz::America__Sao_Paulo)]
    #[case("europe/london", Tz::Europe__London)]
    #[case("Mumbai", Tz::Asia__Kolkata)]
    #[case("utc", Tz::UTC)]
    #[case("reykj", Tz::Atlantic__Reykjavik)]
    fn a_city_or_a_zone_is_understood(#[case] text: &str, #[case] zone: Tz) {
        assert_eq!(search(text), Search::One(zone));
    }

    #[rstest]
    #[case("Atlantis")]
    #[case("")]
    #[case("\u{1b}[2J")]
    #[case("🦄")]
    fn what_is_no_place_finds_nothing(#[case] text: &str) {
        assert_eq!(search(text), Search::Nothing);
    }

    #[test]
    fn a_beginning_offers_what_it_may_mean() {
        let Search::Several(found) = search("san") else { panic!("several begin so") };
        assert!(found.contains(&Tz::America__Santiago) && found.contains(&Tz::America__Los_Angeles));
        assert!((2..=OFFERED).contains(&found.len()));
    }

    #[test]
    fn on_every_day_the_offsets_and_their_places_fit_below_one_message() {
        let mut now = wavelaunch_shared::testing::monday_noon();
        for _ in 0..366 {
            let offsets = offsets(now);
            assert!((15..=23).contains(&offsets.len()), "{} on {now}", offsets.len());
            for minutes in offsets {
                assert!((1..=OFFERED).contains(&places(minutes, now).len()), "{minutes} on {now}");
            }
            now += TimeDelta::days(1);
        }
    }

    #[rstest]
    #[case(0, "UTC")]
    #[case(60, "UTC+1")]
    #[case(-210, "UTC−3:30")]
    #[case(345, "UTC+5:45")]
    fn an_offset_is_written_as_phones_do(#[case] minutes: i32, #[case] label: &str) {
        assert_eq!(offset_label(minutes), label);
    }
}
