//! A source that notes which bytes of its files are asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use glimpse::{ByteStream, ModelSource, Pending, SourceError};

/// Another source, watched.
#[derive(Clone)]
pub struct Counted<S> {
    inner: S,
    /// What is noted, shared by all copies.
    pub asked: Rc<Asked>,
}

/// Which bytes were asked for.
#[derive(Default)]
pub struct Asked {
    /// Files that were read whole or opened, in order.
    pub files: RefCell<Vec<String>>,
    /// Bytes that streams gave, without those that they passed over.
    pub streamed: Cell<u64>,
    /// Parts of files that were asked for, from and up to.
    pub ranges: RefCell<Vec<(u64, u64)>>,
    /// Whether the source gives no parts.
    pub without_parts: Cell<bool>,
}

impl<S> Counted<S> {
    /// Watches `inner`.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            asked: Rc::default(),
        }
    }

    /// Bytes of all parts that were asked for.
    pub fn in_ranges(&self) -> u64 {
        let ranges = self.asked.ranges.borrow();
        ranges.iter().map(|(begin, end)| end - begin).sum()
    }
}

impl<S: ModelSource> ModelSource for Counted<S> {
    fn name(&self) -> String {
        self.inner.name()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.asked.files.borrow_mut().push(file.to_owned());
        self.inner.read(file).await
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        self.asked.files.borrow_mut().push(file.to_owned());
        let opened = self.inner.open(file).await?;
        Ok(opened.map(|stream| {
            Box::new(CountedStream {
                stream,
                asked: Rc::clone(&self.asked),
            }) as Box<dyn ByteStream>
        }))
    }

    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        if self.asked.without_parts.get() {
            return Ok(None);
        }
        self.asked.ranges.borrow_mut().push((begin, end));
        self.inner.read_range(file, begin, end).await
    }
}

struct CountedStream {
    stream: Box<dyn ByteStream>,
    asked: Rc<Asked>,
}

impl ByteStream for CountedStream {
    fn total(&self) -> Option<u64> {
        self.stream.total()
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        Box::pin(async move {
            let count = self.stream.read(buffer).await?;
            let streamed = &self.asked.streamed;
            streamed.set(streamed.get() + count as u64);
            Ok(count)
        })
    }

    fn skip(&mut self, count: u64) -> Pending<'_, ()> {
        self.stream.skip(count)
    }
}
