//! The built-in model's files, inside the executable.

/// Each file of the checkpoint by its name.
pub const FILES: &[(&str, &[u8])] = &[
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
