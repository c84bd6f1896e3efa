//! The wall of real files: every picture of the fixtures (and of `../shared`, where it is there) is Pillow's to the bit.
//!
//! `fixtures/wall.py` wrote the table. Where Pillow refuses a file it is refused here; where it is otherwise, the table
//! says why.

mod outside;

use std::path::Path;

use glimpse_image::{DecodeError, Transparency, decode_with, sniff};

use outside::shared;

/// One line of the table.
struct Row<'a> {
    path: &'a str,
    /// Size and CRC-32 of the RGB bytes, transparency dropped and laid on white; none where Pillow refuses the file.
    pixels: Option<(&'a str, [u32; 2])>,
    /// Why it is refused here although Pillow reads it, or decoded although Pillow refuses it.
    reason: Option<&'a str>,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    table
        .lines()
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let pixels = (columns[1] != "refused").then(|| {
                let crc = |column: &str| u32::from_str_radix(column, 16).expect("hexadecimal");
                (columns[1], [crc(columns[2]), crc(columns[3])])
            });
            Row {
                path: columns[0],
                pixels,
                reason: columns.get(4).copied(),
            }
        })
        .collect()
}

/// How the files of the wall came out.
#[derive(Debug, Default)]
struct Count {
    equal: usize,
    refused_by_both: usize,
    refused_with_reason: usize,
    decoded_with_reason: usize,
    absent: usize,
    complaints: Vec<String>,
}

impl Count {
    fn check(&mut self, row: &Row<'_>, bytes: &[u8]) {
        let path = row.path;
        let decode = || {
            let crc = |transparency| {
                let image = decode_with(bytes, transparency)?;
                let size = format!("{}x{}", image.width(), image.height());
                Ok::<_, DecodeError>((size, crc32fast::hash(image.as_raw())))
            };
            Ok::<_, DecodeError>((crc(Transparency::Drop)?, crc(Transparency::White)?))
        };
        let Ok(decoded) = std::panic::catch_unwind(decode) else {
            self.complaints.push(format!("{path}: a panic"));
            return;
        };
        match (row.pixels, decoded, row.reason) {
            (None, Err(_), None) => self.refused_by_both += 1,
            (None, Err(_), Some(reason)) => self
                .complaints
                .push(format!("{path}: refused, not decoded for {reason:?}")),
            (None, Ok(_), Some(_)) => self.decoded_with_reason += 1,
            (None, Ok(_), None) => self
                .complaints
                .push(format!("{path}: decoded, but Pillow refuses it")),
            (Some(_), Err(_), Some(_)) => self.refused_with_reason += 1,
            (Some(_), Err(error), None) => self.complaints.push(format!("{path}: {error}")),
            (Some((size, crcs)), Ok((dropped, white)), reason) => {
                let equal = dropped == (size.to_owned(), crcs[0]);
                let equal_on_white = white == (size.to_owned(), crcs[1]);
                if equal && !equal_on_white {
                    self.complaints
                        .push(format!("{path}: other pixels on white"));
                    return;
                }
                match (equal, reason) {
                    (true, None) => self.equal += 1,
                    (true, Some(reason)) => self
                        .complaints
                        .push(format!("{path}: decoded, not refused for {reason:?}")),
                    (false, _) => {
                        let format = sniff(bytes).map(|format| format.name());
                        self.complaints.push(format!(
                            "{path}: other pixels ({format:?}, {}, expected {size})",
                            dropped.0
                        ));
                    }
                }
            }
        }
    }
}

#[test]
fn every_file_equals_pillow() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let table = std::fs::read_to_string(fixtures.join("wall.txt")).expect("the table");
    let shared = shared();
    let mut count = Count::default();
    for row in rows(&table) {
        let bytes = match (row.path.strip_prefix("shared/"), &shared) {
            (Some(path), Some(root)) => std::fs::read(root.join(path)),
            (Some(_), None) => {
                count.absent += 1;
                continue;
            }
            (None, _) => std::fs::read(fixtures.join(row.path)),
        };
        match bytes {
            Ok(bytes) => count.check(&row, &bytes),
            Err(error) => count.complaints.push(format!("{}: {error}", row.path)),
        }
    }
    println!(
        "{} files equal Pillow's to the bit, {} are refused by both, {} are refused here alone and {} \
         by Pillow alone, each for a named reason, {} are not here",
        count.equal,
        count.refused_by_both,
        count.refused_with_reason,
        count.decoded_with_reason,
        count.absent
    );
    assert!(
        count.complaints.is_empty(),
        "{} files differ:\n{}",
        count.complaints.len(),
        count.complaints.join("\n")
    );
}
