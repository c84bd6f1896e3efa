//! Puts labels into prompt templates.

use thiserror::Error;

/// OpenAI's seven templates for ImageNet, whose ensemble does almost as well as all eighty
/// (from the "Prompt_Engineering_for_ImageNet" notebook of openai/CLIP).
pub const IMAGENET_TEMPLATES: [&str; 7] = [
    "itap of a {}.",
    "a bad photo of the {}.",
    "a origami {}.",
    "a photo of the large {}.",
    "a {} in a video game.",
    "art of the {}.",
    "a photo of the small {}.",
];

/// Why a text cannot serve as a template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// Nothing marks where the label goes, so every label would give the same prompt.
    #[error(
        "the template {template:?} has no {{}}: write {{}} where the label goes, as in \"a photo of a {{}}\""
    )]
    NoPlaceholder {
        /// The template as it was given.
        template: String,
    },
}

/// Checks that a template says where the label goes.
///
/// # Errors
/// [`TemplateError::NoPlaceholder`] when `{}` does not occur.
pub fn check_template(template: &str) -> Result<(), TemplateError> {
    if template.contains("{}") {
        return Ok(());
    }
    Err(TemplateError::NoPlaceholder {
        template: template.to_string(),
    })
}

/// The templates as they were given, with [`IMAGENET_TEMPLATES`] in the place of the name `imagenet`.
#[must_use]
pub fn expand_templates(given: &[String]) -> Vec<String> {
    let expanded = given.iter().flat_map(|template| match template.as_str() {
        "imagenet" => IMAGENET_TEMPLATES.map(str::to_owned).to_vec(),
        _ => vec![template.clone()],
    });
    expanded.collect()
}

/// Replaces every `{}` of the template by the label, both taken literally: a `{}` inside the label stays as it is.
pub fn fill_template(template: &str, label: &str) -> String {
    template.replace("{}", label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_every_placeholder_literally() {
        let cases = [
            ("a photo of a {}", "cat", "a photo of a cat"),
            ("{} and {}", "cat", "cat and cat"),
            ("a {}", "{}", "a {}"),
            ("{}{}", "{}", "{}{}"),
            ("a {}", "$& $1 \\1 %s", "a $& $1 \\1 %s"),
            ("\"{}\"", "it's \"quoted\"", "\"it's \"quoted\"\""),
            ("צילום של {}", "כלב", "צילום של כלב"),
            ("🖼 {}", "👩‍👩‍👧", "🖼 👩‍👩‍👧"),
            ("a {}", "nul\0byte", "a nul\0byte"),
            ("a { } {0} {}", "cat", "a { } {0} cat"),
            ("{{}}", "cat", "{cat}"),
            ("{}", "", ""),
        ];
        for (template, label, prompt) in cases {
            assert_eq!(
                fill_template(template, label),
                prompt,
                "{template:?} with {label:?}"
            );
        }
    }

    #[test]
    fn a_template_must_say_where_the_label_goes() {
        assert_eq!(check_template("{}"), Ok(()));
        for template in ["", "a photo", "{", "{ }", "{0}"] {
            let error = check_template(template).unwrap_err();
            assert_eq!(
                error,
                TemplateError::NoPlaceholder {
                    template: template.to_string()
                }
            );
        }
        assert_eq!(
            check_template("a photo").unwrap_err().to_string(),
            "the template \"a photo\" has no {}: write {} where the label goes, as in \"a photo of a {}\""
        );
    }

    #[test]
    fn imagenet_stands_for_seven_templates_where_it_stands() {
        let all = expand_templates(&["imagenet".to_owned(), "a {}".to_owned()]);
        assert_eq!(all.len(), 8);
        assert_eq!(
            (all[0].as_str(), all[7].as_str()),
            ("itap of a {}.", "a {}")
        );
    }

    #[test]
    fn the_imagenet_templates_are_templates() {
        for template in IMAGENET_TEMPLATES {
            assert_eq!(check_template(template), Ok(()));
        }
    }
}
