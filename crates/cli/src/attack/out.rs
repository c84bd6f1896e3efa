//! Where an attack's report goes: one HTML file, and the JSON beside it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use glimpse_attack::Report;
use glimpse_attack::report::html;

use crate::failure::Failure;
use crate::out_file::{Content, OutFile};
use crate::whole_file::cannot_write;

/// The report's two files.
pub struct Out {
    html: PathBuf,
    json: PathBuf,
    page: OutFile,
    numbers: OutFile,
}

impl Out {
    /// Names the files, and finds out now rather than after an hour whether they can be written.
    pub fn new(html: &Path, force: bool) -> Result<Self, Failure> {
        let is_page = |end: &OsStr| {
            ["html", "htm"]
                .iter()
                .any(|page| end.eq_ignore_ascii_case(page))
        };
        if !html.extension().is_some_and(is_page) {
            return Err(Failure::Usage(format!(
                "--out {} names the page: give it a name such as {}, and the numbers go beside it",
                html.display(),
                html.with_extension("html").display()
            )));
        }
        let json = html.with_extension("json");
        Ok(Self {
            page: OutFile::new(html, Content::ReportPage, force)?,
            numbers: OutFile::new(&json, Content::ReportNumbers, force)?,
            html: html.to_path_buf(),
            json,
        })
    }

    /// The file that keeps the answers until the report is written.
    pub fn journal(&self) -> PathBuf {
        let mut name = self.html.as_os_str().to_owned();
        name.push(".answers.jsonl");
        PathBuf::from(name)
    }

    /// Writes both, and says so.
    pub fn write(&self, report: &Report) -> Result<(), Failure> {
        let numbers =
            serde_json::to_vec(report).map_err(|error| cannot_write(&self.json, &error.into()))?;
        self.numbers.write(&numbers)?;
        self.page.write(html(report).as_bytes())?;
        eprintln!("wrote {} and {}", self.html.display(), self.json.display());
        Ok(())
    }
}
