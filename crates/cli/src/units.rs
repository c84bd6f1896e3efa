//! Bytes in words.

/// A count of bytes as people read it: `605 MB`, `1.7 GB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    for (unit, name) in UNITS {
        let value = count as f64 / unit;
        // 999.7 MB would round to "1000 MB".
        if value >= 0.9995 {
            return if value < 9.95 {
                format!("{value:.1} {name}")
            } else {
                format!("{value:.0} {name}")
            };
        }
    }
    format!("{count} bytes")
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn bytes_have_two_or_three_figures() {
        for (count, words) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (94_400_000, "94 MB"),
            (605_213_000, "605 MB"),
            (999_700_000, "1.0 GB"),
            (1_711_974_081, "1.7 GB"),
            (12_000_000_000, "12 GB"),
        ] {
            assert_eq!(bytes(count), words);
        }
    }
}
