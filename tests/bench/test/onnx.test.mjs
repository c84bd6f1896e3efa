// The ONNX writer: a model that reads back as it was meant, and weights in 8 bits that stay near what they were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Graph } from "../onnx/graph.mjs";
import { dataType, model } from "../onnx/protobuf.mjs";
import { quantised } from "../onnx/quantise.mjs";

/** The fields of a protobuf message: `[number, value]`, a value being a number or bytes. */
function fields(bytes) {
  let at = 0;
  const varint = () => {
    let [value, shift, byte] = [0n, 0n, 0];
    do {
      byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte >= 0x80);
    return Number(BigInt.asIntN(64, value));
  };
  const content = {
    0: varint,
    2: () => {
      const length = varint();
      return bytes.subarray(at, (at += length));
    },
    5: () => bytes.readFloatLE((at += 4) - 4),
  };
  const found = [];
  while (at < bytes.length) {
    const key = varint();
    found.push([key >> 3, content[key & 7]()]);
  }
  return found;
}

const all = (bytes, number) =>
  fields(bytes)
    .filter(([field]) => field === number)
    .map(([, value]) => value);
const only = (bytes, number) => all(bytes, number)[0];

test("a graph is written as onnx.proto3 numbers its fields", () => {
  const graph = new Graph("small");
  const input = graph.input("x", dataType.float, ["batch", 300]);
  const place = {
    name: "w",
    type: dataType.float,
    shape: [300, 2],
    location: "data",
    offset: 4,
    length: 2400,
  };
  const product = graph.add("MatMul", [input, graph.weight(place)]);
  const cut = graph.add("Softmax", [product], { axis: -1, slope: { float: 0.5 }, perm: [1, 0] });
  graph.output(cut, "y", dataType.float, ["batch", 2]);
  graph.constant([-1, 2 ** 40]);

  const written = model(graph, 17);
  assert.equal(only(only(written, 8), 2), 17);
  const body = only(written, 7);
  const nodes = all(body, 1);
  assert.deepEqual(
    nodes.map((node) => String(only(node, 4))),
    ["MatMul", "Softmax", "Identity"],
  );
  const [axis, slope, perm] = all(nodes[1], 5);
  assert.deepEqual([String(only(axis, 1)), only(axis, 3), only(axis, 20)], ["axis", -1, 2]);
  assert.deepEqual([only(slope, 2), only(slope, 20)], [0.5, 1]);
  assert.deepEqual([all(perm, 8), only(perm, 20)], [[1, 0], 7]);

  const [weight, constant] = all(body, 5);
  assert.deepEqual(all(weight, 1), [300, 2]);
  const external = all(weight, 13).map((entry) => `${only(entry, 1)}=${only(entry, 2)}`);
  assert.deepEqual(external, ["location=data", "offset=4", "length=2400"]);
  assert.equal(only(weight, 14), 1);
  assert.equal(only(constant, 9).readBigInt64LE(8), 2n ** 40n);
  const shape = only(only(only(only(body, 11), 2), 1), 2);
  assert.deepEqual([String(only(all(shape, 1)[0], 2)), only(all(shape, 1)[1], 1)], ["batch", 300]);
});

test("8 bits keep zero exact and every weight within half a step", () => {
  const values = Float32Array.from({ length: 600 }, (_, at) => Math.sin(at) * (1 + (at % 3)) + 0.2);
  for (const axis of [1, null]) {
    const { numbers, scales, zeros } = quantised(values, [200, 3], axis);
    assert.equal(scales.length, axis === null ? 1 : 3);
    values.forEach((value, at) => {
      const channel = at % scales.length;
      const back = scales[channel] * (numbers[at] - zeros[channel]);
      assert.ok(Math.abs(back - value) <= 0.51 * scales[channel] + 1e-6, `${value} became ${back}`);
    });
  }
  assert.deepEqual([...quantised(new Float32Array(4), [2, 2], null).numbers], [0, 0, 0, 0]);
});
