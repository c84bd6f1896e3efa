//! Numbers as a report's reader wants them.

use crate::stats::{Net, Rate};

/// What stands where there is no number.
pub(super) const NONE: &str = "–";

/// A share, as in "62 %"; a half goes up, as it does in a difference of two.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", (share * 100.0).round())
}

/// A share of some looks; a dash where there were none.
pub(super) fn rate(rate: &Rate) -> String {
    rate.rate.map_or(NONE.to_owned(), percent)
}

/// A rate's interval, as in "55 to 68 %".
pub(super) fn interval(rate: &Rate) -> String {
    match rate.rate {
        Some(_) => format!(
            "{:.0} to {:.0}\u{a0}%",
            (rate.low * 100.0).round(),
            (rate.high * 100.0).round()
        ),
        None => NONE.to_owned(),
    }
}

/// As in "134 of 216".
pub(super) fn hits(rate: &Rate) -> String {
    format!("{} of {}", count(rate.hits), count(rate.of))
}

/// Points beyond blank paper, with a sign that is not a hyphen.
pub(super) fn points(net: &Net) -> String {
    net.net.map_or(NONE.to_owned(), signed_points)
}

fn signed_points(net: f64) -> String {
    let points = (net * 100.0).round();
    if points < 0.0 {
        format!("−{:.0}", -points)
    } else if points > 0.0 {
        format!("+{points:.0}")
    } else {
        "0".to_owned()
    }
}

/// A decimal with a sign that is not a hyphen.
pub(super) fn decimal(value: Option<f64>) -> String {
    match value {
        Some(value) if value < -0.005 => format!("−{:.2}", -value),
        Some(value) => format!("{:.2}", value.abs()),
        None => NONE.to_owned(),
    }
}

/// A fraction of the side, as in "16 %" and "9.5 %".
pub(super) fn size(fraction: f32) -> String {
    format!("{}\u{a0}%", hundredths(fraction))
}

/// A fraction in hundredths, to a tenth of one.
pub(super) fn hundredths(fraction: f32) -> String {
    let tenths = (f64::from(fraction) * 1000.0).round() / 10.0;
    format!("{tenths}")
}

/// A flip size, or "never".
pub(super) fn flip(flip: Option<f32>) -> String {
    flip.map_or("never".to_owned(), size)
}

/// A whole number with commas.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As in "1 picture" and "3 pictures".
pub(super) fn counted(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(number))
}

/// "the word" with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(percent(0.6203), "62\u{a0}%");
        assert_eq!(signed_points(0.594), "+59");
        assert_eq!(signed_points(-0.05), "−5");
        assert_eq!(signed_points(0.001), "0");
        assert_eq!(size(0.16), "16\u{a0}%");
        assert_eq!(size(0.095), "9.5\u{a0}%");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "picture"), "1 picture");
        assert_eq!(decimal(Some(-2.5)), "−2.50");
        assert_eq!(flip(None), "never");
        assert_eq!(interval(&Rate::of([])), NONE);
    }
}
