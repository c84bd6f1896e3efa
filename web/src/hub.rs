//! Which files of a hub's repository make up its model.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::classifier::serialize;
use crate::errors::with_code;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The files of a repository that its model may need: small ones first, then the weights. */
export interface RepositoryPlan {
    readonly files: readonly {
        readonly path: string;
        readonly size: number;
        /** In 64 hexadecimal digits; `null` where the hub does not tell it. */
        readonly sha256: string | null;
    }[];
}
"#;

/// Takes from the hub's list of files (`{hub}/api/models/{repository}/tree/{commit}`) what a model needs.
///
/// # Errors
/// `{code: "unsupported-model", message}` when no model that can be read is there: the message names what is there instead,
/// and a model that works; `{code: "network", message}` when the list is none.
#[wasm_bindgen(js_name = planRepository, unchecked_return_type = "RepositoryPlan")]
pub fn plan_repository(
    repository: &str,
    #[wasm_bindgen(js_name = treeJson)] tree_json: &str,
) -> Result<JsValue, JsValue> {
    let plan = glimpse::hub::plan(repository, tree_json);
    serialize(&plan.map_err(|error| with_code(error.code(), &error.to_string()))?)
}
