// Makes checkpoints that differ in the side of their pictures alone, so that its cost can be seen: B/32's width, four of its layers, and patches
// of 14 px, as the models for 224 and 336 px have them.
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Checkpoint } from "./onnx/safetensors.mjs";
import { checkpoint } from "./world.mjs";

const PATCH = 14;
const LAYERS = 4;
/** Token ids of the checkpoint's small tokenizer are below. */
const VOCABULARY = 1024;

/** The sides of pictures, in pixels. */
export const sides = [224, 280, 336];

/** A picture's tokens: its patches and the class token. */
export const tokensOf = (side) => (side / PATCH) ** 2 + 1;

/** The name of a side's folder, under the benchmark's. */
export const folderOf = (side) => path.join("sides", String(side));

/** Writes a side's checkpoint into `folder`. */
export function writeSide(side, folder) {
  mkdirSync(folder, { recursive: true });
  const json = (name) => JSON.parse(readFileSync(path.join(checkpoint, name), "utf8"));
  const write = (name, value) =>
    writeFileSync(path.join(folder, name), `${JSON.stringify(value)}\n`);
  const config = json("config.json");
  Object.assign(config.vision_config, { image_size: side, patch_size: PATCH });
  config.vision_config.num_hidden_layers = LAYERS;
  Object.assign(config.text_config, { num_hidden_layers: 1, vocab_size: VOCABULARY });
  write("config.json", config);
  const square = { height: side, width: side };
  const preprocessor = { ...json("preprocessor_config.json"), crop_size: square };
  write("preprocessor_config.json", { ...preprocessor, size: { shortest_edge: side } });
  copyFileSync(path.join(checkpoint, "tokenizer.json"), path.join(folder, "tokenizer.json"));
  const source = new Checkpoint(path.join(checkpoint, "model.safetensors"));
  writeTensors(path.join(folder, "model.safetensors"), tensorsOf(source, side));
  source.close();
}

/** Each tensor's name, shape and a function that gives its values. */
function tensorsOf(source, side) {
  const isKept = (name) => {
    const [, tower, layer] = /^(text|vision)_model\.encoder\.layers\.(\d+)\./.exec(name) ?? [];
    return layer === undefined || Number(layer) < (tower === "text" ? 1 : LAYERS);
  };
  return source
    .names()
    .filter(isKept)
    .map((name) => {
      const shape = [...source.shape(name)];
      if (name.endsWith("patch_embedding.weight")) shape.splice(2, 2, PATCH, PATCH);
      if (name === "vision_model.embeddings.position_embedding.weight") shape[0] = tokensOf(side);
      if (name.endsWith("token_embedding.weight")) shape[0] = VOCABULARY;
      // What there is, cut or again and again: what they are does not matter here.
      const values = () =>
        resized(
          source.read(name).values,
          shape.reduce((all, one) => all * one, 1),
        );
      return { name, shape, values };
    });
}

function resized(values, length) {
  if (length <= values.length) return values.subarray(0, length);
  return Float32Array.from({ length }, (_, at) => values[at % values.length]);
}

function writeTensors(file, tensors) {
  const header = {};
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += 4 * shape.reduce((all, one) => all * one, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const output = openSync(file, "w");
  writeFileSync(output, length);
  writeFileSync(output, json);
  for (const { values } of tensors) {
    const { buffer, byteOffset, byteLength } = values();
    writeFileSync(output, new Uint8Array(buffer, byteOffset, byteLength));
  }
  closeSync(output);
}
