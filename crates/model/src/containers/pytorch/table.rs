//! Takes the tensors of a state dict out of a pickle: their names, and which numbers of which storage they are.

use std::collections::HashMap;

use super::Fault;
use super::pickle::names::{Kind, Name};
use super::pickle::{Node, Pickled, Value};

/// Where a training checkpoint has its state dict.
const STATE_DICTS: [&str; 5] = [
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "module",
];
/// How many dictionaries stand around a state dict at most.
const MAX_AROUND: usize = 3;
/// What wrappers of a network put before all of its tensors' names: `DataParallel` and its like, and `torch.compile`.
const WRAPPERS: [&str; 2] = ["module.", "_orig_mod."];
/// The most dimensions of a tensor; PyTorch has the same limit.
const MAX_DIMENSIONS: usize = 64;
/// The most tensors of a state dict.
const MAX_TENSORS: usize = 1 << 17;
/// Keys that an error names at most.
const NAMED: usize = 5;
/// No file is longer, and sums with such places do not overflow.
pub(super) const MAX_BYTES: u64 = 1 << 53;

/// A tensor of a state dict.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub name: String,
    pub kind: Kind,
    /// Which of [`Table::storages`] holds its numbers.
    pub storage: usize,
    /// Its first number's first byte, counted from the storage's.
    pub begin: u64,
    /// The byte behind its last number.
    pub end: u64,
    pub shape: Vec<usize>,
    /// How many numbers lie between neighbours along each dimension; none where its numbers lie in order without gaps.
    pub strides: Option<Vec<usize>>,
}

/// Bytes outside the pickle.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Storage {
    pub key: String,
    /// The size of one of its numbers.
    pub size: u64,
    /// How long it is.
    pub bytes: u64,
}

/// A state dict's tensors, and all storages of the file in the order in which the pickle first names them.
#[derive(Debug)]
pub(super) struct Table {
    pub tensors: Vec<Tensor>,
    pub storages: Vec<Storage>,
}

/// Which part of which storage a persistent identification is.
struct Part<'a> {
    key: &'a str,
    kind: Kind,
    /// Bytes of the whole storage.
    bytes: u64,
    /// Where the part begins, and its length, in bytes.
    begin: u64,
    length: u64,
}

/// A storage, and a view of its numbers, as a call spells them.
struct Call {
    storage: Value,
    kind: Option<Kind>,
    offset: Value,
    shape: Value,
    strides: Value,
}

impl Table {
    pub fn of(pickled: &Pickled<'_>) -> Result<Self, Fault> {
        let mut storages: Vec<Storage> = Vec::new();
        let mut by_key: HashMap<&str, usize> = HashMap::new();
        for &id in &pickled.persistent {
            let part = part(pickled, id)?;
            let size = part.kind.size();
            let Some(&known) = by_key.get(part.key) else {
                by_key.insert(part.key, storages.len());
                storages.push(Storage {
                    key: part.key.to_owned(),
                    size,
                    bytes: part.bytes,
                });
                continue;
            };
            if storages[known].bytes != part.bytes {
                return Err(Fault::Damaged(format!(
                    "its pickle says that the storage {} has {} bytes and that it has {}",
                    part.key, storages[known].bytes, part.bytes
                )));
            }
        }
        let mut named: HashMap<&str, usize> = HashMap::new();
        let mut tensors: Vec<Tensor> = Vec::new();
        for &(key, value) in state_dict(pickled)? {
            let (Some(name), Some(call)) = (pickled.text(key), call(pickled, value)) else {
                continue;
            };
            let tensor = tensor(pickled, name, &call, &by_key)?;
            // As in a dictionary, what comes later counts.
            match named.get(name) {
                Some(&before) => tensors[before] = tensor,
                None => {
                    named.insert(name, tensors.len());
                    tensors.push(tensor);
                }
            }
            if tensors.len() > MAX_TENSORS {
                return Err(Fault::Other(format!(
                    "it holds more than {MAX_TENSORS} tensors, which no CLIP has"
                )));
            }
        }
        unwrap_names(&mut tensors);
        Ok(Self { tensors, storages })
    }
}

/// What all names begin with because of a wrapper is not part of them.
fn unwrap_names(tensors: &mut [Tensor]) {
    while let Some(wrapper) = WRAPPERS
        .into_iter()
        .find(|wrapper| {
            tensors
                .iter()
                .all(|tensor| tensor.name.starts_with(wrapper))
        })
        .filter(|_| !tensors.is_empty())
    {
        for tensor in &mut *tensors {
            tensor.name.drain(..wrapper.len());
        }
    }
}

/// The dictionary that holds tensors by their names: the pickle's root, or one in it.
fn state_dict<'a>(pickled: &'a Pickled<'_>) -> Result<&'a [(Value, Value)], Fault> {
    let mut found = pickled.dict(pickled.root).ok_or_else(|| {
        Fault::Other(
            "it holds no state dict, but something else: save the model's state_dict() and not the model".to_owned(),
        )
    })?;
    let entry = |dict: &'a [(Value, Value)], wanted: &str| {
        let mut entries = dict.iter().rev();
        entries
            .find(|(key, _)| pickled.text(*key) == Some(wanted))
            .and_then(|(_, value)| pickled.dict(*value))
    };
    for _ in 0..MAX_AROUND {
        let inner = STATE_DICTS.iter().find_map(|key| entry(found, key));
        match inner {
            Some(inner) => found = inner,
            None => break,
        }
    }
    if found
        .iter()
        .any(|(_, value)| call(pickled, *value).is_some())
    {
        return Ok(found);
    }
    let keys: Vec<String> = found
        .iter()
        .filter_map(|(key, _)| pickled.text(*key))
        .take(NAMED)
        .map(|key| format!("{:?}", key.chars().take(40).collect::<String>()))
        .collect();
    Err(Fault::Other(match keys.is_empty() {
        true => "it holds no tensors".to_owned(),
        false => format!(
            "it holds no state dict that is known here: among its keys are {}",
            keys.join(", ")
        ),
    }))
}

/// The call that would build a tensor; none where a value is no tensor.
fn call(pickled: &Pickled<'_>, value: Value) -> Option<Call> {
    let &Node::Call(mut name, mut arguments) = pickled.node(value)? else {
        return None;
    };
    // A parameter is built around a tensor, and a tensor with attributes by what would build it without them.
    for _ in 0..MAX_AROUND {
        let items = pickled.tuple(arguments)?;
        match (name, items) {
            (Name::Parameter, [tensor, ..]) => match pickled.node(*tensor)? {
                Node::Call(inner, of) => (name, arguments) = (*inner, *of),
                _ => return None,
            },
            (Name::FromType, [Value::Name(inner), _, of, ..]) => (name, arguments) = (*inner, *of),
            (Name::Tensor, [storage, offset, shape, strides, ..]) => {
                return Some(Call {
                    storage: *storage,
                    kind: None,
                    offset: *offset,
                    shape: *shape,
                    strides: *strides,
                });
            }
            (
                Name::TensorOfKind,
                [
                    storage,
                    offset,
                    shape,
                    strides,
                    _,
                    _,
                    Value::Name(Name::Dtype(kind)),
                    ..,
                ],
            ) => {
                return Some(Call {
                    storage: *storage,
                    kind: Some(*kind),
                    offset: *offset,
                    shape: *shape,
                    strides: *strides,
                });
            }
            _ => return None,
        }
    }
    None
}

/// Reads `("storage", type, key, place, numbers)`, and behind that, before torch 0.4, `(key, offset, numbers)` of a part.
fn part<'a>(pickled: &Pickled<'a>, id: Value) -> Result<Part<'a>, Fault> {
    let wrong =
        || Fault::Damaged("its pickle names a storage in a way that is not known".to_owned());
    let (kind, key, numbers, view) = match pickled.tuple(id).ok_or_else(wrong)? {
        [what, kind, key, _, Value::Int(numbers), view @ ..] if view.len() <= 1 => {
            if pickled.text(*what) != Some("storage") {
                return Err(wrong());
            }
            (*kind, *key, *numbers, view.first().copied())
        }
        _ => return Err(wrong()),
    };
    let kind = pickled.storage_kind(kind).ok_or_else(wrong)?;
    let key = pickled.text(key).ok_or_else(wrong)?;
    let in_bytes = |numbers: i64| {
        let bytes = u64::try_from(numbers).ok()?.checked_mul(kind.size());
        bytes.filter(|&bytes| bytes <= MAX_BYTES)
    };
    let too_long = || {
        Fault::Damaged(format!(
            "its storage {key} is said to have {numbers} numbers"
        ))
    };
    let bytes = in_bytes(numbers).ok_or_else(too_long)?;
    let (begin, length) = match view {
        None | Some(Value::None) => (0, bytes),
        Some(view) => match pickled.tuple(view) {
            Some([_, Value::Int(offset), Value::Int(numbers)]) => (
                in_bytes(*offset).ok_or_else(too_long)?,
                in_bytes(*numbers).ok_or_else(too_long)?,
            ),
            _ => return Err(wrong()),
        },
    };
    if begin + length > bytes {
        return Err(Fault::Damaged(format!(
            "a part of its storage {key} goes beyond its end"
        )));
    }
    Ok(Part {
        key,
        kind,
        bytes,
        begin,
        length,
    })
}

fn tensor(
    pickled: &Pickled<'_>,
    name: &str,
    call: &Call,
    by_key: &HashMap<&str, usize>,
) -> Result<Tensor, Fault> {
    let wrong = |what: &str| Fault::Damaged(format!("the tensor {name} {what}"));
    let Some(&Node::Persistent(id)) = pickled.node(call.storage) else {
        return Err(wrong("is built on what is no storage"));
    };
    let part = part(pickled, id)?;
    let kind = call.kind.unwrap_or(part.kind);
    let shape = sizes(pickled, call.shape).ok_or_else(|| wrong("has a shape that is none"))?;
    let strides = sizes(pickled, call.strides)
        .filter(|strides| strides.len() == shape.len())
        .ok_or_else(|| wrong("has strides that do not belong to its shape"))?;
    let Value::Int(offset) = call.offset else {
        return Err(wrong("begins at what is no number"));
    };
    let beyond = || {
        wrong(&format!(
            "of shape {shape:?} and strides {strides:?}, from number {offset} on, goes beyond its storage of {} bytes",
            part.length
        ))
    };
    let count = shape
        .iter()
        .try_fold(1_u64, |count, &size| count.checked_mul(size as u64));
    let count = count.ok_or_else(beyond)?;
    let reach = match count {
        0 => Some(0),
        _ => shape
            .iter()
            .zip(&strides)
            .try_fold(1_u64, |reach, (&size, &stride)| {
                reach.checked_add((size as u64 - 1).checked_mul(stride as u64)?)
            }),
    };
    let begin = u64::try_from(offset)
        .ok()
        .and_then(|offset| offset.checked_mul(kind.size()));
    let length = reach.and_then(|reach| reach.checked_mul(kind.size()));
    let (begin, length) = begin.zip(length).ok_or_else(beyond)?;
    let end = begin.checked_add(length).filter(|&end| end <= part.length);
    let end = end.ok_or_else(beyond)?;
    let in_order = is_in_order(&shape, &strides) || count == 0;
    // A number that is repeated by a stride of 0 would make a small file fill any memory.
    if !in_order
        && count
            .checked_mul(kind.size())
            .is_none_or(|bytes| bytes > length)
    {
        return Err(Fault::Other(format!(
            "the tensor {name} of shape {shape:?} repeats numbers (its strides are {strides:?}): save it contiguous"
        )));
    }
    Ok(Tensor {
        name: name.to_owned(),
        kind,
        storage: by_key[part.key],
        begin: part.begin + begin,
        end: part.begin + end,
        shape,
        strides: (!in_order).then_some(strides),
    })
}

/// Whether the numbers lie as they are counted: the last dimension's beside each other, and so on. What has one number needs no stride.
fn is_in_order(shape: &[usize], strides: &[usize]) -> bool {
    let mut expected = 1_usize;
    for (&size, &stride) in shape.iter().zip(strides).rev() {
        if size != 1 && stride != expected {
            return false;
        }
        expected = expected.saturating_mul(size);
    }
    true
}

/// A tuple of whole numbers that are not negative.
fn sizes(pickled: &Pickled<'_>, value: Value) -> Option<Vec<usize>> {
    let items = pickled.tuple(value)?;
    if items.len() > MAX_DIMENSIONS {
        return None;
    }
    let size = |value: &Value| match value {
        Value::Int(size) => usize::try_from(*size).ok(),
        _ => None,
    };
    items.iter().map(size).collect()
}
