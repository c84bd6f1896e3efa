// Writes the few protobuf messages that an ONNX file is made of; the field numbers are those of onnx.proto3 (ONNX 1.16, IR 8).

/** The element types of TensorProto.DataType that are used here. */
export const dataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };

/** A number as protobuf counts: seven bits a byte, the lowest first. */
function varint(number) {
  const bytes = [];
  // Negative numbers are written as unsigned ones of 64 bits.
  let left = BigInt.asUintN(64, BigInt(number));
  do {
    const more = left > 0x7fn;
    bytes.push(Number(left & 0x7fn) | (more ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

const integer = (field, number) => Buffer.concat([varint(field << 3), varint(number)]);

function float(field, number) {
  const value = Buffer.alloc(4);
  value.writeFloatLE(number);
  return Buffer.concat([varint((field << 3) | 5), value]);
}

/** A field of bytes: a string, a packed list or a message inside. */
function bytes(field, content) {
  const data = Buffer.from(content);
  return Buffer.concat([varint((field << 3) | 2), varint(data.length), data]);
}

const each = (field, values, write) => values.map((value) => bytes(field, write(value)));

function attribute([name, value]) {
  const named = bytes(1, name);
  if (Array.isArray(value))
    return Buffer.concat([named, ...value.map((one) => integer(8, one)), integer(20, 7)]);
  // Floats are given as { float }, since 1.0 is an integer to JavaScript.
  if (typeof value === "object")
    return Buffer.concat([named, float(2, value.float), integer(20, 1)]);
  return Buffer.concat([named, integer(3, value), integer(20, 2)]);
}

function node({ name, op, inputs, outputs, attributes }) {
  return Buffer.concat([
    ...each(1, inputs, (input) => input),
    ...each(2, outputs, (output) => output),
    bytes(3, name),
    bytes(4, op),
    ...each(5, Object.entries(attributes), attribute),
  ]);
}

const entry = ([key, value]) => Buffer.concat([bytes(1, key), bytes(2, String(value))]);

/** A tensor whose bytes are here (`data`), or `length` bytes at `offset` of the file `location`. */
function tensor({ name, type, shape, data, location, offset, length }) {
  const content = data
    ? [bytes(9, data)]
    : [...each(13, Object.entries({ location, offset, length }), entry), integer(14, 1)];
  return Buffer.concat([
    ...shape.map((size) => integer(1, size)),
    integer(2, type),
    bytes(8, name),
    ...content,
  ]);
}

/** An input or output; a size that is a string is a dimension which is only known when the graph runs. */
function value({ name, type, shape }) {
  const dimension = (size) => (typeof size === "string" ? bytes(2, size) : integer(1, size));
  const dimensions = bytes(2, Buffer.concat(each(1, shape, dimension)));
  const tensorType = Buffer.concat([integer(1, type), dimensions]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}

/** The bytes of an ONNX file with this graph: `{ name, nodes, initializers, inputs, outputs }`. */
export function model({ name, nodes, initializers, inputs, outputs }, opset) {
  const graph = Buffer.concat([
    ...each(1, nodes, node),
    bytes(2, name),
    ...each(5, initializers, tensor),
    ...each(11, inputs, value),
    ...each(12, outputs, value),
  ]);
  const opsets = Buffer.concat([bytes(1, ""), integer(2, opset)]);
  return Buffer.concat([
    integer(1, 8),
    bytes(2, "glimpse-bench"),
    bytes(7, graph),
    bytes(8, opsets),
  ]);
}
