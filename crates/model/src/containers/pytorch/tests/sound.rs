//! What torch.save writes, in each way and from each kind of place, gives the numbers of its safetensors twin, to the bit.

use pollster::block_on;

use super::*;

/// The files and their twins.
const TWINS: [(&str, &str); 8] = [
    ("pytorch/small.bin", "pytorch/small.safetensors"),
    ("pytorch/small-protocol-4.bin", "pytorch/small.safetensors"),
    ("pytorch/small-legacy.bin", "pytorch/small.safetensors"),
    ("pytorch/small-old-order.bin", "pytorch/small.safetensors"),
    ("pytorch/small-rezipped.bin", "pytorch/small.safetensors"),
    (
        "pytorch/hf-quickgelu-f32.bin",
        "hf-quickgelu-f32/model.safetensors",
    ),
    (
        "pytorch/hf-gelu-neweos-f16.bin",
        "hf-gelu-neweos-f16/model.safetensors",
    ),
    (
        "pytorch/openclip-gelu-f32.bin",
        "openclip-gelu-f32/open_clip_model.safetensors",
    ),
];

#[test]
fn all_numbers_are_the_twins() {
    for (name, twin) in TWINS {
        let expected = read(twin, &fixture(twin), DISK).expect(twin);
        assert!(expected.len() > 20, "{twin}");
        for ways in ALL {
            // What has its pickle last can be read only where parts are given.
            if name.contains("rezipped") && !ways.gives_parts {
                continue;
            }
            let found = read(name, &fixture(name), ways).expect(name);
            assert_eq!(found.len(), expected.len(), "{name} {ways:?}");
            for (found, expected) in found.iter().zip(&expected) {
                assert!(found == expected, "{name}: {} {ways:?}", expected.name);
            }
        }
    }
}

#[test]
fn shards_hold_together_what_their_twins_do() {
    let all = |names: &[&str]| {
        let mut tensors: Vec<Read> = names
            .iter()
            .flat_map(|name| read(name, &fixture(name), DISK).expect(name))
            .collect();
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        tensors
    };
    let found = all(&[
        "pytorch/pytorch_model-00001-of-00002.bin",
        "pytorch/pytorch_model-00002-of-00002.bin",
    ]);
    let expected = all(&[
        "hf-gelu-bf16-shards/model-00001-of-00003.safetensors",
        "hf-gelu-bf16-shards/model-00002-of-00003.safetensors",
        "hf-gelu-bf16-shards/model-00003-of-00003.safetensors",
    ]);
    assert!(found == expected);
    assert!(found.iter().all(|tensor| tensor.dtype == "BF16"));
}

#[test]
fn types_without_storages_of_their_own() {
    for ways in ALL {
        let found = read("u.bin", &fixture("pytorch/untyped.bin"), ways).expect("a file");
        let names: Vec<_> = found
            .iter()
            .map(|tensor| {
                (
                    tensor.name.as_str(),
                    tensor.dtype.as_str(),
                    tensor.shape.as_slice(),
                )
            })
            .collect();
        assert_eq!(names, [("f32", "F32", &[2][..]), ("wide", "U16", &[6][..])]);
        assert_eq!(found[0].bits, [1.0_f32.to_bits(); 2]);
    }
}

#[test]
fn the_directory_costs_one_request_and_a_place_one_more() {
    let content = fixture("pytorch/small.bin");
    block_on(async {
        let file = OpenFile::open(weight_file("small.bin", &content, DISK))
            .await
            .expect("a file");
        let all = 0..content.total;
        assert_eq!(content.asked.take(), std::slice::from_ref(&all));
        for entry in &file.header.tensors {
            let place = file.place(entry).await.expect("a place");
            assert_eq!(place.is_none(), entry.strides.is_some(), "{}", entry.name);
            let (Some(place), Ok(dtype)) = (place, entry.dtype()) else {
                continue;
            };
            let mut bytes = vec![0; (entry.end - entry.begin) as usize];
            content.copy(place, &mut bytes);
            let mut values = vec![0.0; entry.shape.iter().product()];
            crate::containers::numbers::decode(dtype, &bytes, &[], &mut values);
            let bits: Vec<u32> = values.iter().map(|value| value.to_bits()).collect();
            let all = read("small.bin", &content, DISK).expect("the tensors");
            let expected = all
                .iter()
                .find(|tensor| tensor.name == entry.name)
                .expect("it");
            assert!(bits == expected.bits, "{}", entry.name);
        }
        let asked = content.asked.take();
        assert!(asked.iter().any(|asked| *asked != (0..content.total)));
    });
    let legacy = fixture("pytorch/small-legacy.bin");
    block_on(async {
        let file = OpenFile::open(weight_file("l.bin", &legacy, DISK))
            .await
            .expect("a file");
        let one = file
            .header
            .tensors
            .iter()
            .find(|entry| entry.name == "one")
            .expect("one");
        let place = file.place(one).await.expect("a place").expect("a place");
        let mut bytes = [0; 4];
        legacy.copy(place, &mut bytes);
        assert_eq!(f32::from_le_bytes(bytes), 2.5);
        assert!(legacy.asked.borrow().is_empty());
    });
}

#[test]
fn tensors_may_be_passed_over() {
    for name in [
        "pytorch/small.bin",
        "pytorch/small-legacy.bin",
        "pytorch/openclip-gelu-f32.bin",
    ] {
        let content = fixture(name);
        let all = read(name, &content, DISK).expect(name);
        for ways in ALL {
            for modulus in 2..5 {
                block_on(async {
                    let mut file = OpenFile::open(weight_file(name, &content, ways))
                        .await
                        .expect(name);
                    for (number, entry) in file.header.tensors.clone().iter().enumerate() {
                        if entry.dtype().is_err() || number % modulus != 0 {
                            continue;
                        }
                        file.go_to(entry).await.expect(name);
                        let values = file.numbers(entry, &[]).await.expect(name);
                        let bits: Vec<u32> = values.iter().map(|value| value.to_bits()).collect();
                        let expected = all
                            .iter()
                            .find(|tensor| tensor.name == entry.name)
                            .expect("it");
                        assert!(bits == expected.bits, "{name}: {} {ways:?}", entry.name);
                    }
                    file.finish().await.expect(name);
                });
            }
        }
    }
}

#[test]
fn half_precision_stays_packed_through_views_too() {
    let content = fixture("pytorch/small.bin");
    let all = read("small.bin", &content, DISK).expect("the tensors");
    block_on(async {
        let mut file = OpenFile::open(weight_file("small.bin", &content, BLIND))
            .await
            .expect("a file");
        for entry in file.header.tensors.clone() {
            if entry.dtype != "F16" {
                continue;
            }
            file.go_to(&entry).await.expect("its place");
            let words = file.words(&entry).await.expect("its words");
            let halves: &[u16] = bytemuck::cast_slice(&words);
            let bits: Vec<u32> = halves
                .iter()
                .map(|&half| half::f16::from_bits(half).to_f32().to_bits())
                .collect();
            let expected = all
                .iter()
                .find(|tensor| tensor.name == entry.name)
                .expect("it");
            assert!(bits == expected.bits, "{}", entry.name);
        }
    });
}

#[test]
fn more_than_four_gigabytes() {
    // One storage of five gigabytes that nobody reads, and one number behind it.
    let numbers = 1_250_000_000_i64;
    let pickle = pickle_of(&[
        ("large", "0", numbers, 0, &[numbers], &[1]),
        ("last", "1", 1, 0, &[], &[]),
    ]);
    let bytes = numbers as u64 * 4;
    let wide = |numbers: &[u64]| {
        let mut extra = [
            1_u16.to_le_bytes(),
            (numbers.len() as u16 * 8).to_le_bytes(),
        ]
        .concat();
        extra.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        extra
    };
    let header = |length: u64, name: &str, extra: usize| {
        let length = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        let mut header = vec![45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.extend([length, length].concat());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend((extra as u16).to_le_bytes());
        header
    };
    let mut first = Vec::new();
    let mut directory = Vec::new();
    let entries = [
        ("a/data.pkl", pickle.len() as u64),
        ("a/data/0", bytes),
        ("a/data/1", 4),
    ];
    let mut parts = Vec::new();
    let mut at = 0;
    for (name, length) in entries {
        let place = at;
        let sizes = if length > u64::from(u32::MAX) {
            wide(&[length, length])
        } else {
            Vec::new()
        };
        let mut local = b"PK\x03\x04".to_vec();
        local.extend(header(length, name, sizes.len()));
        local.extend(name.as_bytes());
        local.extend(&sizes);
        at += local.len() as u64 + length;
        if name.ends_with("pkl") {
            local.extend(&pickle);
        }
        if name.ends_with('1') {
            local.extend(1.5_f32.to_le_bytes());
        }
        first.push((place, local));
        let is_far = place > u64::from(u32::MAX);
        let extra = match (length > u64::from(u32::MAX), is_far) {
            (true, _) => wide(&[length, length]),
            (false, true) => wide(&[place]),
            (false, false) => Vec::new(),
        };
        directory.extend(b"PK\x01\x02\x2d\0");
        directory.extend(header(length, name, extra.len()));
        directory.extend([0; 10]);
        directory.extend(u32::try_from(place).unwrap_or(u32::MAX).to_le_bytes());
        directory.extend(name.as_bytes());
        directory.extend(extra);
    }
    parts.extend(first);
    let (begin, length) = (at, directory.len() as u64);
    let mut end = directory;
    end.extend(b"PK\x06\x06");
    end.extend(44_u64.to_le_bytes());
    end.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [3, 3, length, begin] {
        end.extend(number.to_le_bytes());
    }
    end.extend(b"PK\x06\x07\0\0\0\0");
    end.extend((begin + length).to_le_bytes());
    end.extend(1_u32.to_le_bytes());
    end.extend(b"PK\x05\x06\0\0\0\0\x03\0\x03\0");
    end.extend([0xff; 8]);
    end.extend([0, 0]);
    let total = begin + end.len() as u64;
    parts.push((begin, end));
    let content = Content {
        parts: Rc::new(parts),
        total,
        asked: Rc::default(),
    };
    for ways in [DISK, PLAIN_SERVER] {
        block_on(async {
            let mut file = OpenFile::open(weight_file("a.bin", &content, ways))
                .await
                .expect("a file");
            let last = file.header.tensors[1].clone();
            assert_eq!((last.name.as_str(), last.begin), ("last", bytes));
            file.go_to(&last).await.expect("its place");
            assert_eq!(file.numbers(&last, &[]).await.expect("one number"), [1.5]);
            file.finish().await.expect("the end");
            let place = file.place(&last).await.expect("its place");
            assert_eq!(place, ways.gives_parts.then_some(begin - 4));
        });
    }
}

#[test]
fn what_comes_later_in_a_dictionary_counts_and_wrappers_names_do_not() {
    let storage: Vec<u8> = [1.0_f32, 2.0]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let pickle = pickle_of(&[
        ("module._orig_mod.a", "0", 2, 0, &[1], &[1]),
        ("module._orig_mod.b", "0", 2, 0, &[1], &[7]),
        ("module._orig_mod.a", "0", 2, 1, &[1], &[1]),
    ]);
    let content = Content::of(archive(&[("x/data.pkl", &pickle), ("x/data/0", &storage)]));
    for ways in ALL {
        let found = read("x.bin", &content, ways).expect("a file");
        let found: Vec<_> = found
            .into_iter()
            .map(|tensor| (tensor.name, f32::from_bits(tensor.bits[0])))
            .collect();
        assert_eq!(found, [("a".to_owned(), 2.0), ("b".to_owned(), 1.0)]);
    }
}

#[test]
fn safetensors_under_the_others_name() {
    let name = "pytorch/small.safetensors";
    let found = read("pytorch_model.bin", &fixture(name), BLIND).expect("a file");
    assert!(found == read(name, &fixture(name), DISK).expect("a file"));
}
