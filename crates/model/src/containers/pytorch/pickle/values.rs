//! What a pickle is about: values that refer to each other by number.

use super::names::{Kind, Name};

/// A value: a plain one, or the number of a [`Node`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::containers::pytorch) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A number that is not needed.
    Number,
    /// A part of the pickle.
    Text {
        begin: u32,
        end: u32,
    },
    Name(Name),
    Node(u32),
}

/// What holds other values.
#[derive(Debug)]
pub(in crate::containers::pytorch) enum Node {
    Tuple(Box<[Value]>),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// A thing outside the pickle, by its identification.
    Persistent(Value),
    /// What a name would give, called with this tuple.
    Call(Name, Value),
    /// A plain value of which nothing is known.
    Plain,
}

/// A pickle that has been read.
pub(in crate::containers::pytorch) struct Pickled<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) nodes: Vec<Node>,
    /// What it is all about.
    pub root: Value,
    /// All persistent identifications, in the order in which they came.
    pub persistent: Vec<Value>,
}

impl<'a> Pickled<'a> {
    pub fn node(&self, value: Value) -> Option<&Node> {
        match value {
            Value::Node(number) => self.nodes.get(number as usize),
            _ => None,
        }
    }

    pub fn tuple(&self, value: Value) -> Option<&[Value]> {
        match self.node(value) {
            Some(Node::Tuple(items)) => Some(items),
            _ => None,
        }
    }

    pub fn dict(&self, value: Value) -> Option<&[(Value, Value)]> {
        match self.node(value) {
            Some(Node::Dict(items)) => Some(items),
            _ => None,
        }
    }

    pub fn text(&self, value: Value) -> Option<&'a str> {
        match value {
            Value::Text { begin, end } => {
                let bytes = self.bytes.get(begin as usize..end as usize)?;
                str::from_utf8(bytes).ok()
            }
            _ => None,
        }
    }

    /// The type of numbers that a name is, of a storage.
    pub fn storage_kind(&self, value: Value) -> Option<Kind> {
        match value {
            Value::Name(Name::Storage(kind)) => Some(kind),
            _ => None,
        }
    }
}
