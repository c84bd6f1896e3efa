//! How the browser tests, in another process, work the hub: `/__mount`, `/__faults`, `/__release` and `/__log`.

use std::io;
use std::net::TcpStream;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::Fault;
use super::http::{Request, write_head};
use super::server::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mount {
    repository: String,
    folder: PathBuf,
    #[serde(default)]
    token: Option<String>,
}

/// Does what a control request asks, and answers it.
pub fn answer(state: &State, request: &Request, mut connection: &TcpStream) -> io::Result<()> {
    let (status, body) = match perform(state, request) {
        Ok(body) => (200, body),
        Err(message) => (400, json!({"error": message})),
    };
    let body = body.to_string();
    let headers = [
        ("Content-Type", "application/json".to_owned()),
        ("Content-Length", body.len().to_string()),
        ("Access-Control-Allow-Origin", "*".to_owned()),
    ];
    write_head(&mut connection, status, &headers)?;
    io::Write::write_all(&mut connection, body.as_bytes())
}

fn perform(state: &State, request: &Request) -> Result<Value, String> {
    let path = request.path();
    match (request.method.as_str(), path.as_str()) {
        ("POST", "/__mount") => {
            let mount: Mount = read(request)?;
            let version = state
                .mount(&mount.repository, &mount.folder, mount.token)
                .map_err(|error| format!("{}: {error}", mount.folder.display()))?;
            Ok(json!(version))
        }
        ("POST", "/__faults") => {
            let fault: Fault = read(request)?;
            state.faults().push(fault);
            Ok(Value::Null)
        }
        ("DELETE", "/__faults") => {
            state.clear_faults();
            Ok(Value::Null)
        }
        ("POST", "/__release") => {
            state.release();
            Ok(Value::Null)
        }
        ("GET", "/__log") => Ok(json!(state.log().entries())),
        ("DELETE", "/__log") => {
            state.log().clear();
            Ok(Value::Null)
        }
        (method, path) => Err(format!("there is no {method} {path}")),
    }
}

fn read<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}
