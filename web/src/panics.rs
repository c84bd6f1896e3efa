//! Tells the worker what a panic said: a panic ends in a trap, which carries no message of its own.

use std::cell::RefCell;
use std::panic::PanicHookInfo;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static LISTENER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Has panics written to the console, and their message handed to `on_panic(message: string)` before the trap.
#[wasm_bindgen(js_name = installPanicHook)]
pub fn install_panic_hook(
    #[wasm_bindgen(unchecked_param_type = "(message: string) => void")] on_panic: Function,
) {
    LISTENER.set(Some(on_panic));
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let message = JsValue::from(info.to_string());
    LISTENER.with_borrow(|listener| {
        if let Some(on_panic) = listener {
            // Whatever the listener throws, the trap that follows says more.
            let _ = on_panic.call1(&JsValue::NULL, &message);
        }
    });
}
