//! The two listening sockets, a thread a connection, and what they share.

use std::collections::HashMap;
use std::io::{self, BufReader};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread::{self, JoinHandle};

use super::fault::{Effects, Fault};
use super::http::Request;
use super::log::{Entry, Log, Origin};
use super::repository::{Hashes, Repository, Version};
use super::{answer, control, origin, send};

/// What hub and CDN know.
#[derive(Default)]
pub struct State {
    cdn: OnceLock<String>,
    repositories: Mutex<HashMap<String, Repository>>,
    hashes: Hashes,
    faults: Mutex<Vec<Fault>>,
    log: Mutex<Log>,
    /// How often held connections were let go.
    releases: Mutex<u64>,
    released: Condvar,
}

/// A lock is only poisoned by a panic of a connection's thread, which is a bug of the hub.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no connection panicked")
}

impl State {
    pub fn cdn_is_at(&self, address: SocketAddr) {
        self.cdn.get_or_init(|| origin(address));
    }

    pub fn cdn(&self) -> &str {
        self.cdn.get().expect("the CDN is started first")
    }

    pub fn mount(
        &self,
        repository: &str,
        folder: &Path,
        token: Option<String>,
    ) -> io::Result<Version> {
        let version = Version::of(folder, &self.hashes)?;
        let mut repositories = locked(&self.repositories);
        let repository = repositories.entry(repository.to_owned()).or_default();
        repository.token = token;
        repository
            .versions
            .retain(|old| old.commit != version.commit);
        repository.versions.push(version.clone());
        Ok(version)
    }

    pub fn repositories(&self) -> MutexGuard<'_, HashMap<String, Repository>> {
        locked(&self.repositories)
    }

    pub fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        locked(&self.faults)
    }

    pub fn clear_faults(&self) {
        self.faults().clear();
        self.release();
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    pub fn release(&self) {
        *locked(&self.releases) += 1;
        self.released.notify_all();
    }

    /// Changes one entry of the log.
    pub fn note(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.log().entry(number) {
            change(entry);
        }
    }

    /// Writes down that a connection is held, then waits for the next [`State::release`].
    pub fn hold(&self, number: u64) {
        let releases = locked(&self.releases);
        let before = *releases;
        self.note(number, |entry| entry.held = true);
        drop(
            self.released
                .wait_while(releases, |releases| *releases == before)
                .expect("no connection panicked"),
        );
        self.note(number, |entry| entry.held = false);
    }
}

/// One listening socket.
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
    ended: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(origin: Origin, state: Arc<State>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ended = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let accepting = {
            let (state, ended, open) = (state.clone(), ended.clone(), open.clone());
            thread::spawn(move || {
                for connection in listener.incoming().map_while(Result::ok) {
                    if ended.load(Ordering::SeqCst) {
                        return;
                    }
                    let Ok(handle) = connection.try_clone() else {
                        continue;
                    };
                    locked(&open).push(handle);
                    let state = Arc::clone(&state);
                    thread::spawn(move || {
                        // A client that went away is no error here; what it was sent is in the log.
                        let _ = serve(origin, &state, &connection);
                        let _ = connection.shutdown(Shutdown::Both);
                    });
                }
            })
        };
        Ok(Self {
            address,
            state,
            ended,
            open,
            accepting: Some(accepting),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        for connection in locked(&self.open).drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        self.state.release();
        // Wakes the accepting thread, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Answers one connection's requests until the client or a fault closes it.
fn serve(origin: Origin, state: &State, connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection.try_clone()?);
    while let Some(request) = Request::read(&mut reader)? {
        if origin == Origin::Hub && request.path().starts_with("/__") {
            control::answer(state, &request, connection)?;
            continue;
        }
        let target = answer::target(state, origin, &request);
        let effects = Effects::of(&mut state.faults(), origin, &request.method, target.file());
        let number = state.log().add(Entry {
            origin: Some(origin),
            method: request.method.clone(),
            path: request.target.clone(),
            file: target.file().to_owned(),
            range: request.header("range").map(str::to_owned),
            had_authorization: request.header("authorization").is_some(),
            conditional: ["if-none-match", "if-range"]
                .iter()
                .any(|name| request.header(name).is_some()),
            ..Entry::default()
        });
        let answer = answer::answer(state, origin, &request, &target, &effects);
        if !send::send(state, number, connection, &request, answer, &effects)? {
            break;
        }
    }
    Ok(())
}
