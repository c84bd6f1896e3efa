//! The end of `cargo xtask test`: what failed, once more, a table of the steps, and a line that counts what ran.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use crate::failures::Failures;
use crate::steps;
use crate::tally::Tally;

/// How one step went.
pub struct Outcome {
    /// The step's name.
    pub step: &'static str,
    /// How long it ran.
    pub took: Duration,
    /// The tests in it.
    pub tally: Tally,
    /// Those of them that failed.
    pub failures: Failures,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Outcome {
    /// The step's tests; a step that has none, or breaks without naming one, counts as one itself.
    fn counted(&self) -> Tally {
        let mut tally = self.tally;
        if self.failure.is_some() && tally.failed == 0 {
            tally.failed = 1;
        } else if tally.is_empty() {
            tally.passed = 1;
        }
        tally
    }

    fn word(&self) -> &'static str {
        if self.failure.is_some() {
            "FAILED"
        } else {
            "passed"
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {}", self.step, self.word(), minutes(self.took))?;
        match &self.failure {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}

/// How all steps went, in the steps' order.
pub struct StepTable(Vec<Outcome>);

impl StepTable {
    /// Puts the outcomes of both lanes in the steps' order.
    pub fn new(mut outcomes: Vec<Outcome>) -> Self {
        let names = steps::names();
        outcomes.sort_by_key(|outcome| names.iter().position(|name| *name == outcome.step));
        Self(outcomes)
    }

    /// Failure where one step failed.
    pub fn exit_code(&self) -> ExitCode {
        if self.0.iter().any(|outcome| outcome.failure.is_some()) {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

impl fmt::Display for StepTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for outcome in &self.0 {
            write!(f, "{}", outcome.failures)?;
        }
        writeln!(
            f,
            "\n{:<12} {:<7} {:>6} {:>7}",
            "step", "result", "time", "tests"
        )?;
        let mut total = Tally::default();
        for outcome in &self.0 {
            let tests = outcome.tally.passed + outcome.tally.failed;
            let tests = if tests > 0 {
                tests.to_string()
            } else {
                String::new()
            };
            let line = format!(
                "{:<12} {:<7} {:>6} {tests:>7}",
                outcome.step,
                outcome.word(),
                minutes(outcome.took)
            );
            writeln!(f, "{}", line.trim_end())?;
            total.add(outcome.counted());
        }
        // Continuous integration looks for a line of exactly this form.
        write!(f, "\n{} passed, {} failed", total.passed, total.failed)?;
        if total.skipped > 0 {
            write!(f, ", {} skipped", total.skipped)?;
        }
        writeln!(f)
    }
}

/// Minutes and seconds, as "12:05".
pub fn minutes(took: Duration) -> String {
    let seconds = took.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(step: &'static str, seconds: u64, tally: Tally, failure: Option<&str>) -> Outcome {
        Outcome {
            step,
            took: Duration::from_secs(seconds),
            tally,
            failures: Failures::default(),
            failure: failure.map(str::to_owned),
        }
    }

    #[test]
    fn failures_come_first_the_table_keeps_the_order_and_the_last_line_counts() {
        let tests = Tally {
            passed: 40,
            failed: 2,
            skipped: 0,
        };
        let mut native = outcome("native", 725, tests, Some("`cargo test` failed"));
        for line in ["---- a word stdout ----", "left: 1"] {
            native.failures.read_line(line);
        }
        let report = StepTable::new(vec![
            native,
            outcome("build-web", 61, Tally::default(), Some("no wasm")),
            outcome("rustfmt", 1, Tally::default(), None),
        ]);
        let expected = "
failed: a word
  left: 1

step         result    time   tests
rustfmt      passed    0:01
native       FAILED   12:05      42
build-web    FAILED    1:01

41 passed, 3 failed
";
        assert_eq!(report.to_string(), expected);
        assert_eq!(report.exit_code(), ExitCode::FAILURE);
    }

    #[test]
    fn a_runner_that_breaks_after_its_tests_passed_counts_as_one_failure() {
        let tests = Tally {
            passed: 5,
            failed: 0,
            skipped: 1,
        };
        let report = StepTable::new(vec![outcome("browser", 5, tests, Some("it crashed"))]);
        assert!(
            report
                .to_string()
                .ends_with("\n5 passed, 1 failed, 1 skipped\n")
        );
        let report = StepTable::new(vec![outcome("browser", 5, tests, None)]);
        assert_eq!(report.exit_code(), ExitCode::SUCCESS);
    }

    #[test]
    fn an_outcome_is_told_in_one_line() {
        let failed = outcome("page", 125, Tally::default(), Some("trunk is gone"));
        assert_eq!(failed.to_string(), "page FAILED in 2:05: trunk is gone");
        let passed = outcome("page", 5, Tally::default(), None);
        assert_eq!(passed.to_string(), "page passed in 0:05");
    }
}
