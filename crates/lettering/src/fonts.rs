//! The bundled fonts: their names, hashes and licences, and the set of those that are at hand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::error::LetteringError;

/// One bundled font, as it lies in the crate's folder `fonts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FontFile {
    /// What a [`Spec`](crate::Spec) calls it.
    pub name: &'static str,
    /// The file's name in `fonts`.
    pub file: &'static str,
    /// The typeface's own name.
    pub title: &'static str,
    /// The licence's name; its text lies in `fonts/licences`.
    pub licence: &'static str,
    /// The file's SHA-256, in hexadecimal.
    pub sha256: &'static str,
    /// Which scripts it writes, in words.
    pub covers: &'static str,
}

const OFL: &str = "SIL Open Font License 1.1";
const VERA: &str = "Bitstream Vera and Arev licences; changes in the public domain";

/// Every bundled font; `fonts/README.md` says where each is from.
pub const FONTS: &[FontFile] = &[
    FontFile {
        name: "sans",
        file: "DejaVuSans.ttf",
        title: "DejaVu Sans",
        licence: VERA,
        sha256: "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
        covers: "Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian, Lao, symbols",
    },
    FontFile {
        name: "serif",
        file: "DejaVuSerif.ttf",
        title: "DejaVu Serif",
        licence: VERA,
        sha256: "42d1edeb7952f31b1f96d767ed7030b08a39e0c372b0071641518864e2bffb51",
        covers: "Latin, Greek, Cyrillic, Armenian, Georgian",
    },
    FontFile {
        name: "mono",
        file: "DejaVuSansMono.ttf",
        title: "DejaVu Sans Mono",
        licence: VERA,
        sha256: "b4a6c3e4faab8773f4ff761d56451646409f29abedd68f05d38c2df667d3c582",
        covers: "Latin, Greek, Cyrillic, Arabic, Armenian",
    },
    FontFile {
        name: "hand",
        file: "PatrickHand-Regular.ttf",
        title: "Patrick Hand",
        licence: OFL,
        sha256: "496937dafcb18bf2c2f624ed02c8f7f4d47bd1e4e6e5646c42b6cfd873c6b13c",
        covers: "Latin",
    },
    FontFile {
        name: "display",
        file: "Anton-Regular.ttf",
        title: "Anton",
        licence: OFL,
        sha256: "97aae409210d255fb3b92f18c8af2ed14941e10a1ee134a35bb91f52086de1d0",
        covers: "Latin",
    },
    FontFile {
        name: "devanagari",
        file: "NotoSansDevanagari-Regular.ttf",
        title: "Noto Sans Devanagari",
        licence: OFL,
        sha256: "084a94d89eb54aafb93a056e15425c34fd859f6342875165d304837b3bcfc2d2",
        covers: "Devanagari, Latin",
    },
    FontFile {
        name: "thai",
        file: "NotoSansThai-Regular.ttf",
        title: "Noto Sans Thai",
        licence: OFL,
        sha256: "9acb585d8662ca4ed1b1cf5889dfa1393f8555103b3986e1ea1e3af4faef70bd",
        covers: "Thai, Latin",
    },
    FontFile {
        name: "cjk",
        file: "NotoSansSC-Subset.ttf",
        title: "Noto Sans SC, cut to everyday characters",
        licence: OFL,
        sha256: "ddaa6703b686f28fd9b370b6295347d138026dc33d6fc604e285e55ed87fe46f",
        covers: "simplified Chinese, Japanese, English",
    },
    FontFile {
        name: "hangul",
        file: "NotoSansKR-Subset.ttf",
        title: "Noto Sans KR, cut to everyday syllables",
        licence: OFL,
        sha256: "35147b02c6aaaf6ba67dfd926ac4e51c33e7d36499fad7364144d06186dc4ffe",
        covers: "Korean, English",
    },
];

/// The bundled font of that name.
pub(crate) fn named(name: &str) -> Result<&'static FontFile, LetteringError> {
    FONTS
        .iter()
        .find(|font| font.name == name)
        .ok_or_else(|| LetteringError::UnknownFont {
            font: name.to_owned(),
        })
}

/// The fonts that are at hand. A browser adds each when it is first asked for; a program carries all.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    files: BTreeMap<&'static str, Cow<'static, [u8]>>,
}

impl Fonts {
    /// No font yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the bytes of the bundled font called `name`.
    ///
    /// # Errors
    ///
    /// [`LetteringError::UnknownFont`] for a name that [`FONTS`] lacks, [`LetteringError::FontDamaged`] where the SHA-256
    /// is not the one that it names.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), LetteringError> {
        let font = named(name)?;
        let found = format!("{:x}", Sha256::digest(&bytes));
        if found != font.sha256 {
            return Err(LetteringError::FontDamaged {
                font: font.name,
                file: font.file,
                detail: format!("its SHA-256 is {found} instead of {}", font.sha256),
            });
        }
        self.files.insert(font.name, Cow::Owned(bytes));
        Ok(())
    }

    /// Whether the font called `name` is at hand.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// All bundled fonts, from inside the program.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        let files = [
            ("sans", &include_bytes!("../fonts/DejaVuSans.ttf")[..]),
            ("serif", include_bytes!("../fonts/DejaVuSerif.ttf")),
            ("mono", include_bytes!("../fonts/DejaVuSansMono.ttf")),
            ("hand", include_bytes!("../fonts/PatrickHand-Regular.ttf")),
            ("display", include_bytes!("../fonts/Anton-Regular.ttf")),
            (
                "devanagari",
                include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
            ),
            ("thai", include_bytes!("../fonts/NotoSansThai-Regular.ttf")),
            ("cjk", include_bytes!("../fonts/NotoSansSC-Subset.ttf")),
            ("hangul", include_bytes!("../fonts/NotoSansKR-Subset.ttf")),
        ];
        Self {
            files: files
                .into_iter()
                .map(|(name, bytes)| (name, Cow::Borrowed(bytes)))
                .collect(),
        }
    }

    /// The font called `name`, ready to shape with.
    pub(crate) fn face(&self, name: &str) -> Result<rustybuzz::Face<'_>, LetteringError> {
        let font = named(name)?;
        let bytes = self
            .files
            .get(font.name)
            .ok_or(LetteringError::FontNotLoaded { font: font.name })?;
        rustybuzz::Face::from_slice(bytes, 0).ok_or_else(|| LetteringError::FontDamaged {
            font: font.name,
            file: font.file,
            detail: "its tables cannot be read".to_owned(),
        })
    }
}
