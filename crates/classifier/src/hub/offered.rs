//! The models that have a name here, and what each is good at: the table of `models.json`, which the package reads too.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// One model that has a name here.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Offered {
    /// What people type.
    pub name: &'static str,
    /// `owner/name` on the Hugging Face hub; none for a built-in model.
    pub repository: Option<&'static str>,
    /// The repository to take where that one is gone or has no weights that are read.
    #[serde(skip_serializing)]
    pub otherwise: Option<&'static str>,
    /// Which revision of it; none for a built-in model.
    pub revision: Option<&'static str>,
    /// Which layout its files have.
    pub layout: OfferedLayout,
    /// Megabytes: of a built-in model as it is, of others to download, in f32.
    pub size_mb: u32,
    /// Its licence, as its card says it.
    pub licence: &'static str,
    /// ImageNet zero-shot accuracy in percent, as published.
    pub imagenet: Option<f32>,
    /// What to take it for.
    pub good_at: &'static str,
    /// What to know before it is taken.
    pub caution: Option<&'static str>,
}

/// The two layouts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferedLayout {
    /// `config.json`, `preprocessor_config.json`, `tokenizer.json`, `model.safetensors`.
    HuggingFace,
    /// `open_clip_config.json`, `tokenizer.json`, `open_clip_model.safetensors`.
    OpenClip,
}

/// `models.json`: the table, and names of repositories that are right and wrong, for tests.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Models {
    offered: Vec<Offered>,
    #[cfg(test)]
    ids: Ids,
}

static MODELS: LazyLock<Models> = LazyLock::new(|| {
    serde_json::from_str(include_str!("models.json"))
        .expect("models.json is in order: tests read it")
});

/// The models offered by name, the built-in ones first.
#[must_use]
pub fn all_offered() -> &'static [Offered] {
    &MODELS.offered
}

/// The model that is offered by this name, or whose repository this is.
#[must_use]
pub fn offered(name_or_repository: &str) -> Option<&'static Offered> {
    all_offered().iter().find(|model| {
        model.name == name_or_repository || model.repository == Some(name_or_repository)
    })
}

#[cfg(test)]
#[derive(Deserialize)]
struct Ids {
    right: Vec<RightId>,
    wrong: Vec<String>,
}

#[cfg(test)]
#[derive(Deserialize)]
struct RightId {
    id: String,
    repository: String,
    revision: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in::BuiltIn;
    use crate::hub::{HubError, parse_model_id};

    #[test]
    fn repositories_are_ids_and_names_are_not() {
        for model in all_offered() {
            assert!(parse_model_id(model.name).is_err(), "{}", model.name);
            for repository in [model.repository, model.otherwise].into_iter().flatten() {
                let id = parse_model_id(repository).expect(repository);
                assert_eq!(id.repository, repository);
            }
            let built_in = BuiltIn::named(model.name).is_some();
            assert_eq!(model.repository.is_none(), built_in, "{}", model.name);
            assert_eq!(model.repository.is_none(), model.revision.is_none());
        }
    }

    #[test]
    fn a_model_is_found_by_name_and_by_repository() {
        let by_name = offered("photo").expect("photo");
        let by_repository = offered("laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K");
        assert_eq!(by_name.name, by_repository.expect("the same").name);
        assert!(offered("nobody/nothing").is_none());
    }

    #[test]
    fn ids_are_read_and_refused_as_in_the_package() {
        for right in &MODELS.ids.right {
            let id = parse_model_id(&right.id).expect(&right.id);
            assert_eq!(
                (id.repository, id.revision),
                (right.repository.clone(), right.revision.clone())
            );
        }
        // To the package these are addresses of folders, and "photo" is a name.
        let for_rust_alone = ["photo", "/a", "../b", "https://huggingface.co/a/b"];
        let wrong = MODELS.ids.wrong.iter().map(String::as_str);
        for wrong in wrong.chain(for_rust_alone) {
            let error = parse_model_id(wrong).expect_err(wrong);
            assert!(matches!(error, HubError::Id { .. }), "{wrong}");
            assert_eq!(error.code().as_str(), "unsupported-model");
            assert!(error.to_string().contains("owner/name@revision"));
        }
    }
}
