//! The programs that are running now: each in a process group of its own, all ended when xtask is ended.

use std::process::{Child, Command, ExitStatus};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a program may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(5);

static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static ENDING: AtomicBool = AtomicBool::new(false);

/// Starts a program and keeps it in mind until [`wait`] has seen its end.
pub fn spawn(command: &mut Command) -> Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let program = command.get_program().to_string_lossy().into_owned();
    let mut running = RUNNING.lock().unwrap_or_else(|held| held.into_inner());
    let child = command
        .spawn()
        .with_context(|| format!("cannot start `{program}`"))?;
    running.push(child.id());
    Ok(child)
}

/// Waits for a program to end.
pub fn wait(child: &mut Child) -> Result<ExitStatus> {
    let status = child.wait().context("lost sight of a program");
    forget(child.id());
    while ENDING.load(Ordering::SeqCst) {
        // A signal ended it: xtask is about to exit, and a report of failures would only confuse.
        thread::sleep(GRACE);
    }
    status
}

/// From now on SIGINT (Ctrl-C), SIGTERM and SIGHUP end every running program, then xtask, with code 130.
pub fn end_all_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        ENDING.store(true, Ordering::SeqCst);
        end_all();
        eprintln!("\nxtask: ended");
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

/// Ends every running program: politely first, then not.
pub fn end_all() {
    end(&running());
}

fn end(programs: &[u32]) {
    signal(programs, false);
    let asked = Instant::now();
    while asked.elapsed() < GRACE && programs.iter().any(|id| running().contains(id)) {
        thread::sleep(Duration::from_millis(50));
    }
    let mut left = running();
    left.retain(|id| programs.contains(id));
    signal(&left, true);
}

fn running() -> Vec<u32> {
    RUNNING
        .lock()
        .unwrap_or_else(|held| held.into_inner())
        .clone()
}

fn forget(id: u32) {
    RUNNING
        .lock()
        .unwrap_or_else(|held| held.into_inner())
        .retain(|&other| other != id);
}

#[cfg(unix)]
fn signal(programs: &[u32], kill: bool) {
    use nix::sys::signal::{Signal, killpg};
    let signal = if kill {
        Signal::SIGKILL
    } else {
        Signal::SIGTERM
    };
    for &id in programs {
        if let Ok(group) = i32::try_from(id) {
            // It may have ended by itself in between; then there is nothing to do.
            let _ = killpg(nix::unistd::Pid::from_raw(group), signal);
        }
    }
}

/// Elsewhere Ctrl-C reaches the whole console, and there is nothing to add.
#[cfg(not(unix))]
fn signal(_programs: &[u32], _kill: bool) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_ended_with_its_children() {
        let mut child = spawn(Command::new("sh").args(["-c", "sleep 60 & wait"])).unwrap();
        let id = child.id();
        assert!(running().contains(&id));
        let started = Instant::now();
        let waiter = thread::spawn(move || wait(&mut child).unwrap());
        end(&[id]);
        assert!(!waiter.join().unwrap().success());
        assert!(started.elapsed() < GRACE);
    }
}
