//! Finds the vendors' machine-readable specs, the oracles of the stand-ins.
//!
//! They lie outside the project, in `../shared/spec/vendor` next to the workspace, or wherever `WAVELAUNCH_VENDOR_SPECS` points.
//! Where they are absent the hand-made rules still hold, and one visible line says what is missing.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::aloud;

mod schemas;

pub use schemas::Schemas;

/// The environment variable that overrides where the specs lie.
pub const SPECS_VARIABLE: &str = "WAVELAUNCH_VENDOR_SPECS";

/// The folder of the vendor specs, if there is one.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER.get_or_init(find_folder).clone()
}

fn find_folder() -> Option<PathBuf> {
    let found = match std::env::var_os(SPECS_VARIABLE) {
        Some(named) => Some(PathBuf::from(named)),
        // A worktree may lie deeper than the main checkout, so the parents are asked too.
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .skip(1)
            .map(|above| above.join("shared/spec/vendor"))
            .find(|candidate| candidate.is_dir()),
    };
    let found = found.filter(|folder| folder.is_dir());
    if found.is_none() {
        aloud::say(&format!(
            "NOTE: no vendor specs found (set {SPECS_VARIABLE}); the stand-ins check only their own hand-made rules"
        ));
    }
    found
}

/// One spec as JSON, if the folder has it.
#[must_use]
pub fn load(file: &str) -> Option<Value> {
    let path = folder()?.join(file);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| aloud::say(&format!("NOTE: {} could not be read: {error}", path.display())))
        .ok()?;
    serde_json::from_str(&text)
        .map_err(|error| aloud::say(&format!("NOTE: {} is not JSON: {error}", path.display())))
        .ok()
}
