//! Files that are damaged, lie, or would run something: each ends in an error that says so, from each kind of place, and none in a panic.

use super::*;
use crate::error::WeightsError;

/// The error of a file that must not be read, which says each of `parts`, from every place.
pub(super) fn refused(what: &str, content: &Content, parts: &[&str]) -> Vec<LoadError> {
    let errors = ALL.map(|ways| {
        let Err(error) = read("pytorch_model.bin", content, ways) else {
            panic!("{what} was read, {ways:?}");
        };
        let message = error.to_string();
        for part in parts {
            assert!(
                message.contains(part),
                "{what}, {ways:?}: {part:?} is not in: {message}"
            );
        }
        error
    });
    errors.into()
}

fn hostile(name: &str) -> Content {
    fixture(&format!("pytorch/hostile/{name}.bin"))
}

/// A whole archive of one pickle, and a storage of 16 bytes.
pub(super) fn with_pickle(pickle: &[u8]) -> Content {
    Content::of(archive(&[("x/data.pkl", pickle), ("x/data/0", &[0; 16])]))
}

#[test]
fn what_would_be_run_is_refused_by_its_name() {
    for (name, asked) in [
        ("system", "posix.system"),
        ("eval", "builtins.eval"),
        ("getattr", "builtins.getattr"),
        ("module", "torch.nn.modules.linear.Linear"),
    ] {
        for error in refused(
            name,
            &hostile(name),
            &["pytorch_model.bin", asked, "never run"],
        ) {
            let LoadError::Weights(WeightsError::PickledName { name: found, .. }) = &error else {
                panic!("{name}: {error:?}");
            };
            // Python 2's name of the module is what protocol 2 has.
            assert_eq!(found, asked, "{name}");
        }
    }
    for module in [
        "os",
        "nt",
        "subprocess",
        "torch",
        "torch._utils",
        "__builtin__",
        "",
    ] {
        let pickle = format!("\x02c{module}\neval_r\n(tR.");
        let pickle = [&[0x80], pickle.as_bytes()].concat();
        refused(module, &with_pickle(&pickle), &["eval_r"]);
    }
}

#[test]
fn what_is_another_kind_of_file_is_called_so() {
    for (name, parts) in [
        ("torch-script", &["TorchScript"][..]),
        ("page", &["web page"]),
        ("pointer", &["git-lfs"]),
        ("bare-pickle", &["torch.save did not write"]),
        ("no-tensors", &["no state dict", "\"epoch\", \"lr\""]),
        ("no-dictionary", &["no state dict"]),
        ("big-endian", &["big-endian"]),
        ("compressed", &["compressed", "data.pkl"]),
        ("encrypted", &["encrypted"]),
    ] {
        refused(name, &hostile(name), parts);
    }
    refused("nothing", &Content::of(Vec::new()), &["0 bytes"]);
    refused(
        "a tar archive",
        &Content::of({
            let mut tar = vec![b'x'; 1024];
            tar[257..262].copy_from_slice(b"ustar");
            tar
        }),
        &["tar archive"],
    );
    refused("noise", &Content::of(vec![7; 1000]), &["does not begin"]);
}

#[test]
fn archives_that_contradict_themselves() {
    refused("two-pickles", &hostile("two-pickles"), &["two pickles"]);
    let message = |name: &str, ways| {
        read("m.bin", &hostile(name), ways)
            .expect_err(name)
            .to_string()
    };
    assert!(message("two-storages", DISK).contains("two entries that are called archive/data/0"));
    for name in ["short-storage", "long-storage", "without-storage"] {
        refused(name, &hostile(name), &["archive/data/1"]);
    }
    assert!(message("without-pickle", DISK).contains("no data.pkl"));
    assert!(message("without-pickle", BLIND).contains("gives no parts"));
    // Another order than torch's needs parts.
    assert!(
        read(
            "m.bin",
            &fixture("pytorch/small-rezipped.bin"),
            PLAIN_SERVER
        )
        .expect_err("no parts")
        .to_string()
        .contains("not with its pickle")
    );
}

#[test]
fn a_directory_that_is_said_to_be_beyond_all_numbers() {
    let whole = fixture("pytorch/small.bin").parts[0].1.clone();
    let locator = whole
        .windows(4)
        .position(|bytes| bytes == b"PK\x06\x07")
        .expect("a locator");
    for place in [
        u64::MAX,
        u64::MAX - 55,
        1 << 63,
        whole.len() as u64,
        locator as u64 - 55,
    ] {
        let mut changed = whole.clone();
        changed[locator + 8..locator + 16].copy_from_slice(&place.to_le_bytes());
        let error = read("m.bin", &Content::of(changed), DISK).expect_err("no such place");
        assert!(
            error.to_string().contains("another place than it says"),
            "{error}"
        );
    }
}

#[test]
fn an_entry_of_all_bytes_there_can_be() {
    // Before the storages, by its 64-bit length.
    let pickle = pickle_of(&[("a", "0", 4, 0, &[4], &[1])]);
    let mut file = archive(&[("x/data.pkl", &pickle)]);
    let directory = file
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .expect("a directory");
    file.truncate(directory);
    file.extend(b"PK\x03\x04\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0");
    file.extend([0xff; 8]);
    file.extend(b"\x03\0\x14\0x/y\x01\0\x10\0");
    file.extend([0xff; 16]);
    for ways in [PLAIN_SERVER, BLIND] {
        let error = read("m.bin", &Content::of(file.clone()), ways).expect_err("no such entry");
        assert!(
            matches!(error, LoadError::Weights(WeightsError::Cut { .. })),
            "{error}"
        );
    }
}

#[test]
fn storages_that_lie() {
    let lies: [(&str, &[Said<'_>], &str); 12] = [
        (
            "more than is there",
            &[("a", "0", 5, 0, &[5], &[1])],
            "20 bytes",
        ),
        (
            "less than is there",
            &[("a", "0", 3, 0, &[3], &[1])],
            "12 bytes",
        ),
        (
            "beyond the end",
            &[("a", "0", 4, 2, &[3], &[1])],
            "goes beyond",
        ),
        (
            "far beyond the end",
            &[("a", "0", 4, i64::MAX, &[1], &[1])],
            "goes beyond",
        ),
        (
            "before the beginning",
            &[("a", "0", 4, -1, &[1], &[1])],
            "goes beyond",
        ),
        (
            "a stride beyond the end",
            &[("a", "0", 4, 0, &[2, 2], &[3, 1])],
            "goes beyond",
        ),
        (
            "a stride of all",
            &[("a", "0", 4, 0, &[2, 2], &[i64::MAX, 1])],
            "goes beyond",
        ),
        (
            "a negative stride",
            &[("a", "0", 4, 3, &[4], &[-1])],
            "strides",
        ),
        (
            "a negative length",
            &[("a", "0", -4, 0, &[1], &[1])],
            "-4 numbers",
        ),
        (
            "all bytes there can be",
            &[("a", "0", i64::MAX, 0, &[1], &[1])],
            "numbers",
        ),
        (
            "more numbers than can be counted",
            &[("a", "0", 4, 0, &[i64::MAX, i64::MAX], &[0, 0])],
            "goes beyond",
        ),
        (
            "two lengths",
            &[("a", "0", 4, 0, &[1], &[1]), ("b", "0", 8, 0, &[1], &[1])],
            "16 bytes and that it has 32",
        ),
    ];
    for (what, tensors, part) in lies {
        refused(what, &with_pickle(&pickle_of(tensors)), &[part]);
    }
    let repeated = pickle_of(&[("a", "0", 4, 0, &[1 << 20, 1 << 12], &[0, 0])]);
    refused(
        "a number repeated four thousand million times",
        &with_pickle(&repeated),
        &["repeats numbers"],
    );
    // Declared, and not there: nothing is reserved for it.
    let huge = pickle_of(&[("a", "0", 1 << 40, 0, &[1 << 40], &[1])]);
    refused("a storage of four terabytes", &with_pickle(&huge), &[]);
}

#[test]
fn files_cut_anywhere() {
    for name in [
        "pytorch/small.bin",
        "pytorch/small-legacy.bin",
        "pytorch/small-old-order.bin",
    ] {
        let whole = fixture(name).parts[0].1.clone();
        for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
            let cut = Content::of(whole[..length].to_vec());
            for ways in [DISK, PLAIN_SERVER] {
                let Err(error) = read("cut.bin", &cut, ways) else {
                    // All storages may be there already, and only the directory is not, which nobody needs then.
                    assert!(
                        !ways.gives_parts
                            && name != "pytorch/small-legacy.bin"
                            && length > whole.len() * 2 / 3
                    );
                    continue;
                };
                let LoadError::Weights(error) = error else {
                    panic!("{name} cut at {length}: {error}");
                };
                assert!(error.is_damage(), "{name} cut at {length}: {error}");
            }
        }
        let mut more = whole.clone();
        more.extend([0; 64]);
        let more = read("more.bin", &Content::of(more), DISK);
        assert!(more.is_err(), "{name} with 64 bytes more");
    }
}

#[test]
fn every_byte_changed() {
    for name in [
        "pytorch/hostile/two-storages.bin",
        "pytorch/untyped.bin",
        "pytorch/small-legacy.bin",
    ] {
        let whole = fixture(name).parts[0].1.clone();
        for at in 0..whole.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let content = Content::of(changed);
                for ways in [DISK, PLAIN_SERVER] {
                    // Whether it is read is the change's matter; that it ends is ours.
                    let _ = read("changed.bin", &content, ways);
                }
            }
        }
    }
}
