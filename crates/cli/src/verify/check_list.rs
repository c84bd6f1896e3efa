//! What the checks found, as a table or JSON.

use serde::Serialize;

use crate::output::printable;

/// All checks of one model.
#[derive(Serialize)]
pub struct CheckList {
    model: String,
    ok: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    check: String,
    status: Status,
    /// What was found, in words.
    detail: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Passed,
    Failed,
    LeftOut,
}

impl CheckList {
    pub fn new(model: String) -> Self {
        Self {
            model,
            ok: true,
            checks: Vec::new(),
        }
    }

    /// Whether no check has failed.
    pub fn ok(&self) -> bool {
        self.ok
    }

    /// A check's outcome: what was found, or what is wrong.
    pub fn add(&mut self, check: &str, found: Result<String, String>) {
        match found {
            Ok(detail) => self.passed(check, detail),
            Err(detail) => self.failed(check, detail),
        }
    }

    pub fn passed(&mut self, check: &str, detail: String) {
        self.push(check, Status::Passed, detail);
    }

    pub fn failed(&mut self, check: &str, detail: String) {
        self.ok = false;
        self.push(check, Status::Failed, detail);
    }

    /// A check that cannot be made here, and why.
    pub fn left_out(&mut self, check: &str, why: String) {
        self.push(check, Status::LeftOut, why);
    }

    fn push(&mut self, check: &str, status: Status, detail: String) {
        self.checks.push(Check {
            check: check.to_owned(),
            status,
            detail,
        });
    }

    pub fn for_people(&self) -> String {
        let width = self.checks.iter().map(|check| check.check.len()).max();
        let width = width.unwrap_or_default();
        let mut text = format!("{}\n", printable(&self.model));
        for Check {
            check,
            status,
            detail,
        } in &self.checks
        {
            let status = match status {
                Status::Passed => "passed",
                Status::Failed => "FAILED",
                Status::LeftOut => "left out",
            };
            text += &format!("  {status:8}  {check:width$}  {}\n", printable(detail));
        }
        text
    }
}
