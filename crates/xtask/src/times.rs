//! Keeps how long each step of `cargo xtask test` took the last time, for `--list`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::project::Project;

/// A line a step: its name and its seconds.
fn file(project: &Project) -> PathBuf {
    project.target.join("xtask/times.txt")
}

/// What the steps took the last time that each ran, by name; nothing where no run was kept.
pub fn last(project: &Project) -> BTreeMap<String, Duration> {
    read(&fs::read_to_string(file(project)).unwrap_or_default())
}

/// Keeps what steps took, and what is known of others. Where it cannot be written, nothing is lost but this.
pub fn keep<'a>(project: &Project, steps: impl Iterator<Item = (&'a str, Duration)>) {
    let mut times = last(project);
    times.extend(steps.map(|(name, took)| (name.to_owned(), took)));
    let lines: String = times
        .iter()
        .map(|(name, took)| format!("{name} {}\n", took.as_secs()))
        .collect();
    let path = file(project);
    let _ = path.parent().map(fs::create_dir_all);
    let _ = fs::write(path, lines);
}

fn read(text: &str) -> BTreeMap<String, Duration> {
    let line = |line: &str| {
        let (name, seconds) = line.split_once(' ')?;
        Some((name.to_owned(), Duration::from_secs(seconds.parse().ok()?)))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_line_of_ours_is_passed_over() {
        let times = read("native 65\nhalf\nbrowser x\npage 3\n");
        let seconds: Vec<_> = times.values().map(Duration::as_secs).collect();
        assert_eq!(seconds, [65, 3]);
    }
}
