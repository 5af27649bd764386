use std::path::Path;

use chrono::TimeDelta;
use sqlx::types::Json;
use tempfile::TempDir;

use super::*;
use crate::clients::{self, Filter, NewClient};
use crate::config::Settings;
use crate::staff::Role;
use crate::testing::{TestStudio, monday_noon, on_both, postgres_with, sqlite};
use crate::{execute, fetch_scalar};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn owner() -> Actor {
    Actor::local_owner()
}

/// Rows of every kind of value: text in many scripts, JSON, doubles, big integers, NULLs, rows that
/// point at later rows of their own table.
async fn furnish(studio: &TestStudio) {
    for (name, email) in [("Zoë\n\"Brontë\"", "zoe@example.com"), ("李小龍 👩🏽‍🎤", "li@example.com")] {
        let new = NewClient { full_name: name.into(), email: email.into(), ..NewClient::default() };
        clients::add(studio, &owner(), new).await.unwrap();
    }
    let mut tx = studio.db.write().await.unwrap();
    let zoe = clients::find(&mut tx, "zoe@example.com").await.unwrap().id;
    let at = monday_noon() + TimeDelta::milliseconds(123);
    // The parent is inserted first and then named so that it comes after its child.
    for (id, month) in [("parent", 1), ("child", 2)] {
        execute!(
            tx,
            "INSERT INTO deliverables (id, client_id, month, title, content_markdown, highlights, delivered_at, updated_at)
             VALUES ($1, $2, $3, '[not json', '{ \"a\" : 1 }', $4, $5, $5)",
            id,
            &zoe,
            month,
            Json(serde_json::json!(["b", {"z": 1, "a": null}])),
            at
        )
        .unwrap();
    }
    execute!(tx, "UPDATE deliverables SET parent_id = 'parent' WHERE id = 'child'").unwrap();
    execute!(
        tx,
        "INSERT INTO social_connections (id, client_id, platform, platform_user_id, platform_username, access_token, updated_at)
         VALUES ('k', $1, 'TIKTOK', 'u', 'u', 't', $2)",
        &zoe,
        at
    )
    .unwrap();
    execute!(
        tx,
        "INSERT INTO social_snapshots (id, connection_id, followers, engagement, metrics)
         VALUES ('s', 'k', $1, $2, $3)",
        i64::MAX - 1,
        0.1_f64 + 0.2,
        Json(serde_json::json!({}))
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn names(studio: &Studio) -> Vec<String> {
    let mut tx = studio.db.read().await.unwrap();
    let page = clients::page(&mut tx, monday_noon(), &Filter::default(), clients::Sort::Name, None, 9).await.unwrap();
    page.rows.iter().map(|row| row.client.full_name.raw().to_owned()).collect()
}

#[tokio::test]
async fn a_backup_restores_into_either_database_as_it_was() {
    let (folder, from_sqlite) = (folder(), sqlite().await);
    furnish(&from_sqlite).await;
    let first = folder.path().join("first.backup");
    let made = backup(&from_sqlite, &owner(), &first).await.unwrap();
    assert_eq!(made.tables["clients"].rows, 2);

    let again = sqlite().await;
    let restored = restore(&again, &owner(), &first, &Onto::Empty).await.unwrap();
    assert_eq!((&restored.digest, &restored.tables, restored.safety_copy), (&made.digest, &made.tables, None));
    assert_eq!(names(&again).await, names(&from_sqlite).await);

    let Some(postgres) = postgres_with(Settings::default()).await else { return };
    restore(&postgres, &owner(), &first, &Onto::Empty).await.unwrap();
    assert_eq!(names(&postgres).await, names(&from_sqlite).await);
    let second = folder.path().join("second.backup");
    let mut through = backup(&postgres, &owner(), &second).await.unwrap();
    let mut expected = made.tables.clone();
    // The restore is on record there.
    assert_eq!(through.tables.remove("events").unwrap().rows, expected.remove("events").unwrap().rows + 1);
    assert_eq!(through.tables, expected, "nothing was lost or changed on the way");
}

#[tokio::test]
async fn a_restored_database_goes_on_numbering_and_guarding() {
    on_both(|studio| async move {
        let (folder, other) = (folder(), sqlite().await);
        furnish(&other).await;
        let file = folder.path().join("a.backup");
        backup(&other, &owner(), &file).await.unwrap();
        restore(&studio, &owner(), &file, &Onto::Empty).await.unwrap();
        let new = NewClient { full_name: "New".into(), email: "new@example.com".into(), ..NewClient::default() };
        clients::add(&studio, &owner(), new).await.unwrap();
        let mut tx = studio.db.write().await.unwrap();
        let orphan = execute!(tx, "UPDATE deliverables SET parent_id = 'nobody'");
        assert!(orphan.is_err(), "foreign keys are looked at at once again");
    })
    .await;
}

#[tokio::test]
async fn data_that_is_there_is_only_replaced_on_purpose_and_kept() {
    on_both(|studio| async move {
        let (folder, other) = (folder(), sqlite().await);
        furnish(&studio).await;
        let (file, safety_copy) = (folder.path().join("empty.backup"), folder.path().join("before.backup"));
        backup(&other, &owner(), &file).await.unwrap();
        let refusal = restore(&studio, &owner(), &file, &Onto::Empty).await.unwrap_err().to_string();
        assert!(refusal.contains("not empty"), "{refusal}");
        let onto = Onto::Replacing { safety_copy: safety_copy.clone() };
        let restored = restore(&studio, &owner(), &file, &onto).await.unwrap();
        assert_eq!(restored.safety_copy.as_deref(), Some(safety_copy.as_path()));
        assert!(names(&studio).await.is_empty());
        let back = Onto::Replacing { safety_copy: folder.path().join("again.backup") };
        restore(&studio, &owner(), &safety_copy, &back).await.unwrap();
        assert_eq!(names(&studio).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_backup_sees_one_state_while_others_write() {
    on_both(|studio| async move {
        let folder = folder();
        furnish(&studio).await;
        let mut writing = studio.db.write().await.unwrap();
        execute!(writing, "UPDATE clients SET country = 'half-way'").unwrap();
        let file = folder.path().join("a.backup");
        dump::to_file(&studio.db, monday_noon(), &file).await.unwrap();
        writing.commit().await.unwrap();
        assert!(!std::fs::read_to_string(file).unwrap().contains("half-way"));
    })
    .await;
}

#[tokio::test]
async fn verifying_restores_and_compares() {
    on_both(|studio| async move {
        let folder = folder();
        furnish(&studio).await;
        let fresh = verify(&studio, &owner(), None).await.unwrap();
        assert_eq!((fresh.differing.len(), fresh.backup.tables["deliverables"].rows), (0, 2));
        let file = folder.path().join("a.backup");
        backup(&studio, &owner(), &file).await.unwrap();
        assert!(verify(&studio, &owner(), Some(&file)).await.unwrap().differing.is_empty());
        forge(&file, "zoe@example.com", "eve@example.com");
        let forged = verify(&studio, &owner(), Some(&file)).await.unwrap();
        assert_eq!(forged.differing, ["clients"], "the rows are not those that were counted");
    })
    .await;
}

/// Changes the rows of a backup and makes the digest of the file fit again.
fn forge(file: &Path, from: &str, to: &str) {
    use sha2::Digest;
    let text = std::fs::read_to_string(file).unwrap().replace(from, to);
    let (rows, end) = text.trim_end().rsplit_once('\n').unwrap();
    let rows = format!("{rows}\n");
    let mut end: serde_json::Value = serde_json::from_str(end).unwrap();
    end["digest"] = format!("{:x}", sha2::Sha256::digest(rows.as_bytes())).into();
    std::fs::write(file, format!("{rows}{end}\n")).unwrap();
}

#[tokio::test]
async fn copying_moves_a_studio_to_another_database() {
    let (folder, from) = (folder(), sqlite().await);
    furnish(&from).await;
    let Some(to) = postgres_with(Settings::default()).await else { return };
    copy(&from, &owner(), &to.db, folder.path()).await.unwrap();
    assert_eq!(names(&to).await, names(&from).await);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is left on the way");
    let mut tx = to.db.read().await.unwrap();
    let json = fetch_scalar!(tx, Option<String>, "SELECT highlights ->> 0 FROM deliverables WHERE id = 'child'");
    assert_eq!(json.unwrap().as_deref(), Some("b"));
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_refused_before_anything_is_touched() {
    let (folder, studio) = (folder(), sqlite().await);
    furnish(&studio).await;
    let whole = folder.path().join("whole.backup");
    backup(&studio, &owner(), &whole).await.unwrap();
    let text = std::fs::read_to_string(&whole).unwrap();
    let last = text.trim_end().rfind('\n').unwrap();
    let cases = [
        (text.replace("zoe@", "joe@"), "another one"),
        (text[..text.len() - 1].to_owned(), "cut off"),
        (text[..=last].to_owned(), "the end is missing"),
        (format!("{text}[1]\n"), "something follows"),
        (text.replacen("[\"", "[\"\u{1}", 1), "unreadable"),
        (text.replacen("\"wavelaunch_backup\":1", "\"wavelaunch_backup\":2", 1), "backup format 2"),
        (text.replacen("\"schema\":", "\"schema\":99", 1), "newer Wavelaunch"),
        ("name,email\nAda,ada@example.com\n".to_owned(), "is no Wavelaunch backup"),
        (String::new(), "is no Wavelaunch backup"),
        ("\u{1b}[2J\0SQLite format 3".to_owned(), "is no Wavelaunch backup"),
    ];
    for (at, (text, words)) in cases.into_iter().enumerate() {
        let file = folder.path().join(format!("{at}.backup"));
        std::fs::write(&file, text).unwrap();
        let onto = Onto::Replacing { safety_copy: folder.path().join("safety.backup") };
        let error = restore(&studio, &owner(), &file, &onto).await.unwrap_err().to_string();
        assert!(error.contains(words), "{at}: {error}");
        assert!(!folder.path().join("safety.backup").exists());
        assert_eq!(names(&studio).await.len(), 2);
    }
    let missing = restore(&studio, &owner(), &folder.path().join("nothing"), &Onto::Empty).await.unwrap_err();
    assert!(missing.to_string().contains("nothing"));
}

#[tokio::test]
async fn a_table_or_column_that_the_schema_has_not_is_named() {
    let (folder, studio) = (folder(), sqlite().await);
    furnish(&studio).await;
    let file = folder.path().join("a.backup");
    backup(&studio, &owner(), &file).await.unwrap();
    forge(&file, "\"name_key\"", "\"shoe_size\"");
    let empty = sqlite().await;
    let error = restore(&empty, &owner(), &file, &Onto::Empty).await.unwrap_err().to_string();
    assert!(error.contains("shoe_size") && error.contains("clients"), "{error}");
    assert!(names(&empty).await.is_empty());
}

#[tokio::test]
async fn a_backup_never_writes_over_a_file_and_is_for_its_owner_alone() {
    let (folder, studio) = (folder(), sqlite().await);
    let file = folder.path().join("a.backup");
    backup(&studio, &owner(), &file).await.unwrap();
    assert!(backup(&studio, &owner(), &file).await.unwrap_err().to_string().contains("exists already"));
    let admin = Actor::Admin { id: None, role: Role::Admin };
    assert!(matches!(backup(&studio, &admin, &folder.path().join("b")).await, Err(Error::Forbidden { .. })));
    assert!(backup(&studio, &owner(), &folder.path().join("no/such/folder")).await.is_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "no half file is left");
}
