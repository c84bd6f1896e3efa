//! `glimpse::convert`: what f16 and q8 copies of a checkpoint hold, say and give.

use std::io::{self, Write};

use glimpse::{Classifier, DevicePreference, LoadOptions, Precision};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::{CHECKPOINTS, Fixture, fixtures};
use glimpse_tests::parity::dot;
use pollster::block_on;
use safetensors::{Dtype, SafeTensors};

/// Of f16 copies: eleven bits of each weight, through towers of two and three layers.
const F16_COSINE: f32 = 0.999_99;
/// Of q8 copies of these narrow towers, whose sums of a few dozen products even out less than those of real ones: 0.9989
/// at worst. `full_size_parts` has the width of real ones.
const Q8_COSINE: f32 = 0.998;

fn checkpoint(name: &str) -> Checkpoint {
    Checkpoint::read(&fixtures().join(name))
}

/// The same checkpoint with its weights converted.
fn converted(checkpoint: &Checkpoint, to: Precision) -> Checkpoint {
    let mut bytes = Vec::new();
    let done = block_on(glimpse::convert(checkpoint, to, &mut bytes)).expect("a conversion");
    assert_eq!(done.bytes, bytes.len() as u64);
    let mut converted = checkpoint.clone();
    converted.files.retain(|file, _| {
        !file.ends_with(".safetensors") && file != "model.safetensors.index.json"
    });
    converted.with(done.file, bytes)
}

fn load(source: &Checkpoint) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options)).expect("a good checkpoint")
}

/// The smallest cosine of a picture's or text's embeddings by both.
fn smallest_cosine(fixture: &Fixture, one: &Classifier, other: &Classifier) -> f32 {
    let mut smallest = 1.0_f32;
    for label in &fixture.expected.labels {
        let embed = |classifier: &Classifier| block_on(classifier.embed_text(label));
        let (one, other) = (embed(one).expect("one"), embed(other).expect("other"));
        smallest = smallest.min(dot(&one, &other));
    }
    for image in &fixture.expected.images {
        let picture = fixture.picture_bytes(image);
        let embed = |classifier: &Classifier| block_on(classifier.embed_image(&picture));
        let (one, other) = (embed(one).expect("one"), embed(other).expect("other"));
        smallest = smallest.min(dot(&one, &other));
    }
    smallest
}

#[test]
fn copies_give_nearly_the_same_embeddings_in_both_layouts() {
    for name in CHECKPOINTS {
        let (fixture, source) = (Fixture::named(name), checkpoint(name));
        let original = load(&source);
        for (to, least) in [(Precision::F16, F16_COSINE), (Precision::Q8, Q8_COSINE)] {
            let copy = load(&converted(&source, to));
            let cosine = smallest_cosine(&fixture, &original, &copy);
            println!("{name}, {}: cosine {cosine}", to.as_str());
            assert!(cosine > least, "{name}, {}: {cosine}", to.as_str());
        }
    }
}

#[test]
fn a_copy_in_f16_of_what_is_f16_is_the_same_to_the_bit() {
    let (fixture, source) = (
        Fixture::named("hf-gelu-neweos-f16"),
        checkpoint("hf-gelu-neweos-f16"),
    );
    let (original, copy) = (load(&source), load(&converted(&source, Precision::F16)));
    for label in &fixture.expected.labels {
        let embed = |classifier: &Classifier| block_on(classifier.embed_text(label));
        assert_eq!(embed(&original).expect("one"), embed(&copy).expect("other"));
    }
}

#[test]
fn converting_a_copy_again_changes_nothing_more() {
    let source = checkpoint("openclip-gelu-f32");
    let once = converted(&source, Precision::Q8);
    let twice = converted(&once, Precision::Q8);
    let file = "open_clip_model.safetensors";
    let numbers = |checkpoint: &Checkpoint| {
        let bytes = checkpoint.files[file].to_vec();
        let tensors = SafeTensors::deserialize(&bytes).expect("safetensors' own reader");
        let name = "visual.transformer.resblocks.0.attn.in_proj_weight";
        tensors.tensor(name).expect(name).data().to_vec()
    };
    assert_eq!(numbers(&once), numbers(&twice));
    // From whole numbers to halves: no tensor of scales is left over.
    let halves = converted(&once, Precision::F16);
    let bytes = halves.files[file].to_vec();
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors' own reader");
    assert!(tensors.names().iter().all(|name| !name.ends_with(".scale")));
    load(&halves);
}

#[test]
fn a_copy_says_what_it_is_and_another_reader_reads_it() {
    for name in [
        "hf-quickgelu-f32",
        "hf-gelu-bf16-shards",
        "openclip-gelu-f32",
    ] {
        let source = checkpoint(name);
        for to in [Precision::F16, Precision::Q8] {
            let copy = converted(&source, to);
            let layout = match name {
                "openclip-gelu-f32" => "open_clip_model.safetensors",
                _ => "model.safetensors",
            };
            let bytes = &copy.files[layout];
            let (_, header) = SafeTensors::read_metadata(bytes).expect("a header");
            let metadata = header.metadata().as_ref().expect("metadata");
            assert_eq!(metadata["glimpse.precision"], to.as_str());
            assert!(metadata["glimpse.scheme"].contains("logit_scale") || to == Precision::Q8);
            assert_eq!(metadata["glimpse.source"], "a checkpoint in memory");
            // transformers takes files that say so, and would take whole numbers for weights.
            assert_eq!(metadata.contains_key("format"), to == Precision::F16);

            let tensors = SafeTensors::deserialize(bytes).expect("safetensors' own reader");
            for (tensor, view) in tensors.tensors() {
                let expected = match to {
                    Precision::F16 if tensor == "logit_scale" => Dtype::F32,
                    Precision::F16 => Dtype::F16,
                    Precision::Q8 if view.shape().len() >= 2 => Dtype::I8,
                    Precision::Q8 => Dtype::F32,
                };
                assert_eq!(view.dtype(), expected, "{name}: {tensor}");
                if view.dtype() == Dtype::I8 {
                    let scales = tensors.tensor(&format!("{tensor}.scale")).expect("scales");
                    assert_eq!(scales.shape(), [view.shape()[0]], "{name}: {tensor}");
                    assert!(view.data().iter().all(|byte| *byte as i8 != -128));
                }
            }
        }
    }
}

#[test]
fn a_number_beyond_f16_is_named_and_q8_takes_it() {
    let name = "vision_model.encoder.layers.0.mlp.fc1.weight";
    let source = checkpoint("hf-quickgelu-f32").with_header("model.safetensors", |header| {
        header.bytes_mut(name)[..4].copy_from_slice(&1e6_f32.to_le_bytes());
    });
    let error = block_on(glimpse::convert(&source, Precision::F16, &mut Vec::new()))
        .expect_err("1e6 is beyond f16");
    assert_eq!(error.code().as_str(), "unsupported-model");
    for part in [name, "1000000", "q8"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    load(&converted(&source, Precision::Q8));
}

#[test]
fn a_full_disk_is_told() {
    /// Takes so many bytes and no more.
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.min(bytes.len()) {
                0 => Err(io::Error::new(io::ErrorKind::StorageFull, "no space left")),
                count => {
                    self.0 -= count;
                    Ok(count)
                }
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let source = checkpoint("hf-quickgelu-f32");
    for room in [0, 8, 1000, 50_000, 150_000] {
        let error = block_on(glimpse::convert(&source, Precision::Q8, &mut Full(room)))
            .expect_err("a full disk");
        assert_eq!(error.code().as_str(), "quota", "{error}");
        assert!(error.to_string().contains("no space left"), "{error}");
    }
}

#[test]
fn what_cannot_be_loaded_cannot_be_converted() {
    let source = checkpoint("hf-quickgelu-f32").with_header("model.safetensors", |header| {
        header.bytes_mut("visual_projection.weight")[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    for to in [Precision::F16, Precision::Q8] {
        let mut bytes = Vec::new();
        let error = block_on(glimpse::convert(&source, to, &mut bytes)).expect_err("a NaN");
        assert_eq!(error.code().as_str(), "integrity", "{error}");
    }
}
