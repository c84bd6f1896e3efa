//! Builds the static site with trunk, and serves it.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::console::{Console, say};
use crate::project::Project;
use crate::{ServeArgs, children, setup};

/// Builds `dist/` from `www/` and the package.
pub fn build(project: &Project, console: &mut Console) -> Result<()> {
    setup::npm_packages(project, "www", console)?;
    let trunk = project.trunk()?;
    console.run(trunk_command(project, &trunk).arg("build"))
}

/// Builds the page while trunk is being installed, where it has to be.
pub fn build_beside_trunk(project: &Project) -> Result<()> {
    thread::scope(|scope| {
        // Its outcome is asked for where the page is built.
        scope.spawn(|| project.trunk().is_ok());
        let built = project.build_page(&mut Console::terminal());
        if built.is_err() {
            children::end_all();
        }
        built
    })
}

/// Builds the page and serves it until Ctrl-C.
pub fn serve(project: &Project, args: &ServeArgs) -> Result<()> {
    check_port(args.port)?;
    setup::for_web()?;
    build_beside_trunk(project)?;
    check_port(args.port)?;
    let trunk = project.trunk()?;
    let mut server = children::spawn(
        trunk_command(project, &trunk)
            .args(serve_arguments(args))
            // www/scripts/finish.mjs then writes a service worker that keeps nothing: a change must be seen at once.
            .env("GLIMPSE_SERVE", "1")
            .stdin(Stdio::null()),
    )?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    while TcpStream::connect(address).is_err() {
        let ended = server.try_wait().context("lost sight of trunk")?;
        if let Some(status) = ended {
            bail!("trunk ended before it served anything ({status})");
        }
        thread::sleep(Duration::from_millis(100));
    }
    say(&format!(
        "Glimpse is at http://localhost:{} (Ctrl-C ends it)",
        args.port
    ));
    let status = children::wait(&mut server)?;
    bail!("trunk ended by itself ({status})")
}

fn serve_arguments(args: &ServeArgs) -> Vec<String> {
    let mut arguments = vec!["serve".into(), "--port".into(), args.port.to_string()];
    if args.open {
        arguments.push("--open".into());
    }
    arguments
}

/// trunk as we want it: no question to the network about its own updates, and colours left to the terminal.
fn trunk_command(project: &Project, trunk: &Path) -> Command {
    let mut command = project.command(trunk);
    command.arg("--skip-version-check");
    // trunk 0.21 takes this variable for a flag that wants "true", and stops at the usual "1".
    command.env_remove("NO_COLOR");
    command
}

/// Asks for the port before minutes of building rather than after.
fn check_port(port: u16) -> Result<()> {
    let addresses = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    ];
    for address in addresses {
        match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
                "port {port} is in use by another program. Choose another:\n\n    cargo xtask serve --port {}\n",
                port.checked_add(1).unwrap_or(8080)
            ),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                bail!("port {port} may not be used: choose one above 1023 with --port")
            }
            // A machine without IPv6 is fine.
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_with_the_command_that_helps() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = check_port(port).unwrap_err().to_string();
        assert!(message.starts_with(&format!("port {port} is in use")));
        assert!(message.contains("cargo xtask serve --port "));
        drop(taken);
        check_port(port).unwrap();
    }

    #[test]
    fn serve_passes_its_flags_on() {
        let args = ServeArgs {
            port: 8081,
            open: true,
        };
        assert_eq!(
            serve_arguments(&args),
            ["serve", "--port", "8081", "--open"]
        );
        let args = ServeArgs {
            port: 8080,
            open: false,
        };
        assert_eq!(serve_arguments(&args), ["serve", "--port", "8080"]);
    }
}
