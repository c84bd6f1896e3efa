//! The built-in models' files, inside the executable.

use glimpse::{BuiltIn, Taught};

/// Each file of a checkpoint by its name.
type Files = &'static [(&'static str, &'static [u8])];

const MINI: Files = &[
    (
        "config.json",
        include_bytes!("../../../web/models/mini/config.json"),
    ),
    (
        "preprocessor_config.json",
        include_bytes!("../../../web/models/mini/preprocessor_config.json"),
    ),
    (
        "tokenizer.json",
        include_bytes!("../../../web/models/mini/tokenizer.json"),
    ),
    (
        "model.safetensors",
        include_bytes!("../../../web/models/mini/model.safetensors"),
    ),
];

const MINI_PHOTO: Files = &[
    (
        "open_clip_config.json",
        include_bytes!("../../../web/models/mini-photo/open_clip_config.json"),
    ),
    (
        "preprocessor_config.json",
        include_bytes!("../../../web/models/mini-photo/preprocessor_config.json"),
    ),
    (
        "tokenizer.json",
        include_bytes!("../../../web/models/mini-photo/tokenizer.json"),
    ),
    (
        "open_clip_model.safetensors",
        include_bytes!("../../../web/models/mini-photo/open_clip_model.safetensors"),
    ),
];

/// The files that a built-in model is loaded from.
pub fn files(model: BuiltIn) -> Files {
    match model {
        BuiltIn::Mini => MINI,
        BuiltIn::MiniPhoto => MINI_PHOTO,
    }
}

/// What a built-in model was taught.
pub fn taught(model: BuiltIn) -> Taught {
    let (labels, grammar): (&[u8], &[u8]) = match model {
        BuiltIn::Mini => (
            include_bytes!("../../../web/models/mini/labels.json"),
            include_bytes!("../../../web/models/mini/grammar.json"),
        ),
        BuiltIn::MiniPhoto => (
            include_bytes!("../../../web/models/mini-photo/labels.json"),
            include_bytes!("../../../web/models/mini-photo/grammar.json"),
        ),
    };
    Taught::read(labels, grammar).expect("the lists are in order: tests read them")
}

/// The bytes of all files that a built-in model is loaded from.
pub fn size(model: BuiltIn) -> u64 {
    let lengths = files(model).iter().map(|(_, bytes)| bytes.len() as u64);
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_a_model_needs_is_inside() {
        for model in BuiltIn::ALL {
            let names = files(model).iter().map(|(name, _)| *name);
            assert!(names.eq(model.files()), "{}", model.name());
        }
    }

    #[test]
    fn what_each_model_was_taught_can_be_read() {
        assert!(taught(BuiltIn::Mini).is_taught("a drawing of two dogs"));
        assert!(taught(BuiltIn::MiniPhoto).is_taught("a photo of an espresso"));
    }
}
