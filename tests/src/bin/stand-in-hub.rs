//! Runs the stand-in hub for tests in another process: prints `{"hub": origin, "cdn": origin}`, ends when its standard input does.

use std::io::{self, Read};
use std::process::ExitCode;

use glimpse_tests::hub::Hub;
use serde_json::json;

fn main() -> ExitCode {
    let hub = match Hub::start() {
        Ok(hub) => hub,
        Err(error) => {
            eprintln!("no port of 127.0.0.1 could be listened on: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{}", json!({"hub": hub.url(), "cdn": hub.cdn_url()}));
    // Whatever way the tests end, the pipe to them closes.
    let _ = io::stdin().read_to_end(&mut Vec::new());
    ExitCode::SUCCESS
}
