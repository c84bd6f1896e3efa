//! Loading a model as JavaScript asks for it: options in, progress out.

use glimpse::{DevicePreference, Progress, TokenRows};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::classifier::Classifier;
use crate::errors::to_js;
use crate::files::ModelFiles;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** How to load a model. */
export interface LoadOptions {
    /** Where to compute. */
    readonly device: "auto" | "gpu" | "cpu";
    /** Whether texts will be encoded; without, only label packs can be classified with. */
    readonly loadTextTower: boolean;
    /** Whether the token embedding is read as a whole, or its rows by `readRange` when a label needs them. */
    readonly tokenRows: "whole" | "on-demand";
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's `LoadOptions`.
    #[wasm_bindgen(typescript_type = "LoadOptions")]
    pub type LoadOptions;

    #[wasm_bindgen(method, getter)]
    fn device(this: &LoadOptions) -> String;

    #[wasm_bindgen(method, getter, js_name = loadTextTower)]
    fn load_text_tower(this: &LoadOptions) -> bool;

    #[wasm_bindgen(method, getter, js_name = tokenRows)]
    fn token_rows(this: &LoadOptions) -> String;
}

/// Loads the model in `files`.
///
/// # Errors
/// `{code, message}` of whatever [`glimpse::Classifier::load`] gives; a `TypeError` for an option that does not exist.
#[wasm_bindgen]
pub async fn load(
    files: ModelFiles,
    options: LoadOptions,
    #[wasm_bindgen(
        js_name = onProgress,
        unchecked_param_type = "(phase: 'upload' | 'compile' | 'ready', file: string, loaded: number, total?: number) => void"
    )]
    on_progress: Function,
) -> Result<Classifier, JsValue> {
    let mut report = |progress: Progress| {
        // A listener that throws must not end the loading.
        let _ = on_progress.call4(
            &JsValue::NULL,
            &progress.phase.as_str().into(),
            &progress.file.into(),
            &(progress.loaded as f64).into(),
            &progress.total.map(|total| total as f64).into(),
        );
    };
    let options = glimpse::LoadOptions {
        device: parsed::<DevicePreference>(&options.device())?,
        on_progress: Some(&mut report),
        text_tower: options.load_text_tower(),
        token_rows: parsed::<TokenRows>(&options.token_rows())?,
    };
    let loaded = glimpse::Classifier::load(&files, options).await;
    loaded.map(Classifier::from).map_err(|error| to_js(&error))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> Result<T, JsValue> {
    name.parse()
        .map_err(|error: T::Err| js_sys::TypeError::new(&error.to_string()).into())
}
