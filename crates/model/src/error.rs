//! The errors of reading a configuration, loading weights and running the network.

use thiserror::Error;

/// Why a configuration does not describe a CLIP model that can be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is not JSON.
    #[error("{file} cannot be read: {detail}; download the file again")]
    Json {
        /// The file's name.
        file: &'static str,
        /// The JSON reader's words, with line and column.
        detail: String,
    },
    /// The model is of another family.
    #[error("{file} describes {found}, not a CLIP model; choose a CLIP checkpoint")]
    NotClip {
        /// The file's name.
        file: &'static str,
        /// What the file says it is.
        found: String,
    },
    /// A field holds what no CLIP network of ours can have.
    #[error("{file}: `{field}` is {found}, expected {expected}")]
    Field {
        /// The file's name.
        file: &'static str,
        /// The field's path.
        field: String,
        /// What was found.
        found: String,
        /// What would be right.
        expected: String,
    },
}

/// A failure of the place where a checkpoint's files come from.
///
/// Whoever fetches knows best what happened and what helps: but for [`SourceError::Io`], `detail` is the whole message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The user cancelled.
    #[error("loading was cancelled")]
    Aborted,
    /// A download failed.
    #[error("{detail}")]
    Network {
        /// The file's name.
        file: String,
        /// What happened, to which file, and what to do about it.
        detail: String,
    },
    /// A file is not what its host says it is: its length or its SHA-256 differs.
    #[error("{detail}")]
    Integrity {
        /// The file's name.
        file: String,
        /// What was expected, what was found, and what to do about it.
        detail: String,
    },
    /// There is no room to keep a file.
    #[error("{detail}")]
    Quota {
        /// The file's name.
        file: String,
        /// How much is needed and free, and what to do about it.
        detail: String,
    },
    /// The place holds no model that can be run.
    #[error("{detail}")]
    Unsupported {
        /// The file's name.
        file: String,
        /// What is there instead, and what to do about it.
        detail: String,
    },
    /// A file could not be read.
    #[error("{file} cannot be read: {detail}")]
    Io {
        /// The file's name.
        file: String,
        /// What the system said.
        detail: String,
    },
}

/// What is wrong with a checkpoint's weights.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file ends before its content does.
    #[error(
        "{file} is cut off: {expected} bytes were expected, {found} are there; download it again"
    )]
    Cut {
        /// The file's name.
        file: String,
        /// Bytes expected, from its start.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// The file goes on behind its last tensor.
    #[error(
        "{file} has bytes behind its last tensor: it should end after {expected} bytes; download it again"
    )]
    Overlong {
        /// The file's name.
        file: String,
        /// Bytes expected, from its start.
        expected: u64,
    },
    /// The header cannot be what it says.
    #[error(
        "{file} has a header that cannot be right: {detail}; it is damaged or not a safetensors file"
    )]
    Header {
        /// The file's name.
        file: String,
        /// What is wrong, naming the tensor where one is concerned.
        detail: String,
    },
    /// A file of PyTorch's own container cannot be what it says.
    #[error(
        "{file} cannot be read as a PyTorch checkpoint: {detail}; it is damaged or was not downloaded whole"
    )]
    PyTorch {
        /// The file's name.
        file: String,
        /// What is wrong, naming the tensor, storage or entry where one is concerned.
        detail: String,
    },
    /// A file of PyTorch's is of a kind that is not read here.
    #[error(
        "{file} cannot be read as a PyTorch checkpoint: {detail}; or take the model as safetensors"
    )]
    PyTorchKind {
        /// The file's name.
        file: String,
        /// What it is, and what to do about it.
        detail: String,
    },
    /// A file of PyTorch's asks for something by a name that has nothing to do with tensors.
    #[error(
        "{file} asks for {name}, which is no part of a list of tensors: what a file asks for is never run here, so save the \
         model's state_dict() alone, or take the model as safetensors"
    )]
    PickledName {
        /// The file's name.
        file: String,
        /// The name, with its module.
        name: String,
    },
    /// A tensor that the configuration asks for is in no file.
    #[error("the tensor {tensor} is missing: expected shape {expected:?}, found no such tensor")]
    Missing {
        /// The tensor's name, as the file would spell it.
        tensor: String,
        /// Its shape by the configuration.
        expected: Vec<usize>,
    },
    /// A tensor that the configuration has no place for.
    #[error(
        "the tensor {tensor} of shape {found:?} is surplus: the configuration has no place for it"
    )]
    Surplus {
        /// The tensor's name.
        tensor: String,
        /// Its shape in the file.
        found: Vec<usize>,
    },
    /// A tensor has another shape than the configuration says.
    #[error("the tensor {tensor} has the wrong shape: expected {expected:?}, found {found:?}")]
    Shape {
        /// The tensor's name.
        tensor: String,
        /// The shape by the configuration.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor's numbers are of a type that is not read here.
    #[error("the tensor {tensor} has the wrong type: expected {expected}, found {found}")]
    Dtype {
        /// The tensor's name.
        tensor: String,
        /// The types that are read here.
        expected: &'static str,
        /// The type in the file.
        found: String,
    },
    /// A tensor holds a number that is not finite.
    #[error(
        "the tensor {tensor} holds {found}, expected finite numbers; the checkpoint is damaged"
    )]
    NotFinite {
        /// The tensor's name.
        tensor: String,
        /// The number found.
        found: String,
    },
    /// A batch norm's variance is none.
    #[error(
        "the tensor {tensor} holds {found}, expected variances, which are not negative; the checkpoint is damaged"
    )]
    Variance {
        /// The tensor's name.
        tensor: String,
        /// The number found.
        found: String,
    },
    /// A tensor stands in two of the files.
    #[error("the tensor {tensor} stands in both {first} and {second}")]
    Twice {
        /// The tensor's name.
        tensor: String,
        /// The one file.
        first: String,
        /// The other file.
        second: String,
    },
    /// The scales of an I8 tensor do not stand before it in its file.
    #[error(
        "the tensor {scales} does not stand before {tensor} in one file, where its numbers are needed; convert the model again"
    )]
    ScalesBehind {
        /// The I8 tensor.
        tensor: String,
        /// The name of its scales.
        scales: String,
    },
    /// The index says that a tensor stands in a file, and it does not.
    #[error(
        "the tensor {tensor} is not in {file}, where the index says it is; download both again"
    )]
    NotWhereIndexed {
        /// The tensor's name.
        tensor: String,
        /// The file.
        file: String,
    },
}

impl WeightsError {
    /// Makes sure that `values` are numbers.
    pub(crate) fn check_finite(tensor: &str, values: &[f32]) -> Result<(), Self> {
        match values.iter().find(|value| !value.is_finite()) {
            None => Ok(()),
            Some(wrong) => Err(Self::NotFinite {
                tensor: tensor.to_owned(),
                found: wrong.to_string(),
            }),
        }
    }

    /// Whether the file itself is damaged, rather than made for another model.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Cut { .. }
                | Self::Overlong { .. }
                | Self::Header { .. }
                | Self::PyTorch { .. }
                | Self::NotFinite { .. }
                | Self::Variance { .. }
                | Self::NotWhereIndexed { .. }
        )
    }
}

/// Why a checkpoint could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The weights are not right.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// They could not be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is not enough memory.
    #[error(
        "not enough memory for the tensor {tensor} ({bytes} bytes); close other programs or take a smaller model"
    )]
    OutOfMemory {
        /// The tensor's name.
        tensor: String,
        /// Its size in bytes, as f32.
        bytes: u64,
    },
    /// The device failed.
    #[error(transparent)]
    Device(#[from] ForwardError),
}

impl ForwardError {
    /// Whether the device is to blame, so that another may do better.
    #[must_use]
    pub fn is_of_device(&self) -> bool {
        matches!(self, Self::Device { .. } | Self::NotFinite { .. })
    }
}

/// Why a forward pass gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ForwardError {
    /// The device stopped working.
    #[error("the device stopped working: {detail}")]
    Device {
        /// What it said.
        detail: String,
    },
    /// The network gave numbers that are not finite.
    #[error(
        "the network gave numbers that are not finite in `{output}`; the weights or the device are damaged"
    )]
    NotFinite {
        /// Which output.
        output: &'static str,
    },
    /// An id beyond the token embedding.
    #[error(
        "the token id {id} is beyond the model's vocabulary of {vocab_size}: tokenizer.json belongs to another model"
    )]
    TokenId {
        /// The id.
        id: u32,
        /// Rows of the token embedding.
        vocab_size: usize,
    },
    /// Something was asked of attention heads, and the image tower has none.
    #[error(
        "the model's image tower is a network of convolutions, which has no attention heads: take a model with a ViT for this"
    )]
    NoHeads,
    /// The network was loaded without its text tower.
    #[error("the model was loaded without its text tower, and there is a text to encode")]
    NoTextTower,
    /// Rows of the token embedding, which are fetched when a prompt needs them, could not be.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Rows of the token embedding that were fetched are damaged.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}
