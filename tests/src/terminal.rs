//! A person at a terminal: the real program in a pseudo-terminal, its screen read as a person sees it.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::wait::Watched;

/// A running program and the screen that it draws.
pub struct Terminal {
    screen: Arc<Watched<Seen>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

/// What has arrived from the program.
struct Seen {
    parser: vt100::Parser,
    bytes: u64,
    last: Option<Instant>,
    ended: bool,
    raw: Vec<u8>,
}

/// The last bytes are kept to see in which state the program left the terminal.
const RAW_KEPT: usize = 16 * 1024;

impl Terminal {
    /// Starts `program` with `arguments` and only these `variables`, on a screen of this size.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> Result<Self> {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).context("no pseudo-terminal is to be had")?;
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        // Else it would start in the home folder, which a test does not have.
        command.cwd(std::env::current_dir()?);
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")].iter().chain(variables) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).context("the program does not start")?;
        drop(pair.slave);
        let parser = vt100::Parser::new(rows, columns, 0);
        let screen = Arc::new(Watched::new(Seen { parser, bytes: 0, last: None, ended: false, raw: Vec::new() }));
        let reader = pair.master.try_clone_reader()?;
        let keys = pair.master.take_writer()?;
        read_on(reader, Arc::clone(&screen));
        Ok(Self { screen, keys, child, master: pair.master })
    }

    /// Types.
    pub fn send(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Waits until the screen shows all of `texts`, and returns it as lines.
    pub async fn wait_for(&self, texts: &[&str], cap: Duration) -> Result<String> {
        let wanted = |seen: &Seen| {
            let shown = seen.parser.screen().contents();
            texts.iter().all(|text| shown.contains(text)).then_some(shown)
        };
        self.screen.until(cap, &format!("{texts:?} on the screen"), wanted).await.with_context(|| {
            let tail = String::from_utf8_lossy(&self.raw_tail()).escape_debug().to_string();
            format!("after {} bytes the screen shows:\n{}\nlast came: {tail}", self.bytes(), self.text())
        })
    }

    /// The screen as lines of text.
    #[must_use]
    pub fn text(&self) -> String {
        self.screen.read(|seen| seen.parser.screen().contents())
    }

    /// How many bytes the program has written so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.screen.read(|seen| seen.bytes)
    }

    /// When its last bytes came.
    #[must_use]
    pub fn last_output(&self) -> Option<Instant> {
        self.screen.read(|seen| seen.last)
    }

    /// Types `keys` and waits for the first bytes that answer; how long that took.
    pub async fn time_key(&mut self, keys: &str, cap: Duration) -> Result<Duration> {
        let before = self.bytes();
        let begun = Instant::now();
        self.send(keys)?;
        let at = self
            .screen
            .until(cap, "an answer to a key", |seen| if seen.bytes > before { seen.last } else { None })
            .await?;
        Ok(at.duration_since(begun))
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: u16, rows: u16) -> Result<()> {
        self.screen.change(|seen| seen.parser.screen_mut().set_size(rows, columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
    }

    /// Waits for the program to end; its exit code.
    pub async fn wait_end(&mut self, cap: Duration) -> Result<u32> {
        self.screen.until(cap, "the end of the program", |seen| seen.ended.then_some(())).await?;
        Ok(self.child.wait()?.exit_code())
    }

    /// Whether the terminal was left as it was found: main screen, cursor shown, no mouse or paste mode.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.screen.read(|seen| {
            let screen = seen.parser.screen();
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        })
    }

    /// The program's last bytes as they came.
    #[must_use]
    pub fn raw_tail(&self) -> Vec<u8> {
        self.screen.read(|seen| seen.raw.clone())
    }

    /// The program's process number.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Follows the program's output on a thread of its own, which ends with the program.
fn read_on(mut reader: Box<dyn Read + Send>, screen: Arc<Watched<Seen>>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 16_384];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let now = Instant::now();
            screen.change(|seen| {
                seen.parser.process(&buffer[..count]);
                seen.bytes += count as u64;
                seen.last = Some(now);
                seen.raw.extend_from_slice(&buffer[..count]);
                let surplus = seen.raw.len().saturating_sub(RAW_KEPT);
                seen.raw.drain(..surplus);
            });
        }
        screen.change(|seen| seen.ended = true);
    });
}
