//! `glimpse models`: a table of the offered models and of what else is kept on this computer.

use glimpse::BuiltIn;
use glimpse::hub::{Offered, all_offered};
use serde::Serialize;

use crate::Outcome;
use crate::args::{AUTO, ModelsArgs};
use crate::failure::Failure;
use crate::hub::{Cache, Hub, KeptBy, KeptModel, kept_models, of_other_hubs};
use crate::{built_in, output, units};

/// One line of the list.
#[derive(Serialize)]
struct Row {
    name: String,
    repository: Option<String>,
    built_in: bool,
    revision: Option<&'static str>,
    layout: Option<glimpse::hub::OfferedLayout>,
    /// Megabytes of the whole model, in f32; as kept where nobody has published it.
    size_mb: u64,
    licence: Option<&'static str>,
    imagenet: Option<f32>,
    good_at: Option<&'static str>,
    caution: Option<&'static str>,
    kept: Option<KeptModel>,
}

impl Row {
    /// Both built-in models, as one name.
    fn auto() -> Self {
        Self {
            name: AUTO.to_owned(),
            repository: None,
            built_in: true,
            revision: None,
            layout: None,
            size_mb: megabytes(BuiltIn::ALL.map(built_in::size).iter().sum()),
            licence: Some("as theirs"),
            imagenet: None,
            good_at: Some(
                "each picture goes to the one of the next two that fits it; what is taken if none is named",
            ),
            caution: None,
            kept: None,
        }
    }

    fn offered(model: &Offered, kept: &mut Vec<KeptModel>) -> Self {
        let built_in = BuiltIn::named(model.name).map_or(0, built_in::size);
        let repositories = [model.repository, model.otherwise];
        Self {
            name: model.name.to_owned(),
            repository: model.repository.map(str::to_owned),
            built_in: model.repository.is_none(),
            revision: model.revision,
            layout: Some(model.layout),
            size_mb: match model.repository {
                Some(_) => model.size_mb.into(),
                None => megabytes(built_in),
            },
            licence: Some(model.licence),
            imagenet: model.imagenet,
            good_at: Some(model.good_at),
            caution: model.caution,
            kept: repositories
                .into_iter()
                .flatten()
                .find_map(|repository| take(kept, repository)),
        }
    }

    fn other(kept: KeptModel) -> Self {
        Self {
            name: kept.id.clone(),
            repository: (!kept.id.contains("://")).then(|| kept.id.clone()),
            built_in: false,
            revision: None,
            layout: None,
            size_mb: megabytes(kept.bytes),
            licence: None,
            imagenet: None,
            good_at: None,
            caution: None,
            kept: Some(kept),
        }
    }

    /// Whether and where it is on this computer, in words.
    fn here(&self) -> String {
        match &self.kept {
            None if self.built_in => "built in".to_owned(),
            None => String::new(),
            Some(kept) if !kept.complete => {
                format!("in part, {}", units::bytes(kept.bytes))
            }
            Some(kept) if kept.place == KeptBy::HuggingFace => {
                format!("{}, in Hugging Face's cache", units::bytes(kept.bytes))
            }
            Some(kept) => units::bytes(kept.bytes),
        }
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// Takes the best kept copy of a repository out of the list: a complete one, our own first.
fn take(kept: &mut Vec<KeptModel>, repository: &str) -> Option<KeptModel> {
    let (mut of_it, others) = kept.drain(..).partition(|model| model.id == repository);
    *kept = others;
    let of_it: &mut Vec<KeptModel> = &mut of_it;
    of_it.sort_by_key(|model| (!model.complete, model.place == KeptBy::HuggingFace));
    (!of_it.is_empty()).then(|| of_it.remove(0))
}

/// Prints the table, or its rows as JSON.
pub fn run(args: &ModelsArgs) -> Result<Outcome, Failure> {
    let (hub, cache) = (Hub::find(&args.hub)?, Cache::find()?);
    let mut kept = kept_models(&cache, &hub.url);
    let mut rows = vec![Row::auto()];
    rows.extend(
        all_offered()
            .iter()
            .map(|model| Row::offered(model, &mut kept)),
    );
    let named = rows.len();
    while let Some(model) = kept.first() {
        let id = model.id.clone();
        rows.extend(take(&mut kept, &id).map(Row::other));
    }
    if args.json {
        output::json(&rows)?;
        return Ok(Outcome::Done);
    }

    let mut text = format!(
        "{:15} {:>8}  {:>8}  {:18} {}\n",
        "name", "size", "ImageNet", "licence", "good at"
    );
    let (offered, others) = rows.split_at(named);
    for row in offered {
        let imagenet = row
            .imagenet
            .map_or("-".to_owned(), |top1| format!("{top1:.1} %"));
        let size = format!("{} MB", row.size_mb);
        let good_at = row.good_at.unwrap_or_default();
        let caution = row
            .caution
            .map_or(String::new(), |caution| format!("; {caution}"));
        text += &format!(
            "{:15} {size:>8}  {imagenet:>8}  {:18} {good_at}{caution}\n",
            row.name,
            row.licence.unwrap_or_default()
        );
        let from = row.repository.as_deref().unwrap_or_default();
        let here = row.here();
        let kept = match (from, here.as_str()) {
            ("", here) => here.to_owned(),
            (from, "") => from.to_owned(),
            (from, here) => format!("{from} (kept: {here})"),
        };
        text += &format!("{:15} {kept}\n", "");
    }
    if !others.is_empty() {
        text += "\nKept as well:\n";
    }
    for row in others {
        text += &format!("  {}  {}\n", output::printable(&row.name), row.here());
    }
    for (name, bytes) in of_other_hubs(&cache, &hub.url) {
        text += &format!(
            "\n{} are kept of another hub, {}; name it by --hub to see, use or remove them\n",
            units::bytes(bytes),
            output::printable(&name)
        );
    }
    text += &format!(
        "\nUse one by --model NAME; it is downloaded at the first use and kept in {}.\n\
         Any other repository works by --model owner/name. Downloads come from {}\n",
        cache.models().display(),
        hub.url
    );
    output::text(&text)?;
    Ok(Outcome::Done)
}
