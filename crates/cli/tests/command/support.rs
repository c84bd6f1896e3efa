//! Runs the `glimpse` executable in a folder of pictures that each test writes itself.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use glimpse_tests::process::peak_resident_bytes_of;
use image::{Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// The built-in model as a folder.
pub fn mini_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/models/mini")
}

/// One of the page's example pictures: drawings that the built-in model knows.
pub fn example(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/examples");
    std::fs::read(folder.join(name)).unwrap()
}

/// A folder of its own for one test; commands run inside it.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and the folders it needs.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Writes a small picture: a disc of one colour on white.
    pub fn picture(&self, name: &str, colour: [u8; 3]) {
        self.write(name, &png(colour));
    }

    /// Runs `glimpse` with arguments.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, b"")
    }

    /// Runs `glimpse` with arguments and bytes on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self.command(arguments).spawn().unwrap();
        // The command may end, of a usage error say, before it has read everything.
        let _unread = child.stdin.take().unwrap().write_all(input);
        Run(child.wait_with_output().unwrap())
    }

    /// `glimpse` with arguments, ready to be spawned, all three streams piped. It keeps models on the desk, and knows nothing
    /// of this computer's caches, tokens and proxies.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse"));
        command.args(arguments).current_dir(self.0.path());
        command.env("GLIMPSE_CACHE", self.path("kept"));
        command.env("HF_HOME", self.path("huggingface"));
        command.env("NO_PROXY", "127.0.0.1");
        for name in ["HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN"] {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// A PNG of 64 by 48 pixels: a disc of one colour on white.
pub fn png(colour: [u8; 3]) -> Vec<u8> {
    let picture = RgbImage::from_fn(64, 48, |x, y| {
        let (dx, dy) = (i64::from(x) - 32, i64::from(y) - 24);
        if dx * dx + dy * dy < 400 {
            Rgb(colour)
        } else {
            Rgb([255, 255, 255])
        }
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// What a command did.
pub struct Run(Output);

impl Run {
    /// Runs a command that was made ready, to its end.
    pub fn of(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it likewise, and tells the most resident memory it was seen to have, in bytes; none where the system does not tell.
    pub fn watched(command: &mut Command) -> (Self, Option<u64>) {
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut peak: Option<u64> = None;
        // What it prints is little, so that it never waits for a reader.
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(peak_resident_bytes_of(child.id()));
            thread::sleep(Duration::from_millis(5));
        }
        (Self(child.wait_with_output().unwrap()), peak)
    }

    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Standard output as one JSON value, after a check of the exit code.
    #[track_caller]
    pub fn json(&self, code: i32) -> Value {
        assert_eq!(self.code(), code, "{}", self.stderr());
        serde_json::from_str(&self.stdout()).unwrap()
    }

    /// A usage error: exit code 2, nothing on standard output, this in the message.
    #[track_caller]
    pub fn is_usage_error(&self, message: &str) {
        assert_eq!(self.code(), 2, "{}", self.stderr());
        assert_eq!(self.stdout(), "");
        assert!(
            self.stderr().contains(message),
            "{message:?} is not in {}",
            self.stderr()
        );
    }
}

/// The names of an object's fields, sorted.
pub fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}
