//! Pictures as JavaScript holds them: decoded once, then looked at by whichever model they go to.

use glimpse::image::{Preprocessor, RgbImage, decode};
use glimpse::{BuiltIn, Code, Error};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{to_js, with_code};
use crate::pixels::{rgb_on_white, rgba};

/// A decoded picture: a whole one, or the square that a model sees of one.
#[wasm_bindgen]
pub struct Picture {
    image: RgbImage,
}

impl From<RgbImage> for Picture {
    fn from(image: RgbImage) -> Self {
        Self { image }
    }
}

impl Picture {
    pub(crate) fn image(&self) -> &RgbImage {
        &self.image
    }
}

#[wasm_bindgen]
impl Picture {
    /// Decodes a picture's file.
    ///
    /// # Errors
    /// `{code, message}`: it cannot be decoded.
    pub fn decode(bytes: &[u8]) -> Result<Picture, JsValue> {
        let decoded = decode(bytes);
        decoded
            .map(Self::from)
            .map_err(|error| to_js(&Error::from(error)))
    }

    /// Straight-alpha RGBA pixels (`[height, width, 4]`, row-major), laid on white.
    ///
    /// # Errors
    /// `{code, message}`: the picture is empty.
    #[wasm_bindgen(js_name = ofPixels)]
    pub fn of_pixels(rgba: Vec<u8>, width: u32, height: u32) -> Result<Picture, JsValue> {
        let image = rgb_on_white(rgba, width, height).ok_or_else(|| {
            let message = format!("{width} x {height} RGBA pixels were expected, and at least one");
            with_code(Code::Decode, &message)
        })?;
        Ok(Self { image })
    }

    /// Pixels in a row.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.image.width()
    }

    /// Rows.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.image.height()
    }

    /// RGBA, `[height, width, 4]`, row-major, opaque.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> Vec<u8> {
        rgba(&self.image)
    }

    /// The built-in model that fits it: "mini" or "mini-photo".
    #[wasm_bindgen(getter, js_name = builtIn)]
    pub fn built_in(&self) -> String {
        BuiltIn::for_picture(&self.image).name().to_owned()
    }

    /// Its shorter side brought to `side` pixels and its middle cut out, as most CLIP models see it; for drawing on without a model.
    ///
    /// # Errors
    /// `{code, message}`: a side of 0.
    pub fn square(&self, side: u32) -> Result<Picture, JsValue> {
        let config = format!(r#"{{"size": {side}, "crop_size": {side}}}"#);
        let usual = Preprocessor::from_preprocessor_config(&config);
        let usual = usual.map_err(|error| to_js(&Error::from(error)))?;
        Ok(usual.cropped(&self.image).into())
    }
}
