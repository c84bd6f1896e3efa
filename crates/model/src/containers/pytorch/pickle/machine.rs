//! The machine that a pickle is a program for: a stack, numbered values, and limits on all of it.

use std::collections::HashMap;

use super::names::Name;
use super::ops::{Op, Step, step};
use super::values::{Node, Pickled, Value};
use super::{Fault, MAX_PICKLE, too_long};

/// How many values, or things added to others, there may be; a large training checkpoint has tens of thousands.
const MAX_VALUES: usize = 1 << 20;
/// How high the stack may be: pickles are written with at most a thousand things between two marks, and tuples are short.
const MAX_STACK: usize = 1 << 16;
/// How deep values may stand in each other; a checkpoint's stand in each other less than twenty deep.
const MAX_DEPTH: u16 = 200;

/// Reads the whole pickle `bytes`, which end with it.
pub(in crate::containers::pytorch) fn run(bytes: &[u8]) -> Result<Pickled<'_>, Fault> {
    if bytes.len() as u64 > MAX_PICKLE {
        return Err(too_long());
    }
    let mut machine = Machine {
        bytes,
        ..Machine::default()
    };
    let mut at = 0;
    loop {
        let (op, next) = match step(bytes, at)? {
            Step::Op(Op::Stop, _) => break,
            Step::Op(op, next) => (op, next),
            Step::Unfinished => return Err(broken("ends in the middle of an instruction")),
        };
        machine.take(op, next as u32)?;
        at = next;
    }
    let root = machine.pop()?;
    Ok(Pickled {
        bytes,
        nodes: machine.nodes,
        root,
        persistent: machine.persistent,
    })
}

#[derive(Default)]
struct Machine<'a> {
    bytes: &'a [u8],
    stack: Vec<Value>,
    /// The heights of the stack at the marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    nodes: Vec<Node>,
    /// How deep each node is.
    depths: Vec<u16>,
    /// Values that were put into nodes.
    put: usize,
    persistent: Vec<Value>,
}

fn broken(what: &str) -> Fault {
    Fault::Damaged(format!("its pickle {what}"))
}

impl Machine<'_> {
    /// Takes an instruction, which ends at byte `end`.
    fn take(&mut self, op: Op<'_>, end: u32) -> Result<(), Fault> {
        match op {
            Op::Note | Op::Stop => Ok(()),
            Op::Mark => {
                self.marks.push(self.stack.len());
                match self.marks.len() > usize::from(MAX_DEPTH) {
                    true => Err(too_deep()),
                    false => Ok(()),
                }
            }
            Op::None => self.push(Value::None),
            Op::Bool(value) => self.push(Value::Bool(value)),
            Op::Int(value) => self.push(Value::Int(value)),
            Op::Number => self.push(Value::Number),
            Op::Text(text) => self.push(Value::Text {
                begin: end - text.len() as u32,
                end,
            }),
            Op::EmptyTuple => self.add(Node::Tuple(Box::default()), 0),
            Op::EmptyList => self.add(Node::List(Vec::new()), 0),
            Op::EmptyDict => self.add(Node::Dict(Vec::new()), 0),
            Op::EmptySet => self.add(Node::Plain, 0),
            Op::TupleOf(count) => {
                let items = self.last(count)?;
                self.tuple(items)
            }
            Op::Tuple => {
                let items = self.since_mark()?;
                self.tuple(items)
            }
            Op::List => {
                let items = self.since_mark()?;
                let depth = self.around(&items)?;
                self.add(Node::List(items), depth)
            }
            Op::Dict => {
                let items = self.since_mark()?;
                let depth = self.around(&items)?;
                self.add(Node::Dict(pairs(&items)?), depth)
            }
            Op::FrozenSet => {
                self.since_mark()?;
                self.add(Node::Plain, 0)
            }
            Op::Append => {
                let items = self.last(1)?;
                self.extend(items)
            }
            Op::Appends | Op::AddItems => {
                let items = self.since_mark()?;
                self.extend(items)
            }
            Op::SetItem => {
                let items = self.last(2)?;
                self.extend_dict(items)
            }
            Op::SetItems => {
                let items = self.since_mark()?;
                self.extend_dict(items)
            }
            Op::Get(number) => {
                let value = self.memo.get(&number).copied();
                self.push(value.ok_or_else(|| broken("takes what it never put anywhere"))?)
            }
            Op::Put(number) => self.put(number),
            Op::Memoize => self.put(self.memo.len() as u32),
            Op::Global(module, name) => self.push(Value::Name(Name::find(module, name)?)),
            Op::StackGlobal => {
                let names = self.last(2)?;
                let text = |value: Value| match value {
                    Value::Text { begin, end } => self.bytes.get(begin as usize..end as usize),
                    _ => None,
                };
                match (text(names[0]), text(names[1])) {
                    (Some(module), Some(name)) => self.push(Value::Name(Name::find(module, name)?)),
                    _ => Err(broken("has a name that is no text")),
                }
            }
            Op::Reduce | Op::NewObject => self.call(),
            Op::Build => self.build(),
            Op::PersistentId => {
                let id = self.pop()?;
                self.persistent.push(id);
                self.add(Node::Persistent(id), 0)
            }
        }
    }

    fn push(&mut self, value: Value) -> Result<(), Fault> {
        if self.stack.len() == MAX_STACK {
            return Err(too_deep());
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(broken("takes more from its stack than is there"));
        }
        self.stack.pop().ok_or_else(|| broken("is empty"))
    }

    /// The last `count` values.
    fn last(&mut self, count: usize) -> Result<Vec<Value>, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.stack.len().checked_sub(count) {
            Some(begin) if begin >= floor => Ok(self.stack.split_off(begin)),
            _ => Err(broken("takes more from its stack than is there")),
        }
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, Fault> {
        let mark = self.marks.pop();
        let mark = mark.ok_or_else(|| broken("has an end without a beginning"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn add(&mut self, node: Node, depth: u16) -> Result<(), Fault> {
        self.count(1)?;
        self.nodes.push(node);
        self.depths.push(depth);
        self.push(Value::Node(self.nodes.len() as u32 - 1))
    }

    fn tuple(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        self.count(items.len())?;
        let depth = self.around(&items)?;
        self.add(Node::Tuple(items.into_boxed_slice()), depth)
    }

    fn count(&mut self, more: usize) -> Result<(), Fault> {
        self.put += more;
        match self.put > MAX_VALUES {
            true => Err(Fault::Other(format!(
                "its pickle holds more than {MAX_VALUES} values, which no list of tensors does"
            ))),
            false => Ok(()),
        }
    }

    fn depth(&self, value: &Value) -> u16 {
        match value {
            Value::Node(number) => self.depths.get(*number as usize).copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// How deep a value is that holds these.
    fn around(&self, items: &[Value]) -> Result<u16, Fault> {
        match items.iter().map(|value| self.depth(value)).max() {
            Some(deepest) if deepest >= MAX_DEPTH => Err(too_deep()),
            Some(deepest) => Ok(deepest + 1),
            None => Ok(0),
        }
    }

    /// The node on top of the stack, which becomes as deep as what goes into it asks for.
    fn top(&mut self, items: &[Value]) -> Result<Option<&mut Node>, Fault> {
        self.count(items.len())?;
        let depth = self.around(items)?;
        let top = self.pop()?;
        self.stack.push(top);
        let Value::Node(number) = top else {
            return Ok(None);
        };
        if let Some(known) = self.depths.get_mut(number as usize) {
            *known = depth.max(*known);
        }
        Ok(self.nodes.get_mut(number as usize))
    }

    fn extend(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        match self.top(&items)? {
            Some(Node::List(list)) => list.extend(items),
            Some(Node::Plain | Node::Call(..)) => {}
            _ => return Err(broken("adds to what is no list")),
        }
        Ok(())
    }

    fn extend_dict(&mut self, items: Vec<Value>) -> Result<(), Fault> {
        match self.top(&items)? {
            Some(Node::Dict(dict)) => dict.extend(pairs(&items)?),
            Some(Node::Plain) => {}
            _ => return Err(broken("adds pairs to what is no dictionary")),
        }
        Ok(())
    }

    fn put(&mut self, number: u32) -> Result<(), Fault> {
        self.count(1)?;
        let value = self.pop()?;
        self.stack.push(value);
        self.memo.insert(number, value);
        Ok(())
    }

    /// Notes a call; nothing is called.
    fn call(&mut self) -> Result<(), Fault> {
        let arguments = self.pop()?;
        let Value::Name(name) = self.pop()? else {
            return Err(broken("calls what is no name"));
        };
        let depth = self.around(&[arguments])?;
        let node = match name {
            Name::OrderedDict => Node::Dict(self.pairs_of(arguments)?),
            Name::DefaultDict => Node::Dict(Vec::new()),
            Name::Plain => Node::Plain,
            Name::Storage(_) | Name::Dtype(_) => return Err(broken("calls a type")),
            _ => Node::Call(name, arguments),
        };
        self.add(node, depth)
    }

    /// What an ordered dictionary is made of: nothing, or, as Python 2 writes it, a list of pairs.
    fn pairs_of(&mut self, arguments: Value) -> Result<Vec<(Value, Value)>, Fault> {
        let node = |value: Value| match value {
            Value::Node(number) => self.nodes.get(number as usize),
            _ => None,
        };
        let wrong = || broken("makes a dictionary of what is no list of pairs");
        let Some(Node::Tuple(arguments)) = node(arguments) else {
            return Err(wrong());
        };
        let Some(&list) = arguments.first() else {
            return Ok(Vec::new());
        };
        let Some(Node::List(list)) = node(list) else {
            return Err(wrong());
        };
        let pair = |value: &Value| match node(*value) {
            Some(Node::Tuple(pair)) if pair.len() == 2 => Ok((pair[0], pair[1])),
            Some(Node::List(pair)) if pair.len() == 2 => Ok((pair[0], pair[1])),
            _ => Err(wrong()),
        };
        let pairs: Result<Vec<_>, Fault> = list.iter().map(pair).collect();
        let pairs = pairs?;
        // The same list may be taken any number of times.
        self.count(pairs.len() * 2)?;
        Ok(pairs)
    }

    /// What would set an object's state, of which nothing is needed.
    fn build(&mut self) -> Result<(), Fault> {
        self.pop()?;
        match self.top(&[])? {
            Some(Node::Dict(_) | Node::Call(..) | Node::Plain) => Ok(()),
            _ => Err(broken("fills what is no object")),
        }
    }
}

fn pairs(items: &[Value]) -> Result<Vec<(Value, Value)>, Fault> {
    match items.as_chunks::<2>() {
        (pairs, []) => Ok(pairs.iter().map(|&[key, value]| (key, value)).collect()),
        _ => Err(broken("has a key without a value")),
    }
}

fn too_deep() -> Fault {
    Fault::Other(format!(
        "the values of its pickle stand in each other more than {MAX_DEPTH} deep, which no checkpoint's do"
    ))
}
