//! `glimpse verify`: is a model whole, and does this machine compute it right?

mod check_list;
mod checks;
mod golden;

use glimpse::{Classifier, DeviceKind, ModelSource};

use crate::Outcome;
use crate::args::{Device, DeviceArg, VerifyArgs};
use crate::failure::Failure;
use crate::output;
use crate::probe;
use crate::source::Source;
use check_list::CheckList;
use golden::Golden;

const CPU: DeviceArg = DeviceArg {
    device: Device::Cpu,
};
const AUTO: DeviceArg = DeviceArg {
    device: Device::Auto,
};

/// Runs every check that can be run; a model that cannot be found at all ends the command.
pub async fn run(args: &VerifyArgs) -> Result<Outcome, Failure> {
    let golden = match &args.golden {
        Some(file) => Some(Golden::read(file, args.pictures.as_deref())?),
        None => None,
    };
    let source = Source::find(&args.model)?;
    let mut report = CheckList::new(source.name());
    check(&source, args, golden.as_ref(), &mut report).await?;
    if args.json {
        output::json(&report)?;
    } else {
        output::text(&report.for_people())?;
    }
    Ok(if report.ok() {
        Outcome::Done
    } else {
        Outcome::SomeFailed
    })
}

async fn check(
    source: &Source,
    args: &VerifyArgs,
    golden: Option<&Golden>,
    report: &mut CheckList,
) -> Result<(), Failure> {
    let files = match glimpse::model_files(source).await {
        Ok(files) => files,
        Err(error) => {
            report.failed("files", error.to_string());
            return Ok(());
        }
    };
    report.add("files", checks::files(source, &files));
    report.add("hashes", checks::hashes(source, &files)?);
    let tokenizer = glimpse::load_tokenizer(source).await;
    report.add(
        "tokenizer",
        tokenizer
            .map_err(|error| error.to_string())
            .and_then(|tokenizer| checks::tokenizer(&tokenizer)),
    );

    let Some(on_cpu) = load(source, &CPU, report).await else {
        return Ok(());
    };
    let weights = on_cpu.fingerprint().whole().unwrap_or_default();
    report.add(
        "weights",
        checks::weights(&weights, args.weights.as_deref()),
    );
    let answers = match probe::ask(&on_cpu).await {
        Ok(answers) => answers,
        Err(error) => {
            report.failed("numbers", error.to_string());
            return Ok(());
        }
    };
    report.add("numbers", checks::numbers(&answers));
    if let Some(golden) = golden {
        golden.compare(&on_cpu, "cpu", golden::CPU, report).await;
    }
    // One model in memory at a time.
    drop(on_cpu);
    on_gpu(source, golden, &answers, report).await
}

/// The GPU's answers beside the CPU's, where there is a real GPU.
async fn on_gpu(
    source: &Source,
    golden: Option<&Golden>,
    of_cpu: &probe::Answers,
    report: &mut CheckList,
) -> Result<(), Failure> {
    let classifier = match source.load(&AUTO).await {
        Ok(classifier) => classifier,
        Err(error) => {
            report.failed("gpu", error.to_string());
            return Ok(());
        }
    };
    let info = classifier.info();
    if info.device == DeviceKind::Cpu {
        report.left_out("gpu", info.reason.clone());
        return Ok(());
    }
    let answers = probe::ask(&classifier).await;
    report.add(
        "gpu",
        answers
            .map_err(|error| error.to_string())
            .and_then(|answers| checks::same(of_cpu, &answers)),
    );
    if let Some(golden) = golden {
        golden
            .compare(&classifier, "gpu", golden::GPU, report)
            .await;
    }
    Ok(())
}

async fn load(source: &Source, device: &DeviceArg, report: &mut CheckList) -> Option<Classifier> {
    match source.load(device).await {
        Ok(classifier) => {
            let info = classifier.info();
            report.passed(
                "loads",
                format!(
                    "pictures of {0} x {0}, prompts of {1} tokens, fingerprint {2}",
                    info.image_size,
                    info.context_length,
                    &info.fingerprint[..16]
                ),
            );
            Some(classifier)
        }
        Err(error) => {
            report.failed("loads", error.to_string());
            None
        }
    }
}
