//! The models that have a name here, and what each is good at.

use serde::Serialize;

/// One model that has a name here.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Offered {
    /// What people type.
    pub name: &'static str,
    /// `owner/name` on the Hugging Face hub; none for a built-in model.
    pub repository: Option<&'static str>,
    /// The repository to take where that one is gone or has no safetensors.
    #[serde(skip)]
    pub otherwise: Option<&'static str>,
    /// Which revision of it; none for a built-in model.
    pub revision: Option<&'static str>,
    /// Which layout its files have.
    pub layout: OfferedLayout,
    /// Megabytes to download, in f32; none for a built-in model, whose size is that of its files.
    pub size_mb: Option<u32>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferedLayout {
    /// `config.json`, `preprocessor_config.json`, `tokenizer.json`, `model.safetensors`.
    HuggingFace,
    /// `open_clip_config.json`, `tokenizer.json`, `open_clip_model.safetensors`.
    OpenClip,
}

const RESEARCH_ONLY: &str = "its card calls deployment out of scope";

/// The models offered by name, the built-in ones first.
pub const OFFERED: [Offered; 6] = [
    Offered {
        name: "mini",
        repository: None,
        otherwise: None,
        revision: None,
        layout: OfferedLayout::HuggingFace,
        size_mb: None,
        licence: "MIT OR Apache-2.0",
        imagenet: None,
        good_at: "drawings, icons and written words; instant and offline",
        caution: None,
    },
    Offered {
        name: "mini-photo",
        repository: None,
        otherwise: None,
        revision: None,
        layout: OfferedLayout::OpenClip,
        size_mb: None,
        licence: "Apache-2.0 and MIT",
        imagenet: None,
        good_at: "photographs of a thousand kinds of things and their groups; instant and offline",
        caution: Some("not people's looks, scenes or art"),
    },
    Offered {
        name: "photo",
        repository: Some("laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K"),
        otherwise: None,
        revision: Some("main"),
        layout: OfferedLayout::OpenClip,
        size_mb: Some(605),
        licence: "MIT",
        imagenet: Some(72.8),
        good_at: "photos",
        caution: None,
    },
    Offered {
        name: "photo-small",
        repository: Some("wkcn/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M"),
        otherwise: None,
        revision: Some("main"),
        layout: OfferedLayout::HuggingFace,
        size_mb: Some(94),
        licence: "MIT",
        imagenet: Some(41.1),
        good_at: "photos, with little to download",
        caution: None,
    },
    Offered {
        name: "openai-b32",
        repository: Some("timm/vit_base_patch32_clip_224.openai"),
        otherwise: Some("openai/clip-vit-base-patch32"),
        revision: Some("main"),
        layout: OfferedLayout::OpenClip,
        size_mb: Some(605),
        licence: "see its card",
        imagenet: Some(63.3),
        good_at: "research on attacks",
        caution: Some(RESEARCH_ONLY),
    },
    Offered {
        name: "openai-l14-336",
        repository: Some("openai/clip-vit-large-patch14-336"),
        otherwise: None,
        revision: Some("main"),
        layout: OfferedLayout::HuggingFace,
        size_mb: Some(1700),
        licence: "see its card",
        imagenet: Some(76.6),
        good_at: "the best numbers, slowly",
        caution: Some(RESEARCH_ONLY),
    },
];

/// The model that is offered by this name, or whose repository this is.
#[must_use]
pub fn offered(name_or_repository: &str) -> Option<&'static Offered> {
    OFFERED.iter().find(|model| {
        model.name == name_or_repository || model.repository == Some(name_or_repository)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in::BuiltIn;
    use crate::hub::parse_model_id;

    #[test]
    fn repositories_are_ids_and_names_are_not() {
        for model in &OFFERED {
            assert!(parse_model_id(model.name).is_err(), "{}", model.name);
            for repository in [model.repository, model.otherwise].into_iter().flatten() {
                let id = parse_model_id(repository).expect(repository);
                assert_eq!(id.repository, repository);
            }
            let built_in = BuiltIn::named(model.name).is_some();
            assert_eq!(model.repository.is_none(), built_in, "{}", model.name);
            assert_eq!(model.repository.is_none(), model.size_mb.is_none());
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
}
