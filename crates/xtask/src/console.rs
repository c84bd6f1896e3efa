//! Runs a step's programs and shows what they print: at once, or in one piece when the step is over.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::children;
use crate::failures::Failures;
use crate::tally::Tally;

/// Where a step's programs print, and the tests counted in it.
pub struct Console {
    log: Option<PathBuf>,
    /// The tests that the programs run so far have reported.
    pub tally: Tally,
    /// Those of them that failed.
    pub failures: Failures,
}

impl Console {
    /// Prints on the terminal as it comes.
    pub fn terminal() -> Self {
        Self {
            log: None,
            tally: Tally::default(),
            failures: Failures::default(),
        }
    }

    /// Collects in a file, which is begun anew, so that a step in the background does not talk into another's output.
    pub fn file(log: &Path) -> Result<Self> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        Ok(Self {
            log: Some(log.to_owned()),
            tally: Tally::default(),
            failures: Failures::default(),
        })
    }

    /// Runs a program to its end, counting the tests that it reports.
    ///
    /// # Errors
    /// When it cannot be started or ends with anything but success; the message holds the command.
    pub fn run(&mut self, command: &mut Command) -> Result<()> {
        let shown = shown(command);
        command.stdin(Stdio::null());
        let success = match self.log.clone() {
            None => self.run_on_terminal(command)?,
            Some(log) => self.run_into(&log, &shown, command)?,
        };
        if !success {
            bail!("`{shown}` failed");
        }
        Ok(())
    }

    fn run_on_terminal(&mut self, command: &mut Command) -> Result<bool> {
        let mut child = children::spawn(command.stdout(Stdio::piped()))?;
        if let Some(output) = child.stdout.take() {
            self.show_lines(BufReader::new(output))?;
        }
        Ok(children::wait(&mut child)?.success())
    }

    fn show_lines(&mut self, mut output: impl BufRead) -> Result<()> {
        let mut line = Vec::new();
        while output
            .read_until(b'\n', &mut line)
            .context("a program's output broke off")?
            > 0
        {
            io::stdout()
                .write_all(&line)
                .context("cannot print to standard output")?;
            self.read_line(&String::from_utf8_lossy(&line));
            line.clear();
        }
        Ok(())
    }

    fn read_line(&mut self, line: &str) {
        self.tally.read_line(line);
        self.failures.read_line(line);
    }

    fn run_into(&mut self, log: &Path, shown: &str, command: &mut Command) -> Result<bool> {
        let mut file = File::options()
            .append(true)
            .open(log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let from = file.metadata().context("cannot look at a log")?.len();
        writeln!(file, "$ {shown}").context("cannot write a log")?;
        let second = file.try_clone().context("cannot write a log twice")?;
        let mut child = children::spawn(command.stdout(file).stderr(second))?;
        let success = children::wait(&mut child)?.success();
        let text = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
        let from = usize::try_from(from).unwrap_or(0).min(text.len());
        for line in String::from_utf8_lossy(&text[from..]).lines() {
            self.read_line(line);
        }
        Ok(success)
    }

    /// Prints what a console with a file has collected; nothing for one on the terminal.
    pub fn print_collected(&self) {
        let Some(log) = &self.log else { return };
        if let Ok(text) = fs::read(log) {
            // Standard output may be closed by now; then nobody is reading.
            let _ = io::stdout().lock().write_all(&text);
        }
    }
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![base_name(&command.get_program().to_string_lossy())];
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.contains([' ', '"', '\'']) || argument.is_empty() {
            words.push(format!("'{argument}'"));
        } else {
            words.push(argument.into_owned());
        }
    }
    words.join(" ")
}

fn base_name(program: &str) -> String {
    let name = Path::new(program).file_name();
    name.map_or_else(
        || program.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// What a program prints, where only that is wanted; `None` where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// One line of what xtask itself does now.
pub fn say(line: &str) {
    println!("xtask: {line}");
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["test", "two words", "-p"]);
        assert_eq!(shown(&command), "cargo test 'two words' -p");
    }

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = Console::terminal()
            .run(&mut Command::new("false"))
            .unwrap_err();
        assert_eq!(error.to_string(), "`false` failed");
    }

    #[test]
    fn a_missing_program_is_an_error_that_names_it() {
        let error = Console::terminal()
            .run(&mut Command::new("no-such-program"))
            .unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program`");
    }

    #[test]
    fn tests_are_counted_on_the_terminal_and_in_a_file() {
        let result = "test result: ok. 2 passed; 0 failed; 0 ignored";
        let log = std::env::temp_dir().join(format!("xtask-console-{}", std::process::id()));
        for mut console in [Console::terminal(), Console::file(&log).unwrap()] {
            for _ in 0..2 {
                console.run(Command::new("echo").arg(result)).unwrap();
            }
            assert_eq!(console.tally.passed, 4);
        }
        fs::remove_file(&log).unwrap();
    }
}
