//! Finds drawings of the concepts in npm packages of free icons and emoji.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::concepts::{self, Concept};
use crate::scene::Kind;
use crate::split::split;
use crate::svg::Look;

/// The set that the page's own drawings count as.
const OWN: &str = "own";

/// The page's own drawings of concepts. `apple-ipod.svg` is not among them: it stays an exam.
const OWN_DRAWINGS: [&str; 3] = ["dog", "bicycle", "apple"];

/// The set that knows the name of every emoji; some others have no list of characters of their own.
const NAMING_SET: &str = "noto";

/// A drawing of one concept, not yet painted.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Which concept it shows: its place in [`concepts::concepts`].
    pub concept: usize,
    /// The art set that it is from.
    pub set: String,
    /// What kind of art it is.
    pub kind: Kind,
    /// What the set calls it.
    pub name: String,
    /// The SVG document.
    pub svg: String,
}

/// Why art could not be found, read or kept.
#[derive(Debug, Error)]
pub enum ArtError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}; `cargo xtask studio` installs the art and draws the atlas", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not the JSON that it should be.
    #[error("{} is not what it should be: {source}; install the versions of crates/studio/art/package.json", path.display())]
    Json {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// One of the page's own drawings has no paper to take away.
    #[error("{} has no paper: there is no `{PAPER}` with an end; draw it again or leave it out in art.rs", path.display())]
    NoPaper {
        /// Which file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An atlas has another form or is broken.
    #[error("{} is not an atlas: {what}; make it again with `glimpse-studio atlas`", path.display())]
    NotAnAtlas {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// An atlas was made for other concepts.
    #[error(
        "{} was made for another concepts.txt: place {place} is {there:?} there and {here:?} here; make it again with `glimpse-studio atlas`",
        path.display()
    )]
    OtherConcepts {
        /// Which file.
        path: PathBuf,
        /// The first place where the lists differ.
        place: usize,
        /// The name in the atlas, empty where its list has ended.
        there: String,
        /// The name in this program, empty where its list has ended.
        here: String,
    },
}

/// The looks that drawings of a set are painted in, besides the plain one.
///
/// Outlines make comics of flat drawings. Where a drawing is made of many shades, wide outlines would cover it, and without
/// its shades little of it would be left. Drawings that have outlines already are worth it only without their colours.
pub fn looks(set: &str) -> &'static [Look] {
    match set {
        "twemoji" | "noto-v1" | "fluent-emoji-flat" | "fxemoji" | "emojione"
        | "flat-color-icons" | OWN => &[
            Look::Outlined { width: 0.02 },
            Look::Outlined { width: 0.035 },
            Look::Line { width: 0.025 },
        ],
        "noto" | "fluent-emoji" => &[Look::Outlined { width: 0.02 }],
        "streamline-emojis" | "icon-park" | "streamline-plump-color" => {
            &[Look::Line { width: 0.025 }]
        }
        _ => &[],
    }
}

/// Every drawing of a taught concept in the taught sets of `art` (the folder that holds `node_modules`), and the page's own
/// drawings in `own` (the folder `www/drawings`).
///
/// # Errors
/// When a set or one of the page's drawings is not there, or is not what it should be.
pub fn taught_drawings(art: &Path, own: &Path) -> Result<Vec<Drawing>, ArtError> {
    let taught = concepts::taught();
    let sets = &split().art.taught;
    let kinds = [
        (&sets.emoji, Kind::Emoji),
        (&sets.coloured, Kind::Coloured),
        (&sets.icons, Kind::Icon),
    ];
    let mut drawings = Vec::new();
    for (names, kind) in kinds {
        for name in names {
            drawings.extend(Set::open(art, name, kind)?.drawings(&taught));
        }
    }
    drawings.extend(own_drawings(own)?);
    Ok(drawings)
}

/// The drawings of every concept, held-out ones too, in one set of emoji; one for each emoji that the set has.
///
/// # Errors
/// When the set is not there, or is not what it should be.
pub fn exam_drawings(art: &Path, set: &str) -> Result<Vec<Drawing>, ArtError> {
    let all: Vec<usize> = (0..concepts::concepts().len()).collect();
    Ok(Set::open(art, set, Kind::Emoji)?.drawings(&all))
}

/// Reads a JSON file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ArtError> {
    let text = read(path)?;
    serde_json::from_str(&text).map_err(|source| ArtError::Json {
        path: path.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<String, ArtError> {
    fs::read_to_string(path).map_err(|source| ArtError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Where the paper of an own drawing begins.
const PAPER: &str = "<rect width=\"384\"";

/// The page's own drawings, without the paper that they lie on.
fn own_drawings(folder: &Path) -> Result<Vec<Drawing>, ArtError> {
    let mut drawings = Vec::new();
    for name in OWN_DRAWINGS {
        let path = folder.join(format!("{name}.svg"));
        let svg = read(&path)?;
        let paper = svg
            .find(PAPER)
            .and_then(|start| Some(start..start + svg[start..].find("/>")? + 2));
        let Some(paper) = paper else {
            return Err(ArtError::NoPaper { path });
        };
        let concept = concepts::concepts()
            .iter()
            .position(|concept| concept.name == name);
        drawings.extend(concept.map(|concept| Drawing {
            concept,
            set: OWN.to_owned(),
            kind: Kind::Coloured,
            name: name.to_owned(),
            svg: format!("{}{}", &svg[..paper.start], &svg[paper.end..]),
        }));
    }
    Ok(drawings)
}

/// An icon set as Iconify packs it.
#[derive(Deserialize)]
struct Icons {
    icons: HashMap<String, Icon>,
    #[serde(default)]
    aliases: HashMap<String, Alias>,
    width: Option<f32>,
    height: Option<f32>,
}

/// An icon's content and what differs from the set's box.
#[derive(Deserialize)]
struct Icon {
    body: String,
    left: Option<f32>,
    top: Option<f32>,
    width: Option<f32>,
    height: Option<f32>,
}

/// Another name of an icon.
#[derive(Deserialize)]
struct Alias {
    parent: String,
    /// How it is turned, mirrored or cut.
    #[serde(flatten)]
    changes: HashMap<String, serde_json::Value>,
}

/// An art set that is ready to be searched.
struct Set {
    name: String,
    kind: Kind,
    icons: Icons,
    /// What its icons of a character are called, by code points as in `1f436-fe0f`; of another set where it has no own.
    characters: HashMap<String, String>,
}

impl Set {
    fn open(art: &Path, name: &str, kind: Kind) -> Result<Self, ArtError> {
        let folder = |set: &str| art.join("node_modules/@iconify-json").join(set);
        let mut characters: HashMap<String, String> = read_json(&folder(name).join("chars.json"))?;
        if characters.is_empty() {
            characters = read_json(&folder(NAMING_SET).join("chars.json"))?;
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            icons: read_json(&folder(name).join("icons.json"))?,
            characters,
        })
    }

    /// What the set has of the concepts at `places`.
    fn drawings(&self, places: &[usize]) -> Vec<Drawing> {
        let mut drawings = Vec::new();
        for &place in places {
            let concept = &concepts::concepts()[place];
            let mut seen = HashSet::new();
            for (stem, ending) in self.candidates(concept) {
                let Some((name, icon)) = self.icon(&format!("{stem}{ending}")) else {
                    continue;
                };
                let is_friend = !is_false_friend(&self.name, name)
                    && !is_false_friend(&self.name, &format!("{stem}*"));
                if is_friend && seen.insert(name) {
                    drawings.push(Drawing {
                        concept: place,
                        set: self.name.clone(),
                        kind: self.kind,
                        name: name.to_owned(),
                        svg: self.document(icon),
                    });
                }
            }
        }
        drawings
    }

    /// What the set may call drawings of a concept: the beginnings and endings of names.
    fn candidates(&self, concept: &Concept) -> Vec<(String, &'static str)> {
        let naming = naming(&self.name);
        let mut stems = Vec::new();
        if naming.by_emoji {
            stems.extend(
                concept
                    .emoji
                    .iter()
                    .filter_map(|emoji| self.character(emoji).cloned()),
            );
        }
        if naming.by_name {
            stems.extend(concept.icons.iter().cloned());
        }
        // Some sets write names in one word.
        let joined: Vec<String> = stems.iter().map(|stem| stem.replace('-', "")).collect();
        stems.extend(joined);
        let with_endings = |stem: String| {
            naming
                .endings
                .iter()
                .map(move |&ending| (stem.clone(), ending))
        };
        stems.into_iter().flat_map(with_endings).collect()
    }

    /// The name of the icon of an emoji.
    fn character(&self, emoji: &str) -> Option<&String> {
        let codes: Vec<String> = emoji
            .chars()
            .map(|letter| format!("{:x}", letter as u32))
            .collect();
        let code = codes.join("-");
        let bare = code.trim_end_matches("-fe0f");
        let forms = [code.clone(), format!("{bare}-fe0f"), bare.to_owned()];
        forms.iter().find_map(|form| self.characters.get(form))
    }

    /// The icon of a name; an alias is followed, but not to one that is turned, mirrored or cut.
    fn icon(&self, name: &str) -> Option<(&str, &Icon)> {
        if let Some((name, icon)) = self.icons.icons.get_key_value(name) {
            return Some((name, icon));
        }
        let alias = self
            .icons
            .aliases
            .get(name)
            .filter(|alias| alias.changes.is_empty())?;
        self.icons
            .icons
            .get_key_value(&alias.parent)
            .map(|(name, icon)| (name.as_str(), icon))
    }

    /// The icon as a document of its own, black where it takes the colour of the text around it.
    fn document(&self, icon: &Icon) -> String {
        let (left, top) = (icon.left.unwrap_or(0.0), icon.top.unwrap_or(0.0));
        let width = icon.width.or(self.icons.width).unwrap_or(16.0);
        let height = icon.height.or(self.icons.height).unwrap_or(16.0);
        let body = icon.body.replace("currentColor", "#000");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             viewBox=\"{left} {top} {width} {height}\">{body}</svg>"
        )
    }
}

/// How a set names its drawings.
struct Naming {
    /// By the names of emoji.
    by_emoji: bool,
    /// By the names of things.
    by_name: bool,
    /// What may follow a name.
    endings: &'static [&'static str],
}

/// How a set names its drawings; one that is not known here is a set of emoji.
fn naming(set: &str) -> Naming {
    let things: &[&str] = match set {
        "icon-park" => &["", "-one", "-two", "-three", "-four", "-five"],
        "streamline-color" | "streamline-plump-color" => &[
            "", "-1", "-2", "-3", "-flat", "-1-flat", "-2-flat", "-3-flat",
        ],
        "flat-color-icons" | "game-icons" => &[""],
        "meteocons" => &["", "-fill"],
        "lucide" => &["", "-2"],
        "tabler" => &["", "-filled", "-2", "-2-filled"],
        "mdi" => &["", "-outline", "-variant", "-variant-outline"],
        "ph" => &["", "-bold", "-fill", "-duotone"],
        "hugeicons" => &["", "-01", "-02", "-03", "-04", "-05"],
        "solar" => &[
            "-linear",
            "-bold",
            "-bold-duotone",
            "-2-linear",
            "-2-bold",
            "-2-bold-duotone",
        ],
        "healthicons" => &["", "-outline", "-24px", "-outline-24px"],
        _ => &[],
    };
    let emoji: &[&str] = match set {
        "fxemoji" => &["", "side", "face"],
        "streamline-emojis" => &["", "-face", "-1", "-2", "-3", "-face-1", "-face-2"],
        _ => &[""],
    };
    Naming {
        by_emoji: things.is_empty(),
        // These two have names of their own for some emoji.
        by_name: !things.is_empty() || emoji.len() > 1,
        endings: if things.is_empty() { emoji } else { things },
    }
}

/// Whether an icon is known to show something else than its name says: the line `set:name` of `false_friends.txt`.
fn is_false_friend(set: &str, name: &str) -> bool {
    static FRIENDS: OnceLock<HashSet<&str>> = OnceLock::new();
    let friends = FRIENDS.get_or_init(|| {
        let lines = include_str!("../false_friends.txt").lines();
        lines
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .collect()
    });
    friends.contains(format!("{set}:{name}").as_str())
}
