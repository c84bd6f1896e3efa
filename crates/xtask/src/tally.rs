//! Counts tests from what cargo's and Node's test runners print.

/// How many tests passed, failed, and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that the runner left out, or that say so themselves.
    pub skipped: u64,
}

impl Tally {
    /// Adds what one line of output says, if it is a runner's closing line.
    pub fn read_line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.read_cargo(counts);
        } else if let Some(count) = line.strip_prefix("# ").or(line.strip_prefix("ℹ ")) {
            self.read_node(count);
        } else if line.starts_with("left out: ") {
            self.skipped += 1;
        }
    }

    /// "ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s"
    fn read_cargo(&mut self, counts: &str) {
        let counts = counts.split_once(". ").map_or(counts, |(_, rest)| rest);
        for part in counts.split(';') {
            match part.trim().split_once(' ') {
                Some((count, "passed")) => self.passed += count.parse().unwrap_or(0),
                Some((count, "failed")) => self.failed += count.parse().unwrap_or(0),
                Some((count, "ignored")) => self.skipped += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// "pass 3", "fail 0", "cancelled 0", "skipped 1", "todo 0"
    fn read_node(&mut self, count: &str) {
        match count.split_once(' ') {
            Some(("pass", count)) => self.passed += count.parse().unwrap_or(0),
            Some(("fail" | "cancelled", count)) => self.failed += count.parse().unwrap_or(0),
            Some(("skipped" | "todo", count)) => self.skipped += count.parse().unwrap_or(0),
            _ => {}
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read_line(line));
        tally
    }

    #[test]
    fn cargo_prints_one_line_for_each_binary() {
        let output = "running 3 tests\ntest a ... ok\n\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.00s\n";
        let expected = Tally {
            passed: 7,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(tally(output), expected);
    }

    #[test]
    fn node_prints_one_line_for_each_count() {
        let expected = Tally {
            passed: 12,
            failed: 2,
            skipped: 3,
        };
        let plain =
            "# tests 17\n# suites 0\n# pass 12\n# fail 1\n# cancelled 1\n# skipped 3\n# todo 0\n";
        assert_eq!(tally(plain), expected);
        assert_eq!(tally(&plain.replace("# ", "ℹ ")), expected);
    }

    #[test]
    fn tests_that_lack_something_say_so() {
        let output =
            "test gpu::a ... left out: no GPU could be opened\nleft out: no GPU could be opened\n";
        assert_eq!(tally(output).skipped, 1, "at the start of a line");
    }

    #[test]
    fn other_lines_count_nothing() {
        assert!(tally("# passing by\nall 3 passed; nothing failed\n# fail to parse\n").is_empty());
    }
}
