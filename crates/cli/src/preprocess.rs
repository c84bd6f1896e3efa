//! `glimpse preprocess`: the tensor the vision tower would see, as a file.

use glimpse::BuiltIn;
use glimpse::image::RgbImage;
use safetensors::tensor::{Dtype, TensorView, serialize};

use crate::Outcome;
use crate::args::{AUTO, ModelArg, PreprocessArgs};
use crate::failure::Failure;
use crate::images::Input;
use crate::out_file::{Content, OutFile};
use crate::source::Source;

/// Decodes and preprocesses one picture, then writes `pixel_values` [1, 3, height, width] in f32.
pub async fn run(args: &PreprocessArgs) -> Result<Outcome, Failure> {
    let out = OutFile::new(&args.out, Content::PixelValues, args.force)?;
    let input = Input::from_path(&args.image);
    let bytes = input.read().map_err(|error| Failure::File(error.message))?;
    let picture = glimpse::image::decode(&bytes)
        .map_err(|error| Failure::File(format!("{}: {error}", input.name())))?;
    let source = source(&args.model, &picture)?;
    let preprocessor = glimpse::load_preprocessor(&source).await?;
    let pixels = preprocessor.pixel_values(&picture);

    let shape = vec![1, 3, pixels.height, pixels.width];
    let little_endian: Vec<u8> = pixels
        .data
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let file = TensorView::new(Dtype::F32, shape, &little_endian)
        .and_then(|tensor| serialize([("pixel_values", tensor)], None))
        .map_err(|error| Failure::File(format!("pixel_values cannot be serialised: {error}")))?;
    out.write(&file)?;
    Ok(Outcome::Done)
}

/// The model that was named, or under `auto` the built-in one that fits the picture, which people are told.
fn source(model: &ModelArg, picture: &RgbImage) -> Result<Source, Failure> {
    if model.name != AUTO {
        return Source::find(model);
    }
    let built_in = BuiltIn::for_picture(picture);
    eprintln!("note: as {} sees it", built_in.name());
    Ok(Source::BuiltIn(built_in))
}
