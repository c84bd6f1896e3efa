//! Where a report's numbers come from, how to get them again, and what they do not say.

use maud::{Markup, html};

use super::frame::scroll;
use super::words::{count, hundredths};
use crate::report::Report;
use crate::sweep::Content;

/// The three closing sections.
pub(super) fn sections(report: &Report) -> Markup {
    html! {
        section {
            h2 { "Where the numbers come from" }
            figure { (scroll("Table: where the numbers come from", facts(report))) }
        }
        section {
            h2 { "Get the same numbers again" }
            p { "With this report’s JSON (here report.json) and the same pictures:" }
            pre { code { "glimpse attack --replay report.json PICTURES" } }
            p {
                "Pictures are known by their content, whatever they are called now; those that still lie where the report names them need not be given. "
                "It looks at every picture anew, and says what differs: versions, model, fonts, pictures, and every variant whose best label is another. \
                 On another device a probability may differ by 0.0001."
            }
        }
        section {
            h2 { "What this does not say" }
            ul {
                li {
                    "Rates depend on the labels, the template and the checkpoint. More labels, other words for the same thing, or another model give other rates."
                }
                li {
                    "The intervals take each look for an independent trial. Several looks at one picture are not, so with few pictures the truth may lie further away."
                }
                li {
                    "The labels are drawn on the square that the model sees. Paper before a camera has light, blur and perspective that are not here."
                }
                li {
                    "Pictures that the model gets wrong, or takes for the target, before anything is written are left out."
                }
                li {
                    "A rate says how often, not why. The lab’s “Who pulled it” shows which patches of one picture did."
                }
            }
        }
    }
}

fn facts(report: &Report) -> Markup {
    let provenance = &report.provenance;
    let options = &report.options;
    let text = |content| {
        let found = report.texts.iter().find(|text| text.content == content);
        found.and_then(|text| text.text.clone())
    };
    let quoted = |texts: &[String]| {
        let each = texts.iter().map(|text| format!("“{text}”"));
        each.collect::<Vec<_>>().join(", ")
    };
    let heights = options.sorted_heights();
    let heights: Vec<String> = heights.iter().map(|&height| hundredths(height)).collect();
    let mut facts = vec![
        ("Model", provenance.model.clone()),
        ("Model’s fingerprint", provenance.fingerprint.clone()),
        ("Logit scale", provenance.logit_scale.to_string()),
        (
            "What the model sees",
            format!("{0} x {0} pixels", provenance.image_size),
        ),
        ("Device", provenance.device.clone()),
        ("Glimpse", provenance.glimpse.clone()),
        ("Date", provenance.date.clone()),
        ("Word", options.word.clone()),
        ("Target", report.target.clone()),
        (
            "True label",
            options
                .truth
                .clone()
                .unwrap_or("each picture’s best label when clean".to_owned()),
        ),
        (
            "Nonsense",
            text(Content::Nonsense).unwrap_or("none could be made".to_owned()),
        ),
        (
            "Scrambled",
            text(Content::Scrambled).unwrap_or("the letters have no other order".to_owned()),
        ),
    ];
    if let Some(synonym) = &options.synonym {
        facts.push(("Synonym", synonym.clone()));
    }
    let templates = if options.templates.is_empty() {
        "none: the labels as they are".to_owned()
    } else {
        quoted(&options.templates)
    };
    facts.extend([
        (
            "Labels",
            format!(
                "{}: {}",
                count(options.labels.len()),
                quoted(&options.labels)
            ),
        ),
        ("Templates", templates),
        ("Heights", format!("{} % of the side", heights.join(", "))),
        ("Places", format!("{0} x {0}", options.positions)),
        ("Base", base(report)),
        ("Seed", options.seed.to_string()),
        (
            "Most looks a picture",
            options.limit.map_or("no limit".to_owned(), count),
        ),
        ("Looks", count(report.variants.len())),
        ("Format", report.format.clone()),
    ]);
    html! {
        table class="facts" {
            caption { span { "What was asked, of what, with what" } }
            thead { tr { th scope="col" { "What" } th scope="col" { "Value" } } }
            tbody {
                @for (name, value) in &facts { tr { th scope="row" { (name) } td { (value) } } }
                @for picture in &report.pictures {
                    tr { th scope="row" { "Picture “" (picture.name) "”, sha256" } td { code { (picture.sha256) } } }
                }
                @for font in &provenance.fonts {
                    tr { th scope="row" { "Font “" (font.name) "”, sha256" } td { code { (font.sha256) } } }
                }
            }
        }
    }
}

/// The look that one thing at a time is changed from.
fn base(report: &Report) -> String {
    let spec = &report.options.spec;
    let colour = |colour: Option<glimpse_lettering::Colour>| {
        colour.map_or("its own".to_owned(), String::from)
    };
    let paper = format!("{:?}", spec.paper).to_lowercase();
    format!(
        "font {}, paper {paper}, height {} %, centre at {} % from the left and {} % from the top, rotation {}°, tilt {}°, \
         turn {}°, {}opacity {}, ink {}, paper’s colour {}, copies {}, their seed {}",
        spec.font,
        hundredths(spec.height),
        hundredths(spec.x),
        hundredths(spec.y),
        spec.rotation,
        spec.tilt,
        spec.turn,
        if spec.mirror { "mirrored, " } else { "" },
        spec.opacity,
        colour(spec.ink),
        colour(spec.paper_colour),
        spec.copies,
        spec.seed
    )
}
