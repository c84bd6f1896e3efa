//! A [`ModelSource`] that pulls a model's files from the worker's TypeScript (`ts/model-files/source/open-source.ts`).

use glimpse::{ByteStream, ModelSource, Pending, SourceError};
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
    open(file: string): Promise<OpenedFile | null>;
    /** The bytes from `begin` up to, not including, `end`; `null` where files cannot be read in parts. */
    readRange?(file: string, begin: number, end: number): Promise<Uint8Array | null>;
}

/** A file that is read from its start. */
export interface OpenedFile {
    readonly stream: ReadableStream<Uint8Array>;
    /** Its length in bytes, where it is known beforehand. */
    readonly total?: number | undefined;
    /** Passes over the next bytes, counted from the last chunk's end: the stream that goes on behind them. Nobody holds or
     * cancels the one before any more. */
    skip?(bytes: number): Promise<ReadableStream<Uint8Array>>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's `ModelFiles`.
    #[wasm_bindgen(typescript_type = "ModelFiles")]
    #[derive(Clone)]
    pub type ModelFiles;

    #[wasm_bindgen(method, getter)]
    fn name(this: &ModelFiles) -> String;

    #[wasm_bindgen(method, catch)]
    async fn read(this: &ModelFiles, file: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn open(this: &ModelFiles, file: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, js_name = readRange)]
    fn read_range_method(this: &ModelFiles) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = readRange)]
    async fn read_range(
        this: &ModelFiles,
        file: &str,
        begin: f64,
        end: f64,
    ) -> Result<JsValue, JsValue>;

    /// JavaScript's `OpenedFile`.
    type OpenedFile;

    #[wasm_bindgen(method, getter)]
    fn stream(this: &OpenedFile) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn total(this: &OpenedFile) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = skip)]
    fn skip_method(this: &OpenedFile) -> JsValue;

    #[wasm_bindgen(method, catch)]
    async fn skip(this: &OpenedFile, bytes: f64) -> Result<JsValue, JsValue>;
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
        let opened = opened.unchecked_into::<OpenedFile>();
        let reader = ReadableStreamDefaultReader::new(&opened.stream())
            .map_err(|error| source_error(file, &error))?;
        Ok(Some(Box::new(FileStream {
            file: file.to_owned(),
            opened,
            reader,
            chunk: Uint8Array::new_with_length(0),
        })))
    }

    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        if !self.read_range_method().is_function() {
            return Ok(None);
        }
        let bytes = self
            .read_range(file, begin as f64, end as f64)
            .await
            .map_err(|error| source_error(file, &error))?;
        Ok(bytes
            .dyn_into::<Uint8Array>()
            .ok()
            .map(|bytes| bytes.to_vec()))
    }
}

/// A file as its chunks arrive. Each chunk's bytes are copied once, from JavaScript into the reader's buffer.
struct FileStream {
    file: String,
    opened: OpenedFile,
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

    async fn pass(&mut self, count: u64) -> Result<(), SourceError> {
        let held = self.chunk.length();
        let from_chunk = u32::try_from(count).map_or(held, |count| count.min(held));
        self.chunk = self.chunk.subarray(from_chunk, held);
        let mut left = count - u64::from(from_chunk);
        if left > 0 && self.opened.skip_method().is_function() {
            let failed = |error: JsValue| source_error(&self.file, &error);
            self.reader.release_lock();
            let stream = self.opened.skip(left as f64).await.map_err(failed)?;
            self.reader =
                ReadableStreamDefaultReader::new(&stream.unchecked_into()).map_err(failed)?;
            return Ok(());
        }
        let mut piece = [0; 16 * 1024];
        while left > 0 {
            let wanted = left.min(piece.len() as u64) as usize;
            match self.fill(&mut piece[..wanted]).await? {
                0 => break,
                count => left -= count as u64,
            }
        }
        Ok(())
    }
}

impl ByteStream for FileStream {
    fn total(&self) -> Option<u64> {
        self.opened.total().map(|total| total as u64)
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        Box::pin(self.fill(buffer))
    }

    fn skip(&mut self, count: u64) -> Pending<'_, ()> {
        Box::pin(self.pass(count))
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

/// What TypeScript threw: `{code, message}` of the contract, or whatever a stream that broke off gives.
fn source_error(file: &str, error: &JsValue) -> SourceError {
    let property = |name: &str| {
        Reflect::get(error, &name.into())
            .ok()
            .and_then(|value| value.as_string())
    };
    let (code, message) = (property("code"), property("message"));
    if code.as_deref() == Some("aborted") || property("name").as_deref() == Some("AbortError") {
        return SourceError::Aborted;
    }
    let file = file.to_owned();
    let detail = message.unwrap_or_else(|| format!("{error:?}"));
    match code.as_deref() {
        Some("integrity") => SourceError::Integrity { file, detail },
        Some("quota") => SourceError::Quota { file, detail },
        Some("unsupported-model") => SourceError::Unsupported { file, detail },
        Some("network") => SourceError::Network { file, detail },
        _ => SourceError::Network {
            detail: format!(
                "{file} could not be downloaded: {detail}; check the connection and try again"
            ),
            file,
        },
    }
}
