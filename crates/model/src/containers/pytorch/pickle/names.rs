//! The names that a pickle of weights may use: what builds tensors and holds plain values. Nothing else is known here.

use super::Fault;

/// The type of a storage's or a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::containers::pytorch) enum Kind {
    F32,
    F16,
    Bf16,
    F64,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
    C64,
    C128,
    F8E4m3,
    F8E5m2,
    /// Bytes of which their tensors say what they are.
    Untyped,
}

impl Kind {
    /// As safetensors spells it.
    pub fn dtype(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::F64 => "F64",
            Self::I64 => "I64",
            Self::I32 => "I32",
            Self::I16 => "I16",
            Self::I8 => "I8",
            Self::U64 => "U64",
            Self::U32 => "U32",
            Self::U16 => "U16",
            Self::U8 | Self::Untyped => "U8",
            Self::Bool => "BOOL",
            Self::C64 => "C64",
            Self::C128 => "C128",
            Self::F8E4m3 => "F8_E4M3",
            Self::F8E5m2 => "F8_E5M2",
        }
    }

    /// Bytes of one number.
    pub fn size(self) -> u64 {
        match self {
            Self::C128 => 16,
            Self::F64 | Self::I64 | Self::U64 | Self::C64 => 8,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 | Self::U16 => 2,
            Self::I8 | Self::U8 | Self::Bool | Self::F8E4m3 | Self::F8E5m2 | Self::Untyped => 1,
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::containers::pytorch) enum Name {
    /// A dictionary that is called with nothing, or with a list of pairs.
    OrderedDict,
    /// A dictionary that is called with what makes a missing value.
    DefaultDict,
    /// `(storage, offset, size, stride, …)`.
    Tensor,
    /// `(storage, offset, size, stride, requires_grad, hooks, dtype, …)`.
    TensorOfKind,
    /// `(tensor, …)`.
    Parameter,
    /// `(what rebuilds, type, its arguments, state)`.
    FromType,
    /// A storage's type.
    Storage(Kind),
    /// A tensor's type.
    Dtype(Kind),
    /// A plain value of which nothing is needed: a device, a size, a number of numpy's.
    Plain,
}

/// Of `torch.FloatStorage` the part before `Storage`.
const STORAGES: [(&str, Kind); 12] = [
    ("Float", Kind::F32),
    ("Half", Kind::F16),
    ("BFloat16", Kind::Bf16),
    ("Double", Kind::F64),
    ("Long", Kind::I64),
    ("Int", Kind::I32),
    ("Short", Kind::I16),
    ("Char", Kind::I8),
    ("Byte", Kind::U8),
    ("Bool", Kind::Bool),
    ("ComplexFloat", Kind::C64),
    ("ComplexDouble", Kind::C128),
];

const DTYPES: [(&str, Kind); 22] = [
    ("float32", Kind::F32),
    ("float", Kind::F32),
    ("float16", Kind::F16),
    ("half", Kind::F16),
    ("bfloat16", Kind::Bf16),
    ("float64", Kind::F64),
    ("double", Kind::F64),
    ("int64", Kind::I64),
    ("long", Kind::I64),
    ("int32", Kind::I32),
    ("int", Kind::I32),
    ("int16", Kind::I16),
    ("int8", Kind::I8),
    ("uint8", Kind::U8),
    ("uint16", Kind::U16),
    ("uint32", Kind::U32),
    ("uint64", Kind::U64),
    ("bool", Kind::Bool),
    ("complex64", Kind::C64),
    ("complex128", Kind::C128),
    ("float8_e4m3fn", Kind::F8E4m3),
    ("float8_e5m2", Kind::F8E5m2),
];

/// Values that stand beside a state dict in a training checkpoint. None of them is made: each stays a value of which nothing is known.
const PLAIN: [(&str, &str); 24] = [
    ("torch", "Size"),
    ("torch", "Tensor"),
    ("torch", "device"),
    ("torch.serialization", "_get_layout"),
    ("argparse", "Namespace"),
    ("_codecs", "encode"),
    ("builtins", "dict"),
    ("builtins", "list"),
    ("builtins", "tuple"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "int"),
    ("builtins", "float"),
    ("builtins", "complex"),
    ("builtins", "bytearray"),
    ("builtins", "slice"),
    ("collections", "Counter"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.dtypes", "Float64DType"),
];

impl Name {
    /// What `module.name` is.
    pub fn find(module: &[u8], name: &[u8]) -> Result<Self, Fault> {
        let (module, name) = match (str::from_utf8(module), str::from_utf8(name)) {
            (Ok(module), Ok(name)) => (module, name),
            _ => {
                return Err(Fault::Damaged(
                    "its pickle has a name that is no text".to_owned(),
                ));
            }
        };
        // Python 2 has another name for it.
        let module = if module == "__builtin__" {
            "builtins"
        } else {
            module
        };
        if module.starts_with("__torch__") {
            return Err(Fault::torch_script());
        }
        let found = match (module, name) {
            ("collections", "OrderedDict") => Some(Self::OrderedDict),
            ("collections", "defaultdict") => Some(Self::DefaultDict),
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Some(Self::Tensor),
            ("torch._utils", "_rebuild_tensor_v3") => Some(Self::TensorOfKind),
            ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state")
            | ("torch.nn.parameter", "Parameter") => Some(Self::Parameter),
            ("torch._tensor", "_rebuild_from_type_v2") => Some(Self::FromType),
            ("torch.storage" | "torch", "UntypedStorage") => Some(Self::Storage(Kind::Untyped)),
            ("torch" | "torch.cuda", name) => of_torch(module, name),
            _ => None,
        };
        let is_plain = PLAIN.contains(&(module, name));
        found
            .or_else(|| is_plain.then_some(Self::Plain))
            .ok_or_else(|| Fault::Name(format!("{module}.{name}")))
    }
}

fn of_torch(module: &str, name: &str) -> Option<Name> {
    let of = |list: &[(&str, Kind)], name: &str| {
        let found = list.iter().find(|(known, _)| *known == name);
        found.map(|(_, kind)| *kind)
    };
    match name.strip_suffix("Storage") {
        Some(name) => of(&STORAGES, name).map(Name::Storage),
        None if module == "torch" => of(&DTYPES, name).map(Name::Dtype),
        None => None,
    }
}
