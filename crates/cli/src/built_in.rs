//! The built-in models' files, inside the executable.

use glimpse::BuiltIn;

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

/// The bytes of all of them.
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
}
