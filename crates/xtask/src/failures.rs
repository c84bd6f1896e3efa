//! Keeps the names of the tests that failed, and what they said, from what cargo's and Node's test runners print.

use std::fmt;

/// The most lines that are kept of one test: the cause stands at the top.
const MOST_LINES: usize = 30;

/// One failing test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub test: String,
    /// What it printed, line by line.
    pub said: Vec<String>,
}

/// The failing tests of one program, in the order in which they were told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    list: Vec<Failure>,
    /// How the block ends that is being read, if one is.
    until: Option<End>,
}

/// Where a test's block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Node's (TAP): at a line of three dots.
    Dots,
    /// cargo's: where the next test's begins, or the list of names.
    Heading,
}

impl Failures {
    /// Reads the next line of a runner's output.
    pub fn read_line(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some((test, end)) = heading(line) {
            self.until = Some(end);
            self.list.push(Failure {
                test: test.to_owned(),
                said: Vec::new(),
            });
        } else if self.ends_at(line) {
            self.until = None;
        } else if self.until.is_some()
            && let Some(failure) = self.list.last_mut()
            && failure.said.len() < MOST_LINES
            && !matches!(line.trim(), "" | "---")
        {
            failure.said.push(line.to_owned());
        }
    }

    fn ends_at(&self, line: &str) -> bool {
        match self.until {
            Some(End::Dots) => line.trim() == "...",
            Some(End::Heading) => line == "failures:",
            None => false,
        }
    }
}

/// The failing test whose block a line begins.
fn heading(line: &str) -> Option<(&str, End)> {
    if let Some(rest) = line.trim_start().strip_prefix("not ok ") {
        let (_, test) = rest.split_once(" - ")?;
        return Some((test, End::Dots));
    }
    let test = line.strip_prefix("---- ")?.strip_suffix(" stdout ----")?;
    Some((test, End::Heading))
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Failure { test, said } in &self.list {
            writeln!(f, "\nfailed: {test}")?;
            for line in said {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(output: &str) -> String {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.read_line(line));
        failures.to_string()
    }

    #[test]
    fn nodes_block_is_kept_up_to_its_dots() {
        let output = "ok 1 - one\n  ---\n  duration_ms: 1\n  ...\n\
            # Subtest: two\nnot ok 2 - two\n  ---\n  error: 'no'\n  ...\nok 3 - three\n";
        assert_eq!(failures(output), "\nfailed: two\n    error: 'no'\n");
    }

    #[test]
    fn cargos_block_is_kept_up_to_the_next() {
        let output = "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\n\nthread 'a' panicked\n\n\
            ---- b stdout ----\nleft: 1\n\n\nfailures:\n    a\n    b\n";
        let expected = "\nfailed: a\n  thread 'a' panicked\n\nfailed: b\n  left: 1\n";
        assert_eq!(failures(output), expected);
    }

    #[test]
    fn a_long_block_is_cut() {
        let output = format!("---- a stdout ----\n{}", "x\n".repeat(99));
        assert_eq!(failures(&output).lines().count(), 2 + MOST_LINES);
    }
}
