//! Refuses SVG documents that would take too long or too much memory to paint, before they are painted.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::SvgError;

/// The longest document, in bytes.
pub(super) const LONGEST: usize = 1 << 20;
/// How many bytes a document may have when everything that it refers to is written out.
pub(super) const UNFOLDED: usize = 4 << 20;
/// What an element counts for besides its attributes, in bytes.
const ELEMENT: usize = 64;
/// How many steps of filters may run when everything is written out.
pub(super) const FILTER_STEPS: usize = 2000;
/// How deep elements may lie in each other, through references too.
pub(super) const DEEPEST: usize = 48;
/// How many letters of a bad value are told.
const SHOWN: usize = 40;
/// The side of the largest view box.
pub(super) const WIDEST: f32 = 1e6;
/// How many dashes of a stroke go, at most, into the side of the view box.
pub(super) const DASHES: f32 = 1000.0;

/// What a document may be made of. Pictures, patterns, style sheets, text and noise are not needed for a drawing and
/// cost much to check.
const ELEMENTS: [&str; 28] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "clipPath",
    "mask",
    "linearGradient",
    "radialGradient",
    "stop",
    "filter",
    "feGaussianBlur",
    "feBlend",
    "feFlood",
    "feOffset",
    "feColorMatrix",
    "feComposite",
    "animate",
    "animateTransform",
];

/// The longer side of the view box, in its own units.
pub(super) fn view_side(document: &Document) -> Result<f32, SvgError> {
    let root = document.root_element();
    let text = root.attribute("viewBox").map_or_else(
        || {
            format!(
                "0 0 {} {}",
                root.attribute("width").unwrap_or_default(),
                root.attribute("height").unwrap_or_default()
            )
        },
        str::to_owned,
    );
    let [left, top, width, height] = numbers(&text).collect::<Vec<_>>()[..] else {
        return Err(SvgError::ViewBox { text });
    };
    let fits = |length: f32| length > 0.0 && length <= WIDEST;
    let near = |place: f32| place.abs() <= WIDEST;
    if !(fits(width) && fits(height) && near(left) && near(top)) {
        return Err(SvgError::ViewBox { text });
    }
    Ok(width.max(height))
}

/// What an element costs with everything that it holds and refers to.
#[derive(Clone, Copy, Default)]
struct Cost {
    bytes: usize,
    steps: usize,
    height: usize,
}

/// Refuses a document that is made of unknown things or would cost too much; `widest` is the longer side of its view box.
pub(super) fn check(document: &Document, widest: f32) -> Result<(), SvgError> {
    let total = Check::new(document, widest).cost(document.root_element(), 1)?;
    if total.bytes > UNFOLDED {
        return Err(SvgError::TooLarge { bytes: total.bytes });
    }
    if total.steps > FILTER_STEPS {
        return Err(SvgError::TooManyFilters { steps: total.steps });
    }
    Ok(())
}

/// Adds up what a document costs before it is painted.
struct Check<'a, 'input> {
    document: &'a Document<'input>,
    /// The longer side of the view box.
    widest: f32,
    /// All elements of an id: readers do not agree which of several is meant.
    ids: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    /// What is known already; none while an element is being counted, so that loops are found.
    known: HashMap<NodeId, Option<Cost>>,
}

impl<'a, 'input> Check<'a, 'input> {
    fn new(document: &'a Document<'input>, widest: f32) -> Self {
        let mut ids: HashMap<&str, Vec<Node>> = HashMap::new();
        for node in document.descendants() {
            if let Some(id) = node.attribute("id") {
                ids.entry(id).or_default().push(node);
            }
        }
        Self {
            document,
            widest,
            ids,
            known: HashMap::new(),
        }
    }

    /// The cost of `node`, which lies `depth` deep. Each element is counted once, however often it is referred to.
    fn cost(&mut self, node: Node<'a, 'input>, depth: usize) -> Result<Cost, SvgError> {
        let known = self.known.get(&node.id()).copied();
        let height = known.flatten().unwrap_or_default().height;
        match known {
            Some(None) => {
                let id = node.attribute("id").unwrap_or_default().to_owned();
                return Err(SvgError::Recursive { id });
            }
            _ if depth + height > DEEPEST => {
                let line = self.line(node);
                return Err(SvgError::TooDeep { line });
            }
            Some(Some(cost)) => return Ok(cost),
            None => self.known.insert(node.id(), None),
        };
        self.element(node)?;
        let values = node.attributes().map(|attribute| attribute.value().len());
        let mut total = Cost {
            bytes: ELEMENT + values.sum::<usize>(),
            steps: usize::from(node.tag_name().name().starts_with("fe")),
            height: 0,
        };
        let referred: Vec<Node> = node
            .attributes()
            .flat_map(|attribute| references(attribute.value()))
            .filter_map(|id| self.ids.get(id))
            .flatten()
            .copied()
            .collect();
        for part in node.children().filter(Node::is_element).chain(referred) {
            let cost = self.cost(part, depth + 1)?;
            total.bytes = total.bytes.saturating_add(cost.bytes);
            total.steps = total.steps.saturating_add(cost.steps);
            total.height = total.height.max(cost.height + 1);
        }
        self.known.insert(node.id(), Some(total));
        Ok(total)
    }

    /// Refuses an element that is unknown, blurs too widely or has too fine dashes.
    fn element(&self, node: Node) -> Result<(), SvgError> {
        let name = node.tag_name().name();
        if !ELEMENTS.contains(&name) {
            return Err(SvgError::Element {
                name: name.to_owned(),
                line: self.line(node),
            });
        }
        // A function as `blur(9px)` is a filter without an element of its own, which nothing here would count.
        let functions = property(node, "filter")
            .filter(|value| value.contains('(') && !value.starts_with("url("));
        let blurs = node
            .attribute("stdDeviation")
            .filter(|value| numbers(value).any(|blur| blur > self.widest));
        if let Some(value) = functions.or(blurs) {
            return Err(SvgError::Filter {
                value: value.chars().take(SHOWN).collect(),
                line: self.line(node),
            });
        }
        let Some(dashes) = property(node, "stroke-dasharray") else {
            return Ok(());
        };
        let lengths: Vec<f32> = numbers(dashes).collect();
        let period: f32 = lengths.iter().sum();
        if lengths.len() as f32 > DASHES || period > 0.0 && period * DASHES < self.widest {
            return Err(SvgError::Dashes {
                dashes: dashes.chars().take(SHOWN).collect(),
                line: self.line(node),
            });
        }
        Ok(())
    }

    fn line(&self, node: Node) -> u32 {
        self.document.text_pos_at(node.range().start).row
    }
}

/// The ids in an attribute's value: `#id` alone, or in any `url(#id)`.
fn references(value: &str) -> Vec<&str> {
    if let Some(id) = value.trim().strip_prefix('#') {
        return vec![id];
    }
    let urls = value.split("url(").skip(1);
    let inside = urls.filter_map(|rest| rest.split(')').next());
    inside
        .filter_map(|link| link.trim_matches(['"', '\'', ' ']).strip_prefix('#'))
        .collect()
}

/// The numbers of a list, NaN for what is none.
fn numbers(list: &str) -> impl Iterator<Item = f32> {
    let parts = list
        .split([' ', ',', '\n', '\t'])
        .filter(|part| !part.is_empty());
    parts.map(|part| part.trim_end_matches("px").parse().unwrap_or(f32::NAN))
}

/// What an element says of a property, in its attribute `style` or in one of its own.
fn property<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let styled = node
        .attribute("style")
        .unwrap_or_default()
        .split(';')
        .filter_map(|rule| rule.split_once(':'));
    let mut named = styled.filter(|(property, _)| property.trim() == name);
    named
        .next()
        .map(|(_, value)| value.trim())
        .or_else(|| node.attribute(name))
}
