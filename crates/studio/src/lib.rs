//! Draws the captioned pictures that `mini` is trained on, and evaluates both built-in models.
//!
//! `split` says what may be seen in training. `svg`, `art` and `atlas` turn packages of free art into sprites; `fonts`
//! and `words` set words; `shapes` holds plain shapes. `scene` says what a picture shows, `scene_sampler` composes scenes from a seed
//! and an index, `captions` puts them into words and `grammar` reads such words, `paint` makes pixels of them. `stream` feeds the training, `sheet` shows
//! what it sees, `exam` asks the finished model, `card` says what came of it. `rule` is for fitting the photograph rule.

pub mod art;
pub mod atlas;
pub mod attack;
pub mod captions;
pub mod card;
pub mod chance;
pub mod concepts;
pub mod exam;
pub mod fonts;
pub mod grammar;
pub mod paint;
pub mod rule;
pub mod scene;
pub mod scene_sampler;
pub mod shapes;
pub mod sheet;
pub mod split;
pub mod stream;
pub mod svg;
pub mod words;
