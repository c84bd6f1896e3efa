//! Turns the pipeline's errors into what JavaScript throws: an `Error` with a `code` of the contract.

use glimpse::{Code, Error};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The JavaScript error for `error`: its code, and the whole chain of its causes as the message.
pub(crate) fn to_js(error: &Error) -> JsValue {
    with_code(error.code(), &message_with_causes(error))
}

/// A JavaScript `Error` with `message` and the string `code`.
pub(crate) fn with_code(code: Code, message: &str) -> JsValue {
    named(code.as_str(), message)
}

/// The JavaScript error for a word that cannot be written, or a sweep that cannot be made, as it is asked for.
pub(crate) fn unwritable(error: &dyn std::error::Error) -> JsValue {
    named("lettering", &message_with_causes(error))
}

fn named(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a new property of a fresh, extensible object cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// An error's message, and those of its causes that it does not repeat itself.
fn message_with_causes(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = inner.source();
    }
    message
}
