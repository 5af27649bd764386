//! Whether documents can become PDFs that show every name, and whether there is a place to keep them.

use wavelaunch_shared::Result;
use wavelaunch_shared::config::Settings;
use wavelaunch_shared::db::Tx;
use wavelaunch_shared::files::{self, Place};
use wavelaunch_shared::press::Fonts;

use super::super::exit::Failure;
use super::{Finding, fine, note, wrong};

/// Writing that people have, each with a few of its characters.
const WRITING: [(&str, &str); 9] = [
    ("Arabic", "مرحبا"),
    ("Bengali", "বাংলা"),
    ("Chinese", "漢字简"),
    ("Devanagari", "नमस्ते"),
    ("Ethiopic", "ሰላም"),
    ("Japanese", "かなカナ"),
    ("Korean", "한글"),
    ("Thai", "ภาษา"),
    ("emoji", "🎉👩"),
];
/// What brings all of it on Debian.
const PACKAGES: &str = "fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji";
/// From this share of the room on, somebody should look.
const FULL_PERCENT: i64 = 80;

/// Which writing has no font.
pub(super) fn fonts(settings: &Settings) -> Finding {
    let fonts = Fonts::new(&settings.documents);
    let lacking: Vec<&str> =
        WRITING.iter().filter(|(_, sample)| !fonts.lacks(sample).is_empty()).map(|(name, _)| *name).collect();
    if lacking.is_empty() {
        return fine("fonts", "every writing that was tried has a font".into());
    }
    let mend = format!("apt-get install {PACKAGES}, or put fonts into the folder of documents.fonts");
    note("fonts", format!("none for {}: boxes stand in PDFs", lacking.join(", ")), mend)
}

/// Whether the store of files takes something.
pub(super) async fn store(settings: &Settings) -> Finding {
    let tried = async {
        let place = Place::new(settings)?;
        place.probe().await?;
        Ok::<_, wavelaunch_shared::Error>(place.to_string())
    };
    match tried.await {
        Ok(place) => fine("files", place),
        Err(error) => {
            wrong("files", &Failure::from(error), "set files.url to a folder that can be written, or mend its rights")
        }
    }
}

/// How full it is.
pub(super) async fn room(tx: &mut Tx, settings: &Settings) -> Result<Finding> {
    let (used, all) = (files::used(tx).await?, settings.files.max_total_gb * 1_000_000_000);
    let percent = used.saturating_mul(100) / all.max(1);
    let found = format!("{} MB of {} GB, {percent} %", used / 1_000_000, settings.files.max_total_gb);
    Ok(if percent >= FULL_PERCENT {
        note("room for files", found, "raise files.max_total_gb if the disk has room".into())
    } else {
        fine("room for files", found)
    })
}
