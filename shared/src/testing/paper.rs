//! Reading PDFs back, with the tools of poppler: what a person would find in them.

use std::io::Write;
use std::process::{Command, Stdio};

use super::visible;

/// The text of a PDF in reading order, a form feed after each page. `None` where `pdftotext` is not
/// installed, in a visible line; a failure when `WAVELAUNCH_REQUIRE_PDFTOTEXT` is set, as it is in CI.
#[must_use]
pub fn text(pdf: &[u8]) -> Option<String> {
    read(pdf, "pdftotext", &["-enc", "UTF-8", "-", "-"])
}

/// What `pdfinfo` says of a PDF.
#[must_use]
pub fn info(pdf: &[u8]) -> Option<String> {
    read(pdf, "pdfinfo", &["-"])
}

fn read(pdf: &[u8], program: &str, arguments: &[&str]) -> Option<String> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            let required = std::env::var_os("WAVELAUNCH_REQUIRE_PDFTOTEXT").is_some();
            assert!(!required, "{program} is required here, install poppler-utils: {error}");
            visible("the text of PDFs is not checked: no pdftotext found (install poppler-utils)");
            return None;
        }
    };
    let mut input = child.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{program} cannot read what was made");
    Some(String::from_utf8(output.stdout).unwrap())
}
