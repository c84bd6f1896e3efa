//! Runs the chosen test steps in their two lanes, and reports on all of them.

use std::mem;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::console::{Console, say};
use crate::project::Project;
use crate::step_table::{Outcome, StepTable};
use crate::steps::{Lane, Need, STEPS, Step};
use crate::{TestArgs, children, setup, times};

/// Runs what was asked for; the exit code says whether everything passed.
pub fn test(project: &Project, args: &TestArgs) -> Result<ExitCode> {
    let chosen = choose(&args.only, &args.skip);
    if chosen.is_empty() {
        bail!("no step is left to run; `cargo xtask test --list` names them");
    }
    prepare(project, &chosen)?;
    let outcomes = thread::scope(|scope| {
        if needs(&chosen, Need::Trunk) {
            // Its outcome is asked for where the page is built.
            scope.spawn(|| project.trunk().is_ok());
        }
        let back = scope.spawn(|| run_lane(project, &chosen, Lane::Back));
        let mut outcomes = run_lane(project, &chosen, Lane::Front)?;
        if !back.is_finished() {
            say("waiting for the checks in the background");
        }
        match back.join() {
            Ok(others) => outcomes.extend(others?),
            Err(_) => bail!("the checks in the background broke off"),
        }
        children::end_all();
        Ok(outcomes)
    })?;
    times::keep(project, outcomes.iter().map(|one| (one.step, one.took)));
    let report = StepTable::new(outcomes);
    print!("{report}");
    Ok(report.exit_code())
}

fn choose(only: &[String], skip: &[String]) -> Vec<&'static Step> {
    let named = |names: &[String], step: &Step| names.iter().any(|name| name == step.name);
    STEPS
        .iter()
        .filter(|step| only.is_empty() || named(only, step))
        .filter(|step| !named(skip, step))
        .collect()
}

/// Asks at once for what would otherwise be missed only after half an hour.
fn prepare(project: &Project, chosen: &[&Step]) -> Result<()> {
    if needs(chosen, Need::Node) {
        setup::node()?;
    }
    if needs(chosen, Need::WasmTarget) {
        setup::wasm_target()?;
    }
    if needs(chosen, Need::Chromium) {
        project.chromium()?;
    }
    Ok(())
}

fn needs(chosen: &[&Step], need: Need) -> bool {
    chosen.iter().any(|step| step.needs.contains(&need))
}

fn run_lane(project: &Project, chosen: &[&'static Step], lane: Lane) -> Result<Vec<Outcome>> {
    chosen
        .iter()
        .filter(|step| step.lane == lane)
        .map(|step| run_step(project, step))
        .collect()
}

fn run_step(project: &Project, step: &'static Step) -> Result<Outcome> {
    let mut console = match step.lane {
        Lane::Front => Console::terminal(),
        Lane::Back => {
            let log = project.target.join(format!("xtask/{}.log", step.name));
            Console::file(&log).context("cannot keep a log of what runs in the background")?
        }
    };
    let beside = if step.lane == Lane::Back {
        " (in the background)"
    } else {
        ""
    };
    println!("\n==> {}{beside}: {}", step.name, step.about);
    let started = Instant::now();
    let failure = (step.run)(project, &mut console).err();
    let outcome = Outcome {
        step: step.name,
        took: started.elapsed(),
        tally: console.tally,
        failures: mem::take(&mut console.failures),
        failure: failure.map(|error| format!("{error:#}")),
    };
    if outcome.failure.is_some() {
        console.print_collected();
    }
    println!("<== {outcome}");
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        choose(&owned(only), &owned(skip))
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn steps_are_chosen_in_their_own_order() {
        assert_eq!(chosen(&[], &[]), crate::steps::names());
        assert_eq!(chosen(&["browser", "rustfmt"], &[]), ["rustfmt", "browser"]);
        assert_eq!(chosen(&["browser", "rustfmt"], &["browser"]), ["rustfmt"]);
    }

    #[test]
    fn a_step_on_rust_alone_needs_nothing_else() {
        assert!(!needs(&choose(&["native".into()], &[]), Need::Node));
        assert!(needs(&choose(&["browser".into()], &[]), Need::Chromium));
    }
}
