//! Paints every taught drawing once and keeps the sprites in one file, so that training need not draw them again.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::{fs, io, thread};

use resvg::tiny_skia::{IntSize, Pixmap};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};
use serde::{Deserialize, Serialize};

use crate::art::{self, ArtError, Drawing};
use crate::concepts::concepts;
use crate::scene::{Kind, Sprite};
use crate::svg::{self, Look};

/// The side of a sprite in an atlas, in pixels.
pub const SIDE: u32 = 64;

/// The bytes of one sprite.
const BYTES: usize = (SIDE * SIDE * 4) as usize;
/// The form of the file that is written and read here.
const FORMAT: &str = "glimpse-atlas-1";
/// What the tensor of the pixels is called: u8 [sprites, 64, 64, 4], premultiplied.
const TENSOR: &str = "sprites";

/// What the file says of one sprite.
#[derive(Deserialize, Serialize)]
struct Label {
    concept: usize,
    set: String,
    #[serde(with = "KindName")]
    kind: Kind,
}

/// How a [`Kind`] is written in the file.
#[derive(Deserialize, Serialize)]
#[serde(remote = "Kind")]
enum KindName {
    Emoji,
    Coloured,
    Icon,
}

/// Paints the taught drawings of `art` (the folder that holds `node_modules`) and `own` (`www/drawings`) in all looks of
/// their sets, on all cores. `progress` hears after each how many of how many are done.
///
/// A drawing that cannot be painted is reported on stderr and left out: one bad icon must not stop the others.
///
/// # Errors
/// When a set or one of the page's drawings is not there, or is not what it should be.
pub fn build(
    art: &Path,
    own: &Path,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<Sprite>, ArtError> {
    let drawings = art::taught_drawings(art, own)?;
    let jobs: Vec<(&Drawing, Look)> = drawings
        .iter()
        .flat_map(|drawing| {
            let looks = art::looks(&drawing.set).iter().copied();
            std::iter::once(Look::Plain)
                .chain(looks)
                .map(move |look| (drawing, look))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut sprites: Vec<Option<Sprite>> = jobs.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (sender, next, jobs) = (sender.clone(), &next, &jobs);
            scope.spawn(move || {
                while let Some((at, job)) = claim(next, jobs) {
                    // The receiver lives until all senders are gone.
                    let _ = sender.send((at, sprite(job.0, job.1)));
                }
            });
        }
        drop(sender);
        for (done, (at, sprite)) in receiver.iter().enumerate() {
            sprites[at] = sprite;
            progress(done + 1, jobs.len());
        }
    });
    Ok(sprites.into_iter().flatten().collect())
}

/// The next job that nobody has begun.
fn claim<'a, T>(next: &AtomicUsize, jobs: &'a [T]) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(at).map(|job| (at, job))
}

fn sprite(drawing: &Drawing, look: Look) -> Option<Sprite> {
    match svg::rasterise(&drawing.svg, SIDE, look) {
        Ok(pixmap) => pixmap.map(|pixmap| Sprite {
            concept: drawing.concept,
            set: drawing.set.clone(),
            kind: drawing.kind,
            pixmap,
        }),
        Err(error) => {
            eprintln!("left out {}:{}: {error}", drawing.set, drawing.name);
            None
        }
    }
}

/// Writes sprites of [`SIDE`] px, with the names of the concepts that their numbers mean.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, sprites: &[Sprite]) -> Result<(), ArtError> {
    let pixels: Vec<u8> = sprites
        .iter()
        .flat_map(|sprite| sprite.pixmap.data())
        .copied()
        .collect();
    let labels: Vec<Label> = sprites
        .iter()
        .map(|sprite| Label {
            concept: sprite.concept,
            set: sprite.set.clone(),
            kind: sprite.kind,
        })
        .collect();
    let names: Vec<&str> = concepts()
        .iter()
        .map(|concept| concept.name.as_str())
        .collect();
    let failed = |source: io::Error| ArtError::Write {
        path: path.to_owned(),
        source,
    };
    let json = |text: serde_json::Result<String>| text.map_err(|error| failed(error.into()));
    let about = HashMap::from([
        ("format".to_owned(), FORMAT.to_owned()),
        ("concepts".to_owned(), json(serde_json::to_string(&names))?),
        ("labels".to_owned(), json(serde_json::to_string(&labels))?),
    ]);
    let side = SIDE as usize;
    let tensor = TensorView::new(Dtype::U8, vec![sprites.len(), side, side, 4], &pixels);
    let bytes = tensor.and_then(|tensor| serialize([(TENSOR, tensor)], Some(about)));
    let bytes = bytes.map_err(|error| failed(io::Error::other(error)))?;
    fs::write(path, bytes).map_err(failed)
}

/// Reads an atlas back; one that was made for other concepts is refused, since its numbers would mean other things.
///
/// # Errors
/// When the file cannot be read, is not an atlas, or was made for other concepts.
pub fn read(path: &Path) -> Result<Vec<Arc<Sprite>>, ArtError> {
    let broken = |what: String| ArtError::NotAnAtlas {
        path: path.to_owned(),
        what,
    };
    let bytes = fs::read(path).map_err(|source| ArtError::Read {
        path: path.to_owned(),
        source,
    })?;
    let (_, header) =
        SafeTensors::read_metadata(&bytes).map_err(|error| broken(error.to_string()))?;
    let about = header.metadata().clone().unwrap_or_default();
    let entry = |name: &str| {
        about
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| broken(format!("it has no {name:?}")))
    };
    if entry("format")? != FORMAT {
        return Err(broken(format!(
            "its format is {:?}, not {FORMAT:?}",
            entry("format")?
        )));
    }
    let names: Vec<String> =
        serde_json::from_str(entry("concepts")?).map_err(|error| broken(error.to_string()))?;
    same_concepts(path, &names)?;
    let labels: Vec<Label> =
        serde_json::from_str(entry("labels")?).map_err(|error| broken(error.to_string()))?;

    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| broken(error.to_string()))?;
    let pixels = tensors
        .tensor(TENSOR)
        .map_err(|error| broken(error.to_string()))?;
    let side = SIDE as usize;
    if pixels.dtype() != Dtype::U8 || pixels.shape() != [labels.len(), side, side, 4] {
        return Err(broken(format!(
            "its pixels are {:?} {:?} for {} labels",
            pixels.dtype(),
            pixels.shape(),
            labels.len()
        )));
    }
    labels
        .into_iter()
        .zip(pixels.data().chunks_exact(BYTES))
        .map(|(label, pixels)| {
            let size = IntSize::from_wh(SIDE, SIDE);
            let pixmap = size.and_then(|size| Pixmap::from_vec(pixels.to_vec(), size));
            let pixmap = pixmap.ok_or_else(|| broken("a sprite has no pixels".to_owned()))?;
            if label.concept >= names.len() {
                return Err(broken(format!(
                    "it speaks of concept {} of {}",
                    label.concept,
                    names.len()
                )));
            }
            Ok(Arc::new(Sprite {
                concept: label.concept,
                set: label.set,
                kind: label.kind,
                pixmap,
            }))
        })
        .collect()
}

fn same_concepts(path: &Path, names: &[String]) -> Result<(), ArtError> {
    let here: Vec<&str> = concepts()
        .iter()
        .map(|concept| concept.name.as_str())
        .collect();
    let longer = here.len().max(names.len());
    let name =
        |list: &[&str], place: usize| list.get(place).copied().unwrap_or_default().to_owned();
    let there: Vec<&str> = names.iter().map(String::as_str).collect();
    match (0..longer).find(|&place| here.get(place) != there.get(place)) {
        None => Ok(()),
        Some(place) => Err(ArtError::OtherConcepts {
            path: path.to_owned(),
            place,
            there: name(&there, place),
            here: name(&here, place),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sprite(concept: usize, value: u8) -> Sprite {
        let mut pixmap = Pixmap::new(SIDE, SIDE).expect("the side is not 0");
        pixmap.data_mut().fill(value);
        Sprite {
            concept,
            set: "noto".to_owned(),
            kind: Kind::Coloured,
            pixmap,
        }
    }

    /// The file of one sprite, after `change` has gone over its bytes, read back.
    fn reread(change: impl Fn(Vec<u8>) -> Vec<u8>) -> Result<Vec<Arc<Sprite>>, ArtError> {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("atlas.safetensors");
        write(&path, &[sprite(3, 7), sprite(0, 255)]).expect("it is written");
        let bytes = fs::read(&path).expect("it is there");
        fs::write(&path, change(bytes)).expect("it is written");
        read(&path)
    }

    /// Exchanges a text in the header for one of the same length.
    fn exchange(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
        let (from, to) = (from.as_bytes(), to.as_bytes());
        let at = bytes.windows(from.len()).position(|part| part == from);
        let at = at.expect("the text is in the file");
        [&bytes[..at], to, &bytes[at + from.len()..]].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let sprites = reread(|bytes| bytes).expect("it is an atlas");
        let said: Vec<_> = sprites
            .iter()
            .map(|sprite| (sprite.concept, sprite.set.as_str(), sprite.kind))
            .collect();
        assert_eq!(
            said,
            [(3, "noto", Kind::Coloured), (0, "noto", Kind::Coloured)]
        );
        assert!(sprites[0].pixmap.data().iter().all(|&value| value == 7));
        assert!(sprites[1].pixmap.data().iter().all(|&value| value == 255));
    }

    #[test]
    fn other_concepts_are_refused() {
        let read = reread(|bytes| exchange(bytes, "\\\"cat\\\"", "\\\"cut\\\""));
        let Err(ArtError::OtherConcepts {
            place, there, here, ..
        }) = read
        else {
            panic!("it is read");
        };
        assert_eq!((place, there.as_str(), here.as_str()), (1, "cut", "cat"));
    }

    #[test]
    fn broken_files_are_refused() {
        let cut = reread(|bytes| bytes[..bytes.len() - 1].to_vec());
        let empty = reread(|_| Vec::new());
        let format = reread(|bytes| exchange(bytes, FORMAT, "glimpse-atlas-9"));
        let shape = reread(|bytes| exchange(bytes, "[2,64,64,4]", "[2,64,32,8]"));
        for read in [cut, empty, format, shape] {
            assert!(matches!(read, Err(ArtError::NotAnAtlas { .. })));
        }
        let missing = read(Path::new("no such atlas"));
        assert!(matches!(missing, Err(ArtError::Read { .. })));
    }
}
