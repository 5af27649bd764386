//! From paper to PDF.

use sha2::{Digest, Sha256};
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::Smart;
use typst::utils::hash128;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::fonts::Fonts;
use super::paper::Paper;
use super::world::Desk;
use crate::{Error, Result};

/// Raised when the same paper must come out differently, for instance with another compiler.
const EDITION: &str = "wavelaunch 1, typst 0.15.1";

/// A PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: i64,
    /// Characters that no font on this machine has; the file shows boxes in their place.
    pub lacking: Vec<char>,
}

/// Paper with all that decides what comes out: the same key, the same bytes.
pub struct Job<'a> {
    paper: &'a Paper,
    data: Vec<u8>,
    fonts: &'a Fonts,
    /// Sixty-four hexadecimal digits.
    pub key: String,
}

impl<'a> Job<'a> {
    /// Prepares a paper, and looks for the fonts that it needs.
    pub fn new(paper: &'a Paper, fonts: &'a Fonts) -> Result<Self> {
        let data =
            paper.data().map_err(|error| Error::refused(format!("the paper cannot be written down: {error}")))?;
        let (store, _) = fonts.for_text(&String::from_utf8_lossy(&data));
        let mut hash = Sha256::new();
        for part in [EDITION.as_bytes(), paper.template().as_bytes(), &hash128(store.book()).to_be_bytes(), &data] {
            hash.update(u64::try_from(part.len()).unwrap_or_default().to_be_bytes());
            hash.update(part);
        }
        let key = format!("{:x}", hash.finalize());
        Ok(Self { paper, data, fonts, key })
    }

    /// Sets the paper. This computes for a moment: call it where blocking is allowed.
    pub fn run(self) -> Result<Printed> {
        let (store, lacking) = self.fonts.for_text(&String::from_utf8_lossy(&self.data));
        let desk = Desk::new(self.paper.template(), self.data, store);
        let set = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| failed(&errors))?;
        let bytes = accessible(&set, &self.key).or_else(|_| export(&set, &self.key, PdfStandards::default()));
        // Nothing that was remembered helps with the next paper, and it is large.
        typst::comemo::evict(0);
        let pages = i64::try_from(set.pages().len()).unwrap_or(i64::MAX);
        Ok(Printed { bytes: bytes.map_err(|errors| failed(&errors))?, pages, lacking })
    }
}

/// As PDF/UA-1, which refuses for instance a character that no font has.
fn accessible(set: &PagedDocument, key: &str) -> Result<Vec<u8>, EcoVec<SourceDiagnostic>> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).unwrap_or_default();
    export(set, key, standards)
}

fn export(set: &PagedDocument, key: &str, standards: PdfStandards) -> Result<Vec<u8>, EcoVec<SourceDiagnostic>> {
    let options = PdfOptions {
        ident: Smart::Custom(key.to_owned()),
        creator: Smart::Custom(Some("Wavelaunch".into())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(set, &options)
}

fn failed(errors: &EcoVec<SourceDiagnostic>) -> Error {
    let said: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    Error::refused(format!("the PDF cannot be made: {}", said.join("; ")))
}
