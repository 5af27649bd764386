//! Rows for a spreadsheet. A cell that a spreadsheet would take for a formula is made harmless.

use std::io;

/// The rows under their headings.
pub fn text<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row.map(guarded))?;
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A leading `=`, `+`, `-` or `@` begins a formula; an apostrophe before it makes it text.
fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_formula_is_text() {
        let rows = [["=HYPERLINK(\"x\")".to_owned(), "1, 2".to_owned()]];
        assert_eq!(text(&["name", "n"], rows.into_iter()).unwrap(), "name,n\n\"'=HYPERLINK(\"\"x\"\")\",\"1, 2\"\n");
    }
}
