//! The two programs, built as they are released.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Where the programs are.
pub struct Programs {
    /// The dashboard and the operator's commands.
    pub wavelaunch: PathBuf,
    /// The machine.
    pub bots: PathBuf,
}

impl Programs {
    /// Builds what is not built or not current.
    pub fn build() -> Result<Self> {
        let mut command = Command::new(env!("CARGO"));
        // What cargo tells this benchmark of itself would make it build dependencies anew that ask for it.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
            command.env_remove(name);
        }
        let built = command
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH")
            .args(["build", "--release", "--quiet", "-p", "wavelaunch-tui", "-p", "wavelaunch-bots"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .status()
            .context("cargo does not start")?;
        ensure!(built.success(), "the programs do not build; `cargo build --release` says why");
        let ours = std::env::current_exe()?;
        // This benchmark is target/PROFILE/deps/figures-HASH.
        let target = ours.ancestors().nth(3).context("this benchmark does not lie in cargo's folder")?;
        let program = |name: &str| {
            let path = target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            ensure!(path.exists(), "{} was not built", path.display());
            Ok(path)
        };
        Ok(Self { wavelaunch: program("wavelaunch")?, bots: program("wavelaunch-bots")? })
    }
}
