//! Writes the random checkpoints with timm's towers, for `tests/fixtures/make_towers.py`: `write-timm-towers TARGET`.

use std::path::Path;
use std::process::ExitCode;

use glimpse_tests::timm_towers::TIMM_TOWERS;

fn main() -> ExitCode {
    let Some(target) = std::env::args().nth(1) else {
        eprintln!("usage: write-timm-towers TARGET");
        return ExitCode::from(2);
    };
    for tower in TIMM_TOWERS {
        match tower.write(Path::new(&target)) {
            Ok(folder) => println!("{}", folder.display()),
            Err(error) => {
                eprintln!("{}: {error}; 60 MB of room are needed", tower.name);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
