// Builds an ONNX graph node by node; its weights lie in data files beside it, which graphs share.
import { dataType } from "./protobuf.mjs";

/** A graph to be; each method gives the name of what it adds, for the next one to use. */
export class Graph {
  nodes = [];
  initializers = [];
  inputs = [];
  outputs = [];
  #constants = new Map();

  constructor(name) {
    this.name = name;
  }

  input(name, type, shape) {
    this.inputs.push({ name, type, shape });
    return name;
  }

  output(from, name, type, shape) {
    this.add("Identity", [from], {}, [name]);
    this.outputs.push({ name, type, shape });
  }

  /** Adds a node; `outputs` may be names, or how many there are. */
  add(op, inputs, attributes = {}, outputs = 1) {
    const name = `/${op}_${this.nodes.length}`;
    const names = Array.isArray(outputs)
      ? outputs
      : Array.from({ length: outputs }, (_, at) => `${name}_output_${at}`);
    this.nodes.push({ name, op, inputs, outputs: names, attributes });
    return names.length === 1 ? names[0] : names;
  }

  /** A small constant, kept in the graph itself. */
  constant(values, type = dataType.int64, shape = [values.length]) {
    const key = `${type}:${shape}:${values}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const name = `constant_${this.#constants.size}`;
    const data = {
      [dataType.int64]: () => BigInt64Array.from(values, BigInt),
      [dataType.float]: () => Float32Array.from(values),
      [dataType.uint8]: () => Uint8Array.from(values),
    }[type]();
    this.#constants.set(key, name);
    this.initializers.push({ name, type, shape, data: new Uint8Array(data.buffer) });
    return name;
  }

  /** A weight in a data file, as `DataFile` gives it. */
  weight(place) {
    if (!this.initializers.some(({ name }) => name === place.name)) this.initializers.push(place);
    return place.name;
  }
}
