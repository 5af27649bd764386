use rstest::rstest;

use super::*;
use crate::clients::{Filter, NewClient, Status, add, count, find, get};
use crate::staff::Role;
use crate::testing::{monday_noon, on_both, sqlite, visible};

const FIXTURE: &str =
    "name,email,niche,country,age,timezone,instagram_handle,tiktok_handle,brand_name,program_start_date\r
\"Robert \"\"Bobby\"\" Tables\",Bobby@Example.com,\"Watercolour, slowly\",US,26,America/Chicago,@bobby,,,2026-03-30\r
\"Multi\nLine\",multi@example.com,\"one\ntwo\",US,30,,,,,\r
=HYPERLINK(1),formula@example.com,+1+1,US,30,,,,@SUM(A1),\r
,noname@example.com,,,,,,,,\r
Bad,not-an-email,,,,,,,,\r
Twin,BOBBY@EXAMPLE.COM,,,,,,,,\r
Zone,zone@example.com,,,,Mars/Olympus_Mons,,,,\r
Young,young@example.com,,,17,,,,,\r
Odd,odd@example.com,,,many,,,,,\r
Day,day@example.com,,,,,,,,2026-02-30\r
Esc \u{1b}[31m,esc@example.com,,,,,,,,\r
Short,short@example.com\r
Known,known@example.com,,,,,,,,\r
";

#[tokio::test]
async fn bad_rows_are_named_with_their_lines_and_the_good_ones_taken() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        let known = NewClient { full_name: "Known".into(), email: "known@example.com".into(), ..NewClient::default() };
        add(&studio, &owner, known).await.unwrap();
        let report = import(&studio, &owner, FIXTURE.as_bytes(), ImportMode::SkipInvalid).await.unwrap();
        let refused: Vec<(u64, &str)> = report.refused.iter().map(|row| (row.line, row.reason.as_str())).collect();
        assert_eq!(
            refused,
            [
                (7, "the name is missing"),
                (8, "\"not-an-email\" is no e-mail address"),
                (9, "the e-mail bobby@example.com stands on line 2 already"),
                (
                    10,
                    "\"Mars/Olympus_Mons\" is no IANA time zone; write for instance Europe/Berlin or America/New_York"
                ),
                (11, "the age is 17; clients are 18 to 100 years old"),
                (12, "the age \"many\" is no whole number of years"),
                (13, "the start date \"2026-02-30\" is not in the calendar; write year-month-day, as 2026-03-30"),
                (14, "the name has control characters; type it without them"),
                (15, "2 fields where the first line names 10 columns; look for a comma or a quotation mark too many"),
                (16, "known@example.com belongs to another client already"),
            ]
        );
        assert_eq!(report.added.len(), 3);
        assert_eq!(report.starts, [(report.added[0].clone(), NaiveDate::from_ymd_opt(2026, 3, 30).unwrap())]);
        let mut tx = studio.db.read().await.unwrap();
        let formula = find(&mut tx, "formula@example.com").await.unwrap();
        assert_eq!(formula.full_name.raw(), "=HYPERLINK(1)");
        assert_eq!(formula.brand_name.unwrap().raw(), "@SUM(A1)");
        assert_eq!(find(&mut tx, "multi line").await.unwrap().industry_niche.unwrap().raw(), "one\ntwo");
        let bobby = get(&mut tx, &report.added[0]).await.unwrap().unwrap();
        assert_eq!((bobby.status, bobby.program_start_date), (Status::Lead, None));
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_keeps_all_out_unless_it_is_skipped() {
    on_both(|studio| async move {
        let report =
            import(&studio, &Actor::local_owner(), FIXTURE.as_bytes(), ImportMode::AllOrNothing).await.unwrap();
        assert_eq!((report.added.len(), report.starts.len(), report.refused.len()), (0, 0, 9));
        let mut tx = studio.db.read().await.unwrap();
        assert_eq!(count(&mut tx, monday_noon(), &Filter::default()).await.unwrap(), 0);
    })
    .await;
}

#[rstest]
#[case(b"", "the file is empty")]
#[case(b" \r\n ", "the file is empty")]
#[case(b"name,email\r\n", "no client below them")]
#[case(b"name,phone,email\nA,1,b@c.de\n", "\"phone\" is not known")]
#[case(b"name,name,email\nA,B,b@c.de\n", "there twice")]
#[case(b"name,niche\nA,b\n", "\"email\" is missing")]
#[case(b"name;email\nA;b@c.de\n", "separated by ';'")]
#[case(b"name,email\nA\xff,b@c.de\n", "line 2 is not UTF-8")]
#[case(b"\x89PNG\r\n\x1a\n\0\0\0", "line 1 is not UTF-8")]
#[case(b"\x1b[2J,email\nA,b@c.de\n", "is not known")]
#[tokio::test]
async fn a_file_that_is_no_list_of_clients_is_refused_in_one_clear_line(#[case] file: &[u8], #[case] words: &str) {
    let studio = sqlite().await;
    let error = import(&studio, &Actor::local_owner(), file, ImportMode::SkipInvalid).await.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert!(!error.contains(char::is_control), "{error:?}");
}

#[tokio::test]
async fn few_columns_in_any_order_a_byte_order_mark_and_blank_lines_are_fine() {
    let studio = sqlite().await;
    let file = "\u{feff}Email , NAME\n\nada@example.com,Ada\n\n\nx,Bad\n";
    let report = import(&studio, &Actor::local_owner(), file.as_bytes(), ImportMode::SkipInvalid).await.unwrap();
    assert_eq!(report.added.len(), 1);
    assert_eq!(report.refused[0].line, 6);
}

#[tokio::test]
async fn an_open_quotation_mark_never_loses_rows_silently() {
    let studio = sqlite().await;
    let file = "name,email\nAda,ada@example.com\n\"Bo,bo@example.com\nCy,cy@example.com\n";
    let report = import(&studio, &Actor::local_owner(), file.as_bytes(), ImportMode::SkipInvalid).await.unwrap();
    assert_eq!((report.added.len(), report.refused.len(), report.refused[0].line), (1, 1, 3));
}

#[tokio::test]
async fn a_viewer_imports_nothing() {
    let studio = sqlite().await;
    let viewer = Actor::Admin { id: None, role: Role::Viewer };
    assert!(import(&studio, &viewer, FIXTURE.as_bytes(), ImportMode::SkipInvalid).await.is_err());
}

/// A list as an agency would send it: 122 rows with real-world names, zones and mistakes.
#[tokio::test]
async fn an_agencys_list_has_114_good_rows_and_8_bad_ones() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/clients.csv");
    let Ok(file) = std::fs::read(path) else {
        visible("skipped: the agency's list ../shared/data/clients.csv is not beside the workspace");
        return;
    };
    let lines = [42, 43, 44, 89, 90, 91, 124, 125];
    on_both(|studio| {
        let file = file.clone();
        async move {
            let owner = Actor::local_owner();
            let all = import(&studio, &owner, &file, ImportMode::AllOrNothing).await.unwrap();
            assert_eq!((all.added.len(), all.refused.len()), (0, 8));
            let report = import(&studio, &owner, &file, ImportMode::SkipInvalid).await.unwrap();
            assert_eq!((report.added.len(), report.refused.len()), (114, 8));
            for row in &report.refused {
                assert!(!row.reason.contains(char::is_control), "{:?}", row.reason);
            }
            let again = import(&studio, &owner, &file, ImportMode::SkipInvalid).await.unwrap();
            assert_eq!((again.added.len(), again.refused.len()), (0, 122));
            assert_eq!(report.refused.iter().map(|row| row.line).collect::<Vec<_>>(), lines);
        }
    })
    .await;
}
