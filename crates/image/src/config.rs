//! Reads [`Preprocessor`]s from the configuration files that checkpoints come with.

use serde::Deserialize;
use serde_json::Value;

use crate::error::PreprocessorError;
use crate::preprocessor::{Preprocessor, Resize, Rounding};
use crate::resize::Filter;

const HUGGING_FACE: &str = "preprocessor_config.json";
const OPEN_CLIP: &str = "open_clip_config.json";

/// The mean and standard deviation that OpenAI's CLIP was trained with; both libraries' defaults.
const CLIP_MEAN: [f64; 3] = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD: [f64; 3] = [0.26862954, 0.26130258, 0.27577711];

/// The largest edge, in pixels, that is taken for a model's and not for a mistake.
const MAX_EDGE: u32 = 4096;

/// The fields of `preprocessor_config.json` that decide on pixels. Absent and null mean CLIPImageProcessor's default.
#[derive(Deserialize)]
struct HuggingFaceConfig {
    do_resize: Option<bool>,
    size: Option<Value>,
    resample: Option<u8>,
    do_center_crop: Option<bool>,
    crop_size: Option<Value>,
    do_rescale: Option<bool>,
    rescale_factor: Option<f64>,
    do_normalize: Option<bool>,
    image_mean: Option<[f64; 3]>,
    image_std: Option<[f64; 3]>,
}

/// `open_clip_config.json`, as far as it decides on pixels.
#[derive(Deserialize)]
struct OpenClipConfig {
    model_cfg: ModelConfig,
    #[serde(default)]
    preprocess_cfg: PreprocessConfig,
}

#[derive(Deserialize)]
struct ModelConfig {
    vision_cfg: VisionConfig,
}

#[derive(Deserialize)]
struct VisionConfig {
    image_size: Option<Value>,
}

#[derive(Default, Deserialize)]
struct PreprocessConfig {
    size: Option<Value>,
    mode: Option<String>,
    mean: Option<Value>,
    std: Option<Value>,
    interpolation: Option<String>,
    resize_mode: Option<String>,
    fill_color: Option<u8>,
}

impl Preprocessor {
    /// From the content of a Hugging Face `preprocessor_config.json`, with `size` and `crop_size` in the old spelling (a
    /// number) or the new one (an object).
    ///
    /// # Errors
    /// [`PreprocessorError`] where it is not JSON, or asks for something that gives no picture of a fixed size.
    pub fn from_preprocessor_config(json: &str) -> Result<Self, PreprocessorError> {
        let config: HuggingFaceConfig = parse(HUGGING_FACE, json)?;
        let resize = if config.do_resize.unwrap_or(true) {
            match &config.size {
                None => Resize::Shortest(224),
                Some(size) => hugging_face_size(size)?,
            }
        } else {
            Resize::Keep
        };
        let crop = if config.do_center_crop.unwrap_or(true) {
            match &config.crop_size {
                None => (224, 224),
                Some(size) => edges(HUGGING_FACE, "crop_size", size)?,
            }
        } else if let Resize::Exact(height, width) = resize {
            (height, width)
        } else {
            return Err(PreprocessorError::Value {
                file: HUGGING_FACE,
                field: "do_center_crop",
                found: "false".to_owned(),
                expected: "true, or a `size` with height and width, because the model's pictures all have one size",
            });
        };
        let filter = match config.resample.unwrap_or(3) {
            0 => Filter::Nearest,
            1 => Filter::Lanczos,
            2 => Filter::Bilinear,
            3 => Filter::Bicubic,
            4 => Filter::Box,
            5 => Filter::Hamming,
            other => {
                return Err(PreprocessorError::Value {
                    file: HUGGING_FACE,
                    field: "resample",
                    found: other.to_string(),
                    expected: "one of Pillow's filters, 0 to 5",
                });
            }
        };

        // In the order and the precision of transformers' image_transforms.py: rescale in f64, normalise in f32.
        let factor = if config.do_rescale.unwrap_or(true) {
            config.rescale_factor.unwrap_or(1.0 / 255.0)
        } else {
            1.0
        };
        let normalize = config.do_normalize.unwrap_or(true);
        let mean = config.image_mean.unwrap_or(CLIP_MEAN);
        let std = config.image_std.unwrap_or(CLIP_STD);
        let values = table(|channel, byte| {
            let value = (f64::from(byte) * factor) as f32;
            if normalize {
                (value - mean[channel] as f32) / std[channel] as f32
            } else {
                value
            }
        });
        Ok(Self {
            resize,
            filter,
            crop,
            rounding: Rounding::HuggingFace,
            fill: 0,
            values,
        })
    }

    /// From the content of an `open_clip_config.json`: `preprocess_cfg`, and the size from `model_cfg.vision_cfg`.
    ///
    /// # Errors
    /// [`PreprocessorError`] where it is not JSON, or asks for something that open_clip does not know.
    pub fn from_open_clip_config(json: &str) -> Result<Self, PreprocessorError> {
        let OpenClipConfig {
            model_cfg,
            preprocess_cfg: config,
        } = parse(OPEN_CLIP, json)?;
        // The model's own size wins; 224 is open_clip's default.
        let crop = match (&model_cfg.vision_cfg.image_size, &config.size) {
            (Some(size), _) => edges(OPEN_CLIP, "model_cfg.vision_cfg.image_size", size)?,
            (None, Some(size)) => edges(OPEN_CLIP, "preprocess_cfg.size", size)?,
            (None, None) => (224, 224),
        };
        if let Some(mode) = config.mode.filter(|mode| mode != "RGB") {
            return Err(PreprocessorError::Value {
                file: OPEN_CLIP,
                field: "preprocess_cfg.mode",
                found: mode,
                expected: "\"RGB\"",
            });
        }
        let (height, width) = crop;
        let mut fill = 0;
        let resize = match config.resize_mode.as_deref().unwrap_or("shortest") {
            "shortest" if height == width => Resize::Shortest(height),
            "shortest" => Resize::Cover(height, width),
            "longest" => {
                fill = config.fill_color.unwrap_or(0);
                Resize::Fit(height, width)
            }
            "squash" => Resize::Exact(height, width),
            other => {
                return Err(PreprocessorError::Value {
                    file: OPEN_CLIP,
                    field: "preprocess_cfg.resize_mode",
                    found: other.to_owned(),
                    expected: "\"shortest\", \"longest\" or \"squash\"",
                });
            }
        };
        let filter = match config.interpolation.as_deref().unwrap_or("bicubic") {
            "bilinear" => Filter::Bilinear,
            "bicubic" | "random" => Filter::Bicubic,
            other => {
                return Err(PreprocessorError::Value {
                    file: OPEN_CLIP,
                    field: "preprocess_cfg.interpolation",
                    found: other.to_owned(),
                    expected: "\"bicubic\" or \"bilinear\"",
                });
            }
        };

        // As torchvision's ToTensor and Normalize: all in f32.
        let mean = channels("preprocess_cfg.mean", config.mean.as_ref(), CLIP_MEAN)?;
        let std = channels("preprocess_cfg.std", config.std.as_ref(), CLIP_STD)?;
        let values = table(|channel, byte| {
            (f32::from(byte) / 255.0 - mean[channel] as f32) / std[channel] as f32
        });
        Ok(Self {
            resize,
            filter,
            crop,
            rounding: Rounding::Torchvision,
            fill,
            values,
        })
    }
}

fn parse<'a, T: Deserialize<'a>>(
    file: &'static str,
    json: &'a str,
) -> Result<T, PreprocessorError> {
    serde_json::from_str(json).map_err(|error| PreprocessorError::Json {
        file,
        detail: error.to_string(),
    })
}

/// `f` of every channel and byte.
fn table(f: impl Fn(usize, u8) -> f32) -> Box<[[f32; 256]; 3]> {
    Box::new(std::array::from_fn(|channel| {
        std::array::from_fn(|byte| f(channel, byte as u8))
    }))
}

/// An edge in pixels.
fn edge(file: &'static str, field: &'static str, value: &Value) -> Result<u32, PreprocessorError> {
    value
        .as_u64()
        .and_then(|edge| u32::try_from(edge).ok())
        .filter(|edge| (1..=MAX_EDGE).contains(edge))
        .ok_or_else(|| PreprocessorError::Value {
            file,
            field,
            found: value.to_string(),
            expected: "a whole number of pixels from 1 to 4096",
        })
}

/// Height and width: a number for both, an array of two, or an object with `height` and `width`.
fn edges(
    file: &'static str,
    field: &'static str,
    value: &Value,
) -> Result<(u32, u32), PreprocessorError> {
    match value {
        Value::Array(both) if both.len() == 2 => {
            Ok((edge(file, field, &both[0])?, edge(file, field, &both[1])?))
        }
        Value::Object(object) => match (
            object.get("height"),
            object.get("width"),
            object.get("shortest_edge"),
        ) {
            (Some(height), Some(width), _) => {
                Ok((edge(file, field, height)?, edge(file, field, width)?))
            }
            (_, _, Some(both)) => edge(file, field, both).map(|both| (both, both)),
            _ => Err(PreprocessorError::Value {
                file,
                field,
                found: value.to_string(),
                expected: "a number, or an object with `height` and `width`",
            }),
        },
        _ => edge(file, field, value).map(|both| (both, both)),
    }
}

/// `size` of a Hugging Face configuration.
fn hugging_face_size(value: &Value) -> Result<Resize, PreprocessorError> {
    let object = match value {
        Value::Object(object) => object,
        _ => return edge(HUGGING_FACE, "size", value).map(Resize::Shortest),
    };
    match (object.get("shortest_edge"), object.get("longest_edge")) {
        (Some(shortest), None | Some(Value::Null)) => {
            edge(HUGGING_FACE, "size", shortest).map(Resize::Shortest)
        }
        (None, None) => {
            edges(HUGGING_FACE, "size", value).map(|(height, width)| Resize::Exact(height, width))
        }
        _ => Err(PreprocessorError::Value {
            file: HUGGING_FACE,
            field: "size",
            found: value.to_string(),
            expected: "a number, `shortest_edge` alone, or `height` and `width`",
        }),
    }
}

/// One number for all channels, or three.
fn channels(
    field: &'static str,
    value: Option<&Value>,
    default: [f64; 3],
) -> Result<[f64; 3], PreprocessorError> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(default);
    };
    let numbers: Option<Vec<f64>> = match value {
        Value::Array(values) => values.iter().map(Value::as_f64).collect(),
        _ => value.as_f64().map(|value| vec![value; 3]),
    };
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| PreprocessorError::Value {
            file: OPEN_CLIP,
            field,
            found: value.to_string(),
            expected: "three numbers",
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_spellings_mean_the_same() {
        let old = Preprocessor::from_preprocessor_config(
            r#"{"size": 224, "crop_size": 224, "resample": 3}"#,
        );
        let new = Preprocessor::from_preprocessor_config(
            r#"{"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}, "do_rescale": true}"#,
        );
        assert_eq!(old, new);
        assert_eq!(old.expect("a sound configuration").crop_size(), (224, 224));
    }

    #[test]
    fn nonsense_is_refused_with_the_field_named() {
        for (json, field) in [
            (r#"{"size": 0}"#, "`size` is 0"),
            (r#"{"size": {"longest_edge": 9}}"#, "`size`"),
            (r#"{"crop_size": -1}"#, "`crop_size` is -1"),
            (r#"{"crop_size": {"height": 9}}"#, "`crop_size`"),
            (r#"{"resample": 9}"#, "`resample` is 9"),
            (r#"{"do_center_crop": false}"#, "`do_center_crop` is false"),
            ("{", "line 1"),
        ] {
            let error = Preprocessor::from_preprocessor_config(json)
                .expect_err(json)
                .to_string();
            assert!(error.contains(field), "{error}");
        }
        for (json, field) in [
            (
                r#"{"model_cfg": {"vision_cfg": {"image_size": "x"}}}"#,
                "model_cfg.vision_cfg.image_size",
            ),
            (r#"{"model_cfg": {}}"#, "vision_cfg"),
            (
                r#"{"model_cfg": {"vision_cfg": {"image_size": 9}}, "preprocess_cfg": {"resize_mode": "x"}}"#,
                "preprocess_cfg.resize_mode",
            ),
        ] {
            let error = Preprocessor::from_open_clip_config(json)
                .expect_err(json)
                .to_string();
            assert!(error.contains(field), "{error}");
        }
    }

    #[test]
    fn open_clip_takes_the_size_from_the_model() {
        let json = r#"{"model_cfg": {"vision_cfg": {"image_size": 64}}, "preprocess_cfg": {"mean": [0, 0, 0]}}"#;
        let preprocessor =
            Preprocessor::from_open_clip_config(json).expect("a sound configuration");
        assert_eq!(preprocessor.crop_size(), (64, 64));
        assert_eq!(preprocessor.values[0][0], 0.0);
    }
}
