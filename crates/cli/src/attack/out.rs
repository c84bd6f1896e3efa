//! Where an attack's report goes: one HTML file, and the JSON beside it.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use glimpse_attack::Report;
use glimpse_attack::report::html;

use crate::failure::Failure;
use crate::images::Input;
use crate::whole_file::{cannot_write, write_out};

/// The report's two files.
pub struct Out {
    html: PathBuf,
    json: PathBuf,
}

impl Out {
    /// Names the files, and finds out now rather than after an hour whether they can be written. None may be an input.
    pub fn new(html: &Path, inputs: &[Input]) -> Result<Self, Failure> {
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
        let out = Self {
            html: html.to_path_buf(),
            json: html.with_extension("json"),
        };
        for path in [&out.html, &out.json] {
            if inputs.iter().any(|input| input.is_file_at(path)) {
                return Err(Failure::Usage(format!(
                    "--out {} would write {} over the picture of that name: give the report another name",
                    html.display(),
                    path.display()
                )));
            }
            try_to_write(path).map_err(|error| cannot_write(path, &error))?;
        }
        Ok(out)
    }

    /// The file that keeps the answers until the report is written.
    pub fn journal(&self) -> PathBuf {
        let mut name = self.html.as_os_str().to_owned();
        name.push(".answers.jsonl");
        PathBuf::from(name)
    }

    /// Writes both, and says so.
    pub fn write(&self, report: &Report) -> Result<(), Failure> {
        let json =
            serde_json::to_vec(report).map_err(|error| cannot_write(&self.json, &error.into()))?;
        write_out(&self.json, &json)?;
        write_out(&self.html, html(report).as_bytes())?;
        eprintln!("wrote {} and {}", self.html.display(), self.json.display());
        Ok(())
    }
}

/// Opens a file for writing, and leaves everything as it was.
fn try_to_write(path: &Path) -> std::io::Result<()> {
    let was_there = fs::symlink_metadata(path).is_ok();
    OpenOptions::new().append(true).create(true).open(path)?;
    if was_there {
        Ok(())
    } else {
        fs::remove_file(path)
    }
}
