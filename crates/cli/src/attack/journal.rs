//! The answers of a running attack in a file, one JSON object a line, so that it can be cut anywhere and go on.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use glimpse_attack::{Answer, PictureId, SweepOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::printable;
use crate::whole_file::cannot_write;

/// What the first line says it is.
const FORMAT: &str = "glimpse-attack-answers/1";
/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// What the answers belong to: the first line.
#[derive(Serialize)]
struct Heading<'a> {
    format: &'static str,
    #[serde(flatten)]
    question: &'a Question,
}

/// Everything that an answer depends on.
#[derive(Serialize)]
pub struct Question {
    pub glimpse: String,
    pub model: String,
    pub fingerprint: String,
    pub device: String,
    pub options: SweepOptions,
    pub pictures: Vec<PictureId>,
}

/// Each further line.
#[derive(Serialize, Deserialize)]
pub struct Line {
    pub key: String,
    pub answer: Answer,
}

/// An open file of answers; nobody else writes into it meanwhile.
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens the file or makes it, and gives the answers that it holds. A line that was cut off is taken away.
    ///
    /// # Errors
    /// [`Failure::File`] when the file is something else, holds the answers of another attack, or cannot be written.
    pub fn open(path: &Path, question: &Question) -> Result<(Self, Vec<Line>), Failure> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| cannot_write(path, &error))?;
        // Where a file system has no locks, one does without.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::File(format!(
                "{} is being written by another glimpse: wait for it, or give another file with --resume",
                path.display()
            )));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| {
            Failure::File(format!("{} cannot be read: {error}", path.display()))
        })?;
        let heading = heading(question).map_err(|error| cannot_write(path, &error))?;
        let whole = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        if whole == 0 && !heading.as_bytes().starts_with(&bytes) {
            return Err(no_journal(path));
        }
        let answers = answers(path, &bytes[..whole], &heading)?;
        let mut journal = Self {
            path: path.to_path_buf(),
            file,
        };
        journal
            .go_on_at(whole, &heading)
            .map_err(|error| cannot_write(path, &error))?;
        Ok((journal, answers))
    }

    /// Cuts off what is not whole, and begins an empty file.
    fn go_on_at(&mut self, end: usize, heading: &str) -> io::Result<()> {
        // Not needed for a fresh file, and refused by what is no file.
        if self.file.stream_position()? != end as u64 {
            self.file.set_len(end as u64)?;
            self.file.seek(SeekFrom::Start(end as u64))?;
        }
        if end == 0 {
            self.file.write_all(heading.as_bytes())?;
        }
        Ok(())
    }

    /// Adds an answer.
    pub fn keep(&mut self, line: &Line) -> Result<(), Failure> {
        let written = text_line(line).and_then(|line| self.file.write_all(line.as_bytes()));
        written.map_err(|error| cannot_write(&self.path, &error))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, when all is in the report.
    pub fn remove(self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(|error| {
            Failure::File(format!(
                "{} cannot be removed: {error}",
                self.path.display()
            ))
        })
    }
}

fn heading(question: &Question) -> io::Result<String> {
    text_line(&Heading {
        format: FORMAT,
        question,
    })
}

fn text_line(value: &impl Serialize) -> io::Result<String> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    Ok(line)
}

/// The answers in whole lines, if they are answers to this question.
fn answers(path: &Path, bytes: &[u8], heading: &str) -> Result<Vec<Line>, Failure> {
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let Some(first) = lines.next() else {
        return Ok(Vec::new());
    };
    let is_ours = |value: &Value| value.get("format").is_some_and(|format| format == FORMAT);
    let found = serde_json::from_slice(first).ok().filter(is_ours);
    let (Some(found), Ok(wanted)) = (found, serde_json::from_str(heading)) else {
        return Err(no_journal(path));
    };
    let mut others = Vec::new();
    differences("", &found, &wanted, &mut others);
    if !others.is_empty() {
        return Err(Failure::File(format!(
            "{} holds the answers of another attack:\n  {}\nDo as that one did to go on with it, or remove the file to begin anew.",
            path.display(),
            others.join("\n  ")
        )));
    }
    let lines = lines.enumerate().map(|(row, line)| {
        serde_json::from_slice(line).map_err(|error| {
            Failure::File(format!(
                "{} is damaged in line {}: {error}; remove the file to begin anew",
                path.display(),
                row + 2
            ))
        })
    });
    lines.collect()
}

fn no_journal(path: &Path) -> Failure {
    Failure::File(format!(
        "{} is there already and holds no answers of glimpse attack: name another file",
        path.display()
    ))
}

/// Where two headings differ, in words.
fn differences(name: &str, found: &Value, wanted: &Value, into: &mut Vec<String>) {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            let mut fields: Vec<&String> = found.keys().chain(wanted.keys()).collect();
            fields.sort_unstable();
            fields.dedup();
            for field in fields {
                let of = |object: &serde_json::Map<String, Value>| {
                    object.get(field).cloned().unwrap_or(Value::Null)
                };
                let name = match name {
                    "" => field.clone(),
                    outer => format!("{outer}.{field}"),
                };
                differences(&name, &of(found), &of(wanted), into);
            }
        }
        _ if found != wanted => {
            into.push(format!(
                "{name}: there {}, now {}",
                short(found),
                short(wanted)
            ));
        }
        _ => {}
    }
}

/// A value as JSON, cut where it gets long.
fn short(value: &Value) -> String {
    let text = printable(&value.to_string());
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
