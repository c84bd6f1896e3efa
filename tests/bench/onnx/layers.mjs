// The layers of an exported CLIP, in f32 and as dynamic quantisation writes them: one object that the towers are written with.
import { dataType } from "./protobuf.mjs";
import { quantised } from "./quantise.mjs";

/** Writes layers into a graph; their weights come from `checkpoint` and go to `file`, each once for all graphs in `places`. */
export class Layers {
  #checkpoint;
  #file;
  #places;

  constructor(graph, { checkpoint, file, places }) {
    this.graph = graph;
    this.#checkpoint = checkpoint;
    this.#file = file;
    this.#places = places;
  }

  /** A tensor as it is, or as `change` makes it. */
  weight(name, change = (tensor) => tensor) {
    const known = this.#places.get(name);
    const made = () => {
      const { shape, values } = change(this.#checkpoint.read(name));
      return this.#file.add(name, dataType.float, shape, values);
    };
    const place = known ?? made();
    this.#places.set(name, place);
    return this.graph.weight(place);
  }

  /** A tensor in 8 bits: `{ weight, scale, zero }`, which come as three initializers. */
  weightInEight(name, change, axis) {
    const keys = [name, `${name}_scale`, `${name}_zero_point`];
    if (!this.#places.has(keys[0])) {
      const { shape, values } = change(this.#checkpoint.read(name));
      const { numbers, scales, zeros } = quantised(values, shape, axis);
      const list = axis === null ? [] : [scales.length];
      const add = (key, ...tensor) => this.#places.set(key, this.#file.add(key, ...tensor));
      add(keys[0], dataType.uint8, shape, numbers);
      add(keys[1], dataType.float, list, scales);
      add(keys[2], dataType.uint8, list, zeros);
    }
    const [weight, scale, zero] = keys.map((key) => this.graph.weight(this.#places.get(key)));
    return { weight, scale, zero };
  }

  layerNorm(input, name) {
    const inputs = [input, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.graph.add("LayerNormalization", inputs, { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** As torch's exporter writes it: the weight transposed beforehand, the bias added by a node of its own. */
  linear(input, name, { bias = true } = {}) {
    const product = this.product(input, `${name}.weight`);
    return bias ? this.graph.add("Add", [this.weight(`${name}.bias`), product]) : product;
  }

  product(input, name) {
    return this.graph.add("MatMul", [input, this.weight(name, transposed)]);
  }

  /** A convolution without overlap and without bias, as CLIP cuts its patches. */
  patches(input, name, side) {
    return this.graph.add("Conv", [input, this.weight(name)], squares(side));
  }

  /** Rows of a table. */
  rows(name, ids) {
    return this.graph.add("Gather", [this.weight(name), ids], { axis: 0 });
  }
}

/** The same with every weight matrix in 8 bits, and activations brought to 8 bits when the graph runs. */
export class LayersInEight extends Layers {
  #activations = new Map();

  product(input, name) {
    const { weight, scale, zero } = this.weightInEight(name, transposed, 1);
    const [numbers, inputScale, inputZero] = this.#inEight(input);
    const sum = this.graph.add("MatMulInteger", [numbers, weight, inputZero, zero]);
    return this.#scaled(sum, inputScale, scale);
  }

  patches(input, name, side) {
    const { weight, scale, zero } = this.weightInEight(name, (tensor) => tensor, null);
    const [numbers, inputScale, inputZero] = this.#inEight(input);
    const inputs = [numbers, weight, inputZero, zero];
    return this.#scaled(this.graph.add("ConvInteger", inputs, squares(side)), inputScale, scale);
  }

  rows(name, ids) {
    const { weight, scale, zero } = this.weightInEight(name, (tensor) => tensor, null);
    const found = this.graph.add("Gather", [weight, ids], { axis: 0 });
    return this.graph.add("DequantizeLinear", [found, scale, zero]);
  }

  /** Once for all layers that take the same input, as the quantiser does it. */
  #inEight(input) {
    const known = this.#activations.get(input);
    const made = known ?? this.graph.add("DynamicQuantizeLinear", [input], {}, 3);
    this.#activations.set(input, made);
    return made;
  }

  #scaled(sum, inputScale, scale) {
    const asFloat = this.graph.add("Cast", [sum], { to: dataType.float });
    return this.graph.add("Mul", [asFloat, this.graph.add("Mul", [inputScale, scale])]);
  }
}

const squares = (side) => ({
  dilations: [1, 1],
  group: 1,
  kernel_shape: [side, side],
  pads: [0, 0, 0, 0],
  strides: [side, side],
});

/** A matrix with its rows as columns. */
function transposed({ shape: [rows, columns], values }) {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      turned[column * rows + row] = values[row * columns + column];
  return { shape: [columns, rows], values: turned };
}
