//! The pictures of an attack: read once, known by their content, kept as the square that the model sees.

use glimpse::Classifier;
use glimpse::image::RgbImage;
use glimpse_attack::PictureId;
use sha2::{Digest, Sha256};

use crate::images::Input;
use crate::output::{InputError, printable};

/// A picture that can be written on.
pub struct Picture {
    pub id: PictureId,
    /// After resize and crop.
    pub square: RgbImage,
}

/// What became of one input.
pub struct Read {
    pub name: String,
    /// Its place among the pictures that could be read, or why it could not.
    pub found: Result<usize, InputError>,
}

/// All inputs in their order, and those of them that are pictures.
pub struct Pictures {
    pub inputs: Vec<Read>,
    pub pictures: Vec<Picture>,
}

impl Pictures {
    /// Reads every input.
    pub fn read(inputs: &[Input], classifier: &Classifier) -> Self {
        let mut read = Self {
            inputs: Vec::new(),
            pictures: Vec::new(),
        };
        for input in inputs {
            let found = picture(input, classifier).map(|picture| {
                read.pictures.push(picture);
                read.pictures.len() - 1
            });
            read.inputs.push(Read {
                name: input.name(),
                found,
            });
        }
        read
    }

    pub fn ids(&self) -> Vec<PictureId> {
        let pictures = self.pictures.iter();
        pictures.map(|picture| picture.id.clone()).collect()
    }

    /// The inputs that could not be read, and why.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &InputError)> {
        self.inputs.iter().filter_map(|input| {
            let error = input.found.as_ref().err()?;
            Some((input.name.as_str(), error))
        })
    }

    /// Names them on standard error.
    pub fn tell_of_unread(&self) {
        for (name, error) in self.unread() {
            eprintln!("{}: {}", printable(name), printable(&error.message));
        }
    }
}

fn picture(input: &Input, classifier: &Classifier) -> Result<Picture, InputError> {
    let bytes = input.read()?;
    Ok(Picture {
        id: PictureId {
            name: input.name(),
            sha256: sha256(&bytes),
        },
        square: square(&bytes, classifier)?,
    })
}

/// The part of an encoded picture that the model sees.
pub fn square(picture: &[u8], classifier: &Classifier) -> Result<RgbImage, InputError> {
    Ok(classifier.preprocess(picture)?)
}

/// A file's SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
