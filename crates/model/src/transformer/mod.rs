//! The transformer that both towers of a CLIP share.

pub(crate) mod attention;
pub(crate) mod encoder;
pub(crate) mod sequences;
