//! timm's towers of other kinds, and damaged weights of those that are run, end in a typed error that names what is wrong.

use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::header::Header;
use glimpse_tests::timm_towers::TIMM_TOWERS;
use serde_json::{Value, json};

use crate::timm_towers::{CONFIG, WEIGHTS, folder, lite0 as plain, load};

const VARIANCE: &str = "visual.trunk.blocks.2.0.bn2.running_var";

/// Names as `open_clip.CustomTextCLIP` has them, and a projection with a bias.
fn custom_text() -> Checkpoint {
    Checkpoint::read(&folder(&TIMM_TOWERS[1]))
}

/// Loads what cannot be loaded and checks the error's code and that its message holds every part.
fn refused(what: &str, checkpoint: &Checkpoint, code: &str, parts: &[&str]) {
    let Err(error) = load(checkpoint) else {
        panic!("{what} loaded")
    };
    let message = error.to_string();
    println!("{what}: {}: {message}", error.code().as_str());
    assert_eq!(error.code().as_str(), code, "{what}: {message}");
    for part in parts {
        assert!(
            message.contains(part),
            "{what}: {part:?} is not in: {message}"
        );
    }
}

/// The checkpoint with the numbers of a tensor from the second on replaced.
fn with_number(checkpoint: &Checkpoint, tensor: &str, number: f32) -> Checkpoint {
    checkpoint.with_header(WEIGHTS, |header| {
        header.bytes_mut(tensor)[4..8].copy_from_slice(&number.to_le_bytes());
    })
}

fn rename(header: &mut Header, from: &str, to: &str) {
    let entry = header.entries.remove(from).expect(from);
    header.entries.insert(to.to_owned(), entry);
}

#[test]
fn other_towers_poolings_and_projections_are_named() {
    let cases: [(&str, &[Value]); 5] = [
        (
            "timm_model_name",
            &[
                json!("tf_efficientnet_lite5"),
                json!("efficientnet_lite0"),
                json!("tf_efficientnet_b0.in1k"),
                json!("resnet50"),
                json!(7),
                json!(["tf_efficientnet_lite0"]),
            ],
        ),
        ("timm_pool", &[json!("abs_attn"), json!("max"), json!(1)]),
        ("timm_proj", &[json!("mlp"), json!("none"), json!("")]),
        ("timm_proj_bias", &[json!("yes"), json!(1)]),
        (
            "image_size",
            &[
                json!(0),
                json!(-1),
                json!(961),
                json!(u64::MAX),
                json!("64"),
                json!([64, 65]),
                json!([64, 64, 64]),
            ],
        ),
    ];
    for (field, values) in cases {
        for value in values {
            let other = plain().with_json(CONFIG, |config| {
                config["model_cfg"]["vision_cfg"][field] = value.clone();
            });
            let what = format!("{field} = {value}");
            refused(&what, &other, "unsupported-model", &[CONFIG, field]);
        }
    }
}

#[test]
fn what_describes_a_vit_is_not_looked_at() {
    let with_more = plain().with_json(CONFIG, |config| {
        let vision = &mut config["model_cfg"]["vision_cfg"];
        for (field, value) in [
            ("layers", json!([3, 4, 6, 3])),
            ("width", json!(0)),
            ("patch_size", Value::Null),
            ("attentional_pool", json!(true)),
            ("timm_drop_path", json!(0.1)),
        ] {
            vision[field] = value;
        }
        vision["image_size"] = json!([75, 75]);
    });
    load(&with_more).expect("open_clip does not look at it either");
}

#[test]
fn a_tensor_that_is_missing_misnamed_or_too_much_is_named() {
    for name in [
        VARIANCE,
        "visual.trunk.bn1.bias",
        "visual.trunk.blocks.0.0.conv_pw.weight",
        "visual.trunk.conv_head.weight",
        "visual.head.proj.weight",
        "token_embedding.weight",
    ] {
        let without = plain().with_header(WEIGHTS, |header| header.remove(name));
        let what = format!("without {name}");
        refused(&what, &without, "unsupported-model", &[name, "missing"]);
    }
    for (from, to) in [
        (
            "visual.trunk.blocks.0.0.conv_pw.weight",
            "visual.trunk.blocks.0.0.conv_pwl.weight",
        ),
        ("visual.trunk.bn2.weight", "visual.trunk.bn_head.weight"),
    ] {
        let renamed = plain().with_header(WEIGHTS, |header| rename(header, from, to));
        refused(
            &format!("{from} as {to}"),
            &renamed,
            "unsupported-model",
            &[from],
        );
    }
    let bias = "visual.head.proj.bias";
    let without = custom_text().with_header(WEIGHTS, |header| header.remove(bias));
    refused("no bias", &without, "unsupported-model", &[bias, "missing"]);
    let surplus = plain().with_header(WEIGHTS, |header| {
        header.add(bias, "F32", &[24], &[0; 96]);
    });
    refused("a bias", &surplus, "unsupported-model", &[bias, "surplus"]);
    let mixed = plain().with_header(WEIGHTS, |header| {
        rename(header, "ln_final.bias", "text.ln_final.bias");
    });
    refused(
        "both kinds of names",
        &mixed,
        "unsupported-model",
        &["text."],
    );
}

#[test]
fn a_wrong_shape_or_type_is_named_with_both() {
    let head = "visual.trunk.conv_head.weight";
    let shapes = [
        (head, json!([320, 1280, 1, 1]), "[1280, 320, 1, 1]"),
        (head, json!([1280, 320]), "[1280, 320, 1, 1]"),
        (
            "visual.trunk.blocks.2.0.conv_dw.weight",
            json!([400, 1, 3, 3]),
            "[144, 1, 5, 5]",
        ),
        ("visual.head.proj.weight", json!([1280, 24]), "[24, 1280]"),
        (VARIANCE, json!([12, 12]), "[144]"),
    ];
    for (tensor, shape, expected) in shapes {
        let what = format!("{tensor} as {shape}");
        let wrong = plain().with_header(WEIGHTS, |header| header.set(tensor, "shape", shape));
        refused(&what, &wrong, "unsupported-model", &[tensor, expected]);
    }
    let whole = plain().with_header(WEIGHTS, |header| {
        header.set(VARIANCE, "dtype", json!("I64"))
    });
    refused(
        "variances in I64",
        &whole,
        "unsupported-model",
        &[VARIANCE, "I64"],
    );
    // Weights of a wider network, whose first tensors have the same shapes.
    let lite2 = Checkpoint::read(&folder(&TIMM_TOWERS[2]));
    let other = plain().with(WEIGHTS, lite2.files[WEIGHTS].to_vec());
    refused(
        "Lite2 for Lite0",
        &other,
        "unsupported-model",
        &["visual.trunk.blocks"],
    );
}

#[test]
fn numbers_that_no_batch_norm_has_are_named() {
    for wrong in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        -1.0,
        -0.002,
        f32::MIN,
    ] {
        let damaged = with_number(&plain(), VARIANCE, wrong);
        refused(
            &format!("a variance of {wrong}"),
            &damaged,
            "integrity",
            &[VARIANCE],
        );
    }
    // What is added to a variance makes up for it, and torch would not mind.
    load(&with_number(&plain(), VARIANCE, -0.0005)).expect("a root there is");
    let weight = "visual.trunk.blocks.2.0.conv_dw.weight";
    for scale in [1e38, f32::MAX] {
        let overflowing = with_number(&plain(), "visual.trunk.blocks.2.0.bn2.weight", scale);
        let overflowing = with_number(&overflowing, VARIANCE, 0.0);
        refused(
            &format!("a scale of {scale}"),
            &overflowing,
            "integrity",
            &[weight],
        );
    }
}

#[test]
fn buffers_of_training_are_passed_over() {
    for checkpoint in [plain(), custom_text()] {
        let with_buffers = checkpoint.with_header(WEIGHTS, |header| {
            for name in ["visual.trunk.bn1", "visual.trunk.blocks.1.0.bn3"] {
                let name = format!("{name}.num_batches_tracked");
                header.add(&name, "I64", &[], &[7, 0, 0, 0, 0, 0, 0, 0]);
            }
        });
        load(&with_buffers).expect("buffers that nobody needs");
    }
}
