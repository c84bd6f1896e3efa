//! Collects labels and templates from the command line and checks them before a model is loaded.

use clap::ArgMatches;
use glimpse::text::{check_labels, check_template, expand_templates};

use crate::failure::Failure;

/// All labels of `--labels` and `--label`, in the order in which they were typed.
pub fn labels(matches: &ArgMatches) -> Result<Vec<String>, Failure> {
    let mut given: Vec<(usize, Vec<String>)> = Vec::new();
    for (index, list) in with_position::<String>(matches, "labels") {
        given.push((index, split_at_commas(&list)));
    }
    for (index, label) in with_position::<String>(matches, "label") {
        given.push((index, vec![label]));
    }
    given.sort_by_key(|(index, _)| *index);
    let labels: Vec<String> = given.into_iter().flat_map(|(_, labels)| labels).collect();
    check_labels(&labels).map_err(|error| {
        Failure::Usage(format!(
            "{error}\n\nLabels are given as --labels \"a cat,a dog\" or --label \"a cat\"."
        ))
    })?;
    Ok(labels)
}

/// The templates with the name `imagenet` replaced by its seven, each checked.
pub fn templates(given: &[String]) -> Result<Vec<String>, Failure> {
    let templates = expand_templates(given);
    for template in &templates {
        check_template(template).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    Ok(templates)
}

/// The values of an option, each with its place on the command line.
pub fn with_position<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    option: &str,
) -> Vec<(usize, T)> {
    let positions = matches.indices_of(option).into_iter().flatten();
    let values = matches.get_many::<T>(option).into_iter().flatten().cloned();
    positions.zip(values).collect()
}

/// Splits at commas and trims; `\,` is a comma inside a label.
fn split_at_commas(list: &str) -> Vec<String> {
    let mut labels = vec![String::new()];
    let mut rest = list.chars().peekable();
    while let Some(character) = rest.next() {
        let last = labels
            .last_mut()
            .expect("there is always a label to add to");
        match character {
            '\\' if rest.peek() == Some(&',') => {
                rest.next();
                last.push(',');
            }
            ',' => labels.push(String::new()),
            other => last.push(other),
        }
    }
    labels
        .into_iter()
        .map(|label| label.trim().to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{split_at_commas, templates};

    #[test]
    fn commas_split_and_can_be_escaped() {
        assert_eq!(
            split_at_commas("a cat, a dog ,bird"),
            ["a cat", "a dog", "bird"]
        );
        assert_eq!(split_at_commas(r"dog\, asleep,cat"), ["dog, asleep", "cat"]);
        assert_eq!(split_at_commas(r"back\slash,\\,"), [r"back\slash", r"\,"]);
        assert_eq!(split_at_commas("a,,b,"), ["a", "", "b", ""]);
        assert_eq!(split_at_commas(""), [""]);
    }

    #[test]
    fn imagenet_stands_for_seven_templates() {
        let given = ["{}".to_string(), "imagenet".to_string()];
        let all = templates(&given).unwrap();
        assert_eq!(all.len(), 8);
        assert_eq!((all[0].as_str(), all[1].as_str()), ("{}", "itap of a {}."));
    }
}
