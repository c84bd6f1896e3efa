// EfficientNet-Lite's image tower as an ONNX graph, batch norm folded into the convolutions as torch's exporter does it.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { OPSET } from "./clip.mjs";
import { Graph } from "./graph.mjs";
import { dataType, model } from "./protobuf.mjs";
import { Checkpoint, DataFile } from "./safetensors.mjs";

/** timm's `tf_` networks: what is added to a variance before its root is taken. */
const EPSILON = 1e-3;

/** Writes `vision_model.onnx` and its data file into `folder`, from a checkpoint of open_clip's layout with a tower of 224 px. */
export function writeEfficientNet(checkpointFolder, folder) {
  mkdirSync(folder, { recursive: true });
  const checkpoint = new Checkpoint(path.join(checkpointFolder, "open_clip_model.safetensors"));
  const name = "model.onnx_data";
  const file = new DataFile(path.join(folder, name), name);
  const graph = new Graph("efficientnet");
  const tower = new Tower(graph, checkpoint, file);
  const pixels = graph.input("pixel_values", dataType.float, ["batch", 3, 224, 224]);
  const { output, size } = tower.whole(pixels, 224);
  graph.output(output, "image_embeds", dataType.float, ["batch", size]);
  writeFileSync(path.join(folder, "vision_model.onnx"), model(graph, OPSET));
  file.close();
  checkpoint.close();
}

/** Adds layers by timm's names. */
class Tower {
  constructor(graph, checkpoint, file) {
    Object.assign(this, { graph, checkpoint, file });
  }

  whole(pixels, side) {
    let here = this.convolve({ value: pixels, side }, "conv_stem", "bn1", { stride: 2 });
    for (const block of this.#blocks()) here = this.#block(here, block);
    const { value } = this.convolve(here, "conv_head", "bn2", {});
    const pooled = this.graph.add("GlobalAveragePool", [value]);
    const features = this.graph.add("Flatten", [pooled], { axis: 1 });
    const { shape, values } = this.checkpoint.read("visual.head.proj.weight");
    const weight = this.#weight("projection", shape, values);
    const output = this.graph.add("Gemm", [features, weight], { transB: 1 });
    return { output, size: shape[0] };
  }

  /** The blocks' names, in their order, and the stride of each: the first of a stage halves the side in stages 1, 2, 3 and 5. */
  #blocks() {
    const names = this.checkpoint.names().map((name) => /blocks\.(\d+)\.(\d+)\./.exec(name));
    const keys = new Set(names.filter(Boolean).map(([, stage, at]) => `${stage}.${at}`));
    return [...keys]
      .map((key) => key.split(".").map(Number))
      .sort(([stage, at], [otherStage, otherAt]) => stage - otherStage || at - otherAt)
      .map(([stage, at]) => ({
        name: `blocks.${stage}.${at}`,
        stride: at === 0 && [1, 2, 3, 5].includes(stage) ? 2 : 1,
      }));
  }

  #block(input, { name, stride }) {
    const has = (part) => this.checkpoint.names().includes(`visual.trunk.${name}.${part}.weight`);
    let here = input;
    if (has("conv_pwl")) {
      here = this.convolve(here, `${name}.conv_pw`, `${name}.bn1`, {});
      here = this.convolve(here, `${name}.conv_dw`, `${name}.bn2`, { stride, each: true });
      here = this.convolve(here, `${name}.conv_pwl`, `${name}.bn3`, { activation: false });
    } else {
      here = this.convolve(here, `${name}.conv_dw`, `${name}.bn1`, { stride, each: true });
      here = this.convolve(here, `${name}.conv_pw`, `${name}.bn2`, { activation: false });
    }
    if (stride !== 1 || here.channels !== input.channels) return here;
    return { ...here, value: this.graph.add("Add", [here.value, input.value]) };
  }

  /** A convolution with what its batch norm does, TensorFlow's padding written out, and ReLU6 unless `activation` is false. */
  convolve({ value, side }, name, norm, { stride = 1, each = false, activation = true }) {
    const { shape, values, bias } = this.#folded(name, norm);
    const [channels, , kernel] = shape;
    const after = Math.ceil(side / stride);
    const zeros = Math.max((after - 1) * stride + kernel - side, 0);
    const before = Math.floor(zeros / 2);
    const inputs = [
      value,
      this.#weight(name, shape, values),
      this.#weight(`${name}.bias`, [channels], bias),
    ];
    const convolved = this.graph.add("Conv", inputs, {
      dilations: [1, 1],
      group: each ? channels : 1,
      kernel_shape: [kernel, kernel],
      pads: [before, before, zeros - before, zeros - before],
      strides: [stride, stride],
    });
    const limits = [0, 6].map((limit) => this.graph.constant([limit], dataType.float, []));
    const output = activation ? this.graph.add("Clip", [convolved, ...limits]) : convolved;
    return { value: output, side: after, channels };
  }

  #folded(name, norm) {
    const read = (tensor) => this.checkpoint.read(`visual.trunk.${tensor}`);
    const { shape, values } = read(`${name}.weight`);
    const [weight, shift, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
      (part) => read(`${norm}.${part}`).values,
    );
    const scale = weight.map((one, at) => one / Math.sqrt(variance[at] + EPSILON));
    const each = values.length / shape[0];
    return {
      shape,
      values: values.map((one, at) => one * scale[Math.floor(at / each)]),
      bias: shift.map((one, at) => one - mean[at] * scale[at]),
    };
  }

  #weight(name, shape, values) {
    return this.graph.weight(this.file.add(name, dataType.float, shape, values));
  }
}
