//! The errors of decoding a picture and of reading a preprocessor's configuration.

use thiserror::Error;

/// Why bytes could not become a picture.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the picture is empty (0 bytes); choose a file that holds a picture")]
    Empty,
    /// The first bytes are not those of any format that is known here.
    #[error(
        "this is not a picture in a known format (it starts with {start}); \
         use JPEG, PNG, WebP, GIF, BMP, TIFF or ICO"
    )]
    UnknownFormat {
        /// The first bytes, in hexadecimal.
        start: String,
    },
    /// The format, or this feature of it, is known but not decoded here.
    #[error("{format}: {feature} is not supported; save the picture as JPEG or PNG")]
    Unsupported {
        /// The format's name, for example "AVIF".
        format: &'static str,
        /// What exactly is not supported.
        feature: String,
    },
    /// The header promises more pixels than are decoded.
    #[error(
        "the picture is {width} x {height} pixels, more than the {limit} megapixels that are decoded; make it smaller"
    )]
    TooLarge {
        /// Width in pixels, as the header says.
        width: u64,
        /// Height in pixels, as the header says.
        height: u64,
        /// The most that is decoded, in megapixels.
        limit: u64,
    },
    /// The file ends before the picture does.
    #[error("the {format} file ends too early; it is cut off, so fetch it again")]
    Truncated {
        /// The format's name.
        format: &'static str,
    },
    /// The content contradicts its format.
    #[error("the {format} file is damaged: {detail}")]
    Corrupt {
        /// The format's name.
        format: &'static str,
        /// What was wrong, in the decoder's words.
        detail: String,
    },
    /// There is not enough memory for the decoded pixels.
    #[error("not enough memory for a picture of {width} x {height} pixels; make it smaller")]
    OutOfMemory {
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
    },
}

/// Reading beyond the end is a truncated file, everything else a damaged one.
pub(crate) fn from_io_error(format: &'static str, error: &std::io::Error) -> DecodeError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        DecodeError::Truncated { format }
    } else {
        DecodeError::Corrupt {
            format,
            detail: error.to_string(),
        }
    }
}

/// Why a configuration does not describe a preprocessor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PreprocessorError {
    /// The file is not JSON, or a field has the wrong type.
    #[error("{file} cannot be read: {detail}")]
    Json {
        /// The name that such a file has.
        file: &'static str,
        /// The JSON reader's words, with line and column.
        detail: String,
    },
    /// A field holds something that is not supported.
    #[error("{file}: `{field}` is {found}, expected {expected}")]
    Value {
        /// The name that such a file has.
        file: &'static str,
        /// The field's path.
        field: &'static str,
        /// What was found.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
}
