//! Tells that a test could not check what it is for, where the person who runs all tests sees it.

use std::io::Write;

/// Says why a test, or a part of one, is left out.
///
/// The test harness shows what passing tests print to nobody. This goes to the process's standard error, past the harness;
/// `cargo xtask test` counts the line as a skipped test.
pub fn left_out(why: &str) {
    // Nobody is there to be told if it cannot be written.
    let _ = writeln!(std::io::stderr(), "left out: {why}");
}
