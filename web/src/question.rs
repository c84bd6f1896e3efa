//! Questions about a picture as JavaScript writes them: plain objects, in which a label pack is a number.

use std::collections::HashMap;
use std::rc::Rc;

use glimpse::text::expand_templates;
use glimpse::{Candidates, Code};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use crate::errors::with_code;

/// The packs that questions may name, by their numbers.
pub(crate) type Packs = HashMap<i32, Rc<glimpse::LabelPack>>;

/// `{labels, fillers, topK}`: `fillers` stand for "none of these", or are null; `topK` is how many scores are wanted, null for all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    labels: Named,
    fillers: Option<Named>,
    top_k: Option<usize>,
}

/// `{texts: {labels, templates}}` or `{pack: number}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Named {
    Texts {
        labels: Vec<String>,
        templates: Vec<String>,
    },
    Pack(i32),
}

/// A question with its packs at hand.
pub(crate) struct Question {
    labels: Held,
    fillers: Option<Held>,
    top_k: Option<usize>,
}

enum Held {
    Texts {
        labels: Vec<String>,
        templates: Vec<String>,
    },
    Pack(Rc<glimpse::LabelPack>),
}

impl Question {
    /// Reads the object, and looks its packs up.
    ///
    /// # Errors
    /// `{code, message}`: no such pack is kept; or a `TypeError` of what is no such object.
    pub fn read(question: JsValue, packs: &Packs) -> Result<Self, JsValue> {
        let message: Message = serde_wasm_bindgen::from_value(question)?;
        let held = |named| Held::of(named, packs);
        Ok(Self {
            labels: held(message.labels)?,
            fillers: message.fillers.map(held).transpose()?,
            top_k: message.top_k,
        })
    }

    /// The question as the classifier takes it.
    pub fn borrowed(&self) -> glimpse::Question<'_> {
        glimpse::Question {
            labels: self.labels.borrowed(),
            fillers: self.fillers.as_ref().map(Held::borrowed),
            top_k: self.top_k,
        }
    }
}

impl Held {
    fn of(named: Named, packs: &Packs) -> Result<Self, JsValue> {
        match named {
            Named::Texts { labels, templates } => Ok(Self::Texts {
                labels,
                templates: expand_templates(&templates),
            }),
            Named::Pack(number) => packs
                .get(&number)
                .map(|pack| Self::Pack(Rc::clone(pack)))
                .ok_or_else(|| {
                    let message = format!("no label pack is kept as number {number}");
                    with_code(Code::Integrity, &message)
                }),
        }
    }

    fn borrowed(&self) -> Candidates<'_> {
        match self {
            Self::Texts { labels, templates } => Candidates::Texts { labels, templates },
            Self::Pack(pack) => Candidates::Pack(pack),
        }
    }
}
