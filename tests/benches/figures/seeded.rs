//! A large studio on SQLite, made by `wavelaunch db seed`, and what all figures about the programs share.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use tempfile::TempDir;
use wavelaunch_tests::terminal::Terminal;

use super::figure::Figure;
use super::programs::Programs;
use super::scale::Scale;

/// The size of the terminal in which the figures are taken.
pub const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// A seeded database and the programs to be measured on it.
pub struct Seeded {
    programs: Programs,
    address: String,
    /// How many clients it has.
    pub scale: Scale,
    folder: TempDir,
}

impl Seeded {
    /// Seeds a database; how long that took.
    pub fn make(scale: Scale) -> Result<(Self, Vec<Figure>)> {
        let programs = Programs::build()?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("seeded.db");
        let address = format!("sqlite://{}", file.display());
        let begun = Instant::now();
        let output = Command::new(&programs.wavelaunch)
            .args(["db", "seed", "--clients", &scale.clients.to_string(), "--database", &address])
            .current_dir(folder.path())
            .output()?;
        let took = begun.elapsed();
        ensure!(output.status.success(), "db seed: {}", String::from_utf8_lossy(&output.stderr).trim());
        let size = std::fs::metadata(&file)?.len() / 1_000_000;
        let what = format!("wavelaunch db seed --clients {}", scale.clients);
        let figure = Figure::plain(what, format!("{:.1} s, {size} MB", took.as_secs_f64()));
        Ok((Self { programs, address, scale, folder }, vec![figure]))
    }

    /// Starts the dashboard.
    pub fn dashboard(&self) -> Result<Terminal> {
        let variables = [("DATABASE_URL", self.address.as_str()), ("HOME", self.home())];
        Terminal::start(&self.programs.wavelaunch, &[], &variables, COLUMNS, ROWS)
    }

    /// Starts the background work, without any platform.
    pub fn workers(&self) -> Result<Terminal> {
        let variables = [("DATABASE_URL", self.address.as_str()), ("HOME", self.home())];
        Terminal::start(&self.programs.bots, &["run", "--only", "workers"], &variables, COLUMNS, ROWS)
    }

    fn home(&self) -> &str {
        self.folder.path().to_str().unwrap_or("/")
    }
}
