//! A [`ModelSource`] that pulls a model's files from the worker's TypeScript (`ts/sources.ts`).

use std::future::Future;
use std::pin::Pin;

use glimpse::{ByteStream, ModelSource, SourceError};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where a model's files come from; `null` where there is no such file. */
export interface ModelFiles {
    readonly name: string;
    read(file: string): Promise<Uint8Array | null>;
    open(file: string): Promise<{ stream: ReadableStream<Uint8Array>; total?: number | undefined } | null>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's `ModelFiles`.
    #[wasm_bindgen(typescript_type = "ModelFiles")]
    pub type ModelFiles;

    #[wasm_bindgen(method, getter)]
    fn name(this: &ModelFiles) -> String;

    #[wasm_bindgen(method, catch)]
    async fn read(this: &ModelFiles, file: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn open(this: &ModelFiles, file: &str) -> Result<JsValue, JsValue>;

    /// What `ModelFiles.open` gives.
    type OpenFile;

    #[wasm_bindgen(method, getter)]
    fn stream(this: &OpenFile) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn total(this: &OpenFile) -> Option<f64>;
}

impl ModelSource for ModelFiles {
    fn name(&self) -> String {
        self.name()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self
            .read(file)
            .await
            .map_err(|error| source_error(file, &error))?;
        Ok(bytes
            .dyn_into::<Uint8Array>()
            .ok()
            .map(|bytes| bytes.to_vec()))
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        let opened = self
            .open(file)
            .await
            .map_err(|error| source_error(file, &error))?;
        if opened.is_null() || opened.is_undefined() {
            return Ok(None);
        }
        let opened = opened.unchecked_into::<OpenFile>();
        let reader = ReadableStreamDefaultReader::new(&opened.stream())
            .map_err(|error| source_error(file, &error))?;
        Ok(Some(Box::new(FileStream {
            file: file.to_owned(),
            total: opened.total().map(|total| total as u64),
            reader,
            chunk: Uint8Array::new_with_length(0),
        })))
    }
}

/// A file as its chunks arrive. Each chunk's bytes are copied once, from JavaScript into the reader's buffer.
struct FileStream {
    file: String,
    total: Option<u64>,
    reader: ReadableStreamDefaultReader,
    /// What of the last chunk has not been read yet.
    chunk: Uint8Array,
}

impl FileStream {
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, SourceError> {
        while self.chunk.length() == 0 {
            let result = JsFuture::from(self.reader.read())
                .await
                .map_err(|error| source_error(&self.file, &error))?
                .unchecked_into::<ReadableStreamReadResult>();
            if result.get_done().unwrap_or(true) {
                return Ok(0);
            }
            self.chunk = result.get_value().unchecked_into();
        }
        let available = self.chunk.length();
        // No chunk is longer than 4 GiB: a Uint8Array's length fits u32.
        let count = available.min(u32::try_from(buffer.len()).unwrap_or(u32::MAX));
        self.chunk
            .subarray(0, count)
            .copy_to(&mut buffer[..count as usize]);
        self.chunk = self.chunk.subarray(count, available);
        Ok(count as usize)
    }
}

impl ByteStream for FileStream {
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn read<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> Pin<Box<dyn Future<Output = Result<usize, SourceError>> + 'a>> {
        Box::pin(self.fill(buffer))
    }
}

impl Drop for FileStream {
    /// Stops the download of a file that nobody reads to its end, for instance after an error.
    fn drop(&mut self) {
        let cancelled = self.reader.cancel();
        // Its outcome interests nobody, but a rejection that nobody awaits would be reported as uncaught.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(cancelled).await;
        });
    }
}

/// What TypeScript threw: `{code, message}`, or whatever a stream that broke off gives.
fn source_error(file: &str, error: &JsValue) -> SourceError {
    let property = |name: &str| {
        Reflect::get(error, &name.into())
            .ok()
            .and_then(|value| value.as_string())
    };
    if property("code").as_deref() == Some("aborted")
        || property("name").as_deref() == Some("AbortError")
    {
        return SourceError::Aborted;
    }
    SourceError::Network {
        file: file.to_owned(),
        detail: property("message").unwrap_or_else(|| format!("{error:?}")),
    }
}
