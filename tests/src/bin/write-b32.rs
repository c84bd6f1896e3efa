//! Writes the full-size random checkpoint for tests that serve it: `write-b32 FOLDER [--wrong]`.

use std::path::Path;
use std::process::ExitCode;

use glimpse_tests::full_size::{Variant, write};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, variant) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [folder] if !folder.starts_with('-') => (folder, Variant::Sound),
        [folder, "--wrong"] => (folder, Variant::Wrong),
        _ => {
            eprintln!("usage: write-b32 FOLDER [--wrong]");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = write(Path::new(folder), variant) {
        eprintln!("{folder}: {error}; 605 MB of room are needed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
