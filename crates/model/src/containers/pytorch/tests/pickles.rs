//! Pickles that want all memory there is, or break the machine: each ends in an error.

use super::hostile::{refused, with_pickle};

#[test]
fn pickles_that_only_want_memory() {
    let million = 1_000_000;
    let cases: [(&str, Vec<u8>); 8] = [
        (
            "lists on the stack",
            [
                b"\x80\x02".to_vec(),
                vec![b']'; million],
                vec![b'a'; million - 1],
                b".".to_vec(),
            ]
            .concat(),
        ),
        (
            "tuples in tuples",
            [b"\x80\x02)".to_vec(), vec![0x85; million], b".".to_vec()].concat(),
        ),
        (
            "marks",
            [b"\x80\x02".to_vec(), vec![b'('; million], b".".to_vec()].concat(),
        ),
        (
            "lists between two marks",
            [b"\x80\x02](".to_vec(), vec![b']'; 70_000], b"e.".to_vec()].concat(),
        ),
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
    for claimed in [
        &b"\x80\x02X\xff\xff\xff\xff"[..],
        b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x80\x02\x8b\xff\xff\xff\xff",
    ] {
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
        (
            "a tensor of nothing",
            b"\x80\x02}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n)Rs.",
        ),
        ("an int of a name", b"\x80\x04K\x01K\x02\x93."),
        ("protocol 0", b"(dp0\nVa\np1\nI1\ns."),
    ] {
        refused(what, &with_pickle(pickle), &["pytorch_model.bin"]);
    }
}

#[test]
fn a_parameter_of_itself_ends() {
    // {a: Parameter(Parameter(... the first ...))} through the memo.
    let mut pickle =
        b"\x80\x02}q\x01X\x01\0\0\0actorch._utils\n_rebuild_parameter\nq\0(h\x01\x88Nt".to_vec();
    for _ in 0..50 {
        pickle.extend(b"Rq\x02h\0(h\x02\x88Nt".iter().copied());
        // Swapped so that the call is of what was made before.
        pickle.truncate(pickle.len() - b"h\0(h\x02\x88Nt".len());
        pickle.extend(b"\x85q\x03h\0h\x03");
    }
    pickle.extend(b"Rs.");
    refused("parameters of parameters", &with_pickle(&pickle), &[]);
}
