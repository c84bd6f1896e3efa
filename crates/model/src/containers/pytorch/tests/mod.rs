//! Files in memory as a disk, a server and a plain web server give them, and archives that are made by hand.

mod hostile;
mod pickles;
mod sound;

use std::cell::RefCell;
use std::future::ready;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use pollster::block_on;

use crate::containers::weight_file::{ByteStream, OpenFile, Pending, RangeReader, WeightFile};
use crate::error::LoadError;

/// What a place can do with a file.
#[derive(Clone, Copy, Debug)]
struct Ways {
    tells_total: bool,
    gives_parts: bool,
    /// How many bytes come at a time.
    piece: usize,
}

const DISK: Ways = Ways {
    tells_total: true,
    gives_parts: true,
    piece: usize::MAX,
};
/// As servers without range requests do.
const PLAIN_SERVER: Ways = Ways {
    gives_parts: false,
    piece: 4099,
    ..DISK
};
/// As servers that compress do.
const BLIND: Ways = Ways {
    tells_total: false,
    gives_parts: false,
    piece: 1,
};
const ALL: [Ways; 3] = [DISK, PLAIN_SERVER, BLIND];

/// Bytes that are given for a file's: at their places, with zeros between them.
#[derive(Clone)]
struct Content {
    parts: Rc<Vec<(u64, Vec<u8>)>>,
    total: u64,
    asked: Rc<RefCell<Vec<Range<u64>>>>,
}

impl Content {
    fn of(bytes: Vec<u8>) -> Self {
        Self {
            total: bytes.len() as u64,
            parts: Rc::new(vec![(0, bytes)]),
            asked: Rc::default(),
        }
    }

    fn copy(&self, begin: u64, buffer: &mut [u8]) {
        buffer.fill(0);
        let end = begin + buffer.len() as u64;
        for (place, bytes) in self.parts.iter() {
            let (from, to) = (begin.max(*place), end.min(place + bytes.len() as u64));
            if from < to {
                let source = &bytes[(from - place) as usize..(to - place) as usize];
                buffer[(from - begin) as usize..(to - begin) as usize].copy_from_slice(source);
            }
        }
    }
}

struct Stream {
    content: Content,
    at: u64,
    ways: Ways,
}

impl ByteStream for Stream {
    fn total(&self) -> Option<u64> {
        self.ways.tells_total.then_some(self.content.total)
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        let left = self.content.total.saturating_sub(self.at);
        let count = left.min(buffer.len().min(self.ways.piece) as u64) as usize;
        self.content.copy(self.at, &mut buffer[..count]);
        self.at += count as u64;
        Box::pin(ready(Ok(count)))
    }

    fn skip(&mut self, count: u64) -> Pending<'_, ()> {
        self.at += count;
        Box::pin(ready(Ok(())))
    }
}

struct Parts {
    content: Content,
    ways: Ways,
}

impl RangeReader for Parts {
    fn read_range(&self, begin: u64, end: u64) -> Pending<'_, Option<Vec<u8>>> {
        self.content.asked.borrow_mut().push(begin..end);
        let count = end.min(self.content.total).saturating_sub(begin);
        let bytes = self.ways.gives_parts.then(|| {
            let mut bytes = vec![0; count as usize];
            self.content.copy(begin, &mut bytes);
            bytes
        });
        Box::pin(ready(Ok(bytes)))
    }
}

fn weight_file(name: &str, content: &Content, ways: Ways) -> WeightFile {
    WeightFile {
        name: name.to_owned(),
        stream: Box::new(Stream {
            content: content.clone(),
            at: 0,
            ways,
        }),
        ranges: Rc::new(Parts {
            content: content.clone(),
            ways,
        }),
        indexed: Vec::new(),
    }
}

/// A tensor as it was read.
#[derive(Debug, PartialEq)]
struct Read {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    /// The bits of its numbers; none of what is not read as numbers.
    bits: Vec<u32>,
    /// The hash of its bytes.
    digest: u128,
}

/// Reads all tensors of a file, by their names.
fn read(name: &str, content: &Content, ways: Ways) -> Result<Vec<Read>, LoadError> {
    block_on(async {
        let mut file = OpenFile::open(weight_file(name, content, ways)).await?;
        file.check_length()?;
        let mut tensors = Vec::new();
        for entry in file.header.tensors.clone() {
            let mut bits = Vec::new();
            if entry.dtype().is_ok() {
                file.go_to(&entry).await?;
                let values = file.numbers(&entry, &[]).await?;
                bits.extend(values.iter().map(|value| value.to_bits()));
            }
            tensors.push(Read {
                name: entry.name,
                dtype: entry.dtype,
                shape: entry.shape,
                bits,
                digest: file.take_digest(),
            });
        }
        file.finish().await?;
        assert!(
            file.read() <= content.total,
            "no more is read than there is"
        );
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tensors)
    })
}

/// One of the fixtures' files.
fn fixture(name: &str) -> Content {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    Content::of(std::fs::read(root.join(name)).expect(name))
}

/// A zip archive of stored entries, each with its place.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in entries {
        let place = file.len() as u32;
        let mut header = Vec::new();
        header.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        header.extend((content.len() as u32).to_le_bytes());
        header.extend((content.len() as u32).to_le_bytes());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&header);
        file.extend(name.as_bytes());
        file.extend(*content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&header);
        directory.extend([0; 10]);
        directory.extend(place.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let begin = file.len() as u32;
    let count = (entries.len() as u16).to_le_bytes();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(begin.to_le_bytes());
    file.extend([0, 0]);
    file
}

/// What a pickle says of a tensor of f32: its name, its storage, how many numbers that has, offset, shape and strides.
type Said<'a> = (&'a str, &'a str, i64, i64, &'a [i64], &'a [i64]);

/// A pickle of `{name: tensor}`.
fn pickle_of(tensors: &[Said<'_>]) -> Vec<u8> {
    let mut pickle = b"\x80\x02}(".to_vec();
    let text = |pickle: &mut Vec<u8>, text: &str| {
        pickle.push(b'X');
        pickle.extend((text.len() as u32).to_le_bytes());
        pickle.extend(text.as_bytes());
    };
    let int = |pickle: &mut Vec<u8>, value: i64| {
        pickle.extend([0x8a, 8]);
        pickle.extend(value.to_le_bytes());
    };
    for (name, storage, numbers, offset, shape, strides) in tensors {
        text(&mut pickle, name);
        pickle.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        text(&mut pickle, "storage");
        pickle.extend(b"ctorch\nFloatStorage\n");
        text(&mut pickle, storage);
        text(&mut pickle, "cpu");
        int(&mut pickle, *numbers);
        pickle.extend(b"tQ");
        int(&mut pickle, *offset);
        for sizes in [shape, strides] {
            pickle.push(b'(');
            sizes.iter().for_each(|&size| int(&mut pickle, size));
            pickle.push(b't');
        }
        pickle.extend(b"\x89NtR");
    }
    pickle.extend(b"u.");
    pickle
}
