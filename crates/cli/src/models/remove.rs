//! `glimpse models rm`: removes kept models and says how much room that gave.

use std::fs;

use glimpse::BuiltIn;
use glimpse::hub::{offered, parse_model_id};
use serde::Serialize;

use crate::args::{AUTO, RmArgs};
use crate::failure::Failure;
use crate::hub::{Cache, Hub, KeptBy, KeptModel, WebFolder, bytes_in, kept_models};
use crate::source::{repository_page, web_address};
use crate::{Outcome, output, units};

/// One model that is gone.
#[derive(Serialize)]
struct Removed {
    name: String,
    bytes: u64,
}

/// Removes one after another. A name of which nothing is kept is said so, and the exit code is then 1.
pub fn run(args: &RmArgs) -> Result<Outcome, Failure> {
    let (hub, cache) = (Hub::find(&args.hub)?, Cache::find()?);
    let mut outcome = Outcome::Done;
    let mut all = Vec::new();
    for name in &args.names {
        let kept = kept_models(&cache, &hub.url);
        let ids = ids(name, &hub)?;
        let of_it: Vec<&KeptModel> = kept
            .iter()
            .filter(|model| ids.contains(&model.id))
            .collect();
        let ours = of_it.iter().filter(|model| model.place == KeptBy::Glimpse);
        let mut bytes = None;
        for model in ours {
            *bytes.get_or_insert(0) += remove(model, &cache, &hub)?;
        }
        match bytes {
            Some(bytes) => {
                if !args.json {
                    let name = output::printable(name);
                    output::text(&format!("{name}: {} freed\n", units::bytes(bytes)))?;
                }
                all.push(Removed {
                    name: name.clone(),
                    bytes,
                });
            }
            None => {
                outcome = Outcome::SomeFailed;
                eprintln!("{}", nothing(name, of_it.first().copied()));
            }
        }
    }
    if args.json {
        output::json(&all)?;
    }
    Ok(outcome)
}

/// The repositories or the address that a name stands for, as `--model` takes it.
fn ids(name: &str, hub: &Hub) -> Result<Vec<String>, Failure> {
    if let Some(model) = offered(name) {
        let repositories = [model.repository, model.otherwise].into_iter().flatten();
        return Ok(repositories.map(str::to_owned).collect());
    }
    if name == AUTO {
        return Ok(Vec::new());
    }
    if let Some(url) = web_address(name) {
        return Ok(vec![match repository_page(&url, &hub.url) {
            Some(id) => id.repository,
            None => WebFolder::address(url).to_string(),
        }]);
    }
    let id = parse_model_id(name).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(vec![id.repository])
}

fn remove(model: &KeptModel, cache: &Cache, hub: &Hub) -> Result<u64, Failure> {
    let shelf = match web_address(&model.id) {
        Some(url) => cache.web_folder(&url),
        None => cache.repository(&hub.url, &model.id),
    };
    let _lock = shelf.lock().map_err(glimpse::Error::from)?;
    let bytes = bytes_in(&model.path);
    fs::remove_dir_all(&model.path).map_err(|error| {
        Failure::File(format!(
            "{} cannot be removed: {error}",
            model.path.display()
        ))
    })?;
    Ok(bytes)
}

fn nothing(name: &str, of_hugging_face: Option<&KeptModel>) -> String {
    match of_hugging_face {
        Some(model) => format!(
            "{name} is in Hugging Face's own cache, which is only read here; remove {} if no other program needs it",
            model.path.display()
        ),
        None if name == AUTO || BuiltIn::named(name).is_some() => {
            format!("{name} is built in: there is nothing to remove")
        }
        None => format!("nothing of {name} is kept; `glimpse models` lists what is"),
    }
}
