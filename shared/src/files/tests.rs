use super::*;
use crate::config::Settings;
use crate::delivery::Channel;
use crate::journey::fixture::owner;
use crate::portal::fixture::stranger;
use crate::testing::{TestStudio, on_both, on_both_with, settings, sqlite};
use rstest::rstest;

const LABEL: Label<'_> = Label { client: None, name: "a.txt", mime: "text/plain" };

async fn put(studio: &Studio, bytes: &[u8], label: Label<'_>) -> StoredFile {
    let kept = keep(studio, bytes.to_vec()).await.unwrap();
    let mut tx = studio.db.write().await.unwrap();
    let file = record(&mut tx, studio.clock.now(), &kept, label).await.unwrap();
    tx.commit().await.unwrap();
    file
}

/// The files in the store's folder, by name.
fn lying(studio: &TestStudio) -> Vec<String> {
    let folders = std::fs::read_dir(&studio.settings.files.url).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn content_comes_back_and_lies_once() {
    on_both(|studio| async move {
        let client = stranger(&studio, "Ada Obi").await;
        let one = put(&studio, b"hello", LABEL).await;
        let two = put(&studio, b"hello", Label { client: Some(&client.id), name: "../../b\u{0}", ..LABEL }).await;
        assert_eq!(lying(&studio), ["2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]);
        let mut tx = studio.db.read().await.unwrap();
        let found = get(&mut tx, &two.id).await.unwrap().unwrap();
        assert_eq!(found.name.raw(), "b");
        assert_eq!((found.client_id, found.size, used(&mut tx).await.unwrap()), (Some(client.id), 5, 10));
        drop(tx);
        assert_eq!(read(&studio, &one).await.unwrap().unwrap(), b"hello");
    })
    .await;
}

#[tokio::test]
async fn what_is_lost_or_damaged_is_not_handed_out() {
    let studio = sqlite().await;
    let file = put(&studio, b"hello", LABEL).await;
    let path = std::path::Path::new(&studio.settings.files.url).join("2c").join(&file.sha256);
    std::fs::write(&path, "hullo").unwrap();
    assert_eq!(read(&studio, &file).await.unwrap(), None);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read(&studio, &file).await.unwrap(), None);
}

#[tokio::test]
async fn only_old_content_that_no_file_has_is_swept() {
    on_both(|studio| async move {
        let (kept, gone, young) = (
            put(&studio, b"kept", LABEL).await,
            put(&studio, b"gone", LABEL).await,
            put(&studio, b"young", LABEL).await,
        );
        let mut tx = studio.db.write().await.unwrap();
        forget(&mut tx, &gone.id).await.unwrap();
        forget(&mut tx, &young.id).await.unwrap();
        tx.commit().await.unwrap();
        for file in [&kept, &gone] {
            let path = std::path::Path::new(&studio.settings.files.url).join(&file.sha256[..2]).join(&file.sha256);
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).unwrap();
        }
        let found = sweep(&studio, &owner(), Sweep::Look).await.unwrap();
        assert_eq!((found, lying(&studio).len()), (Swept { contents: 1, bytes: 4 }, 3));
        assert_eq!(sweep(&studio, &owner(), Sweep::Remove).await.unwrap(), found);
        let mut left = lying(&studio);
        left.sort();
        let mut right = [kept.sha256, young.sha256];
        right.sort();
        assert_eq!(left, right);
    })
    .await;
}

#[tokio::test]
async fn too_large_and_too_much_are_refused_with_the_setting() {
    let mut small = settings();
    small.files.max_file_mb = 1;
    small.files.max_total_gb = 1;
    on_both_with(small, |studio| async move {
        let error = keep(&studio, vec![0; 1_000_001]).await.unwrap_err().to_string();
        assert_eq!(error, "the file has 2 MB; 1 are the most (files.max_file_mb)");
        let full = Kept { sha256: "0".repeat(64), size: 1_000_000_000 };
        let mut tx = studio.db.write().await.unwrap();
        record(&mut tx, studio.clock.now(), &full, LABEL).await.unwrap();
        tx.commit().await.unwrap();
        let error = keep(&studio, vec![0]).await.unwrap_err().to_string();
        assert!(error.contains("more than 1 GB") && error.contains("files.max_total_gb"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_platforms_name_of_a_content_is_remembered() {
    on_both(|studio| async move {
        remember_copy(&studio, "abc", Channel::Telegram, "one").await.unwrap();
        remember_copy(&studio, "abc", Channel::Telegram, "two").await.unwrap();
        let mut tx = studio.db.read().await.unwrap();
        assert_eq!(copy(&mut tx, "abc", Channel::Telegram).await.unwrap().as_deref(), Some("two"));
        assert_eq!(copy(&mut tx, "abc", Channel::Discord).await.unwrap(), None);
        assert_eq!(copy(&mut tx, "abd", Channel::Telegram).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_place_in_memory_works_as_a_folder_does() {
    let mut settings = settings();
    settings.files.url = "memory:///studio".into();
    let studio = crate::testing::sqlite_with(settings).await;
    let file = put(&studio, b"hello", LABEL).await;
    assert_eq!(read(&studio, &file).await.unwrap().unwrap(), b"hello");
}

#[rstest]
#[case("notes.pdf", "notes.pdf")]
#[case("C:\\Users\\me\\..\\notes.pdf", "notes.pdf")]
#[case("..", "file")]
#[case("", "file")]
#[case("a\u{202e}fdp.exe\n", "afdp.exe")]
#[case("Übung 🎉.docx", "Übung 🎉.docx")]
fn a_name_is_only_a_name(#[case] given: &str, #[case] kept: &str) {
    assert_eq!(safe_name(given), kept);
    assert!(safe_name(&given.repeat(200)).chars().count() <= LONGEST_NAME);
}

#[rstest]
#[case("ftp://host/x", "files.url: \"ftp://host/x\" is neither a folder nor an address")]
#[case("file://host/x", "names no folder of this machine")]
fn a_wrong_place_is_explained(#[case] url: &str, #[case] says: &str) {
    let mut settings = Settings::default();
    settings.files.url = url.into();
    let error = Place::new(&settings).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
}

#[rstest]
#[case("sqlite:///srv/studio.db", "", "/srv/studio.files")]
#[case("sqlite:///srv/studio.db", "/mnt/files", "/mnt/files")]
#[case("sqlite:///srv/studio.db", "file:///mnt/files", "/mnt/files")]
#[case("sqlite:///srv/studio.db", "s3://bucket/studio", "s3://bucket/studio")]
fn a_place_is_what_the_settings_say(#[case] database: &str, #[case] url: &str, #[case] place: &str) {
    let mut settings = Settings::default();
    settings.database.url = database.into();
    settings.files.url = url.into();
    assert_eq!(Place::new(&settings).unwrap().to_string(), place);
}
