//! The two built-in models, and which of them a picture goes to.

use glimpse_image::RgbImage;

use crate::photograph::is_photograph;

/// A model that comes with Glimpse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltIn {
    /// Knows drawings, icons and written words.
    Mini,
    /// Knows photographs of a thousand kinds of things, and their groups.
    MiniPhoto,
}

impl BuiltIn {
    /// Both, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Mini, Self::MiniPhoto];

    /// The name that people type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mini => "mini",
            Self::MiniPhoto => "mini-photo",
        }
    }

    /// The built-in model of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// The one that fits an upright picture: photographs go to [`BuiltIn::MiniPhoto`], everything else to [`BuiltIn::Mini`].
    #[must_use]
    pub fn for_picture(picture: &RgbImage) -> Self {
        if is_photograph(picture) {
            Self::MiniPhoto
        } else {
            Self::Mini
        }
    }

    /// The files that it is loaded from, the weights last.
    #[must_use]
    pub const fn files(self) -> [&'static str; 4] {
        match self {
            Self::Mini => [
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "model.safetensors",
            ],
            Self::MiniPhoto => [
                "open_clip_config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "open_clip_model.safetensors",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for model in BuiltIn::ALL {
            assert_eq!(BuiltIn::named(model.name()), Some(model));
        }
        assert_eq!(BuiltIn::named("photo"), None);
    }
}
