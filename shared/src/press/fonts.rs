//! The fonts: those inside the program, and the machine's own for scripts that these lack.
//!
//! Most documents need nothing but the fonts inside, and look the same on every machine. The
//! others are looked for once a process, and only when a text has a character that needs them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use typst::text::FontBook;
use typst_kit::fonts::{self, FontStore};

use crate::config::DocumentSettings;

/// Libertinus Serif for text, `DejaVu` Sans Mono for code.
static INSIDE: LazyLock<FontStore> = LazyLock::new(|| {
    let mut store = FontStore::new();
    store.extend(fonts::embedded());
    store
});

/// Where fonts come from; cheap to clone.
#[derive(Clone)]
pub struct Fonts {
    folder: Option<PathBuf>,
    all: Arc<OnceLock<FontStore>>,
}

impl Fonts {
    /// The fonts inside, those of the settings' folder, and the machine's.
    #[must_use]
    pub fn new(settings: &DocumentSettings) -> Self {
        let folder = (!settings.fonts.is_empty()).then(|| PathBuf::from(&settings.fonts));
        Self { folder, all: Arc::default() }
    }

    /// The fonts that a text needs, and its characters that even they do not have.
    pub(super) fn for_text(&self, text: &str) -> (&FontStore, Vec<char>) {
        let lacking = lacking(INSIDE.book(), text.chars().collect());
        if lacking.is_empty() {
            return (&INSIDE, Vec::new());
        }
        let all = self.all.get_or_init(|| self.look());
        let lacking = self::lacking(all.book(), lacking);
        (all, lacking.into_iter().collect())
    }

    /// Which of these no font has at all.
    #[must_use]
    pub fn lacks(&self, text: &str) -> Vec<char> {
        self.for_text(text).1
    }

    fn look(&self) -> FontStore {
        let mut store = FontStore::new();
        store.extend(fonts::embedded());
        if let Some(folder) = &self.folder {
            store.extend(fonts::scan(folder));
        }
        store.extend(fonts::system());
        store
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The characters that no font of the book has.
fn lacking(book: &FontBook, wanted: BTreeSet<char>) -> BTreeSet<char> {
    let infos: Vec<_> = (0..).map_while(|index| book.info(index)).collect();
    let drawn = |c: &char| !c.is_whitespace() && !is_joiner(*c);
    let has = |c: &char| infos.iter().any(|info| info.coverage.contains(u32::from(*c)));
    wanted.into_iter().filter(|c| drawn(c) && !has(c)).collect()
}

/// Characters that change their neighbours and are not drawn themselves.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}
