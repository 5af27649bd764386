//! Runs the built command in a folder of its own with a cleared environment.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a database in it, and nothing of the machine's own settings.
pub struct Home {
    folder: TempDir,
    address: Option<String>,
}

/// What one run did.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), address: None }
    }

    /// The command on a test studio's database, at the time at which its clock stands.
    pub fn on(address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..Self::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the database is that a run uses unless told otherwise.
    pub fn database(&self) -> PathBuf {
        self.path("data/wavelaunch/wavelaunch.db")
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs with this as the person's editor.
    pub fn run_with_editor(&self, editor: &str, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        Run::of(command.env("EDITOR", editor).env("PATH", "/usr/bin:/bin").stdin(Stdio::null()).output().unwrap())
    }

    /// Runs with a standard output that nobody reads, and gives exit code and standard error.
    pub fn run_unread(&self, arguments: &[&str]) -> (i32, String) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Run::of(self.command(arguments).stdin(Stdio::null()).stdout(writer).output().unwrap());
        (run.code, run.stderr)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wavelaunch"));
        command.args(arguments).env_clear().env("XDG_DATA_HOME", self.path("data")).current_dir(self.folder.path());
        if let Some(address) = &self.address {
            command.args(["--now", "2026-03-30T12:00:00Z"]).env("DATABASE_URL", address);
        }
        command
    }
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The run itself, if it did what it was asked to.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as the one JSON value that it must be.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", self.stdout, self.stderr))
    }
}

/// The key names of an object, one a line.
pub fn keys(value: &serde_json::Value) -> String {
    value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join("\n")
}
