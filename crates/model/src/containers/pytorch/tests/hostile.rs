//! Files that are damaged, lie, or would run something: each ends in an error that says so, from each kind of place, and none in a panic.

use super::*;
use crate::error::WeightsError;

/// The error of a file that must not be read, which says each of `parts`, from every place.
fn refused(what: &str, content: &Content, parts: &[&str]) -> Vec<LoadError> {
    let errors = ALL.map(|ways| {
        let Err(error) = read("pytorch_model.bin", content, ways) else {
            panic!("{what} was read, {ways:?}");
        };
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "{what}, {ways:?}: {part:?} is not in: {message}");
        }
        error
    });
    errors.into()
}

fn hostile(name: &str) -> Content {
    fixture(&format!("pytorch/hostile/{name}.bin"))
}

/// A whole archive of one pickle, and a storage of 16 bytes.
fn with_pickle(pickle: &[u8]) -> Content {
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
        for error in refused(name, &hostile(name), &["pytorch_model.bin", asked, "never run"]) {
            let LoadError::Weights(WeightsError::PickledName { name: found, .. }) = &error else {
                panic!("{name}: {error:?}");
            };
            // Python 2's name of the module is what protocol 2 has.
            assert_eq!(found, asked, "{name}");
        }
    }
    for module in ["os", "nt", "subprocess", "torch", "torch._utils", "__builtin__", ""] {
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
    refused("a tar archive", &Content::of({
        let mut tar = vec![b'x'; 1024];
        tar[257..262].copy_from_slice(b"ustar");
        tar
    }), &["tar archive"]);
    refused("noise", &Content::of(vec![7; 1000]), &["does not begin"]);
}

#[test]
fn archives_that_contradict_themselves() {
    refused("two-pickles", &hostile("two-pickles"), &["two pickles"]);
    let message = |name: &str, ways| read("m.bin", &hostile(name), ways).expect_err(name).to_string();
    assert!(message("two-storages", DISK).contains("two entries that are called archive/data/0"));
    for name in ["short-storage", "long-storage", "without-storage"] {
        refused(name, &hostile(name), &["archive/data/1"]);
    }
    assert!(message("without-pickle", DISK).contains("no data.pkl"));
    assert!(message("without-pickle", BLIND).contains("gives no parts"));
    // Another order than torch's needs parts.
    assert!(
        read("m.bin", &fixture("pytorch/small-rezipped.bin"), PLAIN_SERVER)
            .expect_err("no parts")
            .to_string()
            .contains("not with its pickle")
    );
}

#[test]
fn storages_that_lie() {
    let lies: [(&str, &[(&str, &str, i64, i64, &[i64], &[i64])], &str); 12] = [
        ("more than is there", &[("a", "0", 5, 0, &[5], &[1])], "20 bytes"),
        ("less than is there", &[("a", "0", 3, 0, &[3], &[1])], "12 bytes"),
        ("beyond the end", &[("a", "0", 4, 2, &[3], &[1])], "goes beyond"),
        ("far beyond the end", &[("a", "0", 4, i64::MAX, &[1], &[1])], "goes beyond"),
        ("before the beginning", &[("a", "0", 4, -1, &[1], &[1])], "goes beyond"),
        ("a stride beyond the end", &[("a", "0", 4, 0, &[2, 2], &[3, 1])], "goes beyond"),
        ("a stride of all", &[("a", "0", 4, 0, &[2, 2], &[i64::MAX, 1])], "goes beyond"),
        ("a negative stride", &[("a", "0", 4, 3, &[4], &[-1])], "strides"),
        ("a negative length", &[("a", "0", -4, 0, &[1], &[1])], "-4 numbers"),
        ("all bytes there can be", &[("a", "0", i64::MAX, 0, &[1], &[1])], "numbers"),
        ("more numbers than can be counted", &[("a", "0", 4, 0, &[i64::MAX, i64::MAX], &[0, 0])], "goes beyond"),
        ("two lengths", &[("a", "0", 4, 0, &[1], &[1]), ("b", "0", 8, 0, &[1], &[1])], "16 bytes and that it has 32"),
    ];
    for (what, tensors, part) in lies {
        refused(what, &with_pickle(&pickle_of(tensors)), &[part]);
    }
    let repeated = pickle_of(&[("a", "0", 4, 0, &[1 << 20, 1 << 12], &[0, 0])]);
    refused("a number repeated four thousand million times", &with_pickle(&repeated), &["repeats numbers"]);
    // Declared, and not there: nothing is reserved for it.
    let huge = pickle_of(&[("a", "0", 1 << 40, 0, &[1 << 40], &[1])]);
    refused("a storage of four terabytes", &with_pickle(&huge), &[]);
}

#[test]
fn pickles_that_only_want_memory() {
    let million = 1_000_000;
    let cases: [(&str, Vec<u8>); 8] = [
        ("lists on the stack", [b"\x80\x02".to_vec(), vec![b']'; million], vec![b'a'; million - 1], b".".to_vec()].concat()),
        ("tuples in tuples", [b"\x80\x02)".to_vec(), vec![0x85; million], b".".to_vec()].concat()),
        ("marks", [b"\x80\x02".to_vec(), vec![b'('; million], b".".to_vec()].concat()),
        ("lists", [b"\x80\x02".to_vec(), b"](".to_vec(), b"]N0".repeat(0), b"(e".repeat(0), b"]".repeat(60_000), b"e(".repeat(1), b"]".repeat(60_000), b"e.".to_vec()].concat()),
        ("memos", {
            let mut pickle = b"\x80\x02N".to_vec();
            for number in 0..1_100_000_u32 {
                pickle.push(b'r');
                pickle.extend(number.to_le_bytes());
            }
            pickle.push(b'.');
            pickle
        }),
        ("a list of itself, over and over", {
            let mut pickle = b"\x80\x02]q\0".to_vec();
            pickle.extend(b"h\0a".repeat(1_100_000));
            pickle.push(b'.');
            pickle
        }),
        ("twice the last, over and over", {
            let mut pickle = b"\x80\x02)q\0".to_vec();
            pickle.extend(b"h\0h\0\x86q\0".repeat(300));
            pickle.push(b'.');
            pickle
        }),
        ("a dictionary of a list of pairs, over and over", {
            let mut pickle = b"\x80\x02ccollections\nOrderedDict\nq\0](".to_vec();
            pickle.extend(b"NN\x86".repeat(1000));
            pickle.extend(b"e\x85q\x01}(");
            pickle.extend(b"Nh\0h\x01R".repeat(2000));
            pickle.extend(b"u.");
            pickle
        }),
    ];
    for (what, pickle) in cases {
        refused(what, &with_pickle(&pickle), &["pytorch_model.bin"]);
    }
    // A text that is said to be long.
    for claimed in [&b"\x80\x02X\xff\xff\xff\xff"[..], b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff", b"\x80\x02\x8b\xff\xff\xff\xff"] {
        refused("a long text", &with_pickle(claimed), &[]);
    }
}

#[test]
fn pickles_that_break_the_machine() {
    for (what, pickle) in [
        ("nothing", &b""[..]),
        ("only an end", b"."),
        ("too many taken", b"\x80\x02\x86."),
        ("taken from behind a mark", b"\x80\x02N(\x85."),
        ("no mark", b"\x80\x02t."),
        ("unknown", b"\x80\x02\xff."),
        ("never put", b"\x80\x02h\x07."),
        ("a key alone", b"\x80\x02}(Nu."),
        ("a number called", b"\x80\x02K\x01)R."),
        ("a type called", b"\x80\x02ctorch\nFloatStorage\n)R."),
        ("a list filled", b"\x80\x02]}b."),
        ("pairs for a list", b"\x80\x02]NNs."),
        ("a number outside", b"\x80\x02}X\x01\0\0\0aK\x01Qs."),
        ("a name without an end", b"\x80\x02cos"),
        ("a tensor of nothing", b"\x80\x02}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n)Rs."),
        ("an int of a name", b"\x80\x04K\x01K\x02\x93."),
        ("protocol 0", b"(dp0\nVa\np1\nI1\ns."),
    ] {
        refused(what, &with_pickle(pickle), &["pytorch_model.bin"]);
    }
}

#[test]
fn a_parameter_of_itself_ends() {
    // {a: Parameter(Parameter(... the first ...))} through the memo.
    let mut pickle = b"\x80\x02}q\x01X\x01\0\0\0actorch._utils\n_rebuild_parameter\nq\0(h\x01\x88Nt".to_vec();
    for _ in 0..50 {
        pickle.extend(b"Rq\x02h\0(h\x02\x88Nt".iter().copied());
        // Swapped so that the call is of what was made before.
        pickle.truncate(pickle.len() - b"h\0(h\x02\x88Nt".len());
        pickle.extend(b"\x85q\x03h\0h\x03");
    }
    pickle.extend(b"Rs.");
    refused("parameters of parameters", &with_pickle(&pickle), &[]);
}

#[test]
fn files_cut_anywhere() {
    for name in ["pytorch/small.bin", "pytorch/small-legacy.bin", "pytorch/small-old-order.bin"] {
        let whole = fixture(name).parts[0].1.clone();
        for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
            let cut = Content::of(whole[..length].to_vec());
            for ways in [DISK, PLAIN_SERVER] {
                let Err(error) = read("cut.bin", &cut, ways) else {
                    // All storages may be there already, and only the directory is not, which nobody needs then.
                    assert!(!ways.gives_parts && name != "pytorch/small-legacy.bin" && length > whole.len() * 2 / 3);
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
    for name in ["pytorch/hostile/two-storages.bin", "pytorch/untyped.bin", "pytorch/small-legacy.bin"] {
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
