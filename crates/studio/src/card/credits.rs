//! Who drew what training sees, and under which licence.

/// A package of art or fonts.
pub struct Credit {
    /// Its names in `split.json`.
    pub sets: &'static [&'static str],
    /// What people call it.
    pub title: &'static str,
    /// Who made it.
    pub by: &'static str,
    /// Where it is from.
    pub from: &'static str,
    /// Its licence.
    pub licence: &'static str,
}

const fn credit(
    sets: &'static [&'static str],
    title: &'static str,
    by: &'static str,
    from: &'static str,
    licence: &'static str,
) -> Credit {
    Credit {
        sets,
        title,
        by,
        from,
        licence,
    }
}

/// The art sets of `split.json`, as their packages (`@iconify-json/…`) state it.
pub const ART: [Credit; 20] = [
    credit(
        &["noto", "noto-v1"],
        "Noto Emoji (two generations)",
        "Google",
        "https://github.com/googlefonts/noto-emoji",
        "Apache-2.0",
    ),
    credit(
        &["twemoji"],
        "Twemoji",
        "Twitter and contributors",
        "https://github.com/jdecked/twemoji",
        "CC BY 4.0",
    ),
    credit(
        &[
            "fluent-emoji-flat",
            "fluent-emoji",
            "fluent-emoji-high-contrast",
        ],
        "Fluent Emoji (flat, colour, high contrast)",
        "Microsoft",
        "https://github.com/microsoft/fluentui-emoji",
        "MIT",
    ),
    credit(
        &["fxemoji"],
        "FxEmoji",
        "Mozilla",
        "https://github.com/mozilla/fxemoji",
        "Apache-2.0",
    ),
    credit(
        &["emojione"],
        "EmojiOne 2",
        "Emoji One",
        "https://github.com/EmojiTwo/emojitwo",
        "CC BY 4.0",
    ),
    credit(
        &["streamline-emojis"],
        "Streamline Emojis",
        "Streamline",
        STREAMLINE,
        "CC BY 4.0",
    ),
    credit(
        &["icon-park"],
        "IconPark",
        "ByteDance",
        "https://github.com/bytedance/IconPark",
        "Apache-2.0",
    ),
    credit(
        &["flat-color-icons"],
        "Flat Color Icons",
        "Icons8",
        "https://github.com/icons8/flat-Color-icons",
        "MIT",
    ),
    credit(
        &["streamline-color"],
        "Streamline Color",
        "Streamline",
        STREAMLINE,
        "CC BY 4.0",
    ),
    credit(
        &["streamline-plump-color"],
        "Streamline Plump Color",
        "Streamline",
        STREAMLINE,
        "CC BY 4.0",
    ),
    credit(
        &["meteocons"],
        "Meteocons",
        "Bas Milius",
        "https://github.com/basmilius/weather-icons",
        "MIT",
    ),
    credit(
        &["lucide"],
        "Lucide",
        "Lucide contributors",
        "https://github.com/lucide-icons/lucide",
        "ISC",
    ),
    credit(
        &["tabler"],
        "Tabler Icons",
        "Paweł Kuna",
        "https://github.com/tabler/tabler-icons",
        "MIT",
    ),
    credit(
        &["mdi"],
        "Material Design Icons",
        "Pictogrammers",
        "https://github.com/Templarian/MaterialDesign",
        "Apache-2.0",
    ),
    credit(
        &["ph"],
        "Phosphor",
        "Phosphor Icons",
        "https://github.com/phosphor-icons/core",
        "MIT",
    ),
    credit(
        &["hugeicons"],
        "Huge Icons",
        "Hugeicons",
        "https://icon-sets.iconify.design/hugeicons/",
        "MIT",
    ),
    credit(
        &["solar"],
        "Solar",
        "480 Design",
        "https://www.figma.com/community/file/1166831539721848736",
        "CC BY 4.0",
    ),
    credit(
        &["healthicons"],
        "Health Icons",
        "Resolve to Save Lives",
        "https://github.com/resolvetosavelives/healthicons",
        "MIT",
    ),
    credit(
        &["game-icons"],
        "Game-icons",
        "the authors of game-icons.net",
        "https://github.com/game-icons/icons",
        "CC BY 3.0",
    ),
    credit(
        &["openmoji"],
        "OpenMoji",
        "OpenMoji",
        "https://github.com/hfg-gmuend/openmoji",
        "CC BY-SA 4.0",
    ),
];

const STREAMLINE: &str = "https://github.com/webalys-hq/streamline-vectors";

/// Families of fonts under one licence.
pub struct Families {
    /// The licence.
    pub licence: &'static str,
    /// Where they are from.
    pub from: &'static str,
    /// The beginnings of their names in `split.json`, up to `-` or `_`.
    pub families: &'static [&'static str],
}

/// The fonts of `split.json`, as their packages (`@expo-google-fonts/…`, `dejavu-fonts-ttf`) state it.
pub const FONTS: [Families; 4] = [
    Families {
        licence: "SIL Open Font License 1.1",
        from: "Google Fonts",
        families: &[
            "Arimo",
            "Cantarell",
            "ComicNeue",
            "CourierPrime",
            "FiraSans",
            "Gelasio",
            "IBMPlexSans",
            "Inter",
            "Lato",
            "Merriweather",
            "Montserrat",
            "Nunito",
            "OpenSans",
            "PTSerif",
            "Roboto",
            "SourceSerif4",
            "Tinos",
            "WorkSans",
        ],
    },
    Families {
        licence: "Apache-2.0",
        from: "Google Fonts",
        families: &["RobotoSlab"],
    },
    Families {
        licence: "Ubuntu Font Licence 1.0",
        from: "Google Fonts",
        families: &["Ubuntu"],
    },
    Families {
        licence: "Bitstream Vera licence, changes in the public domain",
        from: "https://dejavu-fonts.github.io",
        families: &[
            "DejaVuSans",
            "DejaVuSansCondensed",
            "DejaVuSansMono",
            "DejaVuSerif",
        ],
    },
];

/// A font's family: its name up to the weight.
pub fn family(font: &str) -> &str {
    font.split(['-', '_']).next().unwrap_or(font)
}

/// Who is to be named for an art set.
pub fn of_art(set: &str) -> Option<&'static Credit> {
    ART.iter().find(|credit| credit.sets.contains(&set))
}

/// What is to be said of a font.
pub fn of_font(font: &str) -> Option<&'static Families> {
    FONTS
        .iter()
        .find(|families| families.families.contains(&family(font)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    #[test]
    fn all_art_and_all_fonts_have_a_licence() {
        let split = split();
        let taught = &split.art.taught;
        let sets = [
            &taught.emoji,
            &taught.coloured,
            &taught.icons,
            &split.art.held_out,
        ];
        for set in sets.into_iter().flatten() {
            assert!(of_art(set).is_some(), "no credit for {set}");
        }
        let fonts = [
            &split.fonts.easy,
            &split.fonts.taught,
            &split.fonts.held_out,
        ];
        for font in fonts.into_iter().flatten() {
            assert!(of_font(font).is_some(), "no licence for {font}");
        }
    }
}
